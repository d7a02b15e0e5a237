"""What each check must find, by enumeration: the cells in which a pack has a fault."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from tests.plain_packs import Plain, roles_of
from tests.reference import LETTERS, Cell, Reference

__all__ = [
    "Fault",
    "accounts_of",
    "dead_duties",
    "failing_tests",
    "faults",
    "faults_at",
    "idle_exceptions",
    "is_accepted",
    "is_barred",
    "is_mandatory",
    "is_stale",
    "is_unused",
    "redundant_duties",
    "unneeded_duties",
]


class Fault(NamedTuple):
    """What findings about the same thing share; `power` is a power, a letter or a duty, if any."""

    name: str
    activity: str | None
    subjects: tuple[str, ...] = ()
    power: str | None = None


def faults(reference: Reference) -> dict[Fault, list[Cell]]:
    """Return the possible cells in which the pack has each fault."""
    found: dict[Fault, list[Cell]] = defaultdict(list)
    for cell in reference.cells():
        for fault in faults_at(reference, cell):
            found[fault].append(cell)
    return dict(found)


def faults_at(reference: Reference, cell: Cell) -> set[Fault]:
    """Return every fault of one possible cell."""
    found = {*_grants_against_law(reference, cell), *_by_default(reference, cell)}
    for activity in reference.activities:
        if reference.needed(cell, activity):
            found |= {
                *_ownership(reference, cell, activity),
                *_entitlement(reference, cell, activity),
                *_crowded(reference, cell, activity),
            }
    return found


def _ownership(reference: Reference, cell: Cell, activity: str) -> Iterator[Fault]:
    fault = reference.fault(cell, activity)
    if fault == "gap":
        yield Fault("unowned-event", activity)
    if fault == "overlap":
        yield Fault(
            "contested-event",
            activity,
            tuple(sorted(reference.holders(cell, activity, "accountable"))),
        )
    if reference.misses_doer(cell, activity):
        yield Fault("missing-doer", activity)


def _entitlement(reference: Reference, cell: Cell, activity: str) -> Iterator[Fault]:
    required = (reference.activities[activity] or {}).get("requires") or ()
    limits = [one for pack in reference.packs for one in pack.get("limits") or ()]
    for subject in reference.holders(cell, activity, "accountable"):
        for power in required:
            if not holds_power(reference, subject, power, cell):
                yield Fault("powerless-duty", activity, (subject,), power)
            if _says(reference, subject, "prohibitions", cell, power=power):
                yield Fault("prohibited-power", activity, (subject,), power)
        if _says(reference, subject, "assists_only", cell, activity=activity):
            yield Fault("assist-made-accountable", activity, (subject,))
        for limit in limits:
            inside = limit["activity"] == activity and reference.holds(limit.get("when", {}), cell)
            if inside and subject not in limit["accountable"]:
                yield Fault("limit-crossed", activity, (subject,))


def _crowded(reference: Reference, cell: Cell, activity: str) -> Iterator[Fault]:
    allowed = {"responsible": 3, "consulted": 5, "informed": 10}
    allowed |= _options(reference, "crowded-activity")
    for letter, most in allowed.items():
        if len(reference.holders(cell, activity, letter)) > most:
            yield Fault("crowded-activity", activity, (), letter)


def _by_default(reference: Reference, cell: Cell) -> Iterator[Fault]:
    for name in _defaults(reference):
        duty = reference.duties[name]
        activity = duty["activity"]
        effective = reference.effective(cell, activity, "accountable")
        if reference.needed(cell, activity) and effective == {name}:
            yield Fault("owned-by-default", activity, (duty["subject"],), name)


@lru_cache(maxsize=1)
def _defaults(reference: Reference) -> list[str]:
    """Return the accountable duties that hold wherever needed, and give way to enough others."""
    fewest = _options(reference, "owned-by-default").get("narrower", 3)
    found = []
    for name, duty in reference.duties.items():
        others = [
            other
            for other, theirs in reference.duties.items()
            if theirs["activity"] == duty["activity"] and "accountable" in roles_of(theirs)
        ]
        over = [y for y in others if reference.overrides(y, name, "accountable")]
        narrower = [y for y in over if reference.duties[y]["subject"] != duty["subject"]]
        gives_way = not any(reference.overrides(name, x, "accountable") for x in others)
        if name in others and gives_way and len(narrower) >= fewest:
            found.append(name)
    return [name for name in found if _holds_where_needed(reference, name)]


def _holds_where_needed(reference: Reference, name: str) -> bool:
    activity = reference.duties[name]["activity"]
    return all(
        name in reference.matching(cell, activity)
        for cell in reference.cells()
        if reference.needed(cell, activity)
    )


def _options(reference: Reference, check: str) -> dict[str, int]:
    return (reference.packs[0].get("checks") or {}).get(check) or {}


def _grants_against_law(reference: Reference, cell: Cell) -> Iterator[Fault]:
    for subject in {one["subject"] for pack in reference.packs for one in pack["subjects"]}:
        for power in {power for pack in reference.packs for power in pack.get("powers") or {}}:
            granted = _says(reference, subject, "authority", cell, power=power)
            if granted and _says(reference, subject, "prohibitions", cell, power=power):
                yield Fault("prohibited-power", None, (subject,), power)


def holds_power(reference: Reference, subject: str, power: str, cell: Cell) -> bool:
    """Return whether the subject or a member of it has `power`, from any pack of the family."""
    members = {
        member for one in accounts_of(reference, subject) for member in one.get("members") or ()
    }
    return any(_says(reference, one, "authority", cell, power=power) for one in {subject, *members})


def _says(reference: Reference, subject: str, key: str, cell: Cell, **named: str) -> bool:
    return any(
        all(entry[word] == name for word, name in named.items())
        and reference.holds(entry.get("when", {}), cell)
        for one in accounts_of(reference, subject)
        for entry in one.get(key) or ()
    )


def accounts_of(reference: Reference, subject: str) -> list[Plain]:
    """Return what the packs of the family say of one subject, nearest first."""
    return [
        one for pack in reference.packs for one in pack["subjects"] if one["subject"] == subject
    ]


def dead_duties(reference: Reference) -> set[str]:
    """Return the duties effective in no possible cell."""
    return reference.dead()


def redundant_duties(reference: Reference) -> set[str]:
    """Return the duties, not dead, without which every possible answer is the same."""
    cells = reference.cells()
    return {
        name
        for name in set(reference.duties) - reference.dead()
        if _is_redundant(reference, name, cells)
    }


def _is_redundant(reference: Reference, name: str, cells: list[Cell]) -> bool:
    activity = reference.duties[name]["activity"]
    other = _without(reference, name)
    return all(
        reference.holders(cell, activity, letter) == other.holders(cell, activity, letter)
        for cell in cells
        for letter in LETTERS
    )


def _without(reference: Reference, name: str) -> Reference:
    """Return the same pack without one duty and without its name in the others' exceptions."""
    other = object.__new__(Reference)
    other.__dict__.update(reference.__dict__)
    other.duties = {
        each: {
            **duty,
            "exception_to": [one for one in duty.get("exception_to") or () if one != name],
        }
        for each, duty in reference.duties.items()
        if each != name
    }
    # WHY: what matches is asked for each cell, and is the same but for the one duty.
    other.__dict__["matching"] = lambda cell, activity: [
        each for each in reference.matching(cell, activity) if each != name
    ]
    for method in ("overrides", "holders"):
        setattr(other, method, cache(getattr(Reference, method).__get__(other)))
    return other


def unneeded_duties(reference: Reference) -> set[str]:
    """Return the duties, not dead, that match in no cell in which their activity is needed."""
    needed = {
        name
        for cell in reference.cells()
        for activity in reference.activities
        if reference.needed(cell, activity)
        for name in reference.matching(cell, activity)
    }
    return set(reference.duties) - needed - reference.dead()


def idle_exceptions(reference: Reference) -> set[tuple[str, str]]:
    """Return pairs of an exception and a duty it names that match together nowhere."""
    named = {(y, x) for y, duty in reference.duties.items() for x in duty.get("exception_to") or ()}
    for cell in reference.cells():
        for activity in reference.activities:
            matching = set(reference.matching(cell, activity))
            named -= {(y, x) for y, x in named if {y, x} <= matching}
    return named


def failing_tests(reference: Reference, tests: list[Plain]) -> set[str]:
    """Return the names of the tests that some possible cell of their event fails."""
    return {
        test["name"]
        for test in tests
        if not all(_passes(reference, test, cell) for cell in reference.cells(test["given"]))
    }


def _passes(reference: Reference, test: Plain, cell: Cell) -> bool:
    for name, expected in test["expect"].items():
        letters = {"accountable": expected} if name == "owner" else expected
        activity = str(reference.lead) if name == "owner" else name
        for letter, subjects in letters.items():
            wanted = {subjects} if isinstance(subjects, str) else set(subjects)
            if reference.holders(cell, activity, letter) != wanted:
                return False
    return True


def is_accepted(
    reference: Reference, entries: list[Plain], fault: Fault, cell: Cell, today: dt.date
) -> bool:
    """Return whether an entry of `accept` that still holds covers the fault in `cell`."""
    return not is_mandatory(reference, fault.name, fault.activity) and any(
        not is_stale(entry, today) and _accepts(reference, entry, fault, cell) for entry in entries
    )


def is_stale(entry: Plain, today: dt.date) -> bool:
    """Return whether an entry of `accept` is past its `until`; that day itself is in."""
    return "until" in entry and dt.date.fromisoformat(str(entry["until"])) < today


def is_unused(reference: Reference, entry: Plain, found: dict[Fault, list[Cell]]) -> bool:
    """Return whether an entry of `accept` covers no faulty cell."""
    return not any(
        _accepts(reference, entry, fault, cell) for fault, cells in found.items() for cell in cells
    )


def is_barred(reference: Reference, entry: Plain, found: dict[Fault, list[Cell]]) -> bool:
    """Return whether an entry of `accept` is about what nobody may accept, or covers such."""
    return is_mandatory(reference, entry["code"], entry.get("activity")) or any(
        is_mandatory(reference, fault.name, fault.activity)
        and _accepts(reference, entry, fault, cell)
        for fault, cells in found.items()
        for cell in cells
    )


def is_mandatory(reference: Reference, name: str, activity: str | None) -> bool:
    """Whether nobody may accept findings of a check about an activity."""
    for pack in reference.packs:
        for one in pack.get("mandatory") or ():
            code, about = (
                (one, None) if isinstance(one, str) else (one["code"], one.get("activity"))
            )
            activities = [about] if isinstance(about, str) else about
            if code == name and (activities is None or activity in activities):
                return True
    return False


def _accepts(reference: Reference, entry: Plain, fault: Fault, cell: Cell) -> bool:
    if entry["code"] != fault.name or entry.get("activity", fault.activity) != fault.activity:
        return False
    return reference.holds(entry.get("when", {}), cell)
