"""`remit roster`, `calls` and `channels`, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar

from remit.workflows.ledger import Ledger
from tests.desk import harbour

Run = Callable[..., tuple[int, str]]

ROSTER = """
roster: watch
subject: warden
zone: Europe/London
people:
  an: {label: {en: An Li}, contacts: [{channel: phone, to: "1"}]}
  bo: {contacts: [{channel: mail, to: bo@example.org}]}
shifts:
  - {days: every, from: "08:00", to: "20:00", people: [an]}
  - {days: every, from: "20:00", to: "08:00", people: [bo]}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    from remit.cli import main

    home = harbour(tmp_path, {"rosters/watch.yaml": ROSTER})
    monkeypatch.chdir(home)
    monkeypatch.setenv("REMIT_LEDGER", str(tmp_path / "state" / "ledger.db"))

    def typed(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        found = capsys.readouterr()
        return code, found.out + found.err

    return typed


def test_who_is_on_duty_at_a_time(run: Run) -> None:
    assert (0, "watch: bo\n") == run("roster", "show", "--at", "2030-06-01T21:00")
    assert (0, "watch: an\n") == run("roster", "show", "watch", "--at", "2030-06-01T07:00Z")


def test_the_next_days_are_listed_and_as_json(run: Run) -> None:
    code, text = run("roster", "show", "warden", "--days", "2", "--format", "json")
    assert 0 == code
    (found,) = json.loads(text)["duty"]
    assert "watch" == found["roster"]
    assert {"an"} in [set(one["people"]) for one in found["stretches"]]


def test_a_swap_counts_once_both_have_said_so(run: Run) -> None:
    code, text = run("roster", "swap", "watch", "an", "bo", "--when", NEXT, "--in-return", NIGHT)
    assert (0, "change 1: offered to `bo`") == (code, text.partition(",")[0])
    assert (0, "watch: an\n") == run("roster", "show", "--at", "2030-06-01T12:00")
    assert 1 == run("roster", "accept", "1", "--as", "an")[0]
    assert 0 == run("roster", "accept", "1", "--as", "bo")[0]
    assert (0, "watch: bo\n") == run("roster", "show", "--at", "2030-06-01T12:00")
    assert (0, "watch: an\n") == run("roster", "show", "--at", "2030-06-02T21:00")
    assert 1 == run("roster", "decline", "1", "--as", "bo")[0], "it is no offer any more"
    assert 0 == run("roster", "withdraw", "1", "--as", "an")[0]
    assert (0, "watch: an\n") == run("roster", "show", "--at", "2030-06-01T12:00")
    assert 1 == run("roster", "withdraw", "1", "--as", "an")[0]


NEXT = "2030-06-01T08:00/2030-06-01T20:00"
NIGHT = "2030-06-02T20:00/2030-06-03T08:00"


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (("override", "watch", "bo", "--when", NEXT, "--as", "council"), 0, "change 1: it is so"),
        (("override", "watch", "bo", "--when", NEXT, "--as", "press"), 1, "may not change"),
        (("override", "watch", "cy", "--when", NEXT), 1, "`cy` is not on the roster"),
        (("override", "watch", "bo", "--when", "2020-01-01T08:00/2020-01-02T08:00"), 1, "is over"),
        (("override", "watch", "bo", "--when", "2030-06-02T08:00/2030-06-01T08:00"), 1, "ends bef"),
        (("override", "watch", "bo", "--when", "2030-01-01T08:00/2039-01-02T08:00"), 1, "longer"),
        (("override", "watch", "bo", "--when", "today"), 2, "is no stretch of time"),
        (("override", "wath", "bo", "--when", NEXT), 2, "did you mean `watch`?"),
        (("swap", "watch", "bo", "an", "--when", NEXT), 1, "`bo` is not on duty then"),
        (("swap", "watch", "an", "bo", "--when", NEXT, "--as", "press"), 1, "who may: `an`, `wa"),
        (("swap", "watch", "an", "bo", "--when", NEXT, "--as", "bo"), 1, "may not change the ros"),
        (("swap", "watch", "an", "bo", "--when", NEXT, "--as", "warden"), 0, "offered to `bo`"),
        (("swap", "watch", "an", "an", "--when", NEXT), 1, "between two people"),
        (("show", "--days", "0"), 2, "`--days` is from 1 to"),
        (("show", "--at", "noon"), 2, "`noon` is no time"),
        (("ics", "--person", "aan"), 2, "did you mean `an`?"),
    ],
)
def test_what_may_be_changed_by_whom(
    run: Run, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found, text = run("roster", *arguments)
    assert code == found, text
    assert words in text


def test_somebody_over_the_roster_decides_for_a_person_and_a_stranger_is_on_record(
    run: Run, tmp_path: Path
) -> None:
    run("roster", "swap", "watch", "an", "bo", "--when", NEXT)
    code, text = run("roster", "accept", "1", "--as", "press")
    assert (1, True) == (code, "`press` was not offered change 1" in text)
    assert "who may: `bo`, `warden`, `council`" in text
    assert (0, "watch: an\n") == run("roster", "show", "--at", "2030-06-01T12:00")
    assert 0 == run("roster", "accept", "1", "--as", "council")[0]
    assert (0, "watch: bo\n") == run("roster", "show", "--at", "2030-06-01T12:00")
    with Ledger.at(str(tmp_path / "state" / "ledger.db")) as ledger:
        (denied,) = ledger.entries_of(("denied",))
        assert ("press", "swap") == (denied.actor, denied.payload["act"])


def test_a_swap_of_no_such_number_is_told(run: Run) -> None:
    run("roster", "override", "watch", "bo", "--when", NEXT)
    code, text = run("roster", "accept", "7", "--as", "bo")
    assert 1 == code
    assert "there is no change 7 of a roster" in text


@pytest.mark.slow
def test_a_calendar_is_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "duty.ics"
    assert (0, "") == run("roster", "ics", "warden", "--person", "bo", "--output", str(path))
    calendar = Calendar.from_ical(path.read_bytes())
    assert "Europe/London" == calendar.walk("VTIMEZONE")[0]["TZID"]
    assert {"20:00", "08:00"} == {
        f"{one[key].dt:%H:%M}"
        for one in calendar.walk("VEVENT")[1:-1]
        for key in ("DTSTART", "DTEND")
    }


def test_the_channels_are_listed_without_their_secrets(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "every message is written into a file" in run("channels")[1]
    monkeypatch.setenv("KEY", "do-not-tell")
    Path("remit.toml").write_text('[channels.mail]\nurl = "mailto://u:${KEY}@h/?to={to}"\n')
    code, text = run("channels", "--pack", ".")
    assert 1 == code
    assert "mail: mailto://u:${KEY}@h/?to={to}" in text
    assert "the pack's channel `phone` is not set up" in text
    assert "do-not-tell" not in text


def test_a_test_is_sent_and_its_receipt_shown(run: Run, tmp_path: Path) -> None:
    assert (0, "mail bo@example.org: sent by `file`\n") == run("channels", "test", "bo")
    assert 1 == len(list((tmp_path / "state" / "messages").iterdir()))
    Path("remit.toml").write_text('[channels.fax]\nurl = "file:"\n')
    assert (1, "mail bo@example.org: no such channel is set up\n") == run("channels", "test", "bo")
    assert 2 == run("channels", "test", "nobody-here")[0]


def test_the_keys_of_links_are_for_their_owner_and_rotate(run: Run, tmp_path: Path) -> None:
    assert 0 == run("channels", "rotate")[0]
    path = tmp_path / "state" / "link-keys"
    first = path.read_text().split()
    assert 0o600 == path.stat().st_mode & 0o777
    assert 0 == run("channels", "rotate")[0]
    second = path.read_text().split()
    assert (2, first[0]) == (len(second), second[1])
    path.chmod(0o644)
    code, text = run("channels", "rotate")
    assert 2 == code
    assert "others may read the keys" in text


@pytest.mark.slow
def test_whom_to_call_is_printed_person_by_person(run: Run, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"hazard": "spill", "phase": "response", "pier": "north"}))
    run("respond", ".", str(event), "--executor", "plain")
    code, text = run("calls")
    assert 1 == code, "the mate has no number"
    assert text.startswith("CALL LIST, incident ")
    assert "Warden\n" in text
    assert "NO NUMBER IS KNOWN" in text
    assert "phone: 1" in text
    item = next(word for word in text.split() if word.endswith("-1"))
    code, text = run("ack", item, "--as", "warden", "--person", "cy", "--executor", "plain")
    assert 1 == code
    assert "`cy` is on no roster of `warden`" in text
    answer = ("ack", item, "--person", "an", "--note", "here", "--executor", "plain")
    assert 0 == run(*answer)[0]
    assert "Warden (An Li) takes the lead" in run("timeline", item.partition("-")[0])[1]


def test_a_setting_that_is_none_is_told_before_anything_is_sent(run: Run) -> None:
    Path("remit.toml").write_text('[channels.mail]\nurll = "x"\n')
    code, text = run("channels")
    assert 2 == code
    assert "`channels.mail` needs a `url`" in text
