"""What the workflows need of the world, as small protocols; `adapters/` has what fills them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from remit.engine.errors import RemitError
from remit.workflows.answers import Word
from remit.workflows.incident import Incident, Item
from remit.workflows.messages import Message

__all__ = [
    "Claims",
    "Clock",
    "DeliveryError",
    "Journal",
    "Linker",
    "Notifier",
    "People",
    "Saying",
    "Watcher",
]


@dataclass(eq=True)
class DeliveryError(RemitError):
    """A message that did not go out, and why."""

    reason: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.reason)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.reason)

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> dt.datetime:
        """Return the time, with its zone."""
        ...


class Claims(Protocol):
    """Shares open work out among processes: each incident is leased to one of them at a time."""

    def claim_due(self, owner: str, now: dt.datetime, lease_s: int, most: int) -> tuple[str, ...]:
        """Lease incidents in which something is due to `owner`, and return them, late ones first.

        Args:
            now: wall time.
            lease_s: seconds after which another process may have them.
            most: how many to take, at least 1.
        """
        ...

    def release(self, owner: str, finished: Mapping[str, int | None]) -> None:
        """Give incidents back.

        Args:
            finished: seconds until an incident must be looked at again, because what was due could
                not be done; `None` where nothing is left to do.
        """
        ...


class Watcher(Protocol):
    """Hears that somebody wrote something that may be work. For one thread."""

    def wait(self, seconds: float) -> bool:
        """Return true as soon as somebody has written, false after so many seconds.

        Raises:
            LedgerError: if it cannot be heard; the next call tries it anew.
        """
        ...

    def close(self) -> None:
        """Let go of whatever it holds."""
        ...


class Journal(Protocol):
    """Notes what a process does, for those who run it; the record of incidents is the ledger."""

    def note(self, what: str, fields: Mapping[str, str | int | float | None] | None = None) -> None:
        """Write one line.

        Args:
            what: a fixed word or two, to be searched for.
            fields: what it is about, such as `incident` and `entry`.
        """
        ...


class Notifier(Protocol):
    """Carries messages to subjects."""

    def carries(self, channel: str) -> bool:
        """Return whether it has a channel of that name.

        The empty name stands for a message without an address: a folder takes it, a phone not.
        """
        ...

    def takes_keys(self, channel: str) -> bool:
        """Return whether the same key sent twice by a channel arrives as one message."""
        ...

    def send(self, message: Message) -> str:
        """Send a message and return by which channel it went.

        Raises:
            DeliveryError: if it did not go out.
        """
        ...


class Linker(Protocol):
    """Makes the links by which people look at what they are asked, and answer."""

    def to_item(self, incident: Incident, item: Item, person: str) -> str:
        """Return the address of the page on which a person answers an item."""
        ...


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody is going to say to an item, and when."""

    time: dt.datetime
    item: int
    word: Word


class People(Protocol):
    """Those who answer, where they can be asked in advance: a script in the demo and in tests."""

    def next_saying(self, incident: Incident) -> Saying | None:
        """Return what is said next as things stand, or `None` if everybody keeps silent."""
        ...
