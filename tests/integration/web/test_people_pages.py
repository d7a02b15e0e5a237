"""Pages behind signed links: looking changes nothing, a word counts once, strangers get a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from remit.workflows.adapters.signed_links import SignedLinks, Ticket
from remit.workflows.roster_changes import override_draft
from tests.desk import NOON
from tests.web_people import KEYS, Site, site

pytestmark = pytest.mark.slow

HERE = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as found:
        yield found


@pytest.fixture
def client(pages: Site) -> TestClient:
    return TestClient(pages.app)


def say(client: TestClient, token: str, verb: str = "ack", **more: str) -> tuple[int, str]:
    answer = client.post(f"/a/{token}", data={"verb": verb, **more}, headers=HERE)
    return answer.status_code, answer.text


def test_whoever_is_on_duty_is_told_with_a_link(pages: Site) -> None:
    (message,) = pages.notifier.sent
    assert ("an", "wecom", "an", "zh") == (
        message.person,
        message.channel,
        message.address,
        message.language,
    )
    assert message.link.startswith("http://testserver/a/")
    assert "管理员" in message.text


def test_looking_changes_nothing_however_one_looks(pages: Site, client: TestClient) -> None:
    before = pages.ledger.head()
    token = pages.token()
    shown = client.get(f"/a/{token}?lang=en")
    assert 200 == shown.status_code
    assert "Lead the incident" in shown.text
    assert "An Li" in shown.text
    assert 200 == client.head(f"/a/{token}").status_code
    assert 200 == client.get(f"/a/{token}", headers={"purpose": "prefetch"}).status_code
    assert before == pages.ledger.head()


def test_a_word_is_taken_and_what_comes_next_is_shown(pages: Site, client: TestClient) -> None:
    status, text = say(client, pages.token())
    assert 200 == status
    assert "working" == pages.look().state
    assert "指挥" in text, "in the language of the person"
    (answer,) = [one for one in pages.ledger.entries(pages.incident) if one.kind == "answered"]
    assert ("warden", "an", "acknowledged") == (
        answer.actor,
        answer.payload["person"],
        answer.payload["outcome"],
    )
    assert "kitchen" in [message.subject for message in pages.notifier.sent], "what follows is sent"


def test_a_second_word_shows_what_stands(pages: Site, client: TestClient) -> None:
    token = pages.token()
    say(client, token)
    status, text = say(client, token, note="again", lang="en")
    assert 409 == status
    assert 1 == pages.kinds().count("answered")
    assert "管理员（安丽）接手指挥" in text


def test_two_people_with_the_same_item_cannot_both_take_it(pages: Site, client: TestClient) -> None:
    first, second = pages.token(), pages.token(person="bo")
    assert 200 == say(client, first)[0]
    assert 409 == say(client, second, note="I am off duty, but here")[0]
    assert 1 == pages.kinds().count("answered")


def test_who_is_off_duty_says_why(pages: Site, client: TestClient) -> None:
    token = pages.token(person="bo")
    status, text = say(client, token)
    assert 409 == status
    assert "`bo` is not on duty" in text
    assert 200 == say(client, token, note="An is ill")[0]


def test_a_reason_is_needed_to_decline_and_what_was_written_stays(
    pages: Site, client: TestClient
) -> None:
    status, text = say(client, pages.token(person="an"), "decline")
    assert 409 == status
    assert 'role="alert"' in text
    assert "remit decline" not in text
    assert "--note" not in text


def test_work_is_handed_over_to_whoever_may_take_it(pages: Site, client: TestClient) -> None:
    token = pages.token()
    say(client, token)
    assert '<option value="mate">' in client.get(f"/a/{token}").text
    assert 200 == say(client, token, "hand-over", to="mate")[0]
    assert "mate" == pages.look().items[1].to


def test_a_verb_that_is_not_in_the_link_is_not_said(pages: Site, client: TestClient) -> None:
    token = pages.links.token(Ticket("a", "warden", "an", pages.incident, 1, ("decline",)))
    assert 409 == say(client, token)[0]
    assert "answered" not in pages.kinds()
    assert 'value="ack"' not in client.get(f"/a/{token}").text


@pytest.mark.parametrize(
    "stray",
    [
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(
    pages: Site, client: TestClient, stray: dict[str, str]
) -> None:
    answer = client.post(f"/a/{pages.token()}", data={"verb": "ack"}, headers=stray)
    assert 403 == answer.status_code
    assert "answered" not in pages.kinds()


def test_a_link_expires_and_a_changed_one_is_none(pages: Site, client: TestClient) -> None:
    token = pages.token()
    assert 404 == client.get(f"/a/{token[:-2]}").status_code
    assert 404 == client.get(f"/me/{token}").status_code, "it is for one thing"
    assert 404 == client.get(f"/a/{'x' * 5_000}").status_code
    assert 404 == client.get("/a/%00%ff").status_code
    pages.clock.jump_to(NOON + dt.timedelta(days=7))
    expired = client.get(f"/a/{token}", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert 410 == expired.status_code
    assert 410 == client.post(f"/a/{token}", data={"verb": "ack"}, headers=HERE).status_code
    assert "answered" not in pages.kinds()


def test_links_by_the_key_before_still_work(pages: Site, client: TestClient) -> None:
    old = SignedLinks(KEYS[1:], "", 7, pages.clock)
    new = SignedLinks(("another-key-that-is-new", KEYS[0]), "", 7, pages.clock)
    ticket = Ticket("a", "warden", "an", pages.incident, 1, ("ack",))
    assert 200 == client.get(f"/a/{old.token(ticket)}").status_code
    assert (
        404
        == client.get(
            f"/a/{SignedLinks(('x' * 20,), '', 7, pages.clock).token(ticket)}"
        ).status_code
    )
    assert ticket == new.read("a", pages.links.token(ticket))


def test_too_many_calls_wait(tmp_path: Path) -> None:
    with site(tmp_path, calls_a_minute=3) as pages:
        client = TestClient(pages.app)
        found = [client.get("/a/wrong").status_code for _ in range(5)]
        assert [404, 404, 404, 429, 429] == found
        pages.clock.jump_to(NOON + dt.timedelta(minutes=1))
        assert 404 == client.get("/a/wrong").status_code


def test_a_long_form_is_refused(pages: Site, client: TestClient) -> None:
    answer = client.post(
        f"/a/{pages.token()}", data={"verb": "ack", "note": "x" * 30_000}, headers=HERE
    )
    assert answer.status_code in {413, 422}
    assert "answered" not in pages.kinds()


def test_no_page_is_kept_framed_or_runs_anything(pages: Site, client: TestClient) -> None:
    for path in (f"/a/{pages.token()}", "/a/wrong"):
        found = client.get(path).headers
        assert "no-store" == found["cache-control"]
        assert "same-origin" == found["referrer-policy"]
        assert "default-src 'none'" in found["content-security-policy"]
        assert "frame-ancestors 'none'" in found["content-security-policy"]
        assert "script" not in found["content-security-policy"]


def test_what_people_wrote_is_escaped(pages: Site, client: TestClient) -> None:
    _, text = say(client, pages.token(), "decline", note="<script>alert(1)</script>")
    assert "<script>" not in text


def inbox(pages: Site, client: TestClient) -> str:
    address = pages.links.to_inbox("warden", "an")
    return client.get(address, headers={"accept-language": "en"}).text


def test_an_inbox_lists_what_waits_and_when_duty_is(pages: Site, client: TestClient) -> None:
    text = inbox(pages, client)
    assert "A spill" not in text
    assert text.count("/a/") >= 1
    assert "2026-03-02 20:00 – 03-03 08:00 (Asia/Shanghai)" in text


def test_a_calendar_has_the_zone_and_its_events_keep_their_names(
    pages: Site, client: TestClient
) -> None:
    ticket = Ticket("roster", "warden", "an")
    address = pages.links.address(ticket)
    assert address.endswith(".ics")
    found = client.get(address)
    assert "text/calendar; charset=utf-8" == found.headers["content-type"]
    before = events(found.text)
    stretch = (NOON, NOON + dt.timedelta(hours=2))
    with pages.ledger.write() as writing:
        draft = override_draft("warden-duty", stretch, ["bo"], by="warden", instead_of="an")
        writing.append([draft], time=NOON)
    after = events(client.get(address).text)
    key = "warden-duty.20260302T140000Z.an@remit"
    assert key in after
    assert "warden-duty.20260302T120000Z.an@remit" in before
    assert (0, 1) == (before["warden-duty.20260301T120000Z.an@remit"], after[key])


def events(text: str) -> dict[str, int]:
    calendar = Calendar.from_ical(text)
    assert "Asia/Shanghai" in [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")]
    return {str(one["UID"]): int(one["SEQUENCE"]) for one in calendar.walk("VEVENT")}
