"""Flows, antichains and shortages of people are those that trying everything finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.graphs import (
    SINK,
    SOURCE,
    Arc,
    cheapest_flow,
    greatest_flow,
    heaviest_antichain,
)
from remit.engine.means import Loan, Needs
from remit.engine.pack import Step
from remit.engine.spans import Span
from remit.validators.needs import Crew
from remit.validators.staffing import People, shortages

HERE = Span("sample.yaml", 1, 1, 1, 2)
KINDS = ("a", "b", "c")
SUBJECTS = ("x", "y")


def subsets(items: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Return every subset, the empty one too."""
    items = tuple(items)
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def before(order: dict[str, tuple[str, ...]], one: str, other: str) -> bool:
    """Return whether `one` comes before `other`, through others too."""
    return any(name == one or before(order, one, name) for name in order[other])


@st.composite
def orders(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Draw up to five nodes, each after some of those drawn before it."""
    names = "vwxyz"[: draw(st.integers(1, 5))]
    return {
        name: tuple(draw(st.lists(st.sampled_from(names[:at]), unique=True)) if at else ())
        for at, name in enumerate(names)
    }


def antichains(order: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return every set of nodes of which none comes before another."""
    return [
        chosen
        for chosen in subsets(order)
        if not any(before(order, a, b) for a in chosen for b in chosen)
    ]


@given(orders(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_heaviest_antichain_is_the_heaviest_of_all(
    order: dict[str, tuple[str, ...]], data: st.DataObject
) -> None:
    weights = {name: data.draw(st.integers(0, 4)) for name in order}
    most = max(sum(weights[name] for name in chosen) for chosen in antichains(order))
    found = heaviest_antichain(weights, order)
    assert found in antichains(order)
    assert most == sum(weights[name] for name in found)


ARCS = st.dictionaries(
    st.tuples(st.sampled_from((SOURCE, "a", "b")), st.sampled_from(("a", "b", SINK))).filter(
        lambda pair: pair[0] != pair[1]
    ),
    st.tuples(st.integers(0, 2), st.integers(0, 3)),
    max_size=6,
)


def flows(arcs: list[Arc]) -> list[tuple[int, int]]:
    """Return the amount and the cost of every flow there is."""
    found = []
    for used in product(*(range((arc.most or 0) + 1) for arc in arcs)):
        balance = dict.fromkeys((SOURCE, "a", "b", SINK), 0)
        for arc, amount in zip(arcs, used, strict=True):
            balance[arc.start] -= amount
            balance[arc.end] += amount
        if not balance["a"] and not balance["b"]:
            cost = sum(arc.cost * amount for arc, amount in zip(arcs, used, strict=True))
            found.append((balance[SINK], cost))
    return found


@given(ARCS)
@settings(max_examples=60, deadline=None)
def test_a_flow_is_the_greatest_and_the_cheapest_of_all(
    drawn: dict[tuple[str, str], tuple[int, int]],
) -> None:
    arcs = [Arc(start, end, most, cost) for (start, end), (most, cost) in drawn.items()]
    tried = flows(arcs)
    found = greatest_flow(arcs)
    most = max(amount for amount, _ in tried)
    assert most == found.amount
    assert SINK in found.beyond
    assert SOURCE not in found.beyond
    cut = [a for a in arcs if a.start not in found.beyond and a.end in found.beyond]
    assert most == sum(arc.most or 0 for arc in cut)
    cheapest = cheapest_flow(arcs, most)
    costs = {(arc.start, arc.end): arc.cost for arc in arcs}
    paid = sum(costs[pair] * amount for pair, amount in cheapest.items())
    assert paid == min(cost for amount, cost in tried if amount == most)


def is_met(demands: dict[str, int], people: People) -> bool:
    """Return whether each need can be met, by trying every way to send people."""
    needs = [kind for kind, count in demands.items() for _ in range(count)]
    seats = [
        (holder, kind, loan)
        for holder in people.staff
        for kind in KINDS
        for loan in (None, *range(len(people.loans)))
        if (loan is None and holder[1] == kind)
        or (
            loan is not None
            and (people.loans[loan].subject, people.loans[loan].staff) == holder
            and kind in people.loans[loan].kinds
        )
    ]

    def place(at: int, left: dict[tuple[str, str], int], lent: tuple[int, ...]) -> bool:
        if at == len(needs):
            return True
        for holder, kind, loan in seats:
            if kind != needs[at] or not left[holder]:
                continue
            more = tuple(n + (at_loan == loan) for at_loan, n in enumerate(lent))
            most = None if loan is None else people.loans[loan].most
            if loan is not None and most is not None and more[loan] > most:
                continue
            if place(at + 1, {**left, holder: left[holder] - 1}, more):
                return True
        return False

    return place(0, dict(people.staff), (0,) * len(people.loans))


@st.composite
def peoples(draw: st.DrawFn) -> People:
    """Draw who there is and who lends whom."""
    staff = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(KINDS)),
            st.integers(0, 2),
            max_size=3,
        )
    )
    loans = [
        Loan(
            subject,
            kind,
            tuple(draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True))),
            HERE,
            draw(st.none() | st.integers(0, 2)),
        )
        for subject, kind in sorted(staff)
        if draw(st.booleans())
    ]
    costs = draw(st.dictionaries(st.sampled_from(KINDS), st.integers(1, 5), max_size=2))
    return People(staff, tuple(loans), costs)


@st.composite
def crews(draw: st.DrawFn) -> Crew:
    """Draw up to three steps and what they need."""
    names = "uvw"[: draw(st.integers(1, 3))]
    steps = {
        name: Step(
            name,
            name,
            HERE,
            after=tuple(draw(st.lists(st.sampled_from(names[:at]), unique=True)) if at else ()),
            needs=Needs(
                staff=draw(st.dictionaries(st.sampled_from(KINDS), st.integers(0, 2), max_size=2))
            ),
        )
        for at, name in enumerate(names)
    }
    return Crew((steps,), draw(st.integers(1, 2)))


@given(crews(), peoples())
@settings(max_examples=150, deadline=None)
def test_people_are_short_just_where_no_way_to_send_them_is_found(
    crew: Crew, people: People
) -> None:
    found = list(shortages([crew], people))
    assert is_enough(crew, people) == (not found)
    more = dict(people.staff)
    for shortage in found:
        assert shortage.needed > shortage.there
        for holder, count in shortage.relief:
            more[holder] = more.get(holder, 0) + count
    assert is_enough(crew, People(more, people.loans))


def is_enough(crew: Crew, people: People) -> bool:
    """Return whether at every moment all can be sent who are needed."""
    (steps,) = crew.ways
    order = {name: step.after for name, step in steps.items()}
    for chosen in antichains(order):
        demands = dict.fromkeys(KINDS, 0)
        for name in chosen:
            needs = steps[name].needs
            for kind, count in (needs.staff if needs else {}).items():
                demands[kind] += count * crew.times
        if not is_met(demands, people):
            return False
    return True
