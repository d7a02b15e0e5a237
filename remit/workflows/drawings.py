"""What all incidents of a ledger in memory hold of people, stock and money, and wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger_pools import Place, pool_bases
from remit.workflows.means import UNITS
from remit.workflows.means_rows import Share, shares_of
from remit.workflows.reserving import wants_of
from remit.workflows.response import Response
from remit.workflows.stores import Stores, Want

__all__ = ["Drawings"]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What one incident holds and waits for."""

    pack: str
    shares: tuple[Share, ...]
    wants: tuple[Want, ...]


@dataclass(slots=True)
class Drawings:
    """What is drawn, summed up over all incidents, and brought up to date one by one.

    INVARIANT: what is left of the stores is found anew whenever any of this changes.

    Args:
        wants: what incidents wait for, by name; those that wait for nothing are left out.
    """

    wants: dict[str, _Drawn] = field(default_factory=dict)
    _bases: dict[Place, tuple[int, int]] = field(default_factory=dict)
    _drawn: dict[str, _Drawn] = field(default_factory=dict)
    _gone: Counter[Place] = field(default_factory=Counter)
    _used: Counter[Place] = field(default_factory=Counter)
    _lent: Counter[Place] = field(default_factory=Counter)
    _stores: dict[str, tuple[Response, Stores]] = field(default_factory=dict)

    def count(self, counted: Iterable[Entry]) -> None:
        """Take what there is from all entries that counted it, in order."""
        self._bases = pool_bases(counted)
        self._stores.clear()

    def see(self, name: str, incident: Incident | None) -> None:
        """See what an incident holds now; `None` where there is none of that name any more."""
        known, drawn = self._drawn.get(name), None if incident is None else _drawn_by(incident)
        if drawn == known:
            return
        self._add(known, -1)
        self._add(drawn, 1)
        for kept, is_wanted in ((self._drawn, True), (self.wants, bool(drawn and drawn.wants))):
            if drawn is None or not is_wanted:
                kept.pop(name, None)
            else:
                kept[name] = drawn
        self._stores.clear()

    def stores(self, incident: Incident) -> Stores:
        """Return what is left of the funds and stock an incident may draw on."""
        known = self._stores.get(incident.id)
        if known is None or known[0] is not incident.response:
            known = self._stores[incident.id] = (incident.response, self._left(incident))
        return known[1]

    def pools(self) -> dict[Place, tuple[int, int]]:
        """Return what there is of each pool, and how much of it is promised or used up."""
        return {place: (base, self._gone[place]) for place, (_, base) in self._bases.items()}

    def used(self, pack: str) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Return of each pool of a pack what was counted, and what is used up since."""
        return {
            (kind, name, holder): (figure, self._used[of, kind, name, holder])
            for (of, kind, name, holder), (figure, _) in self._bases.items()
            if of == pack
        }

    def _add(self, drawn: _Drawn | None, sign: int) -> None:
        for share in () if drawn is None else drawn.shares:
            place = ("" if drawn is None else drawn.pack, share.kind, share.name, share.holder)
            self._gone[place] += sign * (share.held + share.used)
            self._used[place] += sign * share.used
            self._lent[place] += sign * share.lent

    def _left(self, incident: Incident) -> Stores:
        funds = dict(incident.response.funds)
        stock = {name: figures[0] for name, figures in incident.response.reserves.items()}
        staff: dict[tuple[str, str], int] = {}
        for (pack, kind, name, holder), (base, gone) in self.pools().items():
            if pack != incident.pack:
                continue
            if kind == "staff":
                staff[holder, name] = base - gone
            elif kind == "stock":
                stock[name] = base - gone
            else:
                funds[name] = Decimal(base - gone) / UNITS
        lent = {
            (holder, name): count
            for (pack, kind, name, holder), count in self._lent.items()
            if kind == "staff" and pack == incident.pack and count > 0
        }
        here = (drawn for drawn in self.wants.values() if drawn.pack == incident.pack)
        return Stores(
            funds, stock, staff, lent, tuple(one for drawn in here for one in drawn.wants)
        )


def _drawn_by(incident: Incident) -> _Drawn:
    return _Drawn(incident.pack, tuple(shares_of(incident)), tuple(wants_of(incident)))
