"""The open work of a ledger, as a hand-over looks at it: who answers for what is not over yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from remit.engine.completion import complete_event
from remit.engine.events import Event
from remit.engine.handover import Work
from remit.engine.language.incoming import parse_event
from remit.engine.pack import Letter, Pack
from remit.workflows.entries import Json
from remit.workflows.incident import Incident
from remit.workflows.planning import PHASE, RECOVERY

__all__ = ["event_of", "open_work"]

LETTERS: tuple[Letter, ...] = ("accountable", "responsible")
"""Letters by which somebody has work in hand."""


def open_work(incident: Incident, pack: Pack) -> Iterator[Work]:
    """Yield the work of one incident that is not over: its lead, then each step of its part.

    Args:
        pack: the one the incident was opened under, in whose words its event is.

    Raises:
        EventError: if the event does not fit the pack's vocabulary any more.
    """
    if incident.is_over:
        return
    event, part, response = event_of(incident, pack), incident.part, incident.response
    if response.lead and part.owners:
        led = (incident.commander,) if incident.commander else ()
        yield Work(
            incident.id, response.lead, "accountable", event, tuple(sorted(part.owners)), led
        )
    for step in part.steps:
        if incident.progress(step).is_over:
            continue
        for letter in LETTERS:
            owners = tuple(sorted(step.roles.get(letter, ())))
            acting = tuple(
                sorted({incident.acting[name] for name in owners if name in incident.acting})
            )
            if owners:
                yield Work(f"{incident.id}/{step.id}", step.activity, letter, event, owners, acting)


def event_of(incident: Incident, pack: Pack, *, as_opened: bool = False) -> Event:
    """Return the event of an incident in the words of a pack, in the phase it has come to.

    Args:
        as_opened: leave the phase as it was reported.

    Raises:
        EventError: if it does not fit the pack's vocabulary any more.
    """
    event = parse_event(_numbers(incident.event, pack), pack.vocabulary)
    values = dict(event.values)
    if incident.part.name == RECOVERY and not as_opened:
        values[PHASE] = RECOVERY
    day = (event.time or incident.opened).date()
    return complete_event(Event(values, event.time, event.id), pack.vocabulary, state={}, today=day)


def _numbers(event: Mapping[str, Json], pack: Pack) -> dict[str, object]:
    """Return a recorded event with its decimals as numbers: the ledger keeps them as text."""
    found: dict[str, object] = dict(event)
    for name, value in event.items():
        dimension = pack.vocabulary.dimensions.get(name)
        if dimension is not None and dimension.kind == "decimal" and isinstance(value, str):
            with suppress(InvalidOperation):
                found[name] = Decimal(value)
    return found
