"""Making an incident that is two into two: judged first, then an event opens the other one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from remit.engine.errors import RemitError
from remit.engine.wording import tell
from remit.workflows.acting import may_split, split_off
from remit.workflows.acts import Act
from remit.workflows.answers import Refusal
from remit.workflows.arrivals import kind_of, read_arrival
from remit.workflows.changing import Rules
from remit.workflows.driver import Driver
from remit.workflows.incident import Incident
from remit.workflows.opening import open_incident, record

__all__ = ["SplitError", "split_incident"]


@dataclass(eq=True)
class SplitError(RemitError):
    """An event that opens no incident of its own, and what to do."""

    message: str
    help: str = ""

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.message, self.help)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.message, self.help))

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message


def split_incident(
    driver: Driver, incident: Incident, act: Act, data: bytes, rules: Rules, *, source: str
) -> Refusal | str:
    """Return the incident that an event opens beside another one, or why it may not be split.

    Args:
        act: without the other incident.
        data: the event.
        source: what errors call it.

    Raises:
        EventError: if the event does not fit the vocabulary.
        IntakeErrors: if it cannot be read.
        SplitError: if it raises several incidents or none, or one that was there before.
    """
    refusal = may_split(driver, incident.id, act)
    if refusal is not None:
        return refusal
    ledger, now = driver.ledger, max(driver.clock.now(), incident.time)
    received = record(ledger, data, kind_of(data), now)
    arrivals = read_arrival(data, rules.pack, source=source).arrivals
    if len(arrivals) != 1:
        raise SplitError(
            tell("the event raises {count} incidents, and one is needed", count=len(arrivals))
        )
    opened = open_incident(
        ledger, rules.pack, rules.map.resolve, arrivals[0], received, now, split_from=incident.id
    )
    part = ledger.incident(opened.incident)
    if part is None or part.split_from != incident.id:
        raise SplitError(
            tell("this event is incident `{incident}` already", incident=opened.incident),
            tell("give the event an `id` of its own"),
        )
    split_off(driver, incident.id, replace(act, to=opened.incident))
    return opened.incident
