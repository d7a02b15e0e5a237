"""Random small packs as plain data: every construct that bears on who answers for what.

All draws come from the generator given, so a seed names a pack, and Hypothesis can shrink one.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.plain_packs import family, maps_of
from tests.random_conditions import (
    DAYS,
    dimension_size,
    narrow_condition,
    random_condition,
    random_dimension,
    random_value,
)
from tests.random_subjects import Scope, random_limits, random_subjects
from tests.reference import LETTERS, Reference

__all__ = ["random_event", "random_pack", "random_tests"]

MOST_CELLS = 900
"""Upper bound on the product of the declared dimensions; days come on top."""
NAMES = ("random", "higher", "top")
"""Packs, each of which extends the next."""


def random_pack(rng: Random) -> dict[str, Any]:
    """Return a pack; half of them extend higher ones, which have part of the vocabulary."""
    dimensions = _random_dimensions(rng)
    levels = rng.choice((1, 1, 1, 2, 2, 3))
    cuts = sorted(rng.randint(0, len(dimensions)) for _ in range(levels - 1))
    powers = [f"power-{number}" for number in range(rng.randint(0, 2))]
    subjects = [f"body-{number}" for number in range(rng.randint(2, 4))]
    scope = Scope({}, [], powers, subjects)
    above: list[dict[str, Any]] = []
    for level in reversed(range(levels)):
        low, high = [0, *cuts, len(dimensions)][levels - 1 - level : levels + 1 - level]
        own = dict(list(dimensions.items())[low:high])
        activities = [f"{NAMES[level]}-act-{number}" for number in range(rng.randint(1, 2))]
        scope = Scope(
            {**scope.dimensions, **own}, [*scope.activities, *activities], powers, subjects
        )
        pack = _random_level(rng, NAMES[level], scope, own, activities)
        if level == levels - 1:
            pack["powers"] = {name: {"label": name} for name in powers}
        if above:
            pack["extends"] = above[-1:] if rng.random() < 0.7 else above[::-1]
        above.append(pack)
    return _finished(rng, above[-1], scope)


def _random_dimensions(rng: Random) -> dict[str, Any]:
    dimensions: dict[str, Any] = {}
    cells = 1
    for number in range(rng.randint(1, 5)):
        spec = random_dimension(rng, f"d{number}")
        cells *= dimension_size(spec)
        if dimensions and cells > MOST_CELLS:
            break
        dimensions[f"d{number}"] = spec
    return dimensions


def _random_level(
    rng: Random, name: str, scope: Scope, own: dict[str, Any], activities: list[str]
) -> dict[str, Any]:
    pack: dict[str, Any] = {
        "remit": 1,
        "pack": name,
        "version": "1",
        "lead": rng.choice(scope.activities),
        "dimensions": own,
        "activities": {one: _random_activity(rng, scope) for one in activities},
        "subjects": random_subjects(rng, scope, joint=name == NAMES[0]),
    }
    if rng.random() < 0.3:
        pack["unowned"] = [_random_unowned(rng, scope) for _ in range(rng.randint(1, 2))]
    if scope.dimensions and rng.random() < 0.3:
        pack["impossible"] = maps_of(narrow_condition(rng, scope.dimensions))
    if rng.random() < (0.2 if name == NAMES[0] else 0.6):
        pack["limits"] = random_limits(rng, scope)
    return pack


def _random_activity(rng: Random, scope: Scope) -> dict[str, Any]:
    activity: dict[str, Any] = {}
    if rng.random() < 0.4:
        activity["needed"] = random_condition(rng, scope.dimensions, 0.3)
    if scope.powers and rng.random() < 0.5:
        activity["requires"] = rng.sample(scope.powers, rng.randint(1, len(scope.powers)))
    if rng.random() < 0.5:
        activity["label"] = {"en": "Act", "zh": "行动"}
    return activity


def _random_unowned(rng: Random, scope: Scope) -> dict[str, Any]:
    return {
        "activity": rng.choice(scope.activities),
        "when": random_condition(rng, scope.dimensions, 0.5),
        "reason": "on purpose: #1",
    }


def _finished(rng: Random, pack: dict[str, Any], scope: Scope) -> dict[str, Any]:
    names = [*scope.dimensions, "date"]
    if rng.random() < 0.5:
        pack["precedence"] = rng.sample(names, rng.randint(1, len(names)))
    if rng.random() < 0.4:
        pack["accept"] = [_random_acceptance(rng, scope) for _ in range(rng.randint(1, 3))]
    for one in family(pack):
        if "accept" in pack and rng.random() < 0.3:
            one["mandatory"] = [_random_mandatory(rng, list(one["activities"]))]
    if rng.random() < 0.6:
        crowd = {letter: rng.randint(1, 2) for letter in ("responsible", "consulted", "informed")}
        pack["checks"] = {
            "crowded-activity": crowd,
            "owned-by-default": {"narrower": rng.randint(1, 2)},
        }
    _mark_states(rng, pack, scope)
    _derive_one(rng, pack["dimensions"])
    if not Reference(pack).cells():
        # WHY: a pack in which nothing can happen says nothing about who answers.
        for one in family(pack):
            one.pop("impossible", None)
    return pack


ACCEPTABLE = (
    "unowned-event",
    "missing-doer",
    "contested-event",
    "crowded-activity",
    "owned-by-default",
    "powerless-duty",
    "limit-crossed",
)


def _random_mandatory(rng: Random, activities: list[str]) -> str | dict[str, Any]:
    code = rng.choice(ACCEPTABLE)
    if not activities or rng.random() < 0.5:
        return code
    few = rng.sample(activities, min(2, len(activities)))
    return {"code": code, "activity": rng.choice((few, few[0])), "basis": "Act, art. 3"}


def _random_acceptance(rng: Random, scope: Scope) -> dict[str, Any]:
    entry = {
        "code": rng.choice(ACCEPTABLE),
        "when": random_condition(rng, scope.dimensions, 0.25),
        "reason": {"en": "agreed by letter", "zh": "已函商"},
    }
    if rng.random() < 0.5:
        entry["until"] = rng.choice(DAYS)
    if rng.random() < 0.3:
        entry["activity"] = rng.choice(scope.activities)
    return entry


def _mark_states(rng: Random, pack: dict[str, Any], scope: Scope) -> None:
    """Mark some dimensions as states, with a current value in the pack for some of them."""
    state = {}
    for name, spec in scope.dimensions.items():
        if "values" in spec and rng.random() < 0.3:
            spec["state"] = True
            if rng.random() < 0.7:
                state[name] = rng.choice(spec["values"])
    if state:
        pack["state"] = state


def _derive_one(rng: Random, dimensions: dict[str, Any]) -> None:
    """Let one dimension be derived from the time of day or from a number, if one can be."""
    able = [name for name, spec in dimensions.items() if "values" in spec and "state" not in spec]
    if not able or rng.random() < 0.5:
        return
    target = rng.choice(able)
    numbers = [name for name, spec in dimensions.items() if "integer" in spec]
    source = rng.choice(["time", *numbers])
    first, *_, last = dimensions[target]["values"]
    rule = "07:00..<19:00"
    if source != "time":
        rule = f"{dimensions[source]['integer']['min'] + 1}.."
    dimensions[target]["derive"] = {"from": source, first: rule, last: "else"}


def random_event(rng: Random, reference: Reference, given: float) -> dict[str, Any]:
    """Return an event that gives each dimension with the chance `given`; for a tree, any node."""
    return {
        name: random_value(rng, spec)
        for name, spec in reference.dimensions.items()
        if rng.random() < given
    }


def random_tests(rng: Random, reference: Reference) -> list[dict[str, Any]]:
    """Return tests of a pack: what holds in one cell the event may be, sometimes altered."""
    found = []
    for number in range(rng.randint(0, 3)):
        given = random_event(rng, reference, 0.7)
        cells = reference.cells(given)
        if cells:
            expect = _random_expectations(rng, reference, rng.choice(cells))
            found.append({"name": f"case {number}", "given": given, "expect": expect})
    return found


def _random_expectations(rng: Random, reference: Reference, cell: Any) -> dict[str, Any]:
    activity, letter = rng.choice(list(reference.activities)), rng.choice(LETTERS)
    expected = sorted(reference.holders(cell, activity, letter))
    if rng.random() < 0.3:
        expected = [f"body-{rng.randint(0, 1)}"]
    said: Any = expected[0] if len(expected) == 1 and rng.random() < 0.5 else expected
    expect: dict[str, Any] = {activity: {letter: said}}
    if rng.random() < 0.3:
        expect["owner"] = sorted(reference.holders(cell, str(reference.lead), "accountable"))
    return expect
