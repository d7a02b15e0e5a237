"""Plans, lines of command and limits of time, added to a random pack as plain data."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.plain_packs import family
from tests.random_conditions import random_condition
from tests.reference import Reference

__all__ = ["with_plans"]

TIMES = ("5m", "10m", "20m", "1h", "3h")
CHECKS = {
    "overloaded-subject": {"accountable": 1, "responsible": 1},
    "uninformed-party": {"of": ["acting", "superiors"]},
}


def with_plans(rng: Random, pack: dict[str, Any]) -> dict[str, Any]:
    """Add one to three plans, and a line of command with deputies, to the lowest pack."""
    dimensions = {key: d for one in family(pack) for key, d in (one["dimensions"] or {}).items()}
    activities = list(Reference(pack).activities)
    names = [subject["subject"] for subject in pack["subjects"]]
    for at, subject in enumerate(pack["subjects"]):
        if at and rng.random() < 0.5:
            subject["under"] = names[rng.randrange(at)]
        if rng.random() < 0.4:
            subject["deputies"] = [rng.choice(names)]
    for duty in (duty for one in pack["subjects"] for duty in one.get("duties") or ()):
        if rng.random() < 0.4:
            duty["acknowledge"] = rng.choice(TIMES)
        if rng.random() < 0.5:
            duty["complete"] = rng.choice(TIMES)
    pack["plans"] = [
        _random_plan(rng, f"plan-{number}", activities, dimensions)
        for number in range(rng.randint(1, 3))
    ]
    pack["checks"] = {**(pack.get("checks") or {}), **CHECKS}
    return pack


def _random_plan(
    rng: Random, name: str, activities: list[str], dimensions: dict[str, Any]
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    for activity in rng.sample(activities, rng.randint(1, min(4, len(activities)))):
        step: dict[str, Any] = {"activity": activity}
        if steps and rng.random() < 0.6:
            step["after"] = [rng.choice(steps)["activity"]]
        if rng.random() < 0.4:
            step["complete"] = rng.choice(TIMES)
        if rng.random() < 0.3:
            step["acknowledge"] = rng.choice(TIMES)
        if rng.random() < 0.3:
            step["consult_first"] = True
        if rng.random() < 0.5:
            step["hand_over_to"] = [rng.choice(activities)]
        if rng.random() < 0.3:
            step["within"] = rng.choice(TIMES)
        steps.append(step)
    plan: dict[str, Any] = {"plan": name, "steps": steps, "within": rng.choice(TIMES)}
    if rng.random() < 0.5:
        plan["lead_within"] = rng.choice(TIMES)
    if rng.random() < 0.7:
        plan["when"] = random_condition(rng, dimensions)
    return plan
