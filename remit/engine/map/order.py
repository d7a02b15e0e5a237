"""Which axis comes first: a rule for all packs, and a search for those it serves badly.

The rule (most spoken of first, in `space_of`) is right for policies with exceptions, where another
order can cost a thousand times more. Tables of decisions and independent pairs of dimensions gain
from a search, so a sample of the largest activity is built, and only if that is suspiciously large
are axes moved, one at a time, as long as it shrinks (local search by insertion).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import build
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rows import Row

__all__ = ["better_order"]

FEWEST = 40
"""Rows of an activity below which no order costs much."""
SAMPLE = 160
"""Rows of the sample."""
MOST_MEMBERSHIPS = 60_000
"""What building a sample may cost; policies with exceptions take a tenth, tables a half."""
TRIALS = 60
"""Orders tried at most."""
MOST_WORK = 200_000
"""Edges of all samples built, about, after which the search ends: half a second."""
Order = tuple[int, ...]


def better_order(parts: Sequence[ActivityPart], widths: tuple[int, ...]) -> Order | None:
    """Return the positions of the axes in a better order, or `None` if theirs will do."""
    rows = max(
        ([row for rows in part.rows for row in rows if not row.removes] for part in parts),
        key=len,
        default=[],
    )
    order = tuple(range(len(widths)))
    if len(rows) < FEWEST:
        return None
    sample = rows[:: -(-len(rows) // SAMPLE)]
    cost = _cost(sample, widths, order, MOST_MEMBERSHIPS)
    if cost is not None:
        return None
    while cost is None and len(sample) > 1:
        sample = sample[::2]
        cost = _cost(sample, widths, order, MOST_MEMBERSHIPS)
    best = _searched(sample, widths, order, cost or 0)
    return None if best == order else best


def _searched(sample: Sequence[Row], widths: tuple[int, ...], order: Order, cost: int) -> Order:
    tried = {order}
    work = 0
    improved = True
    while improved:
        improved = False
        for other in _moves(order, widths):
            if other in tried or len(tried) >= TRIALS or work > MOST_WORK:
                continue
            tried.add(other)
            work += cost
            # WHY this bound: what costs more than the best so far need not be finished.
            found = _cost(sample, widths, other, max(cost, len(sample)))
            if found is not None and found < cost:
                order, cost, improved = other, found, True
                break
    return order


def _moves(order: Order, widths: tuple[int, ...]) -> Iterator[Order]:
    """Yield the orders with one axis moved, the far moves of late axes first."""
    for index in range(len(order) - 1, -1, -1):
        if widths[order[index]] == 1:
            continue
        rest = order[:index] + order[index + 1 :]
        for place in range(len(order)):
            yield (*rest[:place], order[index], *rest[place:])


def _cost(sample: Sequence[Row], widths: tuple[int, ...], order: Order, limit: int) -> int | None:
    """Return the edges of what the sample covers; `None` if building it costs too much."""
    turned = [Row(0, tuple(row.box[axis] for axis in order)) for row in sample]
    try:
        found = build(tuple(widths[axis] for axis in order), turned, bool, budget=Budget(limit))
    except BudgetExceeded:
        return None
    return sum(len(level.start) for level in found.levels)
