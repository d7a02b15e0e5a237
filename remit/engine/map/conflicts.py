"""Where two or more subjects are accountable for one activity, by who these are.

First a join finds the boxes where duties can clash at all (`rivalry`). Only these are looked into,
all in one diagram whose first axis is the box; what clashes in them is taken out as boxes again and
put together by subjects, in one diagram whose first axis is the set of subjects. So wide tables of
decisions, whose whole diagram cannot be held, have their overlaps found exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import build
from remit.engine.map.compiled import ActivityPart, CompiledPack, Share
from remit.engine.map.counting import holds_somewhere
from remit.engine.map.diagram import Diagram, Level, combine
from remit.engine.map.rivalry import Box, bounds_of, meet, rival_boxes
from remit.engine.map.rows import Row, Table

__all__ = ["Clash", "clashes_of"]

MOST_MEETINGS = 4_096
"""Boxes where duties of an activity may clash that are looked into apart from all the rest."""
MOST_PIECES = 65_536
"""Boxes into which the cells at fault may fall apart; past it the whole diagram is used."""
AT_ONCE = 4_000_000
"""Flags of boxes against rows that are held at a time."""
MOST_CUT = 1_000_000
"""Rows cut to the boxes they meet: past it they alone would fill the memory of a small machine."""
Ints = NDArray[np.int64]
T = TypeVar("T")
Subjects = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Clash:
    """Subjects accountable together, the duties that make them so, and in just which cells."""

    subjects: Subjects
    duties: tuple[str, ...]
    cells: Diagram[bool]


def clashes_of(compiled: CompiledPack, activity: str) -> tuple[Clash, ...]:
    """Return the needed cells with two or more accountable subjects; no cell is in two clashes.

    Raises:
        BudgetExceeded: if the diagrams would cost more than the pack's budget.
    """
    part = compiled.parts[activity]
    boxes = list(dict.fromkeys(_in_time(islice(rival_boxes(part), MOST_MEETINGS), compiled.budget)))
    if not boxes:
        return ()
    if len(boxes) < MOST_MEETINGS:
        found = _rivals(compiled, part, _answers_by_box(compiled, part, boxes), len(boxes))
        pieces = _pieces(found)
        if pieces is not None:
            return tuple(_together(compiled, part, found, pieces))
    return tuple(_from_whole(compiled, part))


def _from_whole(compiled: CompiledPack, part: ActivityPart) -> Iterator[Clash]:
    """Yield the clashes by the diagram of all answers."""
    found = _rivals(compiled, part, compiled.answers(part.name, "accountable").lifted(1), 1)
    found = found.cofactor(0)
    groups = sorted(_by_subjects(part, found.terminals).items())
    for subjects, shares in _in_time(groups, compiled.budget):
        yield Clash(subjects, _names(part, shares), found.mapped(shares.__contains__))


def _rivals(
    compiled: CompiledPack, part: ActivityPart, answers: Diagram[Share], count: int
) -> Diagram[Share]:
    """Return the answers that name two or more subjects where the activity is needed."""

    def rivals(needed: bool, share: Share) -> Share:  # noqa: FBT001 -- a terminal, not a flag
        return share if needed and share and len(part.subjects(share)) > 1 else None

    return combine(compiled.needed(part.name).lifted(count), answers, rivals)


def _answers_by_box(
    compiled: CompiledPack, part: ActivityPart, boxes: Sequence[Box]
) -> Diagram[Share]:
    """Return who is accountable in each box, its number the first axis; outside it, nobody."""
    rows = part.rows_of(part.deciding("accountable"))
    cut = []
    near = _near(boxes, [row.box for row in rows])
    for number, index in _in_time(near, compiled.budget):
        inside = meet(boxes[number], rows[index].box)
        if inside is not None:
            only = ((number, number + 1),)
            cut.append(Row(rows[index].item, (only, *inside), rows[index].removes))

    def share(items: tuple[int, ...]) -> Share:
        return part.share("accountable", items)

    widths = (len(boxes), *compiled.space.widths)
    kills = part.overrides.kills("accountable")
    with compiled.blaming(part):
        return build(widths, cut, share, kills, compiled.budget)


def _in_time(found: Iterable[T], budget: Budget) -> Iterator[T]:
    """Yield what is found for as long as there is time, and room.

    Raises:
        BudgetExceeded: if the time is up, or there is too much.
    """
    for count, each in enumerate(found):
        budget.refuse_late()
        if count > MOST_CUT:
            raise BudgetExceeded(0, count, MOST_CUT)
        yield each


def _near(boxes: Sequence[Box], others: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a box and another whose outer bounds meet."""
    low, high = bounds_of(boxes)
    other_low, other_high = bounds_of(others)
    step = max(1, AT_ONCE // len(others))
    for start in range(0, len(boxes), step):
        near = np.ones((len(low[start : start + step]), len(others)), bool)
        for axis in range(low.shape[1]):
            near &= low[start : start + step, axis, None] < other_high[None, :, axis]
            near &= other_low[None, :, axis] < high[start : start + step, axis, None]
        for number, index in np.argwhere(near).tolist():
            yield start + number, index


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Boxes of cells with one terminal each, without the first axis.

    Args:
        terminal: the position of each piece's terminal.
        low: first atoms; shape `(pieces, axes)`.
        high: last atoms, exclusive; the same shape.
    """

    terminal: Ints
    low: Ints
    high: Ints


def _pieces(diagram: Diagram[Share]) -> _Pieces | None:
    """Return the paths to clashes as boxes; `None` if there are too many."""
    leads = _leading(diagram)
    node = np.unique(diagram.levels[0].child)
    node = node[leads[0][node]]
    low: list[Ints] = []
    high: list[Ints] = []
    for level, width, useful in zip(diagram.levels[1:], diagram.widths[1:], leads[1:], strict=True):
        edges, path = _edges_of(level, node)
        kept = useful[level.child[edges]]
        edges, path = edges[kept], path[kept]
        if len(edges) > MOST_PIECES:
            return None
        low = [each[path] for each in low] + [level.start[edges]]
        high = [each[path] for each in high] + [level.ends(width)[edges]]
        node = level.child[edges]
    return _Pieces(node, np.stack(low, axis=1), np.stack(high, axis=1))


def _leading(diagram: Diagram[Share]) -> list[NDArray[np.bool_]]:
    """Return for each level which of its children lead to a clash."""
    leads = [np.array([share is not None for share in diagram.terminals], bool)]
    for level in diagram.levels[:0:-1]:
        leads.insert(0, np.logical_or.reduceat(leads[0][level.child], level.first[:-1]))
    return leads


def _edges_of(level: Level, nodes: Ints) -> tuple[Ints, Ints]:
    """Return the edges of some nodes, and for each edge the position of its node."""
    counts = np.diff(level.first)[nodes]
    path = np.repeat(np.arange(len(nodes)), counts)
    edges = np.repeat(level.first[nodes] - (np.cumsum(counts) - counts), counts)
    return edges + np.arange(len(edges)), path


def _together(
    compiled: CompiledPack, part: ActivityPart, found: Diagram[Share], pieces: _Pieces
) -> Iterator[Clash]:
    """Yield the clashes that pieces make, those of the same subjects together."""
    groups = sorted(_by_subjects(part, found.terminals).items())
    if not groups:
        return
    group_of = {share: number for number, (_, shares) in enumerate(groups) for share in shares}
    numbers = np.array([group_of.get(share, -1) for share in found.terminals], np.int64)
    group = numbers[pieces.terminal][:, None]
    rows = Table.of_sides(np.hstack((group, pieces.low)), np.hstack((group + 1, pieces.high)))
    widths = (len(groups), *compiled.space.widths)
    with compiled.blaming(part):
        whole = build(widths, rows, bool, budget=compiled.budget)
    for number, somewhere in enumerate(holds_somewhere(whole)):
        if somewhere:
            subjects, shares = groups[number]
            yield Clash(subjects, _names(part, shares), whole.cofactor(number))


def _by_subjects(part: ActivityPart, terminals: Sequence[Share]) -> dict[Subjects, set[Share]]:
    groups: dict[Subjects, set[Share]] = {}
    for share in terminals:
        if share is not None:
            groups.setdefault(tuple(sorted(part.subjects(share))), set()).add(share)
    return groups


def _names(part: ActivityPart, shares: set[Share]) -> tuple[str, ...]:
    return tuple(sorted({part.duty_of(d).name for share in shares for d in share or ()}))
