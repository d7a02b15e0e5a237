"""Laws of changed states and versions: whoever has work keeps it until somebody else takes it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.workflows.due import due_now
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident
from remit.workflows.ledger_rows import rows_of
from remit.workflows.lifecycle import PURPOSES
from tests.changing_town import STAGES, Town, work_at, write_stages
from tests.desk import Desk

LONGEST = 600
"""Words after which an incident that everybody works at is over."""


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_every_open_piece_of_work_has_its_holder_after_a_change(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 -- a draw that can be repeated
    with TemporaryDirectory() as folder:
        town = Town(write_stages(Path(folder), chance))
    for _ in range(chance.choice((1, 2, 3))):
        work_at(town.desk, chance, chance.choice((0, 2, 6, 15)))
        _change(town, chance.choice(STAGES))
    _finish(town.desk)


def _change(town: Town, stage: str) -> None:
    before = town.desk.incident
    change = town.propose(stage)
    if change.is_refused or not change.payload:
        return
    town.write(change)
    _holders(before, town.desk.incident)
    town.desk.settle()
    _laws(town.desk)
    _shown(town, change.payload)


def _holders(before: Incident, after: Incident) -> None:
    """What somebody had in hand it still has, unless the step ended or another has it."""
    for number, item in before.items.items():
        if item.status != "taken":
            continue
        now = after.items[number]
        step = after.progress(f"{item.part}/{item.step}")
        assert now.status == "taken" or step.is_over or now.to is not None, "work was lost"
    assert before.commander == after.commander, "the lead was taken away before anybody took it"


def _laws(desk: Desk) -> None:
    incident = desk.incident
    assert due_now(incident, desk.stores, desk.now) == ()
    assert fold_all(desk.entries) == incident
    assert rows_of(incident)
    for number, keys in incident.leaving.items():
        assert incident.items[number].status == "taken"
        assert keys, "somebody waits for nobody to take over"
    for step in incident.part.steps:
        if incident.progress(step).is_over:
            continue
        for ask in step.do:
            taken = [item for item in incident.asked(ask) if item.status == "taken"]
            assert len(taken) <= 1, "two have the same work in hand"


def _shown(town: Town, payload: object) -> None:
    """The response says what the map says: each open step is answered for by whom it names."""
    assert isinstance(payload, dict)
    incident = town.desk.incident
    resolution = town.rules.map.resolve(town.rules_event())
    for step in incident.part.steps:
        answer = resolution.activities.get(step.activity)
        if incident.progress(step).is_over or answer is None:
            continue
        assert answer.holders["accountable"].certain == step.roles["accountable"]


def _finish(desk: Desk) -> None:
    """Willing people bring it to its close, whatever has changed on the way."""
    for turn in range(LONGEST):
        if desk.incident.state == "closed":
            return
        items = [item for item in desk.incident.open_items() if _waits(desk, item.number)]
        if not items:
            desk.later(31)
            continue
        item = items[turn % len(items)]
        verbs = list(PURPOSES[item.purpose].answers)
        verb = "done" if item.status == "taken" else verbs[0]
        refusal = desk.say(verb, item, note="said")
        # An order that everybody refused is no more to be had: the step is left out.
        assert refusal is None or desk.say(verbs[-1], item, note="said") is None, refusal
    pytest.fail(f"it never ends: {desk.waiting()}")


def _waits(desk: Desk, number: int) -> bool:
    item = desk.incident.items[number]
    return item.status == "open" or item.purpose == "do"
