"""Whether the people of a pack are enough for steps that may run at once, and what is lacking.

Steps run at once where none comes after another. For a set of kinds of staff, what such steps need
at most is a heaviest antichain of the order of the steps, and who can be sent is what the holders
have or lend of these kinds. By the max-flow min-cut theorem the people are enough just where no set
of kinds needs more than can be sent (Hall 1935, Gale 1957); the set that lacks most is the
bottleneck. INVARIANT: kinds that no holder can serve together never form a bottleneck together, so
only kinds linked by loans are looked at together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from itertools import chain, combinations

from remit.engine.graphs import (
    SINK,
    SOURCE,
    Arc,
    cheapest_flow,
    greatest_flow,
    heaviest_antichain,
)
from remit.engine.means import Loan
from remit.engine.pack import Pack, Step
from remit.validators.entitlement import named_subjects
from remit.validators.needs import Crew

__all__ = ["People", "Shortage", "TooManyKinds", "people_of", "shortages"]

MOST_KINDS = 10
"""Kinds of staff linked by loans whose every subset is looked at; past it nothing is proved."""
MOST_ROUNDS = 50
"""Moments of a response for which relief is added; past it the rest is told on the next check."""

Holder = tuple[str, str]
"""A subject and a kind of its staff; the subject is empty where nobody has the kind."""


class TooManyKinds(Exception):  # noqa: N818 - an outcome a caller plans for
    """More kinds of staff are linked by loans than can be looked at together."""


@dataclass(frozen=True, slots=True)
class People:
    """Who there is, and who may do whose work.

    Args:
        staff: people by subject and kind.
        costs: of one more of a kind; 1 for a kind left out.
    """

    staff: Mapping[Holder, int]
    loans: tuple[Loan, ...] = ()
    costs: Mapping[str, int] = field(default_factory=dict)

    def loans_of(self, holder: Holder) -> tuple[Loan, ...]:
        """Return what a holder lends."""
        return tuple(one for one in self.loans if (one.subject, one.staff) == holder)

    def serves(self, holder: Holder) -> frozenset[str]:
        """Return the kinds whose work a holder's people may do."""
        return frozenset({holder[1]}.union(*(loan.kinds for loan in self.loans_of(holder))))

    def sent(self, holder: Holder, kinds: frozenset[str]) -> int:
        """Return how many of a holder can be sent to the work of some kinds."""
        there = self.staff.get(holder, 0)
        if holder[1] in kinds:
            return there
        lent = [
            there if loan.most is None else loan.most
            for loan in self.loans_of(holder)
            if kinds & set(loan.kinds)
        ]
        return min(there, sum(lent))


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is lacking at the worst moment.

    Args:
        kinds: of staff, the bottleneck; or the one item of stock.
        needed: people of these kinds at once.
        there: people who can be sent at most.
        steps: the steps that need them at once, with how many of these kinds, most first.
        holders: who can send how many.
        relief: what covers it at least cost: holder and how many more.
        is_staff: whether it is people that are lacking.
    """

    kinds: tuple[str, ...]
    needed: int
    there: int
    steps: tuple[tuple[Step, int], ...]
    holders: tuple[tuple[Holder, int], ...]
    relief: tuple[tuple[Holder, int], ...] = ()
    is_staff: bool = True

    @property
    def key(self) -> tuple[tuple[str, ...], bool]:
        """What it is that is lacking."""
        return self.kinds, self.is_staff

    @property
    def lacking(self) -> int:
        """How many are missing."""
        return self.needed - self.there


def people_of(pack: Pack) -> dict[Holder, int]:
    """Return people by subject and kind; the nearest pack that counts a kind of a subject holds."""
    found: dict[Holder, int] = {}
    for name in named_subjects(pack):
        for account in reversed(pack.accounts_of(name)):
            found.update({(name, kind): count for kind, count in account.staff.items()})
    return found


def shortages(crews: Sequence[Crew], people: People) -> Iterator[Shortage]:
    """Yield the worst shortage of each group of kinds that loans link.

    Cost: for a group of k kinds one flow, and where that does not settle it 2^k antichains.

    Raises:
        TooManyKinds: if a group that may lack people has more than `MOST_KINDS`.
    """
    wanted = {
        kind
        for crew in crews
        for steps in crew.ways
        for step in steps.values()
        for kind, count in _staff(step).items()
        if count
    }
    for group in _groups(wanted, people):
        worst = _worst(group, crews, people)
        if worst is not None:
            yield _relieved(worst, group, crews, people)


def _staff(step: Step) -> Mapping[str, int]:
    return step.needs.staff if step.needs is not None else {}


def _groups(wanted: set[str], people: People) -> list[frozenset[str]]:
    """Return the kinds that are needed, those together that one holder can serve."""
    groups = [frozenset({kind}) for kind in sorted(wanted)]
    for holder in {(loan.subject, loan.staff) for loan in people.loans}:
        served = people.serves(holder)
        joined = [group for group in groups if group & served]
        if len(joined) > 1:
            groups = [group for group in groups if group not in joined]
            groups.append(frozenset(chain.from_iterable(joined)))
    return sorted(groups, key=sorted)


def _worst(group: frozenset[str], crews: Sequence[Crew], people: People) -> _Lack | None:
    """Return the kinds that lack most people, the fewest kinds among equals."""
    single = {kind: _moment(frozenset({kind}), crews).needed for kind in sorted(group)}
    if _is_enough(single, people):
        return None
    if len(group) > MOST_KINDS:
        raise TooManyKinds
    found: _Lack | None = None
    for size in range(1, len(group) + 1):
        for chosen in combinations(sorted(group), size):
            kinds = frozenset(chosen)
            moment = _moment(kinds, crews)
            lack = _Lack(kinds, moment, sum(people.sent(one, kinds) for one in people.staff))
            if lack.lacking > (found.lacking if found else 0):
                found = lack
    return found


def _is_enough(demands: Mapping[str, int], people: People) -> bool:
    """Return whether all demands can be met together: a flow, where loans make it one."""
    if len(demands) == 1:
        ((kind, needed),) = demands.items()
        kinds = frozenset({kind})
        return needed <= sum(people.sent(holder, kinds) for holder in people.staff)
    return greatest_flow(_arcs(demands, people)).amount == sum(demands.values())


@dataclass(frozen=True, slots=True)
class _Moment:
    """Steps that run at once, with how many incidents of them, and the people they need."""

    steps: tuple[tuple[Step, int], ...]
    needed: int


@dataclass(frozen=True, slots=True)
class _Lack:
    kinds: frozenset[str]
    moment: _Moment
    there: int

    @property
    def lacking(self) -> int:
        return self.moment.needed - self.there


def _moment(kinds: frozenset[str], crews: Sequence[Crew]) -> _Moment:
    """Return what some kinds are needed for at most at once."""
    steps: list[tuple[Step, int]] = []
    needed = 0
    for crew in crews:
        found = [_busiest(kinds, way) for way in crew.ways]
        amount, chosen = max(found, key=lambda one: one[0], default=(0, ()))
        needed += amount * crew.times
        steps += [(step, crew.times) for step in chosen]
    return _Moment(tuple(steps), needed)


def _busiest(kinds: frozenset[str], steps: Mapping[str, Step]) -> tuple[int, tuple[Step, ...]]:
    weights = {
        name: sum(count for kind, count in _staff(step).items() if kind in kinds)
        for name, step in steps.items()
    }
    if not any(weights.values()):
        return 0, ()
    chosen = heaviest_antichain(weights, _order(steps))
    return sum(weights[name] for name in chosen), tuple(steps[name] for name in chosen)


def _order(steps: Mapping[str, Step]) -> Mapping[str, tuple[str, ...]]:
    """Return the steps before each one, of those that run; cut where two plans close a circle."""
    before = {
        name: tuple(one for one in step.after if one in steps) for name, step in steps.items()
    }
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        place = {name: at for at, name in enumerate(steps)}
        return {
            name: tuple(one for one in found if place[one] < place[name])
            for name, found in before.items()
        }
    return before


def _relieved(
    worst: _Lack, group: frozenset[str], crews: Sequence[Crew], people: People
) -> Shortage:
    """Return a shortage with what covers it; the relief is added until no moment lacks anybody."""
    told = _told(worst, people)
    added: Counter[Holder] = Counter()
    lack: _Lack | None = worst
    for _ in range(MOST_ROUNDS):
        if lack is None:
            break
        more = _relief(lack, group, people)
        added.update(more)
        people = replace(people, staff=Counter(people.staff) + Counter(more))
        lack = _worst(group, crews, people)
    return replace(told, relief=tuple(sorted(added.items())))


def _told(worst: _Lack, people: People) -> Shortage:
    weights = [
        (step, times * sum(_staff(step).get(kind, 0) for kind in worst.kinds))
        for step, times in worst.moment.steps
    ]
    sent = [(one, people.sent(one, worst.kinds)) for one in sorted(people.staff)]
    return Shortage(
        tuple(sorted(worst.kinds)),
        worst.moment.needed,
        worst.there,
        tuple(sorted(weights, key=lambda one: (-one[1], one[0].id))),
        tuple(one for one in sent if one[1]),
    )


def _relief(lack: _Lack, group: frozenset[str], people: People) -> dict[Holder, int]:
    """Return who to add so that the worst moment is covered, at least cost.

    Among equal costs whoever already has most people of a kind that is needed itself comes first.
    """
    demands = {
        kind: sum(times * _staff(step).get(kind, 0) for step, times in lack.moment.steps)
        for kind in sorted(group)
    }
    amount = sum(demands.values())
    holders = _candidates(group, people)
    scale = (amount + 1) * (len(holders) + 1)
    arcs = list(_arcs(demands, people, holders))
    for rank, holder in enumerate(holders):
        cost = people.costs.get(holder[1], 1) * scale + rank
        arcs.append(Arc(SOURCE, _name("more", holder), None, cost))
        arcs.append(Arc(_name("more", holder), _name("of", holder)))
    flow = cheapest_flow(arcs, amount)
    found = {holder: flow.get((SOURCE, _name("more", holder)), 0) for holder in holders}
    return {holder: count for holder, count in found.items() if count}


def _candidates(group: frozenset[str], people: People) -> list[Holder]:
    found = [holder for holder in people.staff if people.serves(holder) & group]
    served = {holder[1] for holder in found}
    found += [("", kind) for kind in sorted(group - served)]
    return sorted(
        found, key=lambda one: (one[1] not in group, -people.staff.get(one, 0), one[1], one[0])
    )


def _arcs(
    demands: Mapping[str, int], people: People, holders: Iterable[Holder] | None = None
) -> Iterator[Arc]:
    """Yield the network: from who there is, as they are or lent, to what is needed."""
    for holder in people.staff if holders is None else holders:
        served = people.serves(holder) & set(demands)
        if served:
            yield Arc(SOURCE, _name("of", holder), people.staff.get(holder, 0))
        if holder[1] in demands:
            yield Arc(_name("of", holder), f"need {holder[1]}")
        for at, loan in enumerate(people.loans_of(holder)):
            kinds = [kind for kind in loan.kinds if kind in demands and kind != holder[1]]
            lent = f"{_name('lent', holder)} {at}"
            if kinds:
                yield Arc(_name("of", holder), lent, loan.most)
                yield from (Arc(lent, f"need {kind}") for kind in kinds)
    for kind, needed in demands.items():
        yield Arc(f"need {kind}", SINK, needed)


def _name(what: str, holder: Holder) -> str:
    return f"{what} {holder[0]}/{holder[1]}"
