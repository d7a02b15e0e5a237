"""Maps after an edit: what is taken over, and what makes all of it anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from remit.engine.map.budget import Budget
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.conflicts import clashes_of
from remit.engine.map.responsibility import compile_pack
from remit.engine.map.update import updated as updated_within
from remit.engine.pack import Duty, Pack, Validity
from remit.engine.spans import Span
from remit.engine.vocabulary import Activity
from tests.unit.engine.space_samples import ALWAYS, CASES, HERE, PLACE, STAGE, duty, pack, when

NORTH, EARLY = PLACE.only("north"), STAGE.only("early")
ACTIVITIES = {name: Activity(name, HERE, ALWAYS) for name in ("gate", "test")}


def _pack(*duties: Duty) -> Pack:
    return pack(*duties, activities=ACTIVITIES)


def _compiled(one: Pack) -> CompiledPack:
    found = compile_pack(one).compiled
    for name in one.vocabulary.activities:
        found.answers(name, "accountable")
    return found


def updated(old: CompiledPack, new: Pack) -> CompiledPack | None:
    return updated_within(old, new, Budget())


def _shared(old: Pack, new: Pack) -> Pack:
    """Return the new pack with the subjects it shares with the old one, and its vocabulary."""
    same = {
        name: old.subjects[name]
        for name, subject in new.subjects.items()
        if old.subjects.get(name) == subject
    }
    return replace(new, subjects={**new.subjects, **same}, vocabulary=old.vocabulary)


BASE = _pack(
    duty("a/all"),
    duty("b/north", when(place=NORTH), over=["a/all"]),
    duty("c/test", activity="test"),
    duty("d/test", when(stage=EARLY), activity="test", over=["c/test"]),
)


@pytest.mark.parametrize(
    "edited",
    [
        _pack(duty("a/all"), duty("c/test", activity="test")),
        _pack(*BASE.duties(), duty("e/early", when(stage=EARLY))),
        _pack(
            duty("a/all"),
            duty("b/north", when(place=PLACE.only("b1")), over=["a/all"]),
            *[d for d in BASE.duties() if d.activity == "test"],
        ),
        _pack(
            *[d for d in BASE.duties() if d.name != "b/north"],
            duty("b/north", when(place=NORTH)),
        ),
    ],
)
def test_an_edit_is_answered_as_by_a_new_map(edited: Pack) -> None:
    new = updated(_compiled(BASE), _shared(BASE, edited))
    assert new is not None
    # The same order of axes, so that equal answers are equal diagrams.
    fresh = CompiledPack(edited, new.space)
    for name in ACTIVITIES:
        assert fresh.answers(name, "accountable").same(new.answers(name, "accountable"))
        gaps = [each.unheld(name, "accountable") is None for each in (fresh, new)]
        assert gaps[0] == gaps[1]


def _with_gaps(one: Pack) -> CompiledPack:
    found = compile_pack(one).compiled
    for name in one.vocabulary.activities:
        found.unheld(name, "accountable")
        clashes_of(found, name)
    return found


NARROW = _pack(
    duty("a/north", when(place=NORTH)),
    duty("b/early", when(place=NORTH, stage=EARLY)),
    duty("c/test", activity="test"),
    replace(duty("d/test", when(stage=EARLY), activity="test"), unless=when(place=NORTH)),
)


@pytest.mark.parametrize(
    "edited",
    [
        {"a/north": duty("a/north", when(place=PLACE.only("b1")))},
        {"a/north": duty("e/north", when(place=NORTH))},
        {"b/early": None},
        {"b/early": duty("b/early", when(stage=EARLY))},
        {"c/test": duty("c/test", when(place=NORTH), activity="test")},
        {"c/test": None},
        {"d/test": replace(duty("d/test", activity="test"), unless=when(place=NORTH))},
    ],
    ids=["narrowed", "handed on", "gone", "widened", "opened", "left alone", "around a hole"],
)
def test_gaps_and_clashes_after_an_edit_are_those_of_a_new_map(
    edited: dict[str, Duty | None],
) -> None:
    changed = [edited.get(each.name, each) for each in NARROW.duties()]
    after = _pack(*(each for each in changed if each is not None))
    first = updated(_with_gaps(NARROW), _shared(NARROW, after))
    assert first is not None
    # And back again, from what was patched, and from what nobody asked for yet.
    lazy = updated(first, _shared(after, NARROW))
    _assert_as_new(first, after)
    back = updated(first, _shared(after, NARROW))
    assert back is not None
    assert lazy is not None
    for found in (back, lazy):
        _assert_as_new(found, NARROW)


def _assert_as_new(found: CompiledPack, pack_: Pack) -> None:
    fresh = CompiledPack(pack_, found.space)
    for name in ACTIVITIES:
        gaps = [each.unheld(name, "accountable") for each in (fresh, found)]
        assert gaps[0] is None if gaps[1] is None else gaps[1].same(gaps[0])
        clashes = [clashes_of(each, name) for each in (fresh, found)]
        assert [(c.subjects, c.duties) for c in clashes[0]] == [
            (c.subjects, c.duties) for c in clashes[1]
        ]
        assert all(a.cells.same(b.cells) for a, b in zip(*clashes, strict=True))


def test_an_activity_that_was_not_touched_keeps_its_very_diagram() -> None:
    old = _compiled(BASE)
    one_more = duty("z/early", when(stage=EARLY), activity="test")
    new = updated(old, _shared(BASE, _pack(*BASE.duties(), one_more)))
    assert new is not None
    assert old.answers("gate", "accountable") is new.answers("gate", "accountable")
    assert set(old.answers("test", "accountable").terminals) != set(
        new.answers("test", "accountable").terminals
    )


def test_a_duty_that_only_moved_is_told_at_its_new_place() -> None:
    elsewhere = Span("moved.yaml", 9, 1, 9, 2)
    moved = [replace(each, span=elsewhere) for each in BASE.duties()]
    new = updated(_compiled(BASE), _shared(BASE, _pack(*moved)))
    assert new is not None
    assert {elsewhere} == {d.span for part in new.parts.values() for d in part.duties}


@pytest.mark.parametrize(
    "edited",
    [
        _pack(*BASE.duties(), duty("e/few", when(cases=CASES.only(3)))),
        _pack(
            *BASE.duties(),
            replace(duty("e/dated"), valid=Validity(dt.date(2026, 1, 1), None, HERE)),
        ),
        replace(BASE, precedence=("place",)),
        pack(*[d for d in BASE.duties() if d.activity == "gate"]),
    ],
    ids=["a new bound", "a new day", "another precedence", "another vocabulary"],
)
def test_an_edit_of_the_space_itself_needs_a_new_map(edited: Pack) -> None:
    assert updated(_compiled(BASE), edited) is None
    assert compile_pack(BASE).updated(edited).pack is edited


RIVALS = _pack(
    duty("a/all"),
    duty("b/north", when(place=NORTH)),
    duty("c/early", when(stage=EARLY)),
    duty("d/test", activity="test"),
)


@pytest.mark.parametrize(
    "edited",
    [
        _pack(duty("a/all"), duty("b/north", when(place=NORTH))),
        _pack(duty("a/all"), duty("b/north", when(place=NORTH)), duty("c/early", over=["a/all"])),
        _pack(
            duty("a/all", when(place=NORTH)),
            duty("b/north", when(place=NORTH)),
            duty("c/early", when(stage=EARLY)),
        ),
        _pack(
            duty("a/all"),
            duty("b/north", when(place=NORTH)),
            duty("c/early", when(stage=EARLY)),
            duty("e/b1", when(place=PLACE.only("b1"))),
        ),
    ],
    ids=["one fewer", "one wider", "one narrower", "one more"],
)
def test_clashes_known_before_an_edit_are_mended_to_those_found_anew(edited: Pack) -> None:
    """What is left of a clash, what it gained and whose it is equal what a new map finds."""
    old = _with_gaps(RIVALS)
    assert len(clashes_of(old, "gate")) == 3
    new = updated(old, _shared(RIVALS, edited))
    assert new is not None
    assert "gate" in new.kept.clashes_later
    _assert_as_new(new, edited)
