"""Incidents, items and entries as JSON."""

from __future__ import annotations

from remit.engine.wording import Language
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import Summary
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.sentences import sentence, step_label
from remit.workflows.step_states import step_state

__all__ = ["entry_json", "incident_json", "item_json", "summary_json"]

_LEFT_OUT = frozenset({"response", "text", "base64"})
"""Parts of an entry that are long and told otherwise."""


def summary_json(summary: Summary) -> dict[str, object]:
    """Return one incident of a list."""
    return {
        "id": summary.id,
        "state": summary.state,
        "title": summary.title,
        "pack": summary.pack,
        "led_by": summary.commander,
        "opened": summary.opened.isoformat(),
        "changed": summary.changed.isoformat(),
        "closed": None if summary.closed is None else summary.closed.isoformat(),
    }


def incident_json(incident: Incident) -> dict[str, object]:
    """Return one incident with its steps and what waits in it."""
    steps = [
        {
            "part": part.name,
            "step": step.id,
            "activity": step.activity,
            "state": step_state(incident, step),
            "roles": {letter: list(names) for letter, names in step.roles.items() if names},
        }
        for part in incident.response.parts
        for step in part.steps
    ]
    return {
        "id": incident.id,
        "state": incident.state,
        "title": dict(incident.title),
        "event": dict(incident.event),
        "pack": {
            "name": incident.pack,
            "version": incident.version,
            "digest": incident.policy,
        },
        "owner": list(incident.response.parts[0].owners),
        "decided": incident.response.decided,
        "led_by": incident.commander,
        "opened": incident.opened.isoformat(),
        "closed": None if incident.closed is None else incident.closed.isoformat(),
        "steps": steps,
        "waiting": [item_json(incident, item) for item in incident.open_items()],
        "last": incident.last,
    }


def item_json(incident: Incident, item: Item) -> dict[str, object]:
    """Return one thing that is asked, and how it may be answered."""
    is_open = item.status in {"open", "taken"}
    return {
        "id": incident.item_id(item.number),
        "incident": incident.id,
        "subject": item.subject,
        "for": item.holder,
        "asks": item.purpose,
        "part": item.part,
        "step": item.step,
        "about": {
            language: step_label(incident, item.part, item.step, language)
            for language in ("en", "zh")
        },
        "status": item.status,
        "outcome": item.outcome,
        "by": item.by,
        "note": item.note,
        "asked": item.asked.isoformat(),
        "due": item.due.isoformat(),
        "answered": None if item.answered is None else item.answered.isoformat(),
        "answers": list(PURPOSES[item.purpose].answers) if is_open else [],
    }


def entry_json(entry: Entry, incident: Incident, language: Language) -> dict[str, object]:
    """Return one entry of a timeline, in words too."""
    return {
        "number": entry.number,
        "time": entry.time.isoformat(),
        "kind": entry.kind,
        "actor": entry.actor,
        "cause": entry.cause,
        "says": sentence(entry, incident, language),
        "payload": {k: v for k, v in entry.payload.items() if k not in _LEFT_OUT},
        "hash": entry.hash,
    }
