"""Claims of one process alone: what is due is read off the ledger, leases are kept in memory.

Several processes may each have one of these on the same ledger: the driver does nothing twice, so
that costs them some looks, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import threading

from remit.workflows.ledger import Ledger

__all__ = ["LocalClaims"]

REST_S = 2
"""Seconds before an incident is looked at again about which nothing was written since."""


class LocalClaims:
    """Leases incidents of a ledger within one process.

    An incident is due for a look when an entry about it was written since the last one, when a
    deadline of it has passed, or when a message of it waits to be sent. So a look at nothing new
    costs three small queries, however many incidents are open.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._seen: int | None = None
        self._touched: dict[str, None] = {}
        self._again: dict[str, None] = {}
        self._leases: dict[str, dt.datetime] = {}
        self._resting: dict[str, dt.datetime] = {}
        self._now = dt.datetime.min.replace(tzinfo=dt.UTC)

    def claim_due(self, owner: str, now: dt.datetime, lease_s: int, most: int) -> tuple[str, ...]:
        """Lease incidents in which something may be due, and return them, late ones first."""
        del owner
        with self._lock:
            self._now = now
            self._look()
            late = [*self._ledger.overdue(now), *self._ledger.undelivered(), *self._again]
            rested = [name for name in late if self._resting.get(name, now) <= now]
            expired = [name for name, until in self._leases.items() if until <= now]
            found = dict.fromkeys([*rested, *expired, *self._touched])
            taken = tuple(name for name in found if self._leases.get(name, now) <= now)[:most]
            for name in taken:
                self._touched.pop(name, None)
                self._again.pop(name, None)
                self._resting.pop(name, None)
                self._leases[name] = now + dt.timedelta(seconds=lease_s)
        return taken

    def release(self, owner: str, incident: str, *, again: bool = False) -> None:
        """Give an incident back."""
        del owner
        with self._lock:
            self._leases.pop(incident, None)
            # WHY: what is late still is so because it cannot be helped now, such as a message that
            # does not go out.
            self._resting[incident] = self._now + dt.timedelta(seconds=REST_S)
            if again:
                self._again[incident] = None

    def _look(self) -> None:
        """Note which incidents have entries that were not looked at; at first, all open ones."""
        if self._seen is None:
            self._seen = self._ledger.head().number
            found = self._ledger.incidents()
            self._touched |= {each.id: None for each in found if each.state != "closed"}
            return
        for entry in self._ledger.entries(after=self._seen):
            self._seen = entry.number
            if entry.incident is not None:
                self._touched[entry.incident] = None
