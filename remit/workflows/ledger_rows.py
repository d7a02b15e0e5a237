"""The rows that follow from the entries, as a pure function of one folded incident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from remit.workflows import ledger_schema as schema
from remit.workflows.deadlines import deadlines
from remit.workflows.entries import Entry, canonical, stamp, storable
from remit.workflows.incident import Incident, Item, is_same
from remit.workflows.means_rows import means_rows
from remit.workflows.messages import message_key, recipients
from remit.workflows.step_states import step_state

__all__ = ["Key", "Row", "messages_of", "row_changes", "row_of", "rows_of"]

Row: TypeAlias = "dict[str, str | int | None]"
Key: TypeAlias = "tuple[str, tuple[str | int, ...]]"
"""A table's name, and the row's primary key in it."""


def rows_of(incident: Incident) -> dict[Key, Row]:
    """Return every derived row of one incident; the outbox, which knows deliveries, is apart."""
    return {**_own_rows(incident), **_item_rows(incident, {}), **_work_rows(incident)}


def row_changes(
    before: Incident | None, after: Incident
) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """Return by table the rows to be put, and the keys of those to be taken out.

    It comes to the same as comparing all rows of both. What did not change is the same value in
    both, so that its rows need not be made: those of each item, and those of the work as a whole.
    """
    if before is None:
        old, new = {}, rows_of(after)
    else:
        old = {**_own_rows(before), **_item_rows(before, after.items)}
        new = {**_own_rows(after), **_item_rows(after, before.items)}
        if not is_same(before, after, _TOLD):
            old.update(_work_rows(before))
            new.update(_work_rows(after))
    changed: dict[str, list[Row]] = {}
    for key, row in new.items():
        if old.get(key) != row:
            changed.setdefault(key[0], []).append(row)
    gone: dict[str, list[Row]] = {}
    for name, values in old.keys() - new.keys():
        names = (column.name for column in schema.TABLES.tables[name].primary_key.columns)
        gone.setdefault(name, []).append(dict(zip(names, values, strict=True)))
    return changed, gone


_TOLD = frozenset({"last", "time", "notices"})
"""What of an incident no work depends on: when something was told, and who received it."""


def _own_rows(incident: Incident) -> dict[Key, Row]:
    return {("incidents", (incident.id,)): _incident(incident)}


def _item_rows(incident: Incident, known: Mapping[int, Item]) -> dict[Key, Row]:
    """Return the rows of the items that are not the very same in `known`."""
    return {
        ("items", (incident.id, item.number)): _item(incident, item)
        for item in incident.items.values()
        if known.get(item.number) is not item
    }


def _work_rows(incident: Incident) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for name, due in deadlines(incident).items():
        found["timers", (incident.id, name)] = {
            "incident": incident.id,
            "name": name,
            "due": stamp(due),
        }
    for part in incident.response.parts:
        for step in part.steps:
            found["steps", (incident.id, part.name, step.id)] = {
                "incident": incident.id,
                "part": part.name,
                "step": step.id,
                "activity": step.activity,
                "state": step_state(incident, step),
            }
    return {**found, **means_rows(incident)}


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


def row_of(entry: Entry) -> Row:
    """Return an entry as it is kept."""
    return {
        "number": entry.number,
        "incident": entry.incident,
        "kind": entry.kind,
        "actor": entry.actor,
        "time": stamp(entry.time),
        "policy": entry.policy,
        "cause": entry.cause,
        "payload": canonical(entry.payload),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def messages_of(entry: Entry, incident: Incident) -> list[Row]:
    """Return the messages of an entry, as they wait to be sent.

    Args:
        incident: as it is after the entry.
    """
    return [
        {
            "key": message_key(entry, subject),
            "incident": incident.id,
            "entry": entry.number,
            "subject": subject,
            "status": "waiting",
            "tries": 0,
        }
        for subject in recipients(entry, incident)
    ]
