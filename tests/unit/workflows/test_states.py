"""The tables of states: everything reachable, no dead end but the ends, every move used."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from remit.workflows.states import (
    ENDED,
    INCIDENT,
    WORK,
    IncidentState,
    LifecycleError,
    Table,
    Trigger,
    WorkState,
)

ROOT = Path(__file__).parents[3]
TABLES = pytest.mark.parametrize("table", [INCIDENT, WORK], ids=["incident", "work"])


def _reached(table: Table, start: str) -> set[str]:
    found = [start]
    for state in found:
        found += sorted({m.after for m in table.moves if m.before == state} - set(found))
    return set(found)


@TABLES
def test_every_state_can_be_reached_from_the_start(table: Table) -> None:
    assert _reached(table, table.start) == set(table.states)


@TABLES
def test_from_every_state_an_end_can_be_reached(table: Table) -> None:
    for state in table.states:
        assert _reached(table, state) & table.finals, state


def test_every_state_and_trigger_has_its_word_and_is_used() -> None:
    assert set(get_args(IncidentState)) == set(INCIDENT.states)
    assert set(get_args(WorkState)) == set(WORK.states)
    assert set(get_args(Trigger)) == set(INCIDENT.triggers) | set(WORK.triggers)


def test_nothing_but_a_reopening_leaves_the_end_of_an_incident() -> None:
    leaving = {m.trigger for m in INCIDENT.moves if m.before in ENDED and m.after not in ENDED}
    assert leaving == {"reopen"}
    assert {m.after for m in INCIDENT.moves if m.before == "merged"} == {"merged"}


def test_an_incident_goes_from_what_came_in_to_its_close() -> None:
    state = INCIDENT.start
    for trigger in ("triage", "open", "notify", "acknowledge", "work", "recover", "close"):
        state = INCIDENT.after(state, trigger)
    assert state == "closed"


@pytest.mark.parametrize("trigger", ["notify", "acknowledge", "work", "recover", "close", "cancel"])
def test_nothing_happens_to_a_closed_incident(trigger: str) -> None:
    with pytest.raises(LifecycleError) as caught:
        INCIDENT.after("closed", trigger)
    assert str(caught.value) == f"an incident that is closed cannot {trigger}"


def test_a_response_cannot_close_without_recovery() -> None:
    with pytest.raises(LifecycleError):
        INCIDENT.after("working", "close")


def test_a_move_that_may_lead_to_several_states_needs_to_be_told_which() -> None:
    with pytest.raises(LifecycleError):
        INCIDENT.after("closed", "reopen")
    INCIDENT.check("closed", "reopen", "working")
    with pytest.raises(LifecycleError) as caught:
        WORK.check("signed-off", "complete", "done")
    assert str(caught.value) == "a piece of work that is signed-off cannot complete"


def test_the_error_survives_a_trip_between_processes() -> None:
    error = LifecycleError("closed", "close", "work")
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301 -- our own bytes


@pytest.mark.slow
def test_the_page_with_the_diagrams_is_current() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "lifecycle.py"), "--check"], check=False
    )
    assert run.returncode == 0, "run `python tools/lifecycle.py`"
