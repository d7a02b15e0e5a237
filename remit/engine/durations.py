"""Lengths of time as a policy writes them."""

from __future__ import annotations

__all__ = ["length"]


def length(seconds: int) -> str:
    """Return a length of time as written in a policy: `90s`, `15m`, `2h`, `1h30m`, `3d`."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (left, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"
