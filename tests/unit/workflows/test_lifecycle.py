"""What may follow what."""

from __future__ import annotations

import pickle

import pytest

from remit.workflows.lifecycle import PURPOSES, STATES, LifecycleError, transition


def test_an_incident_goes_from_report_to_close() -> None:
    state = STATES[0]
    for trigger in ("notify", "escalate", "acknowledge", "recover", "close"):
        state = transition(state, trigger)  # type: ignore[arg-type] -- the names of triggers
    assert state == "closed"


@pytest.mark.parametrize("trigger", ["notify", "acknowledge", "recover", "close"])
def test_nothing_happens_to_a_closed_incident(trigger: str) -> None:
    with pytest.raises(LifecycleError) as caught:
        transition("closed", trigger)  # type: ignore[arg-type] -- the names of triggers
    assert str(caught.value) == f"an incident that is closed cannot {trigger}"


def test_a_response_cannot_close_without_recovery() -> None:
    with pytest.raises(LifecycleError):
        transition("responding", "close")


def test_every_way_to_settle_a_question_can_be_said() -> None:
    for purpose, rules in PURPOSES.items():
        assert rules.settles | rules.takes <= set(rules.answers.values()), purpose


def test_the_error_survives_a_trip_between_processes() -> None:
    error = LifecycleError("closed", "close")
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301 -- our own bytes
