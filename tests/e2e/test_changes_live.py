"""Stages, facts and versions from the terminal: declared, refused, handed over, moved, undone."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import remit
from remit.cli import main
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.ledger import Ledger

POLICIES = Path(remit.__file__).parent / "policies"
CASE = {
    "hazard": "covid-19",
    "phase": "response",
    "level": "iii",
    "place": "lakeside-1",
    "cases": 2,
    "time": "2026-11-24T10:00:00+08:00",
    "id": "case-1",
}
ON_DUTY = dt.datetime.fromisoformat("2026-11-24T10:30:00+08:00")
"""A time at which zhao-min is on duty."""
DISTRICT = ("--as", "district-headquarters", "--yes")
PLAIN = ("--executor", "plain")


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


Terminal = Callable[..., Said]


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal in a folder with the pack of RF community, and a case that was reported."""
    for name in ("REMIT_LEDGER", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("rf-community", "j-city"):
        shutil.copytree(POLICIES / name, tmp_path / name)
    (tmp_path / "case.json").write_text(json.dumps(CASE), encoding="utf-8")

    def run(*arguments: str) -> Said:
        code = main([*arguments])
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return run


def opened(terminal: Terminal, event: dict[str, object] | None = None) -> str:
    """Open an incident and return its name."""
    if event is not None:
        Path("case.json").write_text(json.dumps(event), encoding="utf-8")
    terminal("respond", "rf-community", "case.json", *PLAIN)
    (name,) = [one["id"] for one in incidents(terminal) if one["state"] != "closed"]
    return str(name)


def incidents(terminal: Terminal) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(terminal("incidents", "--format", "json").out)[
        "incidents"
    ]
    return found


def declared(terminal: Terminal, stage: str, *more: str) -> Said:
    words = ("--reason", "as it is", "--pack", "rf-community", *PLAIN, *more)
    return terminal("declare", f"stage={stage}", *DISTRICT, *words)


@pytest.mark.slow
def test_a_community_goes_through_its_stages_with_an_open_incident(terminal: Terminal) -> None:
    name = opened(terminal)
    assert terminal("ack", f"{name}-1", *PLAIN).code == 0
    for stage in ("early", "mid-term", "normalised"):
        found = declared(terminal, stage)
        assert (found.code, found.err) == (0, "")
        with Ledger.at(".remit/ledger.db") as ledger:
            incident = ledger.incident(name)
            assert incident is not None
            assert incident.event["stage"] == stage
            assert incident.commander == "street-office"
            assert ledger.verify().is_whole
    story = terminal("timeline", name).out
    assert story.count("District headquarters declared") == 3
    state = json.loads(terminal("state", "--pack", "rf-community", "--format", "json").out)
    assert state["state"]["stage"] == "normalised"
    assert [one["to"] for one in state["declared"]] == ["early", "mid-term", "normalised"]
    assert state["declared"][0]["power"] == "activate-response"
    assert state["declared"][2]["basis"].startswith("Emergency Response Law 2024, art. 86")


@pytest.mark.slow
def test_a_new_incident_is_in_the_state_that_was_declared(terminal: Terminal) -> None:
    assert declared(terminal, "early").code == 0
    name = opened(terminal)
    with Ledger.at(".remit/ledger.db") as ledger:
        incident = ledger.incident(name)
        assert incident is not None
        assert incident.event["stage"] == "early"


@pytest.mark.slow
def test_who_may_not_is_refused_and_that_is_written(terminal: Terminal) -> None:
    words = ("--reason", "x", "--yes", "--pack", "rf-community")
    found = terminal("declare", "stage=early", "--as", "street-office", *words)
    assert found.code == 1
    assert "`street-office` may not declare `stage=early`" in found.err
    assert "who holds it: `city-headquarters`, `district-headquarters`" in found.err
    found = terminal("declare", "stage=early", "--as", "stret-office", *words)
    assert (found.code, "did you mean `street-office`?" in found.err) == (1, True)
    found = terminal("declare", "stage=early", "--as", "district-headquarters", *words[2:])
    assert (found.code, "no reason is given" in found.err) == (1, True)
    with Ledger.at(".remit/ledger.db") as ledger:
        denied = ledger.entries_of(("denied",))
        assert [one.actor for one in denied] == [
            "street-office",
            "stret-office",
            "district-headquarters",
        ]
        assert ledger.entries_of(("declared",)) == ()
        assert ledger.verify().is_whole


@pytest.mark.slow
def test_a_person_on_the_roster_acts_as_its_subject(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _: ON_DUTY)
    words = ("--reason", "x", "--yes", "--pack", "rf-community")
    found = terminal("declare", "stage=early", "--as", "zhao-min", *words)
    assert "`street-office` may not declare" in found.err


@pytest.mark.slow
def test_a_dry_run_says_the_same_and_does_nothing(terminal: Terminal) -> None:
    name = opened(terminal)
    before = Path(".remit/ledger.db").read_bytes()
    dry = terminal(
        "declare", "stage=mid-term", *DISTRICT[:2], "--reason", "x", "--pack", "rf-community",
        "--dry-run",
    )  # fmt: skip
    assert dry.code == 0
    assert f"moves: {name}/disinfect-public-areas" in dry.out
    assert Path(".remit/ledger.db").read_bytes() == before
    done = declared(terminal, "mid-term")
    assert dry.out.strip() in done.out


@pytest.mark.slow
def test_without_a_terminal_nobody_is_asked_and_nothing_is_done(terminal: Terminal) -> None:
    found = terminal(
        "declare", "stage=early", *DISTRICT[:2], "--reason", "x", "--pack", "rf-community"
    )
    assert (found.code, "`--yes`" in found.err) == (2, True)


@pytest.mark.slow
def test_the_level_of_one_incident_is_said_by_who_may(terminal: Terminal) -> None:
    name = opened(terminal)
    words = ("--reason", "ten cases", "--yes", "--pack", "rf-community", *PLAIN)
    found = terminal("update", name, "level=ii", "--as", "street-office", *words)
    assert (found.code, "does not surely hold `activate-response`" in found.err) == (1, True)
    found = terminal("update", name, "level=ii", "--as", "district-headquarters", *words)
    assert found.code == 0
    assert f"moves: {name} `command` accountable: `street-office`" in found.out
    with Ledger.at(".remit/ledger.db") as ledger:
        incident = ledger.incident(name)
        assert incident is not None
        assert incident.part.owners == ("district-headquarters",)
        assert ledger.verify().is_whole
    # A fact without a power is the leader's to say: of the old one until the new one leads.
    found = terminal("update", name, "cases=12", "--as", "police-station", *words)
    assert (found.code, "does not lead incident" in found.err) == (1, True)
    found = terminal("update", name, "cases=12", "--as", "district-headquarters", *words)
    assert found.code == 0


@pytest.mark.slow
def test_the_lead_stays_with_who_has_it_until_the_new_owner_takes_it(terminal: Terminal) -> None:
    name = opened(terminal)
    terminal("ack", f"{name}-1", *PLAIN)
    words = ("--reason", "ten cases", "--pack", "rf-community", *PLAIN)
    assert terminal("update", name, "level=ii", *DISTRICT, *words).code == 0

    def led() -> tuple[str | None, list[int]]:
        with Ledger.at(".remit/ledger.db") as ledger:
            incident = ledger.incident(name)
            assert incident is not None
            waiting = [
                item.number
                for item in incident.open_items()
                if (item.purpose, item.subject) == ("command", "district-headquarters")
            ]
            return incident.commander, waiting

    commander, (number,) = led()
    assert commander == "street-office"
    assert terminal("ack", f"{name}-{number}", *PLAIN).code == 0
    commander, _ = led()
    assert commander == "district-headquarters"
    assert f"{name}-1 " not in terminal("inbox", "street-office").out


@pytest.mark.slow
def test_an_act_past_the_policy_is_marked_told_and_reviewed(terminal: Terminal) -> None:
    name = opened(terminal)
    words = ("--break-glass", "nobody answers, people wait at the gate", *PLAIN)
    found = terminal("ack", f"{name}-1", "--as", "residents-committee", *words)
    assert "may only assist in `command`" in found.err
    assert terminal("ack", f"{name}-1", "--as", "police-station", *words).code == 0
    story = terminal("timeline", name).out
    assert "Police station acted past the policy in “Command”" in story
    assert "judge an act past the policy" in terminal("inbox", "district-headquarters").out
    found = terminal("--lang", "zh", "timeline", name)
    assert "紧急越权" in found.out
    assert terminal("approve", f"{name}-2", *PLAIN).code == 0
    assert "was justified" in terminal("timeline", name).out
