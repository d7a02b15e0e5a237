"""Where two or more subjects are accountable for one activity, by who these are.

First a join finds the boxes where duties can clash at all (`rivalry`). Only these are looked into,
those of all activities in one diagram whose first axis is the box; what clashes in them is taken
out as boxes again and put together by subjects, in one diagram whose first axis is the set of
subjects. So a pack of many activities pays once for what a diagram costs in any case, and wide
tables of decisions, whose whole diagram cannot be held, have their overlaps found exactly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter, or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remit.engine.collector import collector_paused
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import NO_KILLS, build
from remit.engine.map.compiled import ActivityPart, CompiledPack, Share
from remit.engine.map.diagram import Diagram, Level, combine
from remit.engine.map.few_rows import build_few
from remit.engine.map.meetings import Meetings, bearing_rows
from remit.engine.map.overrides import Kills
from remit.engine.map.rivalry import Clash, Rivals, meet, rival_boxes
from remit.engine.map.rows import Row, Table

__all__ = ["MOST_MEETINGS", "clashes_inside", "clashes_of"]

MOST_MEETINGS = 4_096
"""Boxes where duties of an activity may clash that are looked into apart from all the rest."""
TOGETHER = 128
"""Boxes of several activities that are looked into in one diagram: enough that its fixed costs do
not count, and few enough that what it holds stays small."""
FEW = 8
"""Boxes a clash may be in to be put together box by box, which takes a millisecond each."""
MOST_CUT = 1_000_000
"""Rows cut to the boxes they meet: past it they alone would fill the memory of a small machine."""
MOST_PIECES = 65_536
"""Boxes into which the cells at fault may fall apart; past it the whole diagram is used."""
Ints = NDArray[np.int64]
Key = tuple[int, tuple[str, ...]]
"""The position of an activity, and subjects that are accountable together."""
Found = dict[str, tuple[Clash, ...]]


@collector_paused()
def clashes_of(compiled: CompiledPack, activity: str) -> tuple[Clash, ...]:
    """Return the needed cells with two or more accountable subjects; no cell is in two clashes.

    The first question looks into all activities that have their rows in common.

    Raises:
        BudgetExceeded: if the diagrams would cost more than the pack's budget.
    """
    known = compiled.kept.clashes
    part = compiled.parts[activity]
    later = compiled.kept.clashes_later.pop(activity, None)
    if later is not None:
        known[activity] = later()
    if activity not in known:
        asked = compiled.kept.asked
        near = (
            [compiled.parts[name] for name in asked]
            if activity in asked
            else compiled.parts.values()
        )
        alike = [each for each in near if each.sets is part.sets]
        # WHY none at first: what fails together may succeed alone, and says then who is to blame.
        known.update({each.name: None for each in alike if each.name not in known})
        known.update(_at_once(compiled, [each for each in alike if known[each.name] is None]))
    found = known[activity]
    if found is None:
        found = known[activity] = _alone(compiled, part)
    return found


def _at_once(compiled: CompiledPack, parts: Sequence[ActivityPart]) -> Found:
    """Return the clashes of activities, but for those that cost too much together."""
    boxes = rival_boxes(*parts, most=MOST_MEETINGS, budget=compiled.budget)
    found: Found = {part.name: () for part in parts if part.name not in boxes}
    some: Rivals = {}
    for name, mine in boxes.items():
        if len(mine) >= MOST_MEETINGS:
            continue
        if sum(map(len, some.values())) + len(mine) > TOGETHER:
            found.update(_if_affordable(compiled, some))
            some = {}
        some[name] = mine
    found.update(_if_affordable(compiled, some))
    return found


def _if_affordable(compiled: CompiledPack, boxes: Rivals) -> Found:
    try:
        return clashes_inside(compiled, boxes) or {}
    except BudgetExceeded:
        return {}


def _alone(compiled: CompiledPack, part: ActivityPart) -> tuple[Clash, ...]:
    """Return the clashes of one activity, whatever it costs."""
    boxes = rival_boxes(part, most=MOST_MEETINGS, budget=compiled.budget)
    if not boxes:
        return ()
    if len(boxes[part.name]) < MOST_MEETINGS:
        found = clashes_inside(compiled, boxes)
        if found is not None:
            return found[part.name]
    return tuple(_from_whole(compiled, part))


def _from_whole(compiled: CompiledPack, part: ActivityPart) -> Iterator[Clash]:
    """Yield the clashes by the diagram of all answers."""

    def rivals(needed: bool, share: Share) -> Share:  # noqa: FBT001 -- a terminal, not a flag
        return share if needed and share and len(part.subjects(share)) > 1 else None

    found = combine(compiled.needed(part.name), compiled.answers(part.name, "accountable"), rivals)
    groups = sorted(_by_subjects((part,), found.terminals).items())
    for (_, subjects), shares in compiled.budget.in_time(groups):
        yield Clash(subjects, _names(part, shares), found.mapped(shares.__contains__))


def clashes_inside(compiled: CompiledPack, boxes: Rivals) -> Found | None:
    """Return the clashes in some boxes by activity; `None` if they fall into too many pieces.

    Raises:
        BudgetExceeded: if the diagrams would cost more than the pack's budget.
    """
    if not boxes:
        return {}
    # In the order of their duties' numbers, so that a number tells the activity.
    parts = tuple(sorted((compiled.parts[name] for name in boxes), key=lambda part: part.first))
    meetings = Meetings.of(parts, boxes)
    rivals = _rivals(compiled, meetings)
    few, many = _apart(_by_box(rivals, meetings))
    groups = {key: _joined(places) for key, places in few.items()}
    if many:
        left = rivals.mapped(lambda share: share if share in many else None)
        pieces = _pieces(left)
        if pieces is None:
            return None
        groups.update(_together(compiled, parts, left, pieces))
    found: dict[str, list[Clash]] = {part.name: [] for part in parts}
    for (owner, subjects), group in sorted(groups.items(), key=itemgetter(0)):
        part = parts[owner]
        found[part.name].append(Clash(subjects, _names(part, group.shares), group.cells))
    return {name: tuple(each) for name, each in found.items()}


class _Place(NamedTuple):
    """Answers that name the same subjects, and the answers of a box they are among."""

    shares: set[Share]
    answers: Diagram[Share]


class _Group(NamedTuple):
    """Answers that name the same subjects, and where they are given."""

    shares: set[Share]
    cells: Diagram[bool]


def _by_box(rivals: Diagram[Share], meetings: Meetings) -> dict[Key, list[_Place]]:
    """Return the clashes by subjects, each with what it is in the boxes where it is.

    An answer counts in the boxes of its first pair of duties, and in no other: nearly always one.
    """
    found: dict[Key, list[_Place]] = {}
    inside = rivals.cofactors(len(meetings.boxes))
    for owner, pair, answers in zip(
        meetings.owner.tolist(), meetings.pairs.tolist(), inside, strict=True
    ):
        part = meetings.parts[owner]
        mine = [share for share in answers.terminals if share and _first(part, share) == pair]
        for key, shares in _by_subjects(meetings.parts, mine).items():
            found.setdefault(key, []).append(_Place(shares, answers))
    return found


def _first(part: ActivityPart, share: tuple[int, ...]) -> list[int]:
    """Return the first two duties of an answer that are of different subjects, by position."""
    one = share[0] - part.first
    subject = part.duties[one].subject
    places = (number - part.first for number in share[1:])
    return [one, next(place for place in places if part.duties[place].subject != subject)]


def _apart(
    found: Mapping[Key, list[_Place]],
) -> tuple[dict[Key, list[_Place]], set[Share]]:
    """Return the clashes that are in few boxes, and the answers of all others."""
    few = {key: places for key, places in found.items() if len(places) <= FEW}
    many = (places for key, places in found.items() if key not in few)
    return few, {share for places in many for place in places for share in place.shares}


def _joined(places: Sequence[_Place]) -> _Group:
    """Return a clash that is in a few boxes in all of them."""
    first, *others = [_marked(place) for place in places]
    for other in others:
        first = combine(first, other, or_)
    return _Group(set().union(*(place.shares for place in places)), first)


def _marked(place: _Place) -> Diagram[bool]:
    answers, shares = place.answers, place.shares
    if len(shares) == 1 and len(answers.terminals) <= 2:  # noqa: PLR2004 -- the answer and none
        # WHY: one terminal for one, so it is reduced as it is.
        clear = tuple(share in shares for share in answers.terminals)
        return Diagram(answers.widths, answers.levels, clear)
    return answers.mapped(shares.__contains__)


def _rivals(compiled: CompiledPack, meetings: Meetings) -> Diagram[Share]:
    """Return the answers that name two or more subjects where the activity is needed, by box.

    The first axis is the number of the box, through all activities. In a box only those answers are
    told that the two duties which meet there are both among.
    """
    parts = meetings.parts
    gate = max(part.first + len(part.duties) for part in compiled.parts.values())
    cut, kills = _cut_rows(meetings, gate, compiled.budget)
    rows = [*cut, *_needs(compiled, meetings, gate)]
    firsts = [part.first for part in parts]

    def share(items: tuple[int, ...]) -> Share:
        # The gate is the highest but for what blocks; a cell without it does not need the activity.
        if len(items) <= 2 or items[-1] != gate:  # noqa: PLR2004 -- two duties and the gate
            return None
        part = parts[bisect_right(firsts, items[0]) - 1]
        found = part.share("accountable", [item - part.first for item in items[:-1]])
        return found if len(part.subjects(found)) > 1 else None

    widths = (len(meetings.boxes), *compiled.space.widths)
    with compiled.blaming(*parts, start=0):
        return build_few(widths, rows, share, kills, compiled.budget, gate)


def _cut_rows(meetings: Meetings, gate: int, budget: Budget) -> tuple[list[Row], Kills]:
    """Return the rows that bear on each box, cut to it, and which of them kill others.

    Rows that block a pair are one item, the one after the gate, for it does not matter which of
    them matches; and where one surely does, nothing else matters.
    """
    columns, block = meetings.columns, gate + 1
    box_of = cache(columns.box)
    rows: list[Row] = []
    items: list[set[int]] = [set() for _ in meetings.parts]
    for number, row, blocks in budget.in_time(bearing_rows(meetings), MOST_CUT):
        inside = meet(meetings.boxes[number], box_of(row))
        if inside is None:
            continue
        box = (_only(number), *inside)
        if blocks:
            rows.append(Row(block, box))
            continue
        owner, item = int(columns.owner[row]), int(columns.item[row])
        items[owner].add(item)
        rows.append(Row(meetings.parts[owner].first + item, box, bool(columns.removes[row])))
    rank = np.zeros(gate + 2, np.int64)
    rank[block] = 1
    first = np.array([part.first for part in meetings.parts], np.int64)
    pairs = [
        np.stack((first[owner] + y, first[owner] + x), axis=1)
        for owner, y, x in meetings.stacked.ordered(items)
    ]
    return rows, Kills(rank, np.concatenate([NO_KILLS.pairs, *pairs]))


def _needs(compiled: CompiledPack, meetings: Meetings, gate: int) -> Iterator[Row]:
    """Yield as rows of the gate where each box's activity is needed."""
    needs = [compiled.needs(part.name) for part in meetings.parts]
    owners = meetings.owner.tolist()
    for number, (owner, box) in enumerate(zip(owners, meetings.boxes, strict=True)):
        for row in needs[owner]:
            inside = meet(box, row.box)
            if inside is not None:
                yield Row(gate, (_only(number), *inside), row.removes)


def _only(number: int) -> tuple[tuple[int, int]]:
    return ((number, number + 1),)


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
    compiled: CompiledPack,
    parts: tuple[ActivityPart, ...],
    rivals: Diagram[Share],
    pieces: _Pieces,
) -> dict[Key, _Group]:
    """Return the clashes that pieces make, those of the same subjects together."""
    groups = _by_subjects(parts, rivals.terminals)
    group_of = {share: number for number, shares in enumerate(groups.values()) for share in shares}
    numbers = np.array([group_of.get(share, -1) for share in rivals.terminals], np.int64)
    group = numbers[pieces.terminal][:, None]
    rows = Table.of_sides(np.hstack((group, pieces.low)), np.hstack((group + 1, pieces.high)))
    widths = (len(groups), *compiled.space.widths)
    with compiled.blaming(*parts, start=-1):
        whole = build(widths, rows, bool, budget=compiled.budget)
    found = zip(groups.items(), whole.cofactors(len(groups)), strict=True)
    return {key: _Group(shares, cells) for (key, shares), cells in found}


def _by_subjects(
    parts: Sequence[ActivityPart], terminals: Sequence[Share]
) -> dict[Key, set[Share]]:
    """Return the answers by the position of their activity and their subjects."""
    firsts = [part.first for part in parts]
    groups: dict[Key, set[Share]] = {}
    for share in terminals:
        if share:
            owner = bisect_right(firsts, share[0]) - 1
            subjects = tuple(sorted(parts[owner].subjects(share)))
            groups.setdefault((owner, subjects), set()).add(share)
    return groups


def _names(part: ActivityPart, shares: set[Share]) -> tuple[str, ...]:
    return tuple(sorted({part.duty_of(d).name for share in shares for d in share or ()}))
