"""What an event leaves out and the pack, its time or the day can tell (LANGUAGE.md, 2 and 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.plain_packs import Plain
from tests.reference_conditions import allows

__all__ = ["fill"]


def fill(pack: Plain, dimensions: Plain, event: Plain, today: dt.date) -> dict[str, Any]:
    """Return the values of the event, with date, state and derived values where it has none."""
    time = dt.datetime.fromisoformat(event["time"]) if "time" in event else None
    values = {name: value for name, value in event.items() if name not in {"time", "id"}}
    values.setdefault("date", (time.date() if time else today).isoformat())
    for name, value in (pack.get("state") or {}).items():
        values.setdefault(name, value)
    for name, spec in dimensions.items():
        if "derive" in spec and name not in values:
            derived = _derived(dimensions, spec["derive"], values, time)
            if derived is not None:
                values[name] = derived
    return values


def _derived(
    dimensions: Plain, derive: Plain, values: Plain, time: dt.datetime | None
) -> str | None:
    source = derive["from"]
    known = time.strftime("%H:%M") if source == "time" and time else values.get(source)
    if known is None:
        return None
    rules = {
        name: written for name, written in derive.items() if name != "from" and written != "else"
    }
    spec = {"scale": _minutes()} if source == "time" else dimensions[source]
    for name, written in rules.items():
        if allows(spec, written, known):
            return str(name)
    return next((str(name) for name, written in derive.items() if written == "else"), None)


def _minutes() -> list[str]:
    # WHY: a day is a scale of minutes, so that one reading of ranges serves both.
    return [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)]
