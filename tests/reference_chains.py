"""What the checks on chains must find in one cell, by reading the plain pack."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

from tests.plain_packs import Plain
from tests.reference import LETTERS, Cell, Reference
from tests.reference_checks import accounts_of

__all__ = ["chain_faults_at"]

Key = tuple[str, ...]
"""The check, then what tells its faults apart."""


def chain_faults_at(reference: Reference, plans: list[Plain], cell: Cell) -> set[Key]:
    """Return the faults of one possible cell."""
    holding = [plan for plan in plans if reference.holds(plan.get("when", {}), cell)]
    found: set[Key] = {*_overloaded(reference, cell), *_idle(reference, cell)}
    for plan in holding:
        found |= {*_split(reference, cell, plan), *_uninformed(reference, cell, plan)}
        for step in plan["steps"]:
            found |= set(_dangling(reference, cell, plan, step, holding))
    planned = {step["activity"] for plan in holding for step in plan["steps"]}
    for activity in set(reference.activities) - planned - {reference.lead}:
        if holding and reference.needed(cell, activity):
            found.add(("unplanned-activity", activity))
    return found


def _has(reference: Reference, cell: Cell, activity: str, letter: str) -> frozenset[str]:
    if not reference.needed(cell, activity):
        return frozenset()
    return reference.holders(cell, activity, letter)


def _overloaded(reference: Reference, cell: Cell) -> Iterator[Key]:
    for letter in ("accountable", "responsible"):
        every = [n for one in reference.activities for n in _has(reference, cell, one, letter)]
        for subject in set(every):
            if every.count(subject) > 1:
                yield ("overloaded-subject", subject, letter)


def _superior(reference: Reference, subject: str) -> str | None:
    accounts = accounts_of(reference, subject)
    named = [one["under"] for one in accounts if one.get("under")]
    leads = [one["lead"] for one in accounts if one.get("members")]
    return next(iter((*named, *leads)), None)


def _bosses(reference: Reference, subject: str) -> list[str]:
    found = [subject]
    while (superior := _superior(reference, found[-1])) is not None and superior not in found:
        found.append(superior)
    return found[1:]


def _members(reference: Reference, subject: str) -> set[str]:
    accounts = accounts_of(reference, subject)
    return set(next((one["members"] for one in accounts if one.get("members")), ()))


def _in_line(reference: Reference, one: str, other: str) -> bool:
    mine, theirs = ({each, *_members(reference, each)} for each in (one, other))
    return bool(
        mine & theirs
        or any(theirs & set(_bosses(reference, name)) for name in mine)
        or any(mine & set(_bosses(reference, name)) for name in theirs)
    )


def _split(reference: Reference, cell: Cell, plan: Plain) -> Iterator[Key]:
    orders: dict[str, set[tuple[str, str]]] = {}
    for activity in {step["activity"] for step in plan["steps"]}:
        for doer in _has(reference, cell, activity, "responsible"):
            bosses = _has(reference, cell, activity, "accountable") - {doer}
            orders.setdefault(doer, set()).update((boss, activity) for boss in bosses)
    for doer, found in orders.items():
        for (one, mine), (other, theirs) in combinations(sorted(found), 2):
            if mine != theirs and not _in_line(reference, one, other):
                yield ("split-command", plan["plan"], doer)


def _dangling(
    reference: Reference, cell: Cell, plan: Plain, step: Plain, holding: list[Plain]
) -> Iterator[Key]:
    if not reference.needed(cell, step["activity"]):
        return
    for receiver in step.get("hand_over_to") or ():
        takers = _has(reference, cell, receiver, "accountable")
        planned = any(one["activity"] == receiver for each in holding for one in each["steps"])
        if not reference.needed(cell, receiver):
            reason = "which is not needed"
        elif not takers:
            reason = "for which nobody is accountable"
        elif not planned and receiver != reference.lead:
            reason = "for which no plan has a step"
        elif len(takers) == 1 and takers == _has(reference, cell, step["activity"], "responsible"):
            reason = "for which its own doer answers"
        else:
            continue
        yield ("dangling-handover", plan["plan"], step["activity"], receiver, reason)


def _idle(reference: Reference, cell: Cell) -> Iterator[Key]:
    for subject, number, grant in _unused(reference):
        if reference.holds(grant.get("when", {}), cell):
            yield ("idle-power", subject, number)


@lru_cache(maxsize=1)
def _unused(reference: Reference) -> list[tuple[str, str, Plain]]:
    """Return the grants to subjects with duties that are used in none of their cells."""
    return [
        (subject["subject"], str(number), grant)
        for subject in reference.packs[0]["subjects"]
        for number, grant in enumerate(subject.get("authority") or ())
        if subject.get("duties")
        and not any(
            reference.holds(grant.get("when", {}), cell)
            and _uses(reference, cell, subject["subject"], grant["power"])
            for cell in reference.cells()
        )
    ]


def _uses(reference: Reference, cell: Cell, subject: str, power: str) -> bool:
    return any(
        body == subject
        or subject in _members(reference, body)
        or subject in _deputies(reference, body)
        or subject in _bosses(reference, body)
        for activity, spec in reference.activities.items()
        if power in ((spec or {}).get("requires") or ())
        for letter in ("accountable", "responsible")
        for body in _has(reference, cell, activity, letter)
    )


def _deputies(reference: Reference, subject: str) -> list[str]:
    accounts = accounts_of(reference, subject)
    return next((one["deputies"] for one in accounts if one.get("deputies")), [])


def _uninformed(reference: Reference, cell: Cell, plan: Plain) -> Iterator[Key]:
    steps = {step["activity"] for step in plan["steps"]}
    receiving = {one for step in plan["steps"] for one in step.get("hand_over_to") or ()}
    names = [subject["subject"] for subject in reference.packs[0]["subjects"]]

    def having(activities: set[str], letters: tuple[str, ...], who: set[str]) -> bool:
        return any(
            who & _has(reference, cell, activity, letter)
            for activity in activities
            for letter in letters
        )

    def voices(subject: str) -> set[str]:
        joint = {name for name in names if subject in _members(reference, name)}
        return {subject, *_members(reference, subject), *joint}

    lead = {reference.lead}
    for subject in names:
        mine = voices(subject)
        acts = having(steps, ("responsible", "supports"), {subject}) or having(
            receiving - steps, ("accountable",), {subject}
        )
        told = (
            having(steps, ("accountable", "consulted", "informed"), mine)
            or having(receiving - steps, ("consulted", "informed"), mine)
            or having(lead, LETTERS, mine)
        )
        if acts and not told:
            yield ("uninformed-party", plan["plan"], subject)
        superior: Any = _superior(reference, subject)
        if superior in names and having(steps, ("accountable",), {subject}):
            who = voices(superior)
            if not having(steps | lead, LETTERS, who) and not having(
                receiving, ("accountable", "consulted", "informed"), who
            ):
                yield ("uninformed-party", plan["plan"], superior, subject)
