"""Which part of a fault its pack accepts: findings are accepted by region, never by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.engine.pack import Acceptance, Mandatory
from remit.validators.check import Check, Context, Fault

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["Part", "bars", "concerns", "days_left", "is_barred", "is_stale", "split"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a fault that is accepted as a whole, or not at all.

    Args:
        entries: positions in `pack.accept` of the entries that matched.
        barred: positions of those that would have, were this not a matter nobody may accept.
    """

    cells: CellSet | None
    accepted: bool
    entries: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()


def is_stale(entry: Acceptance, today: dt.date) -> bool:
    """Return whether the last day of an acceptance has passed."""
    return entry.until is not None and entry.until < today


def days_left(entry: Acceptance, today: dt.date) -> int | None:
    """Return how many days an acceptance holds beyond today; below 0 once it is over."""
    return None if entry.until is None else (entry.until - today).days


def concerns(entry: Acceptance | Mandatory, check: Check) -> bool:
    """Return whether an acceptance, or the bar to one, is about findings of a check."""
    return entry.code in {check.code, check.name}


def bars(check: Check, activity: str | None, context: Context) -> Mandatory | None:
    """Return what lets nobody accept findings of a check about an activity, if anything does."""
    mandatory = context.pack.binding_mandatory()
    return next((one for one in mandatory if concerns(one, check) and one.binds(activity)), None)


def is_barred(at: int, entry: Acceptance, context: Context) -> bool:
    """Return whether an acceptance is of what nobody may accept, by what it says or by what it met.

    Args:
        at: its position in `pack.accept`.
    """
    return at in context.barred or any(
        bars(check, entry.activity, context) is not None
        for check in context.checks
        if concerns(entry, check)
    )


def split(fault: Fault, check: Check, context: Context) -> Iterator[Part]:
    """Yield the part of a fault that is open and the part that is accepted, exactly.

    A part without cells is left out. A fault that is no matter of events is accepted only by an
    entry that speaks of every event. What nobody may accept is open as a whole.
    """
    entries = _entries(fault, check, context)
    is_barred = bool(entries) and bars(check, fault.draft.activity, context) is not None
    if fault.cells is None:
        everywhere = frozenset(at for at, entry in entries if entry.when.is_always)
        if is_barred:
            yield Part(None, accepted=False, barred=everywhere)
        else:
            yield Part(None, accepted=bool(everywhere), entries=everywhere)
        return
    rest, accepted, used = fault.cells, None, set()
    for at, entry in entries:
        inside = fault.cells & context.map.cells_of(entry.when)
        if entry.duty is not None:
            inside &= context.map.effective(entry.duty)
        if inside:
            used.add(at)
            rest -= inside
            accepted = inside if accepted is None else accepted | inside
    if is_barred:
        yield Part(fault.cells, accepted=False, barred=frozenset(used))
        return
    if rest:
        yield Part(rest, accepted=False)
    if accepted is not None:
        yield Part(accepted, accepted=True, entries=frozenset(used))


def _entries(fault: Fault, check: Check, context: Context) -> list[tuple[int, Acceptance]]:
    if check.runs_last:
        return []
    return [
        (at, entry)
        for at, entry in enumerate(context.pack.accept)
        if concerns(entry, check) and not is_stale(entry, context.today) and _fits(entry, fault)
    ]


def _fits(entry: Acceptance, fault: Fault) -> bool:
    draft = fault.draft
    return (
        entry.activity in {None, draft.activity}
        and (entry.subject is None or entry.subject in draft.subjects)
        and (entry.duty is None or entry.duty in fault.duties)
    )
