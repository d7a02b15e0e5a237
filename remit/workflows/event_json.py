"""Events as JSON without floats: the form in which the ledger keeps them."""

from __future__ import annotations

from remit.engine.events import Event
from remit.engine.vocabulary import Value
from remit.workflows.entries import Json

__all__ = ["event_to_json", "value_to_json"]


def event_to_json(event: Event) -> dict[str, Json]:
    """Return an event as JSON: its values sorted by dimension, then its time and its name."""
    found: dict[str, Json] = {
        name: value_to_json(value) for name, value in sorted(event.values.items())
    }
    if event.time is not None:
        found["time"] = event.time.isoformat()
    if event.id is not None:
        found["id"] = event.id
    return found


def value_to_json(value: Value) -> Json:
    """Return one value; a decimal or a day as text."""
    return value if isinstance(value, int | str) else str(value)
