"""Random subjects as plain data: their authority, their duties, and the limits set to them."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from tests.plain_packs import Plain
from tests.random_conditions import narrow_condition, random_condition, random_valid
from tests.reference import LETTERS

__all__ = ["Scope", "random_limits", "random_subjects"]

MOST_DUTIES = 12


class Scope(NamedTuple):
    """What a pack may speak of: dimensions, and the names of activities, powers and subjects."""

    dimensions: Plain
    activities: list[str]
    powers: list[str]
    subjects: list[str]


def random_subjects(rng: Random, scope: Scope, *, joint: bool) -> list[dict[str, Any]]:
    """Return a file's content for each subject of `scope`; with `joint` one may have members."""
    subjects = {name: {"subject": name, **_random_authority(rng, scope)} for name in scope.subjects}
    *others, last = scope.subjects
    if joint and len(others) > 1 and rng.random() < 0.5:
        members = rng.sample(others, 2)
        subjects[last] |= {"members": members, "lead": members[0]}
    for duty in _random_duties(rng, scope):
        subjects[duty.pop("subject")].setdefault("duties", []).append(duty)
    return list(subjects.values())


def _random_duties(rng: Random, scope: Scope) -> list[dict[str, Any]]:
    duties: list[dict[str, Any]] = []
    earlier: dict[str, list[str]] = {name: [] for name in scope.activities}
    for number in range(rng.randint(1, MOST_DUTIES)):
        duty = {"subject": rng.choice(scope.subjects), **_random_duty(rng, scope, number)}
        before = earlier[duty["activity"]]
        if not before and rng.random() < 0.5:
            duty |= {"role": ["accountable", "responsible"], "when": {}}
        if before and rng.random() < 0.5:
            # WHY: mostly the latest one, so that chains grow three deep and more.
            several = rng.sample(before, min(2, len(before)))
            duty["exception_to"] = before[-1:] if rng.random() < 0.7 else several
        elif duties and rng.random() < 0.04:
            # An exception to a duty of another activity is idle, and carries on through chains.
            other = rng.choice(duties)
            duty["exception_to"] = [f"{other['subject']}/{other['id']}"]
        before.append(f"{duty['subject']}/{duty['id']}")
        duties.append(duty)
    return duties


def _random_duty(rng: Random, scope: Scope, number: int) -> dict[str, Any]:
    several = rng.sample(LETTERS, rng.randint(2, 5))
    both = ["accountable", "responsible"]
    duty: dict[str, Any] = {
        "id": f"duty-{number}",
        "activity": rng.choice(scope.activities),
        "role": rng.choice(("accountable", both, both, several, several)),
    }
    if rng.random() < 0.85:
        duty["when"] = random_condition(rng, scope.dimensions)
    if scope.dimensions and rng.random() < 0.2:
        duty["unless"] = narrow_condition(rng, scope.dimensions)
    if rng.random() < 0.2:
        duty["valid"] = random_valid(rng)
    if rng.random() < 0.3:
        duty |= {"acknowledge": "15m", "complete": "12h", "basis": 'Law art. 42(3): "all"'}
    return duty


def _random_authority(rng: Random, scope: Scope) -> dict[str, Any]:
    dimensions, powers = scope.dimensions, scope.powers
    found: dict[str, Any] = {}
    if powers and rng.random() < 0.6:
        found["authority"] = [
            {
                "id": f"grant-{number}",
                "power": rng.choice(powers),
                "when": random_condition(rng, dimensions, 0.2),
            }
            for number in range(rng.randint(1, 2))
        ]
    if powers and rng.random() < 0.2:
        where = random_condition(rng, dimensions)
        found["prohibitions"] = [{"power": rng.choice(powers), "when": where}]
    if rng.random() < 0.2:
        where = random_condition(rng, dimensions)
        found["assists_only"] = [{"activity": rng.choice(scope.activities), "when": where}]
    return found


def random_limits(rng: Random, scope: Scope) -> list[dict[str, Any]]:
    """Return one limit on who may be accountable."""
    limit: dict[str, Any] = {
        "activity": rng.choice(scope.activities),
        "accountable": rng.sample(scope.subjects, rng.randint(1, 2)),
        "basis": "Regulation, art. 1",
    }
    if rng.random() < 0.5:
        limit["when"] = random_condition(rng, scope.dimensions)
    return [limit]
