"""Events from outside, checked against a vocabulary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.language.event_fields import event_value, read_identity, read_time
from remit.engine.language.flaws import FlawError
from remit.engine.language.problems import did_you_mean, in_ticks
from remit.engine.vocabulary import DATE, Value, Vocabulary
from remit.engine.wording import tell

__all__ = ["parse_event"]

MOST_REASONS = 50
"""Reasons given for one event."""


def parse_event(data: Mapping[str, object], vocabulary: Vocabulary) -> Event:
    """Return an event that came from outside, checked against a vocabulary; nothing is filled in.

    Args:
        data: one value a dimension, and `date`, `time` and `id` if known. Numbers as `int` or
            `Decimal`; a float counts as the shortest decimal that reads back as it.

    Raises:
        EventError: if a field is unknown or its value does not fit; with all reasons.
    """
    values: dict[str, Value] = {}
    time: dt.datetime | None = None
    identity: str | None = None
    reasons: list[str] = []
    for name, raw in data.items():
        if len(reasons) > MOST_REASONS:
            reasons[MOST_REASONS:] = [tell("there are more reasons")]
            break
        try:
            if name == "time":
                time = read_time(raw)
            elif name == "id":
                identity = read_identity(raw)
            elif name == DATE or name in vocabulary.dimensions:
                values[name] = event_value(vocabulary.dimension(name), raw)
            else:
                reasons.append(_unknown(str(name), vocabulary))
        except FlawError as error:
            reasons.extend(flaw.sentence() for flaw in error.flaws)
    if reasons:
        raise EventError(tuple(reasons))
    return Event(values, time, identity)


def _unknown(name: str, vocabulary: Vocabulary) -> str:
    help_ = did_you_mean(name, (*vocabulary.dimensions, DATE, "time", "id"))
    return tell("there is no dimension {name}", name=in_ticks(name)) + (
        f"; {help_}" if help_ else ""
    )
