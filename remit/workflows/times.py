"""Times and lengths of time as people read them."""

from __future__ import annotations

import datetime as dt

from remit.engine.durations import length

__all__ = ["length", "shown", "zone"]


def zone(offset: int) -> dt.timezone:
    """Return the zone that lies `offset` minutes east of UTC."""
    return dt.timezone(dt.timedelta(minutes=offset))


def shown(time: dt.datetime, offset: int) -> str:
    """Return `time` to the minute in the incident's own zone."""
    return time.astimezone(zone(offset)).strftime("%Y-%m-%d %H:%M")
