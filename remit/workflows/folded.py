"""Incidents as they were folded last, kept so that a look at one reads only what came since."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from remit.workflows.entries import Entry
from remit.workflows.folding import fold_all
from remit.workflows.incident import Incident

__all__ = ["Folded"]

MOST = 2_000
"""Incidents kept; past it the one looked at longest ago goes, and is folded from its start."""


class Folded:
    """A bounded store of folded incidents, shared by the threads of one process.

    INVARIANT: those that are `sure` hold all their entries up to number `upto`; each transaction
    that writes brings them up to its head by one look at what others wrote. Those that were kept
    by somebody who only read may lack some.
    """

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[str, Incident] = OrderedDict()
        self._sure: set[str] = set()
        self._upto: int | None = None
        self._lock = Lock()
        self._most = most

    @property
    def upto(self) -> int | None:
        """The number of the last entry that those that are sure have seen; `None` at first."""
        return self._upto

    def get(self, name: str) -> Incident | None:
        """Return an incident as it was folded last, or `None`."""
        with self._lock:
            return self._get(name)

    def sure(self, name: str, head: int) -> Incident | None:
        """Return an incident as it is with all entries up to `head`, if that is known."""
        with self._lock:
            return self._get(name) if self._upto == head and name in self._sure else None

    def keep(self, incident: Incident) -> None:
        """Keep an incident, unless a later state of it is kept already."""
        with self._lock:
            self._keep(incident)

    def follow(self, since: int, head: int, entries: Mapping[str, Sequence[Entry]]) -> None:
        """Bring those that are sure from one entry to another.

        Args:
            entries: by incident, all after number `since` up to `head`.
        """
        with self._lock:
            if self._upto != since:
                return
            self._upto = head
            for name in entries.keys() & self._sure:
                known = self._kept[name]
                later = [entry for entry in entries[name] if entry.number > known.last]
                try:
                    self._kept[name] = fold_all(later, known) or known
                except Exception:  # noqa: BLE001 - whoever looks at it is told; not this one
                    self._forget(name)

    def begin_anew(self, head: int) -> None:
        """Be sure of none, up to an entry."""
        with self._lock:
            self._sure.clear()
            self._upto = head

    def keep_all(self, since: int, head: int, incidents: Iterable[Incident]) -> None:
        """Keep the incidents of a transaction, which wrote the entries from `since` to `head`."""
        with self._lock:
            if self._upto == since:
                self._upto = head
            for incident in incidents:
                self._keep(incident)
                if self._upto == head and incident.id in self._kept:
                    self._sure.add(incident.id)

    def _get(self, name: str) -> Incident | None:
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    def _keep(self, incident: Incident) -> None:
        known = self._kept.get(incident.id)
        if known is None or known.last < incident.last:
            self._kept[incident.id] = incident
        self._kept.move_to_end(incident.id)
        if len(self._kept) > self._most:
            self._forget(next(iter(self._kept)))

    def _forget(self, name: str) -> None:
        del self._kept[name]
        self._sure.discard(name)
