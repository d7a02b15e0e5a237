"""Times and lengths of time as people read them."""

from __future__ import annotations

import datetime as dt

__all__ = ["length", "shown", "zone"]


def zone(offset: int) -> dt.timezone:
    """Return the zone that lies `offset` minutes east of UTC."""
    return dt.timezone(dt.timedelta(minutes=offset))


def shown(time: dt.datetime, offset: int) -> str:
    """Return `time` to the minute in the incident's own zone."""
    return time.astimezone(zone(offset)).strftime("%Y-%m-%d %H:%M")


def length(seconds: int) -> str:
    """Return a length of time as written in a policy: `90s`, `15m`, `2h`, `1h30m`, `3d`."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (left, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"
