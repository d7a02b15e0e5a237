"""What an event leaves out and others can tell: derived values, the state, the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.vocabulary import DATE, Derivation, Value, Vocabulary

__all__ = ["complete_event"]


def complete_event(
    event: Event,
    vocabulary: Vocabulary,
    *,
    state: Mapping[str, Value],
    today: dt.date,
) -> Event:
    """Return the event with what it leaves out filled in; what it says itself is never changed.

    `date` is the day of the event's `time` where it happened, else `today`; a state dimension
    takes the value of `state`; a derived dimension is computed from its source, if that is known.
    """
    values = dict(event.values)
    if DATE not in values:
        values[DATE] = event.time.date() if event.time is not None else today
    for name, dimension in vocabulary.dimensions.items():
        if name not in values and dimension.state and name in state:
            values[name] = state[name]
    # WHY: a derived dimension may be the source of another, in any order; each round settles at
    # least one.
    for _ in vocabulary.dimensions:
        found = {
            name: value
            for name, dimension in vocabulary.dimensions.items()
            if name not in values
            and dimension.derive is not None
            and (value := _derived(dimension.derive, values, event.time, vocabulary)) is not None
        }
        if not found:
            break
        values.update(found)
    return replace(event, values=values)


def _derived(
    derive: Derivation,
    values: Mapping[str, Value],
    time: dt.datetime | None,
    vocabulary: Vocabulary,
) -> str | None:
    source = _source(derive.source, values, time, vocabulary)
    if source is None:
        return None
    for value, allowed in derive.rules:
        if source <= allowed:
            return value
    touched = any(source & allowed for _, allowed in derive.rules)
    return None if touched else derive.otherwise


def _source(
    name: str, values: Mapping[str, Value], time: dt.datetime | None, vocabulary: Vocabulary
) -> IntervalSet | None:
    """Return what is known of the source, as a set of its values: an inner tree node is several."""
    if name == "time":
        if time is None:
            return None
        second = time.hour * 3600 + time.minute * 60 + time.second
        return IntervalSet.indexes(second, second + 1)
    return vocabulary.dimension(name).only(values[name]) if name in values else None
