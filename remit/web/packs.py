"""The pack that holds: the version activated last, else the one in the folder that is served."""

from __future__ import annotations

import threading

from remit.engine.errors import RemitError
from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.workflows.adapters.shelves import Shelf, in_force
from remit.workflows.changing import Rules
from remit.workflows.enacting import Office
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_writing import Writing
from remit.workflows.ports import Clock
from remit.workflows.reception import Policy
from remit.workflows.versions import ACTIVATED

__all__ = ["PackHolder"]


class PackHolder:
    """The pack in force over a ledger, compiled once, and anew when another one is activated.

    Args:
        path: folder of the pack; what was activated of that name goes before it.
    """

    def __init__(self, path: str, ledger: Ledger, clock: Clock) -> None:
        self.path = path
        self._ledger = ledger
        self._clock = clock
        self._lock = threading.Lock()
        self._shelf = Shelf(ledger)
        self._named: Pack | None = None
        self._rules: Rules | None = None
        self._activated = 0

    def rules(self) -> Rules:
        """Return the version in force.

        Raises:
            ArchiveError: if it cannot be read from the ledger.
            PackErrors: if the pack cannot be loaded.
        """
        latest = self._ledger.latest_of((ACTIVATED,))
        with self._lock:
            if self._named is None:
                self._named = load(self.path)
            if self._rules is None or self._activated != latest:
                self._rules = self._shelf.put(in_force(self._ledger, self._named))
                self._activated = latest
            return self._rules

    def policy(self) -> Policy:
        """Return the version in force, as the reception wants it.

        Raises:
            ArchiveError: if it cannot be read from the ledger.
            PackErrors: if the pack cannot be loaded.
        """
        found = self.rules()
        return Policy(found.pack, found.map.resolve)

    def pack(self) -> Pack | None:
        """Return the version in force, or `None` where there is none that can be loaded."""
        try:
            return self.rules().pack
        except RemitError:
            return None

    def rules_of(self, incident: Incident) -> Rules | None:
        """Return the rules by which an incident is decided; `None` where they are nowhere."""
        with self._lock:
            return self._shelf.rules_of(incident)

    def pack_of(self, incident: Incident) -> Pack | None:
        """Return the pack by which an incident is decided; `None` where it is nowhere."""
        try:
            found = self.rules_of(incident)
        except RemitError:
            return None
        return None if found is None else found.pack

    def office(self) -> Office:
        """Return where the community's own acts are done now.

        Raises:
            ArchiveError: if the version in force cannot be read from the ledger.
            PackErrors: if the pack cannot be loaded.
        """
        return Office(self._ledger, self.rules(), self.rules_of, self._clock.now())

    def take_in(self, writing: Writing, incident: str, told: Event, received: int) -> str:
        """Let what a later message tells of an incident change who answers, or write why not."""
        return self.office().take_in(writing, incident, told, received)

    def reload(self) -> None:
        """Load the folder anew; where that fails, the one before stays.

        Raises:
            PackErrors: if it cannot be loaded.
        """
        pack = load(self.path)
        with self._lock:
            self._named, self._rules = pack, None
