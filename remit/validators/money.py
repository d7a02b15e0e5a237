"""The money that steps need: where, from which fund, at whose request, released by whom.

It follows the response: who does a step requests its money (who answers for it, where nobody is
responsible), and the band that reaches the amount says who is asked first; whoever requests, and
who leads a joint body that does, never releases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from remit.engine.approval import bands_for, fund_of, hands_of, wait_of
from remit.engine.pack import Fund, Pack, Step
from remit.validators.check import Cell, Context, Fault
from remit.validators.finding import Finding
from remit.validators.needs import draws, kept_at, kept_steps
from remit.validators.words import duration_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.diagram import Diagram
    from remit.engine.replay import Replay

__all__ = [
    "Chain",
    "Spending",
    "amount_words",
    "chain_at",
    "chains",
    "decisions",
    "power_cells",
    "release_words",
    "spendings",
]


@dataclass(frozen=True, slots=True)
class Spending:
    """One step that needs money, and the events in which it runs.

    Args:
        fund: that pays; `None` where none can be told.
    """

    plan: str
    step: Step
    amount: Decimal
    fund: Fund | None
    cells: CellSet

    def runs_at(self, context: Context, cell: Cell) -> bool:
        """Return whether the step runs in an event, told by the slow path."""
        return (self.plan, self.step.id) in kept_at(context, cell)


@dataclass(frozen=True, slots=True)
class Chain:
    """How one request is decided.

    Args:
        requesters: who asks for the money, those who lead them included.
        hands: who may release it, each with the subject in whose place it does, in the order they
            are asked, before anybody is left out.
    """

    requesters: frozenset[str]
    hands: tuple[tuple[str, str], ...]

    @property
    def line(self) -> tuple[str, ...]:
        """Who may release it, in the order they are asked, before anybody is left out."""
        return tuple(dict.fromkeys(name for name, _ in self.hands))

    @property
    def eligible(self) -> tuple[str, ...]:
        """Who may release it and neither asks for it nor acts in the place of one who does."""
        free = {name for name, place in self.hands if not {name, place} & self.requesters}
        return tuple(name for name in self.line if name in free)


def spendings(context: Context) -> Iterator[Spending]:
    """Yield the steps that need money and run in some event."""
    from remit.engine.map.cells import CellSet

    pack = context.pack
    if not draws(pack, lambda needs: needs.money):
        return
    kept = kept_steps(context)
    for name, plan in sorted(pack.plans.items()):
        for step in plan.steps:
            if step.needs is not None and step.needs.money:
                key = (name, step.id)
                runs = kept.mapped(lambda each, key=key: key in each)  # type: ignore[misc]
                cells = CellSet(context.map.ground, runs)
                if cells:
                    fund = fund_of(pack, step.needs)
                    yield Spending(name, step, step.needs.money, fund, cells)


def chains(spending: Spending, fund: Fund, context: Context) -> Iterator[tuple[Chain, CellSet]]:
    """Yield how a request is decided, with the events where it is decided so."""
    from remit.engine.map.cells import CellSet

    ground = context.map.ground
    found = _chains(spending, fund, context)
    for chain in sorted(found.terminals, key=lambda one: (one.hands, sorted(one.requesters))):
        is_so = found.mapped(lambda each, chain=chain: each == chain)  # type: ignore[misc]
        cells = CellSet(ground, is_so) & spending.cells
        if cells:
            yield chain, cells


def decisions(
    spending: Spending,
    fund: Fund,
    context: Context,
    draft_of: Callable[[Fund, Chain], Finding | None],
) -> Iterator[Fault]:
    """Yield a fault for each finding about how a request is decided, with all events it is so in.

    Args:
        draft_of: the finding about a way to decide, or nothing.
    """
    found: dict[tuple[str, tuple[str, ...]], tuple[Finding, CellSet, frozenset[Chain]]] = {}
    for chain, cells in chains(spending, fund, context):
        draft = draft_of(fund, chain)
        if draft is not None:
            key = (draft.message, draft.notes)
            _, before, known = found.get(key, (draft, context.map.nowhere(), frozenset()))
            found[key] = (draft, before | cells, known | {chain})
    for draft, cells, among in found.values():
        yield Fault(draft, cells, holds_at=_decided_so(spending, fund, context, among), as_one=True)


def _decided_so(
    spending: Spending, fund: Fund, context: Context, among: frozenset[Chain]
) -> Callable[[object, Cell], bool]:
    def holds_at(_: object, cell: Cell) -> bool:
        runs = spending.runs_at(context, cell)
        return runs and chain_at(spending, fund, context, cell) in among

    return holds_at


def chain_at(spending: Spending, fund: Fund, context: Context, cell: Cell) -> Chain:
    """Return how a request is decided in one event, told by the slow path."""
    replay, activity = context.replay, spending.step.activity
    doers = replay.holders(activity, "responsible", cell)
    doers = doers or replay.holders(activity, "accountable", cell)
    hands = _hands(context.pack, fund, spending.amount)
    if fund.power is not None:
        power, pack = fund.power, context.pack
        hands = tuple(hand for hand in hands if _holds(hand[0], power, pack, replay, cell))
    return Chain(_with_leads(doers, context.pack), hands)


def power_cells(subject: str, power: str, context: Context) -> CellSet:
    """Return where a subject itself holds a power and is not forbidden to use it."""
    cells = context.map.nowhere()
    for account in context.pack.accounts_of(subject):
        for grant in account.authority:
            if grant.power == power:
                cells |= context.map.cells_of(grant.when)
    for account in context.pack.accounts_of(subject):
        for entry in account.prohibitions:
            if entry.power == power:
                cells -= context.map.cells_of(entry.when)
    return cells


def amount_words(amount: Decimal, fund: Fund) -> str:
    """Return an amount of a fund: "12,000 CNY"."""
    return f"{amount.normalize():,f} {fund.currency}"


def release_words(chain: Chain, fund: Fund, amount: Decimal) -> tuple[int, str]:
    """Return the seconds until money is released at worst, and how long each has to answer.

    At worst all who may release it stay silent for their time, but the last.
    """
    wait = wait_of(fund, amount)
    return wait * len(chain.eligible), duration_words(wait)


def _chains(spending: Spending, fund: Fund, context: Context) -> Diagram[Chain]:
    from remit.engine.map.diagram import combine

    compiled, pack = context.map.compiled, context.pack
    activity = spending.step.activity
    part = compiled.parts[activity]
    hands = _hands(pack, fund, spending.amount)
    found = combine(
        compiled.answers(activity, "responsible"),
        compiled.answers(activity, "accountable"),
        lambda doers, owners: Chain(
            _with_leads(part.subjects(doers) or part.subjects(owners), pack), hands
        ),
    )
    if fund.power is not None:
        for name in dict.fromkeys(name for name, _ in hands):
            held = power_cells(name, fund.power, context)
            found = combine(found, held.diagram, _without(name))
    return found


def _hands(pack: Pack, fund: Fund, amount: Decimal) -> tuple[tuple[str, str], ...]:
    bands = bands_for(fund, amount)
    return tuple(dict.fromkeys(hand for band in bands for hand in hands_of(pack, band)))


def _without(name: str) -> Callable[[Chain, bool], Chain]:
    def left(chain: Chain, holds: bool) -> Chain:  # noqa: FBT001 - a diagram's terminal
        if holds:
            return chain
        return Chain(chain.requesters, tuple(one for one in chain.hands if one[0] != name))

    return left


def _with_leads(doers: frozenset[str], pack: Pack) -> frozenset[str]:
    leads = (
        next((account.lead for account in pack.accounts_of(name) if account.lead), None)
        for name in doers
    )
    return doers.union(lead for lead in leads if lead is not None)


def _holds(subject: str, power: str, pack: Pack, replay: Replay, cell: Cell) -> bool:
    accounts = pack.accounts_of(subject)
    granted = (one.when for a in accounts for one in a.authority if one.power == power)
    forbidden = (one.when for a in accounts for one in a.prohibitions if one.power == power)
    return any(replay.holds(when, cell) for when in granted) and not any(
        replay.holds(when, cell) for when in forbidden
    )
