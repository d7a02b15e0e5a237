"""What becomes of open work in another state, or under another version."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.engine.handover import Verdict, Work, hand_over
from remit.engine.pack import Letter
from tests.two_versions import both

BRIGADE = """\
subject: brigade
duties:
  - {id: pump, activity: pump, role: [accountable, responsible], when: WHEN, EXCEPTION}
"""
LATE = BRIGADE.replace("WHEN", "{stage: late}").replace("EXCEPTION", "exception_to: [office/pump]")
RIVAL = BRIGADE.replace("WHEN", "{stage: late}").replace(", EXCEPTION", "")
AT_NIGHT = LATE.replace("{stage: late}", "{stage: late, shift: night}")


def verdict(
    folder: Path,
    brigade: str,
    *changes: tuple[str, str],
    event: dict[str, object] | None = None,
    letter: Letter = "accountable",
    activity: str = "pump",
) -> Verdict:
    old, new = both(folder, {"subjects/brigade.yaml": brigade}, *changes)
    given = remit.parse_event(event or {"hazard": "flood", "stage": "early"}, old.vocabulary)
    work = Work("w", activity, letter, given, ("office",))
    states = {"leaving": {"stage": "early"}, "entering": {"stage": "late"}}
    (found,) = hand_over([work], remit.compile(new), **states).verdicts
    return found


def test_work_moves_to_whoever_has_the_letter_then(tmp_path: Path) -> None:
    found = verdict(tmp_path, LATE)
    assert ("moves", ("brigade",), "") == (found.outcome, found.to, found.reason)
    assert "late" == found.event.values["stage"]


def test_work_of_the_same_owner_stays(tmp_path: Path) -> None:
    assert "stays" == verdict(tmp_path, AT_NIGHT, event={"hazard": "leak", "shift": "day"}).outcome


def test_work_in_another_state_stays_where_it_is(tmp_path: Path) -> None:
    found = verdict(tmp_path, LATE, event={"hazard": "flood", "stage": "late"})
    assert ("stays", "its event has `stage=late`") == (found.outcome, found.reason)


def test_rivals_are_no_owner_but_several_may_do_it(tmp_path: Path) -> None:
    found = verdict(tmp_path / "a", RIVAL)
    assert ("orphaned", "several would be accountable") == (found.outcome, found.reason)
    assert ("brigade", "office") == found.to
    assert "moves" == verdict(tmp_path / "b", RIVAL, letter="responsible").outcome


def test_an_owner_in_doubt_is_none_and_says_what_to_ask(tmp_path: Path) -> None:
    found = verdict(tmp_path, AT_NIGHT)
    assert ("orphaned", "shift") == (found.outcome, found.ask)
    assert (("brigade", "office"), ()) == (found.perhaps, found.to)


@pytest.mark.parametrize(
    "change,reason",
    [
        (("needed: {hazard: water}", "needed: {stage: early}"), "it would not be needed"),
        (("pump", "lift"), "there would be no such activity"),
        (("flood", "deluge"), "`hazard` has no value `flood`"),
    ],
)
def test_what_the_new_version_has_no_place_for_is_orphaned(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    found = verdict(tmp_path, LATE, change)
    assert "orphaned" == found.outcome
    assert reason in found.reason


def test_a_dimension_the_new_version_lacks_is_left_out(tmp_path: Path) -> None:
    gone = ("  height: {integer: {min: 0, max: 9}}\n", "")
    found = verdict(tmp_path, LATE, gone, event={"hazard": "flood", "height": 3})
    assert "moves" == found.outcome
    assert "height" not in found.event.values


def test_what_follows_from_the_state_is_computed_anew(tmp_path: Path) -> None:
    derived = (
        "values: [day, night]",
        "values: [day, night], derive: {from: stage, night: late, day: else}",
    )
    event: dict[str, object] = {"hazard": "flood", "stage": "early", "shift": "day"}
    found = verdict(tmp_path, AT_NIGHT, derived, event=event)
    assert ("moves", "night") == (found.outcome, found.event.values["shift"])
    assert "date" not in found.event.values
