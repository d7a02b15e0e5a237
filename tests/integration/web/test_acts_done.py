"""What people do through the API, done: versions, states, money, and work that changes hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from remit.engine.events import Event
from remit.web.rounds import rounds_of
from remit.workflows.entries import ENGINE
from remit.workflows.tokens import RIGHTS
from tests.authority_town import CHANGES
from tests.desk import harbour
from tests.integration.web.conftest import Site

pytestmark = pytest.mark.slow

V1 = "/api/v1"
PACK = CHANGES["pack.yaml"] + "agreement: both\nbreak_glass: {for: 2h, review_by: council}\n"
BARRED = "subject: barred\nprohibitions: [{power: rule, when: {pier: north}}]\n"


class Town:
    """A server of the town, an incident that the warden leads, and who speaks to it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.write()
        self.name = site.opened()
        self.said("ack", "command", "warden")
        self.said("done", "consult", "clinic", note="close it")

    def write(self, pack: str = PACK, more: Mapping[str, str] | None = None) -> None:
        """Write the pack anew, and let the server read it."""
        own = {**CHANGES, "subjects/barred.yaml": BARRED, **(more or {}), "pack.yaml": pack}
        harbour(self.site.office.pack.parent, own)
        self.site.desk.packs.reload()

    def post(self, path: str, by: str, **body: object) -> dict[str, object]:
        """Do something, and return what is told of it."""
        headers = self.site.token(by, rights=RIGHTS)
        answer = self.site.client.post(f"{V1}/{path}", headers=headers, json=body)
        assert 200 == answer.status_code, answer.text
        self.site.settle()
        found: dict[str, object] = answer.json()
        return found

    def refused(self, path: str, by: str, **body: object) -> str:
        """Try something, and return the sentence by which it is refused."""
        headers = self.site.token(by, rights=RIGHTS)
        answer = self.site.client.post(f"{V1}/{path}", headers=headers, json=body)
        assert answer.status_code in {403, 409}, answer.text
        return f"{answer.json()['detail']}; {answer.json().get('help', '')}"

    def item(self, purpose: str, subject: str, step: str = "") -> str:
        """Return the name of the latest item that asks a subject for something."""
        found = [
            item
            for item in self.site.office.incident(self.name).items.values()
            if (item.purpose, item.subject) == (purpose, subject) and step in {"", item.step}
        ]
        assert found
        return f"{self.name}-{found[-1].number}"

    def said(self, verb: str, purpose: str, subject: str, step: str = "", **body: object) -> None:
        """Let a subject answer."""
        self.post(f"items/{self.item(purpose, subject, step)}/{verb}", subject, **body)

    def fund(self) -> None:
        """Go on until the crew has feeding and its money in hand."""
        self.said("approve", "order", "council")
        self.said("ack", "do", "crew", "close-gate")
        self.said("done", "do", "crew", "close-gate")
        self.said("ack", "do", "crew", "feed")
        self.said("approve", "approve", "warden")


@pytest.fixture
def town(site: Site) -> Town:
    return Town(site)


def test_a_version_comes_into_force_once_all_agree_and_incidents_move_to_it(town: Town) -> None:
    """Who loses work by it agrees; then it is in force, and open incidents are moved with proof."""
    town.post("versions/activate", "council", reason="first")
    press = CHANGES["subjects/press.yaml"] + (
        "  - {id: tidy, activity: tidy, role: accountable, when: {}, acknowledge: 40m}\n"
    )
    changed = {"subjects/kitchen.yaml": "subject: kitchen\nunder: council\n"}
    changed["subjects/press.yaml"] = press
    town.write(PACK.replace('"1"', '"2"'), changed)
    alone = town.refused("versions/activate", "council", reason="second")
    assert "not all agree who lose or gain by it: `kitchen`, `press`" in alone
    assert "neither loses nor gains" in town.refused("versions/agree", "crew")
    for one in ("kitchen", "press"):
        assert town.post("versions/agree", one, reason="fine")["done"]
    tried = town.post("versions/activate", "council", reason="second", dry_run=True)
    assert not tried["done"]
    before = town.site.office.incident(town.name).policy
    assert town.post("versions/activate", "council", reason="second")["done"]
    assert before == town.site.office.incident(town.name).policy
    moved = town.post("versions/move", "council", reason="to the new")
    assert [town.name] == moved["incidents"]
    assert town.site.desk.packs.rules().pack.digest == town.site.office.incident(town.name).policy
    for one in ("kitchen", "press"):
        town.post("versions/agree", one, version="harbour@1")
    assert town.post("versions/activate", "council", reason="undo", version="harbour@1")["done"]
    assert "1" == town.site.desk.packs.rules().pack.version


def test_money_is_asked_for_and_paid_by_others_than_approved_it(town: Town) -> None:
    """A wish for more is a request of its own; a payment comes out of what was approved."""
    town.fund()
    paying = f"items/{town.item('pay', 'kitchen')}/spend"
    body = {"amount": "120.50", "for": "bread", "payee": "Baker"}
    assert "asks `kitchen`" in town.refused(paying, "warden", **body)
    town.post(paying, "kitchen", **body)
    work = f"items/{town.item('do', 'crew', 'feed')}/request"
    town.post(work, "crew", amount="200", **{"for": "milk"})
    kinds = [entry.kind for entry in town.site.office.ledger.entries(town.name)]
    assert 1 == kinds.count("spent")
    assert 2 == kinds.count("requested")
    more = town.item("approve", "warden")
    above = town.refused(f"items/{more}/approve", "helpers")
    assert "`helpers` may approve up to 500 CNY from `till`: this is 900" in above
    assert above.endswith("who may: `warden`, `mate`, `second-mate`")
    own = town.refused(f"items/{more}/approve", "crew")
    assert "`crew`" in own
    town.post(f"items/{more}/approve", "warden", amount="150")


def test_work_is_given_to_another_and_taken_back_after_it_was_done(town: Town) -> None:
    """Whoever leads gives it on; whoever reported it as done takes that back."""
    town.said("approve", "order", "council")
    work = f"items/{town.item('do', 'crew', 'close-gate')}"
    town.post(f"{work}/reassign", "warden", to="reserve-crew", reason="nearer")
    mine = f"items/{town.item('do', 'reserve-crew', 'close-gate')}"
    town.post(f"{mine}/ack", "reserve-crew")
    town.post(f"{mine}/done", "reserve-crew")
    assert "`reserve-crew` may" in town.refused(f"{mine}/undo", "crew")
    town.post(f"{mine}/undo", "reserve-crew", reason="it is still open")
    number = int(mine.rpartition("-")[2])
    assert "taken" == town.site.office.incident(town.name).items[number].status


def test_what_a_later_message_tells_changes_who_answers(town: Town) -> None:
    """The server takes it in as nobody's word; what only a power declares it does not."""
    packs, office = town.site.desk.packs, town.site.office
    with office.ledger.write() as writing:
        packs.take_in(writing, town.name, Event({"pier": "south"}), 1)
    entry = office.ledger.entries(town.name)[-1]
    assert (ENGINE, "joined") == (entry.actor, entry.payload["because"])
    assert "south" == office.incident(town.name).event["pier"]
    with office.ledger.write() as writing:
        packs.take_in(writing, town.name, Event({"depth": "deep", "tide": "high"}), 1)
    assert "deep" != office.incident(town.name).event.get("depth")
    assert "low" == office.incident(town.name).event["tide"]
    (denied,) = office.ledger.entries_of(("denied",))
    assert "that is said by who holds `rule`: `board`, `council`" in str(denied.payload["reason"])


def test_what_is_done_past_the_policy_ends_by_itself_and_is_judged(town: Town) -> None:
    """The server takes it back in its round; the reviewer finds it in its inbox."""
    body = {"values": {"tide": "high"}, "reason": "seen"}
    assert "who holds it" in town.refused("state", "crew", **body)
    town.post("state", "crew", break_glass="nobody answers, it rises", **body)
    headers = town.site.token("council", rights=RIGHTS)
    (waiting,) = town.site.client.get(f"{V1}/inbox", headers=headers).json()["past_policy"]
    assert ("declare", "crew") == (waiting["act"], waiting["by"])
    assert "who acted does not judge it" in town.refused(f"items/{waiting['id']}/approve", "crew")
    assert "use `approve`" in town.refused(f"items/{waiting['id']}/ack", "council")
    town.post(f"items/{waiting['id']}/decline", "council", note="there was time")
    assert [] == town.site.client.get(f"{V1}/inbox", headers=headers).json()["past_policy"]
    ending, *_ = rounds_of(town.site.office.driver, town.site.desk.packs, "en")
    assert 0 == ending.work()
    clock = town.site.office.clock
    clock.jump_to(clock.now() + dt.timedelta(hours=2))
    assert 1 == ending.work()
    state = town.site.client.get(f"{V1}/state", headers=headers).json()["state"]
    assert "low" == state["tide"]
