"""Laws of the life of incidents, in random small towns with random people."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remit.workflows.deadlines import deadlines
from remit.workflows.entries import Entry
from remit.workflows.folding import fold
from remit.workflows.incident import Incident
from remit.workflows.response import StepPlan
from remit.workflows.waits import is_consulted, is_without
from tests.desk import NOON, Desk
from tests.life_laws import all_broken, broken
from tests.life_scenes import desk_of
from tests.random_lives import Life
from tests.random_towns import town_response
from tests.soak_lives import lead

SEEDS = st.integers(0, 149)


@pytest.mark.slow
@settings(max_examples=40)
@given(SEEDS, st.integers(0, 10**9), st.integers(0, 6), st.integers(0, 2))
def test_at_every_moment_a_time_is_set_or_it_is_over_and_nobody_is_asked_twice(
    town: int, seed: int, silence: int, acts: int
) -> None:
    desk = desk_of(town_response(town))
    life = Life(desk, Random(seed), silence, acts)  # noqa: S311 -- a draw that can be repeated
    for _ in range(60):
        life.turn()
        assert list(broken(desk)) == []
    assert list(all_broken(desk)) == []


@pytest.mark.slow
@settings(max_examples=40)
@example(0, 38285249)  # one of two doers is done without, and then the other lays it down
@given(SEEDS, st.integers(0, 10**9))
def test_each_letter_is_enacted(town: int, seed: int) -> None:
    """The law of every letter, at every entry of a life: looked at from before it and after it."""
    desk = Desk(town_response(town))
    life = Life(desk, Random(seed), 2, 0)  # noqa: S311 -- a draw that can be repeated
    for _ in range(80):
        life.turn()
    before: Incident | None = None
    for entry in desk.entries:
        after = fold(before, entry)
        if before is not None:
            _check_letters(before, entry, after)
        before = after


def _check_letters(before: Incident, entry: Entry, after: Incident) -> None:
    for step in (step for part in after.response.parts for step in part.steps):
        if entry.payload.get("step") == step.id and entry.payload.get("part") == step.part:
            _check_step(before, entry, after, step)
        _check_holders(after, step)


def _check_step(before: Incident, entry: Entry, after: Incident, step: StepPlan) -> None:
    is_about_work = entry.payload.get("purpose") == "do"
    if entry.kind in {"asked", "escalated"} and is_about_work:
        assert is_consulted(before, step), "the consulted are heard before the doer acts"
    if entry.kind == "finished":
        asks = [ask for ask in step.do if not is_without(before, step, ask)]
        for ask in asks:
            keys = (key for key in before.by_ask if key.partition("#")[0] == ask.key)
            assert any(before.answer(key) for key in keys), "the responsible did it"
    if after.progress(step).signed is not None and before.progress(step).signed is None:
        signer = after.progress(step).signer or ""
        answers = {*step.sign_off.line, *after.acting.values()}
        assert signer in answers, "the accountable signed it off"
        informed = step.roles["informed"]
        told = {name for one in after.notices.values() for name in one.subjects}
        assert set(informed) <= told, "the informed were told"


def _check_holders(incident: Incident, step: StepPlan) -> None:
    """Nobody does the same for one letter as somebody else, unless they are to do it together."""
    held = Counter(
        item.ask
        for item in incident.items.values()
        if item.purpose == "do" and item.status == "taken" and item.step == step.id
    )
    for key, count in held.items():
        assert count <= max(item.need for item in incident.asked(key))


@pytest.mark.slow
@pytest.mark.parametrize("town", range(0, 30, 3))
def test_thirty_days_of_silence_end_in_nothing_but_recalls(town: int) -> None:
    desk = Desk(town_response(town))
    end = NOON + dt.timedelta(days=30)
    while desk.now < end and (due := min(deadlines(desk.incident).values(), default=end)) < end:
        desk.now = due
        desk.settle()
    assert not desk.incident.is_over
    assert min(deadlines(desk.incident).values()) >= end
    assert len(desk.entries) < 500


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        2106,
        2168,
        3375,
        3456,
        3492,
        4021,
        4102,
        6058,
        7197,
        7230,
        11385,
        21707,
        21972,
        30618,
        30802,
        40202,
        40648,
        41006,
        41665,
        51306,
    ],
)
def test_a_life_that_once_broke_a_law_breaks_none(seed: int) -> None:
    assert lead(seed) == []
