"""Taking in what is sent to us: recorded first, read then, and what was recorded is never lost.

INVARIANT: a receipt is given only for what the ledger has. Whatever happens after that, `catch_up`
of this process or of another one finds what was recorded and not read yet.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from remit.engine.errors import EventError, PackErrors, RemitError
from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.resolution import Resolution
from remit.engine.wording import tell
from remit.workflows.arrivals import kind_of, read_arrival
from remit.workflows.entries import Entry, as_received
from remit.workflows.intake.errors import IntakeErrors
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.opening import ConflictError, TakeIn, open_arrivals, record, set_aside
from remit.workflows.ports import Clock, Journal
from remit.workflows.trouble import in_words, rest_s

__all__ = ["ConflictError", "Policy", "Receipt", "Reception", "UnreadableError"]

PATIENCE_S = 10
"""Seconds that whoever recorded something has to read it before another one does."""

Status = Literal["opened", "joined", "set-aside", "pending"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The pack by which events are resolved, compiled."""

    pack: Pack
    resolve: Callable[[Event], Resolution]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That something was recorded, and what became of it.

    Args:
        number: of the entry that has it.
        digest: SHA-256 of its bytes.
        status: `pending` while it could not be read for a reason of ours.
        incidents: what it opened or joined.
        reason: why it opened nothing, or empty.
    """

    number: int
    digest: str
    status: Status
    incidents: tuple[str, ...] = ()
    reason: str = ""


class UnreadableError(RemitError):
    """Something was recorded, and cannot be read: `errors` says where and why."""

    def __init__(self, receipt: Receipt, errors: RemitError) -> None:
        super().__init__(receipt, errors)
        self.receipt = receipt
        self.errors = errors


class Reception:
    """Takes messages into one ledger.

    Args:
        policy: gives the pack that is in force.
        clock: of incidents.
        take_in: lets what a later message says of an incident change who answers.
    """

    def __init__(
        self,
        ledger: Ledger,
        policy: Callable[[], Policy],
        clock: Clock,
        journal: Journal,
        take_in: TakeIn,
    ) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._journal = journal
        self._take_in = take_in
        self._lock = threading.Lock()
        self._caught_up = 0
        self._later: dict[int, tuple[int, dt.datetime]] = {}

    def take(self, data: bytes, *, source: str = "", identities: tuple[str, ...] = ()) -> Receipt:
        """Record a message, read it, and return its receipt; the same bytes give the same answer.

        Args:
            source: whom it is from, in a few words.
            identities: names its sender gave it; one name is one message.

        Raises:
            ConflictError: if a name was given to other bytes before; nothing is recorded then.
            UnreadableError: if it cannot be read; it is recorded all the same.
            LedgerError: if it could not be recorded.
        """
        kind = f"{source} ({kind_of(data)})" if source else kind_of(data)
        received = self._recorded(data, kind, identities)
        with self._lock:
            return self._read(received)

    def receipt(self, number: int) -> Receipt | None:
        """Return what became of what was recorded as an entry; `None` if nothing was."""
        entry = self._ledger.entry(number)
        if entry is None or entry.kind != "received":
            return None
        return self._became(entry) or self._receipt(entry, "pending")

    def catch_up(self) -> tuple[str, ...]:
        """Read what was recorded and not read, and return the incidents that this led to."""
        found: list[str] = []
        latest = self._clock.now() - dt.timedelta(seconds=PATIENCE_S)
        head = self._ledger.head().number
        unread = self._ledger.unread(after=self._caught_up)
        if not unread and not self._later:
            self._caught_up = head
        for number in unread:
            entry = self._ledger.entry(number)
            if entry is None or entry.time > latest:
                break
            if number in self._later and self._later[number][1] > self._clock.now():
                continue
            receipt = self._read_late(entry)
            if receipt is None:
                continue
            if receipt.status == "pending":
                break
            self._journal.note("read late", {"entry": number, "status": receipt.status})
            found += receipt.incidents
            if not self._later:
                self._caught_up = number
        return tuple(found)

    def _read_late(self, entry: Entry) -> Receipt | None:
        """Read what was left unread; `None` where that went wrong, and is tried again ever later.

        Raises:
            LedgerError: if the ledger itself is in trouble.
        """
        number = entry.number
        try:
            with self._lock:
                receipt = self._read(entry)
        except UnreadableError as error:
            receipt = error.receipt
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - what came in later must not wait for it
            times = self._later.get(number, (0, entry.time))[0] + 1
            rest = rest_s(times)
            again = self._clock.now() + dt.timedelta(seconds=rest)
            self._later[number] = (times, again)
            told: dict[str, str | int | float | None]
            told = {"entry": number, "problem": in_words(error), "times": times, "again_s": rest}
            self._journal.note("reading failed", told)
            return None
        self._later.pop(number, None)
        return receipt

    def _recorded(self, data: bytes, kind: str, identities: tuple[str, ...]) -> Entry:
        names = tuple(sha256(name.encode()).hexdigest() for name in identities)
        return record(self._ledger, data, kind, self._clock.now(), names)

    def _read(self, received: Entry) -> Receipt:
        before = self._became(received)
        if before is not None and before.status != "set-aside":
            return before
        data, now = as_received(received.payload), self._clock.now()
        try:
            policy = self._policy()
            earlier = self._earlier(received.number)
            reading = read_arrival(data, policy.pack, source=tell("message"), earlier=earlier)
        except PackErrors as error:
            self._journal.note("pack not loaded", {"problem": str(error).splitlines()[0]})
            return before or self._receipt(received, "pending")
        except (EventError, IntakeErrors) as error:
            reason = str(error).splitlines()[0]
            if before is None:
                set_aside(self._ledger, received, reason, now)
            raise UnreadableError(self._receipt(received, "set-aside", reason), error) from error
        if before is not None:
            return before
        if reading.silence:
            set_aside(self._ledger, received, reading.silence, now)
        found = open_arrivals(
            self._ledger,
            policy.pack,
            policy.resolve,
            reading.arrivals,
            received,
            now,
            take_in=self._take_in,
        )
        for one in found:
            if one.refused:
                self._journal.note("not taken in", {"incident": one.incident, "why": one.refused})
        return self._became(received) or self._receipt(received, "pending")

    def _earlier(self, number: int) -> Iterator[bytes]:
        """Yield what came in before; an event that stands as it is asks for none of it."""
        yield from self._ledger.received(before=number)

    def _became(self, received: Entry) -> Receipt | None:
        """Return what entries tell of what became of it."""
        found = self._ledger.following(received.number)
        names = tuple(
            dict.fromkeys(entry.incident for entry in found if entry.incident is not None)
        )
        if names:
            opened = any(entry.kind == "opened" for entry in found)
            return self._receipt(received, "opened" if opened else "joined", incidents=names)
        if found:
            return self._receipt(received, "set-aside", str(found[0].payload.get("reason", "")))
        return None

    def _receipt(
        self,
        received: Entry,
        status: Status,
        reason: str = "",
        incidents: tuple[str, ...] = (),
    ) -> Receipt:
        digest = str(received.payload.get("digest", ""))
        return Receipt(received.number, digest, status, incidents, reason)
