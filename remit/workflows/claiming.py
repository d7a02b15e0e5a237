"""Taking open work and giving it back, for a worker: one of many that share a ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from remit.engine.errors import RemitError
from remit.engine.wording import tell
from remit.workflows.due import due_now
from remit.workflows.duty import duty_in
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_claims import Claim
from remit.workflows.ledger_writing import Writing
from remit.workflows.ports import Clock

__all__ = ["ClaimLostError", "LedgerClaims"]


@dataclass(eq=True)
class ClaimLostError(RemitError):
    """Another process works on the incident by now; this one writes no more about it."""

    incident: str

    def __post_init__(self) -> None:
        """Keep the field as the exception's argument, so that it can be pickled."""
        super().__init__(self.incident)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash(self.incident)

    def __str__(self) -> str:
        """Return the sentence."""
        return tell("another process has taken over incident `{incident}`", incident=self.incident)


class LedgerClaims:
    """The leases of one process on incidents of one ledger.

    Give `fence` to the process's driver: then a process that was held up for longer than its lease,
    and lost it, writes nothing; and one that writes keeps it.

    Args:
        clock: the incidents' time.
        wall: the time of processes.
        is_dead: tells of another process whether it has certainly ended.
    """

    def __init__(
        self, ledger: Ledger, clock: Clock, wall: Clock, is_dead: Callable[[str], bool]
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._wall = wall
        self._is_dead = is_dead
        self._held: dict[str, tuple[Claim, int]] = {}
        self._lock = Lock()

    def claim_due(self, owner: str, now: dt.datetime, lease_s: int, most: int) -> tuple[str, ...]:
        """Lease incidents in which something is due to `owner`, and return them.

        Args:
            now: wall time.
            lease_s: seconds after which another process may have them.
            most: how many to take, at least 1.
        """
        claims = self._ledger.claim_due(
            owner,
            now=now,
            time=self._clock.now(),
            lease_s=lease_s,
            most=most,
            is_dead=self._is_dead,
        )
        with self._lock:
            self._held.update({claim.incident: (claim, lease_s) for claim in claims})
        return tuple(claim.incident for claim in claims)

    def release(self, owner: str, finished: Mapping[str, int | None]) -> None:
        """Give incidents back, all at once.

        Args:
            finished: seconds until an incident must be looked at again, because what was due could
                not be done; `None` where nothing is left to do.
        """
        with self._lock:
            mine = {
                name: self._held.pop(name)
                for name in finished
                if name in self._held and self._held[name][0].owner == owner
            }
        try:
            for name in self._ledger.awake([name for name in mine if finished[name] is None]):
                self._rest(name)
            given = {claim: finished[name] for name, (claim, _) in mine.items()}
            self._ledger.release(given, now=self._wall.now())
        except BaseException:
            # WHY: whoever tries it again still has them to give.
            with self._lock:
                self._held.update(mine)
            raise

    def fence(self, writing: Writing, incident: str) -> None:
        """See that this process may still write about an incident it claimed, and renew its lease.

        Raises:
            ClaimLostError: if another process has it by now.
        """
        with self._lock:
            claim, lease_s = self._held.get(incident, (None, 0))
        if claim is None:
            return
        until = self._wall.now() + dt.timedelta(seconds=lease_s)
        if not writing.holds(claim, until=until):
            raise ClaimLostError(incident)

    def _rest(self, name: str) -> None:
        """Let an incident rest in which nothing is due: nobody else looks at it in vain."""
        with self._ledger.write() as writing:
            found = writing.incident(name)
            now = max(self._clock.now(), found.time) if found else self._clock.now()
            on_duty = duty_in(found, writing.entries_of) if found else None
            if found is None or not due_now(found, writing.stores(found), now, on_duty):
                writing.rest(name)
