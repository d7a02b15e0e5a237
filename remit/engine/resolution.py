"""The answer to "who answers for this event", as values with the names of the JSON contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from remit.engine.events import Event
from remit.engine.pack import LETTERS, Letter
from remit.engine.spans import Span
from remit.engine.vocabulary import plain

__all__ = ["ActivityResolution", "Because", "Holders", "Resolution"]


@dataclass(frozen=True, slots=True)
class Holders:
    """Subjects with one letter: in every cell the event may be, and in some. Both sorted."""

    certain: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Because:
    """One duty that decides an answer, and the matching duties it overrides there."""

    duty: str
    span: Span
    basis: str | None
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivityResolution:
    """Who has which letter for one activity, and by which duties."""

    holders: Mapping[Letter, Holders]
    because: tuple[Because, ...] = ()

    @property
    def accountable(self) -> Holders:
        """Who answers."""
        return self.holders["accountable"]

    @property
    def responsible(self) -> Holders:
        """Who does it."""
        return self.holders["responsible"]

    @property
    def supports(self) -> Holders:
        """Who helps."""
        return self.holders["supports"]

    @property
    def consulted(self) -> Holders:
        """Who is asked before."""
        return self.holders["consulted"]

    @property
    def informed(self) -> Holders:
        """Who is told."""
        return self.holders["informed"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who answers for one event.

    Args:
        event: as completed from time, derivation and state.
        owner: subjects certainly accountable for the pack's lead activity; more than one is an
            overlap.
        decided: whether every listed letter has the same subjects in every cell the event may be.
        ask: the dimension to ask for next; `None` exactly where `decided`.
        activities: those needed in some cell the event may be, by name.
    """

    pack: str
    version: str
    digest: str
    event: Event
    owner: tuple[str, ...]
    decided: bool
    ask: str | None
    activities: Mapping[str, ActivityResolution]

    def to_json(self) -> dict[str, object]:
        """Return the object of the JSON contract of `remit resolve`."""
        event = {name: plain(value) for name, value in sorted(self.event.values.items())}
        if self.event.time is not None:
            event["time"] = self.event.time.isoformat()
        if self.event.id is not None:
            event["id"] = self.event.id
        return {
            "pack": self.pack,
            "version": self.version,
            "digest": self.digest,
            "event": event,
            "owner": list(self.owner),
            "decided": self.decided,
            "ask": self.ask,
            "activities": {
                name: _activity(found) for name, found in sorted(self.activities.items())
            },
        }


def _activity(found: ActivityResolution) -> dict[str, object]:
    entry: dict[str, object] = {
        letter: {
            "certain": list(found.holders[letter].certain),
            "possible": list(found.holders[letter].possible),
        }
        for letter in LETTERS
    }
    entry["because"] = [
        {
            "duty": because.duty,
            "file": because.span.file,
            "line": because.span.line,
            "basis": because.basis,
            "overrides": list(because.overrides),
        }
        for because in found.because
    ]
    return entry
