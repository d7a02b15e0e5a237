"""What each check must find, by enumeration: the cells in which a pack has a fault."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from tests.plain_packs import Plain
from tests.reference import Cell, Reference

__all__ = [
    "Fault",
    "dead_duties",
    "failing_tests",
    "faults",
    "faults_at",
    "idle_exceptions",
    "is_accepted",
    "is_stale",
    "is_unused",
]


class Fault(NamedTuple):
    """What findings about the same thing share: check, activity, subjects, power if any."""

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
    found = set(_grants_against_law(reference, cell))
    for activity in reference.activities:
        if reference.needed(cell, activity):
            found |= {
                *_ownership(reference, cell, activity),
                *_entitlement(reference, cell, activity),
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


def _grants_against_law(reference: Reference, cell: Cell) -> Iterator[Fault]:
    for subject in {one["subject"] for pack in reference.packs for one in pack["subjects"]}:
        for power in {power for pack in reference.packs for power in pack.get("powers") or {}}:
            granted = _says(reference, subject, "authority", cell, power=power)
            if granted and _says(reference, subject, "prohibitions", cell, power=power):
                yield Fault("prohibited-power", None, (subject,), power)


def holds_power(reference: Reference, subject: str, power: str, cell: Cell) -> bool:
    """Return whether the subject or a member of it has `power`, from any pack of the family."""
    members = {
        member for one in _accounts(reference, subject) for member in one.get("members") or ()
    }
    return any(_says(reference, one, "authority", cell, power=power) for one in {subject, *members})


def _says(reference: Reference, subject: str, key: str, cell: Cell, **named: str) -> bool:
    return any(
        all(entry[word] == name for word, name in named.items())
        and reference.holds(entry.get("when", {}), cell)
        for one in _accounts(reference, subject)
        for entry in one.get(key) or ()
    )


def _accounts(reference: Reference, subject: str) -> list[Plain]:
    return [
        one for pack in reference.packs for one in pack["subjects"] if one["subject"] == subject
    ]


def dead_duties(reference: Reference) -> set[str]:
    """Return the duties effective in no possible cell."""
    return reference.dead()


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
    return any(
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


def _accepts(reference: Reference, entry: Plain, fault: Fault, cell: Cell) -> bool:
    if entry["code"] != fault.name or entry.get("activity", fault.activity) != fault.activity:
        return False
    return reference.holds(entry.get("when", {}), cell)
