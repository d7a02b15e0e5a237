"""The state the community is in, by its own entries: each declaration, and what holds where.

The pack's `state` is where it starts. From then on a value is what was declared last, everywhere or
within the scope of the declaration; who declared it, by which power and why, stays with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.language.incoming import parse_event
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value, Vocabulary
from remit.workflows.entries import Entry, Json

__all__ = ["DECLARED", "Community", "Declaration", "community_of"]

DECLARED = "declared"
"""The kind of entry by which a state changes."""

Plain = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One change of the state, as it was declared.

    Args:
        before: what held before within the scope; `None` where that was not known.
        scope: values by dimension: it holds for events that are certainly there; empty is
            everywhere.
        pack: name of the pack in whose words it is.
    """

    entry: int
    time: dt.datetime
    dimension: str
    value: Json
    before: Json
    by: str
    power: str
    reason: str
    basis: str = ""
    scope: Plain = field(default_factory=dict)
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Community:
    """The declarations of one ledger that concern a pack, the oldest first.

    Args:
        start: the pack's own `state`.
    """

    vocabulary: Vocabulary
    start: Mapping[str, Value]
    declarations: tuple[Declaration, ...] = ()

    def until(self, time: dt.datetime) -> Community:
        """Return what was known of the state at a time."""
        found = tuple(one for one in self.declarations if one.time <= time)
        return Community(self.vocabulary, self.start, found)

    def of(self, dimension: str) -> tuple[Declaration, ...]:
        """Return the history of one dimension, the oldest first."""
        return tuple(one for one in self.declarations if one.dimension == dimension)

    def at(self, event: Event) -> dict[str, Value]:
        """Return the value of each state dimension for an event, as far as it is certain.

        Where the event may lie within a scope and may not, and that makes a difference, the
        dimension is left out.
        """
        names = (name for name, one in self.vocabulary.dimensions.items() if one.state)
        found = ((name, self._value(name, event)) for name in names)
        return {name: value for name, value in found if value is not None}

    def everywhere(self) -> dict[str, Value]:
        """Return the values that hold where no narrower declaration does."""
        whole = tuple(one for one in self.declarations if not one.scope)
        return Community(self.vocabulary, self.start, whole).at(Event({}))

    def _value(self, dimension: str, event: Event) -> Value | None:
        possible = dict.fromkeys(self._possible(dimension, event))
        return next(iter(possible)) if len(possible) == 1 else None

    def _possible(self, dimension: str, event: Event) -> Iterator[Value | None]:
        """Yield what the value may be, the latest declaration first."""
        for one in reversed(self.of(dimension)):
            value = _parsed({dimension: one.value}, self.vocabulary)
            scope = _parsed(one.scope, self.vocabulary)
            if value is None or scope is None or not _may_be_in(event, scope, self.vocabulary):
                continue
            yield value[dimension]
            if _is_in(event, scope, self.vocabulary):
                return
        yield self.start.get(dimension)


def community_of(entries: Iterable[Entry], pack: Pack) -> Community:
    """Return the state of the community from its entries, in the words of a pack.

    Declarations in the words of a pack of another name are another community's.
    """
    found = (_declaration(entry) for entry in entries if entry.kind == DECLARED)
    own = tuple(one for one in found if one.pack == pack.name)
    return Community(pack.vocabulary, pack.state, own)


def _declaration(entry: Entry) -> Declaration:
    node = entry.payload
    return Declaration(
        entry.number,
        entry.time,
        cast("str", node["dimension"]),
        node["to"],
        node["from"],
        entry.actor,
        cast("str", node["power"]),
        cast("str", node["reason"]),
        cast("str", node["basis"]),
        cast("Plain", node["scope"]),
        cast("str", node["pack"]),
    )


def _parsed(values: Plain, vocabulary: Vocabulary) -> Mapping[str, Value] | None:
    """Return values as a vocabulary reads them; `None` where it has no such word any more."""
    try:
        return parse_event(values, vocabulary).values
    except EventError:
        return None


def _is_in(event: Event, scope: Mapping[str, Value], vocabulary: Vocabulary) -> bool:
    return all(
        _known(event, name, vocabulary) <= vocabulary.dimension(name).only(value)
        for name, value in scope.items()
    )


def _may_be_in(event: Event, scope: Mapping[str, Value], vocabulary: Vocabulary) -> bool:
    return all(
        bool(_known(event, name, vocabulary) & vocabulary.dimension(name).only(value))
        for name, value in scope.items()
    )


def _known(event: Event, name: str, vocabulary: Vocabulary) -> IntervalSet:
    dimension = vocabulary.dimension(name)
    return dimension.only(event.values[name]) if name in event.values else dimension.everything()
