"""The rows about means that follow from one folded incident."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from remit.workflows.entries import canonical, stamp, storable
from remit.workflows.holding import Holding
from remit.workflows.incident import Incident
from remit.workflows.means import UNITS, in_units
from remit.workflows.reserving import holding_of, wants_of
from remit.workflows.response import StepPlan

__all__ = ["Share", "means_rows", "shares_of"]

Row: TypeAlias = "dict[str, str | int | None]"
Key: TypeAlias = "tuple[str, tuple[str | int, ...]]"


@dataclass(frozen=True, slots=True)
class Share:
    """What one step holds, and has used up, of one pool.

    Args:
        kind: `staff`, `stock` or `money`.
        holder: of people; empty for stock and money.
        work: the kind whose work the people do.
        held: in whole numbers; money in the parts that tables count in.
        used: likewise; below 0 for what came from outside.
        lent: people that came on request.
    """

    step: str
    kind: str
    name: str
    holder: str = ""
    work: str = ""
    held: int = 0
    used: int = 0
    lent: int = 0


def means_rows(incident: Incident) -> dict[Key, Row]:
    """Return the rows about means of one incident."""
    found: dict[Key, Row] = {}
    for share in shares_of(incident):
        place = (incident.id, share.step, share.kind, share.name, share.holder, share.work)
        found["reservations", place] = _reservation(incident, share)
    for want in wants_of(incident):
        found["wants", (incident.id, want.step, want.kind, want.name)] = {
            "incident": incident.id,
            "step": want.step,
            "kind": want.kind,
            "name": want.name,
            "pack": incident.pack,
            "missing": want.missing,
            "level": want.level,
            "since": stamp(want.since),
            "holders": canonical([*want.holders]),
        }
    for name, holding in incident.means.items():
        found.update(_decisions(incident, name, holding))
    return found


def shares_of(incident: Incident) -> Iterator[Share]:
    """Yield what an incident's steps hold and have used up of each pool."""
    for part in incident.response.parts:
        for step in part.steps:
            if step.name not in incident.means:
                continue
            holding = holding_of(incident, step)
            yield from _people(step, holding)
            is_old = not incident.response.means.stock and not incident.response.means.purses
            is_spent = is_old and incident.progress(step).is_over
            yield from _stock(step, holding, is_spent=is_spent)
            yield from _money(step, holding, is_spent=is_spent)


def _people(step: StepPlan, holding: Holding) -> Iterator[Share]:
    places = dict.fromkeys((one.staff, one.holder, one.work) for one in holding.posted)
    for staff, holder, work in places:
        here = [
            one
            for one in holding.posted
            if (one.staff, one.holder, one.work) == (staff, holder, work) and one.until is None
        ]
        lent = sum(one.count for one in here if one.call is not None)
        held = sum(one.count for one in here)
        yield Share(step.name, "staff", staff, holder, work, held, 0, lent)


def _stock(step: StepPlan, holding: Holding, *, is_spent: bool) -> Iterator[Share]:
    for name, drawn in sorted(holding.drawn.items()):
        if drawn.drawn:
            held = 0 if is_spent else drawn.held
            used = drawn.used - drawn.supplied + (drawn.held if is_spent else 0)
            yield Share(step.name, "stock", name, held=held, used=used)


def _money(step: StepPlan, holding: Holding, *, is_spent: bool) -> Iterator[Share]:
    """WHY old ledgers apart: they told no payments, what was set aside counted as spent."""
    for fund in dict.fromkeys(one.fund for one in holding.requests if one.set_aside):
        requests = [one for one in holding.requests if one.fund == fund]
        left = sum((holding.left(one) for one in requests), Decimal(0))
        spent = sum((one.amount for one in holding.payments if one.fund == fund), Decimal(0))
        if is_spent:
            left, spent = Decimal(0), spent + left
        yield Share(step.name, "money", fund, held=in_units(left), used=in_units(spent))


def _reservation(incident: Incident, share: Share) -> Row:
    is_money = share.kind == "money"
    amount = f"{(Decimal(share.held) / UNITS).normalize():f}" if is_money else str(share.held)
    return {
        "incident": incident.id,
        "step": share.step,
        "kind": share.kind,
        "name": share.name,
        "holder": share.holder,
        "work": share.work,
        "pack": incident.pack,
        "amount": amount,
        "held": share.held,
        "used": share.used,
        "lent": share.lent,
        "status": "reserved" if share.held else "spent" if share.used > 0 else "released",
    }


def _decisions(incident: Incident, step: str, holding: Holding) -> Mapping[Key, Row]:
    found: dict[Key, Row] = {}
    for request in holding.requests:
        if request.approver is None or request.set_aside is None:
            continue
        hands: Row = {
            "requested_by": request.hand[0],
            "requested_for": request.hand[1],
            "approved_by": request.approver[0],
            "approved_for": request.approver[1],
        }
        found["approvals", (incident.id, step, request.number)] = {
            "incident": incident.id,
            "step": step,
            "request": request.number,
            "fund": request.fund,
            "units": in_units(request.set_aside),
            **hands,
        }
        for payment in holding.payments:
            if payment.request == request.number:
                found["payments", (incident.id, payment.entry)] = {
                    "incident": incident.id,
                    "entry": payment.entry,
                    "step": step,
                    "request": request.number,
                    "fund": payment.fund,
                    "units": in_units(payment.amount),
                    "payee": storable(payment.payee),
                    **hands,
                    "paid_by": payment.hand[0],
                    "paid_for": payment.hand[1],
                }
    return found
