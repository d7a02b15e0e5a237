"""The fields of an event, whichever way it came in: a value of a dimension, its time, its id."""

from __future__ import annotations

import datetime as dt
import re

from remit.engine.language.flaws import Flaw, FlawError, raw_phrase
from remit.engine.language.values import read_value as event_value
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["IDENTITY_LIMIT", "TIME_PATTERN", "event_value", "read_identity", "read_time"]

IDENTITY_LIMIT = 500
"""Characters of an event's id."""
TIME_PATTERN = (
    r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)$"
)
"""A time of ISO 8601 with its offset, as RFC 3339 writes it; seconds may be left out."""

_TIME = re.compile(TIME_PATTERN[1:-1])
_EXPECTED = mark("a time with its offset, such as `2020-02-01T08:30:00+08:00`")


def read_time(raw: object) -> dt.datetime:
    """Return when an event happened.

    Args:
        raw: text, or a datetime.

    Raises:
        FlawError: if it is no time, or says no offset from UTC.
    """
    if isinstance(raw, dt.datetime):
        if raw.tzinfo is None or raw.utcoffset() is None:
            raise _no_offset(raw.isoformat())
        return raw
    if not isinstance(raw, str):
        raise _flaw(tell("`time` is no time"), found=raw_phrase(raw))
    if not _TIME.fullmatch(raw):
        if _TIME.fullmatch(raw + "Z"):
            raise _no_offset(raw)
        raise _flaw(tell("`time` is no time"), found=raw_phrase(raw))
    try:
        return dt.datetime.fromisoformat(_with_microseconds(raw.upper()))
    except ValueError:
        raise _flaw(tell("`time` is no time"), found=raw_phrase(raw)) from None


def read_identity(raw: object) -> str:
    """Return the sender's own name for an event.

    Raises:
        FlawError: if it is no text, empty or too long.
    """
    if not isinstance(raw, str) or not raw.strip():
        raise FlawError(
            (
                Flaw(
                    tell("`id` must be a text"),
                    (),
                    tell("a text that is not empty"),
                    raw_phrase(raw),
                ),
            )
        )
    if len(raw) > IDENTITY_LIMIT:
        raise FlawError(
            (
                Flaw(
                    tell(
                        "`id` has more than {identity_limit} characters",
                        identity_limit=IDENTITY_LIMIT,
                    )
                ),
            )
        )
    return raw


def _with_microseconds(text: str) -> str:
    # WHY: a datetime counts microseconds; what is finer is cut, never rounded into another second.
    return re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", text)


def _no_offset(text: str) -> FlawError:
    return _flaw(
        tell("`time` has no offset: `{text}`", text=text),
        help_=tell("add the offset from UTC, such as `+08:00` or `Z`"),
    )


def _flaw(message: str, found: str = "", help_: str = "") -> FlawError:
    return FlawError((Flaw(message, (), tell_marked(_EXPECTED), found, help_),))
