"""The rows that follow from the entries, as a pure function of one folded incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from remit.workflows.deadlines import deadlines
from remit.workflows.entries import canonical, stamp, storable
from remit.workflows.incident import Incident, Item, StepProgress
from remit.workflows.response import StepPlan
from remit.workflows.step_states import step_state

__all__ = ["Key", "Row", "rows_of"]

Row: TypeAlias = "dict[str, str | int | None]"
Key: TypeAlias = "tuple[str, tuple[str | int, ...]]"
"""A table's name, and the row's primary key in it."""


def rows_of(incident: Incident) -> dict[Key, Row]:
    """Return every derived row of one incident; the outbox, which knows deliveries, is apart."""
    found: dict[Key, Row] = {("incidents", (incident.id,)): _incident(incident)}
    for item in incident.items.values():
        found["items", (incident.id, item.number)] = _item(incident, item)
    for name, due in deadlines(incident).items():
        found["timers", (incident.id, name)] = {
            "incident": incident.id,
            "name": name,
            "due": stamp(due),
        }
    for part in incident.response.parts:
        for step in part.steps:
            progress = incident.progress(step)
            found["steps", (incident.id, part.name, step.id)] = {
                "incident": incident.id,
                "part": part.name,
                "step": step.id,
                "activity": step.activity,
                "state": step_state(incident, step),
            }
            found.update(_reservations(incident, step, progress))
    return found


def _incident(incident: Incident) -> Row:
    return {
        "id": incident.id,
        "origin": storable(incident.origin),
        "pack": incident.pack,
        "policy": incident.policy,
        "title": canonical(incident.title),
        "state": incident.state,
        "commander": incident.commander,
        "opened": stamp(incident.opened),
        "changed": stamp(incident.time),
        "closed": None if incident.closed is None else stamp(incident.closed),
        "offset": incident.offset,
    }


def _item(incident: Incident, item: Item) -> Row:
    return {
        "incident": incident.id,
        "number": item.number,
        "subject": item.subject,
        "purpose": item.purpose,
        "part": item.part,
        "step": item.step,
        "status": item.status,
        "outcome": item.outcome,
        "by": item.by,
        "asked": stamp(item.asked),
        "due": stamp(item.due),
    }


def _reservations(incident: Incident, step: StepPlan, progress: StepProgress) -> Mapping[Key, Row]:
    """Return what the step holds of funds and stock: set aside, then spent, or given back."""
    if progress.dropped is not None or progress.cancelled is not None:
        status = "released"
    else:
        status = "spent" if progress.is_over else "reserved"
    amounts: list[tuple[str, str, str]] = []
    if step.money is not None and progress.reserved is not None:
        amounts.append(("money", step.money.fund, str(step.money.amount)))
    amounts += [
        ("stock", name, str(given)) for name, (given, _) in sorted(progress.drawn.items()) if given
    ]
    return {
        ("reservations", (incident.id, step.name, kind, name)): {
            "incident": incident.id,
            "step": step.name,
            "kind": kind,
            "name": name,
            "pack": incident.pack,
            "amount": amount,
            "status": status,
        }
        for kind, name, amount in amounts
    }
