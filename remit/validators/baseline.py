"""Acceptances for what is found now, so that only what is new is shown: a baseline.

Each covers just the cells of its fault: exact boxes, as a hull would hide a later fault beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.validators.acceptance import bars, split
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Unproved
from remit.validators.words import flow

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["MOST_BOXES", "Draft", "drafts", "entry_lines"]

MOST_BOXES = 64
"""Boxes of one acceptance; a fault more frayed than that is accepted by the hulls round it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An acceptance to be written.

    Args:
        check: the check whose findings it accepts.
        when: boxes as the language writes them; none for every event.
        is_exact: whether the boxes hold nothing but the cells of the fault.
    """

    check: Check
    activity: str | None
    subject: str | None
    duty: str | None
    when: tuple[dict[str, object], ...]
    is_exact: bool = True


def drafts(checks: Sequence[Check], context: Context) -> Iterator[Draft]:
    """Yield an acceptance for each fault that is open and may be accepted.

    What could not be proved has none, and is open the next time, too.
    """
    from remit.engine.map.budget import BudgetExceeded

    for check in checks:
        if check.runs_last:
            continue
        try:
            for fault in check.faults(context):
                if isinstance(fault, Unproved) or bars(check, fault.draft.activity, context):
                    continue
                for part in split(fault, check, context):
                    if not part.accepted:
                        yield _draft(check, fault, part.cells, context)
        except BudgetExceeded:
            continue


def entry_lines(draft: Draft, *, reason: str, until: dt.date) -> list[str]:
    """Return an acceptance as lines of YAML, the first with its dash."""
    narrowed = {"activity": draft.activity, "subject": draft.subject, "duty": draft.duty}
    lines = [f"code: {draft.check.name}"]
    lines += [f"{key}: {value}" for key, value in narrowed.items() if value is not None]
    if len(draft.when) == 1:
        lines.append(f"when: {flow(draft.when[0])}")
    elif draft.when:
        lines += ["when:", *(f"  - {flow(box)}" for box in draft.when)]
    lines += [f"reason: {flow(reason)}", f"until: {until.isoformat()}"]
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _draft(check: Check, fault: Fault, cells: CellSet | None, context: Context) -> Draft:
    found = fault.draft
    subject = found.subjects[0] if found.subjects else None
    duty = _duty(fault, cells, context)
    if cells is None:
        return Draft(check, found.activity, subject, duty, ())
    boxes = _boxes(cells)
    if boxes is not None:
        return Draft(check, found.activity, subject, duty, boxes)
    hulls = tuple(dict(region.constraints) for region in cells.regions())
    return Draft(check, found.activity, subject, duty, hulls, is_exact=False)


def _duty(fault: Fault, cells: CellSet | None, context: Context) -> str | None:
    """Return a duty of the fault that narrows an acceptance without losing a cell."""
    for name in fault.duties:
        if cells is None or cells <= context.map.effective(name):
            return name
    return None


def _boxes(cells: CellSet) -> tuple[dict[str, object], ...] | None:
    """Return boxes that hold just some cells, and all of them; `None` where these are too many."""
    found: list[dict[str, object]] = []
    rest = cells
    while rest:
        for region in rest.regions():
            if not region.full_cells & rest:
                continue
            found.append(dict(region.full))
            if len(found) > MOST_BOXES:
                return None
            rest -= region.full_cells
    return tuple(found) if all(found) else ()
