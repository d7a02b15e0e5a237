"""What there is of stock, to whom it is promised, and what its holders add to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.engine.errors import RemitError
from remit.engine.language.problems import did_you_mean
from remit.engine.wording import tell
from remit.workflows.entries import Draft, Entry, Json
from remit.workflows.gate import LONGEST_NAME, Denied
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.means import Store

__all__ = ["Promise", "StockDenied", "StockError", "StockLine", "add_stock", "entitled", "stock_of"]

MOST = 10**12
"""Past it a number is a slip of the keyboard."""


@dataclass(eq=True)
class StockError(RemitError):
    """Stock that cannot be added to, in one sentence, and what to do."""

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


class StockDenied(StockError):  # noqa: N818 -- a refusal by the policy, as `gate.Denied`
    """A count that the policy refuses, with who may; the ledger has it as a refusal."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Stock that a step holds."""

    incident: str
    step: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StockLine:
    """One kind of stock.

    Args:
        there: all there is, what is promised with it.
        labels: what people call it, by language.
        subjects: all that the policy knows.
        leads: who speaks for each joint body.
    """

    pack: str
    item: str
    there: int
    store: Store
    promises: tuple[Promise, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)

    @property
    def free(self) -> int:
        """How much nobody was promised."""
        return self.there - sum(promise.quantity for promise in self.promises)

    @property
    def is_low(self) -> bool:
        """Whether what is free lies below the floor."""
        return self.free < self.store.floor


def stock_of(ledger: Ledger) -> tuple[StockLine, ...]:
    """Return the stock of all packs that incidents were opened under, by pack and item."""
    found: list[StockLine] = []
    latest: dict[str, Incident] = {}
    for summary in ledger.incidents():
        incident = None if summary.pack in latest else ledger.incident(summary.id)
        if incident is not None:
            latest[summary.pack] = incident
    promised = ledger.stock_promised()
    for pool in ledger.stock_pools():
        incident = latest.get(pool.pack)
        if incident is None:
            continue
        store = incident.response.means.stock.get(pool.name, Store(pool.there))
        promises = tuple(
            Promise(row.incident, row.step, row.quantity)
            for row in promised
            if (row.pack, row.name) == (pool.pack, pool.name)
        )
        labels = dict(incident.response.labels.get(f"stock:{pool.name}", {}))
        known = {*incident.response.above, *incident.response.heads}
        leads = incident.response.leads
        found.append(
            StockLine(
                pool.pack, pool.name, pool.there, store, promises, labels,
                tuple(sorted(known)), leads,
            )
        )  # fmt: skip
    return tuple(found)


def add_stock(
    ledger: Ledger,
    item: str,
    quantity: int,
    *,
    reason: str,
    by: str | None,
    pack: str | None,
    now: dt.datetime,
) -> Entry:
    """Write that there is more of some stock, or less where `quantity` is below 0.

    Raises:
        StockDenied: if the policy does not let `by` count it.
        StockError: if there is no such item, no number or reason to write, or it is promised.
    """
    line = _line(ledger, item, pack)
    holder = line.store.holder
    speaker = by or holder
    if not speaker:
        raise StockError(
            tell("nobody holds `{item}`", item=item), tell("say who counted it with `--as SUBJECT`")
        )
    entitled(ledger, line, speaker, now)
    if not reason.strip():
        raise StockError(tell("a count needs a reason"), tell('give it with `--reason "..."`'))
    if not quantity or abs(quantity) > MOST:
        raise StockError(
            tell("{quantity} of `{item}` cannot be added", quantity=quantity, item=item)
        )
    payload: dict[str, Json] = {
        "pack": line.pack,
        "stock": item,
        "quantity": quantity,
        "reason": reason,
    }
    with ledger.write() as writing:
        free = writing.stock_free(line.pack, item)
        if free + quantity < 0:
            raise StockError(
                tell("only {free} of `{item}` are free: the rest is promised", free=free, item=item)
            )
        (entry,) = writing.append([Draft("stocked", payload, actor=speaker)], time=now)
    return entry


def entitled(ledger: Ledger, line: StockLine, by: str, now: dt.datetime) -> None:
    """Refuse whom the policy does not let count, and write it down.

    Raises:
        StockDenied: with who may.
    """
    holder, able = line.store.holder, dict.fromkeys((line.store.holder, *line.store.keepers))
    if not holder:
        if by in line.subjects:
            return
        reason = tell("`{by}` is no subject of the policy", by=by[:LONGEST_NAME])
        help_ = did_you_mean(by, line.subjects) or tell("`remit matrix` shows its subjects")
    elif by in able or line.leads.get(holder) == by:
        return
    else:
        parts = {"by": by[:LONGEST_NAME], "item": line.item, "holder": holder}
        reason = tell("`{by}` does not hold `{item}`: `{holder}` does", **parts)
        help_ = tell("who may: {names}", names=tell(", ").join(f"`{name}`" for name in able))
    with ledger.write() as writing:
        writing.append([Denied("stock", by, reason, help_).draft()], time=now)
    raise StockDenied(reason, help_)


def _line(ledger: Ledger, item: str, pack: str | None) -> StockLine:
    lines = stock_of(ledger)
    found = [one for one in lines if one.item == item and pack in {None, one.pack}]
    if len(found) == 1:
        return found[0]
    if found:
        packs = ", ".join(f"`{one.pack}`" for one in found)
        raise StockError(
            tell("several packs have `{item}`: {packs}", item=item, packs=packs),
            tell("name one with `--pack`"),
        )
    known = ", ".join(f"`{one.item}`" for one in lines)
    raise StockError(
        tell("there is no stock `{item}`", item=item),
        tell("known here: {known}", known=known)
        if known
        else tell("stock is counted when the first incident is opened"),
    )
