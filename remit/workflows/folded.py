"""Incidents as they were folded last, kept so that a look at one reads only what came since."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from remit.workflows.incident import Incident

__all__ = ["Folded"]

MOST = 2_000
"""Incidents kept; past it the one looked at longest ago goes, and is folded from its start."""


class Folded:
    """A bounded store of folded incidents, shared by the threads of one process."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[str, Incident] = OrderedDict()
        self._lock = Lock()
        self._most = most

    def get(self, name: str) -> Incident | None:
        """Return an incident as it was folded last, or `None`."""
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
            return found

    def keep(self, incident: Incident) -> None:
        """Keep an incident, unless a later state of it is kept already."""
        with self._lock:
            known = self._kept.get(incident.id)
            if known is None or known.last < incident.last:
                self._kept[incident.id] = incident
            self._kept.move_to_end(incident.id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
