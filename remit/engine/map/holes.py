"""Gaps where one duty holds everywhere but in a few boxes: only these have to be looked into.

Most activities have such a duty, the general one that others narrow down. What it does not match
lies in its `unless`, and what any other duty leaves open there is the gap: the complement of the
union of all duties is within the complement of each. Cost: a look at each row of the activity for
each box of that `unless`, and a diagram of the few rows that reach into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from remit.engine.map.budget import Budget
from remit.engine.map.build import build
from remit.engine.map.diagram import Diagram, box_diagram, combine
from remit.engine.map.overrides import Kills
from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms

__all__ = ["Open", "open_of"]

MOST_LOOKS = 100_000
"""Boxes of an `unless` times rows of the activity: a tenth of a second; past it others prove it."""
FEW = 4
"""Boxes that are joined one by one, and so few that no other duty needs to be looked for."""
GATE = 0
"""The item of the boxes looked into; those of the duties come after it."""
Box = tuple[Atoms, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Where duties may leave a gap.

    Args:
        holes: boxes outside of which there is no gap; none where there is none at all.
        rows: rows of the duties that may match somewhere in a hole.
    """

    holes: tuple[Box, ...]
    rows: tuple[Row, ...]

    def diagram(self, widths: tuple[int, ...], budget: Budget) -> Diagram[bool]:
        """Return the cells of the holes in which no duty matches.

        Raises:
            BudgetExceeded: if that costs too much; its items are no duties'.
        """
        if not self.rows and len(self.holes) <= FEW:
            return reduce(_either, (box_diagram(widths, hole) for hole in self.holes))
        rows = [Row(GATE, hole) for hole in self.holes]
        rows += [Row(row.item + 1, row.box, row.removes) for row in self.rows]
        rank = np.ones(max(row.item for row in rows) + 1, np.int64)
        # WHY below all others: where a duty surely matches nothing has to be looked into any more.
        rank[GATE] = 0
        kills = Kills(rank, np.empty((0, 2), np.int64))
        return build(widths, rows, lambda items: items == (GATE,), kills, budget, GATE)


def open_of(duties: Sequence[Sequence[Row]], widths: Sequence[int]) -> Open | None:
    """Return where some duties may leave a gap; `None` if that is not so easy to tell.

    It is where one of them matches everywhere but in few boxes.

    Args:
        duties: the rows of each, by an item of its own.
    """
    everywhere = tuple(((0, width),) for width in widths)
    general = _general(duties, everywhere)
    if general is None:
        return None
    item, holes = general
    others = [row for rows in duties for row in rows if row.item != item] if holes else []
    if len(holes) * len(others) > MOST_LOOKS:
        return None
    left: list[Box] = []
    reaching: dict[int, None] = {}
    for hole in holes:
        found = _reaching(others, hole, everywhere)
        if found is not None:
            left.append(hole)
            reaching.update(dict.fromkeys(found))
    return Open(tuple(left), tuple(row for row in others if row.item in reaching))


def _general(
    duties: Sequence[Sequence[Row]], everywhere: Box
) -> tuple[int, tuple[Box, ...]] | None:
    """Return a duty that matches everywhere but in few boxes, and these; of many, the fewest."""
    best: tuple[int, tuple[Box, ...]] | None = None
    for rows in duties:
        if any(row.box == everywhere and not row.removes for row in rows):
            holes = tuple(dict.fromkeys(row.box for row in rows if row.removes))
            if best is None or len(holes) < len(best[1]):
                best = rows[0].item, holes
            if len(holes) <= FEW:
                break
    return best


def _reaching(rows: Sequence[Row], hole: Box, everywhere: Box) -> list[int] | None:
    """Return the duties that may match in a hole; `None` if one of them does all over it."""
    near = rows
    for axis, inside in enumerate(hole):
        if inside != everywhere[axis]:
            # WHY by identity: rows share few sets of atoms, and to hash one costs as much as a
            # look at whether it meets.
            sets = {id(row.box[axis]): row.box[axis] for row in near}
            meets = {key for key, atoms in sets.items() if _meets(atoms, inside)}
            near = [row for row in near if id(row.box[axis]) in meets]
    removed = {row.item for row in near if row.removes and _holds(row.box, hole)}
    doubtful = {row.item for row in near if row.removes}
    adds = [row for row in near if not row.removes and row.item not in removed]
    if any(row.item not in doubtful and _holds(row.box, hole) for row in adds):
        return None
    return list(dict.fromkeys(row.item for row in adds))


def _either(one: Diagram[bool], other: Diagram[bool]) -> Diagram[bool]:
    return combine(one, other, lambda a, b: a or b)


def _meets(one: Atoms, other: Atoms) -> bool:
    return any(low < end and start < high for low, high in one for start, end in other)


def _holds(box: Box, inner: Box) -> bool:
    """Return whether a box holds another whole."""
    return all(
        any(low <= start and end <= high for low, high in atoms)
        for atoms, within in zip(box, inner, strict=True)
        for start, end in within
    )
