"""A graph as SVG: columns of boxes from left to right, an edge a curve, nothing to fetch.

A box stands in the column behind the last of those that lead to it (the longest path), and in the
order in which few edges cross: each column is sorted by the mean place of its neighbours before it
(Sugiyama, Tagawa and Toda, 1981), or, where the graph is a tree, as its tree is read. Widths are
reckoned by letter, wide ones double, so Chinese labels fit. An edge over several columns passes
through a place of its own in each, so that none runs behind a box. Deputies and members of joint
subjects are told in the boxes: their edges would cross all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from remit.cli.drawings.sketch import EdgeKind, Link, Sketch, Spot
from remit.cli.pages.markup import allowed
from remit.workflows.reports.broken_lines import broken

__all__ = ["picture"]

FONT_PX = 13
SMALL_PX = 11
LINE_PX = 17
BOX_PX = 196
LABEL_EMS = 13.2
"""Width of a line in a box, in wide letters; a longer one is broken."""
NOTE_EMS = LABEL_EMS * FONT_PX / SMALL_PX
MOST_LINES = 3
MOST_NOTE_LINES = 6
"""Lines of a label and of a note; what is longer ends in an ellipsis; the tooltip has it all."""
SPAN_PX = 84
"""Between two columns."""
GAP_PX = 14
"""Between two boxes of a column."""
MARGIN_PX = 8
LEGEND_PX = 22
DRAWN: tuple[EdgeKind, ...] = ("under", "after", "hand-over")
"""Edges that are drawn, and set the columns."""
WAY_PX = 4
"""Height of the place where an edge passes through a column."""
APART_PX = 7
"""How far a hand-over runs below another edge between the same boxes."""
STROKES: Mapping[EdgeKind, tuple[str, str]] = {
    "under": ("#3a3a36", ""),
    "after": ("#3a3a36", ""),
    "hand-over": ("#6a1b7a", "6 3"),
}
FILLS = {"subject": "#f6f6f4", "activity": "#eef3f8", "step": "#eef3f8", "outside": "#ffffff"}


@dataclass(frozen=True, slots=True)
class _Node:
    """What takes a place in a column: a box, or, without lines, the way of an edge."""

    id: str
    spot: Spot | None = None
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        if self.spot is None:
            return WAY_PX
        return len(self.lines) * LINE_PX + len(self.notes) * (LINE_PX - 2) + 12


@dataclass(frozen=True, slots=True)
class _Place:
    node: _Node
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.y + self.node.height / 2


def picture(sketch: Sketch, *, name: str = "graph") -> str:
    """Return the SVG of a graph, as one element that can stand in a page or in a file.

    Args:
        name: start of the ids inside, for pages with several pictures.
    """
    links = [each for each in sketch.links if each.kind in DRAWN and each.start != each.end]
    places, ways = _placed(sketch.spots, links)
    kinds = {link.kind for link in links}
    legend = [(kind, word) for kind, word in sketch.legend if kind in kinds]
    right = max((place.x + BOX_PX for place in places.values()), default=BOX_PX) + MARGIN_PX
    bottom = max((p.y + p.node.height for p in places.values()), default=0) + MARGIN_PX
    width = max(right, 320) + (SPAN_PX * 0.6 if _has_backward(links, places) else 0)
    height = bottom + LEGEND_PX * len(legend)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" aria-labelledby="{name}-title {name}-about"'
        f' font-family="system-ui, \'Noto Sans CJK SC\', sans-serif" font-size="{FONT_PX}">'
    )
    parts = [
        opening,
        f'<title id="{name}-title">{_escaped(sketch.title)}</title>',
        f'<desc id="{name}-about">{_escaped(sketch.description)}</desc>',
        f"<defs>{''.join(_arrowhead(kind, name) for kind in DRAWN)}</defs>",
        *(
            _link(link, [places[each] for each in way], name)
            for link, way in zip(links, ways, strict=True)
        ),
        *(_drawn(place.node.spot, place) for place in places.values() if place.node.spot),
        *(
            _key(kind, word, bottom + LEGEND_PX * (number + 0.5), name)
            for number, (kind, word) in enumerate(legend)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _has_backward(links: Sequence[Link], places: Mapping[str, _Place]) -> bool:
    return any(places[link.end].x <= places[link.start].x for link in links)


def _placed(
    spots: Sequence[Spot], links: Sequence[Link]
) -> tuple[dict[str, _Place], list[list[str]]]:
    """Return where everything stands, and for each link what it passes through."""
    before: dict[str, list[str]] = {spot.id: [] for spot in spots}
    for link in links:
        before[link.end].append(link.start)
    depth = _depths(before)
    columns: list[list[_Node]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for spot in spots:
        lines = broken(spot.label, LABEL_EMS, MOST_LINES)
        notes = tuple(
            part for note in spot.notes for part in broken(note, NOTE_EMS, MOST_NOTE_LINES)
        )
        columns[depth[spot.id]].append(_Node(spot.id, spot, lines, notes))
    near: dict[str, list[str]] = {spot.id: [] for spot in spots}
    ways = []
    for number, link in enumerate(links):
        way = [link.start]
        for column in range(depth[link.start] + 1, depth[link.end]):
            node = _Node(f"{number} {column}")
            columns[column].append(node)
            near[node.id] = [way[-1]]
            way.append(node.id)
        if depth[link.end] > depth[link.start]:
            near[link.end].append(way[-1])
        ways.append([*way, link.end])
    _sort(columns, near)
    top: dict[str, float] = {}
    middle: dict[str, float] = {}
    for nodes in columns:
        _stack(nodes, near, top, middle)
    lift = min(top.values(), default=0.0) - MARGIN_PX
    return {
        node.id: _Place(node, MARGIN_PX + at * (BOX_PX + SPAN_PX), top[node.id] - lift)
        for at, nodes in enumerate(columns)
        for node in nodes
    }, ways


def _depths(before: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the length of the longest path to each node; an edge of a cycle does not count.

    Cost: linear; a stack of its own, for chains may be long.
    """
    found: dict[str, int] = {}
    for start in before:
        waiting = [(start, False)]
        open_ = set[str]()
        while waiting:
            node, is_done = waiting.pop()
            if is_done:
                open_.discard(node)
                found[node] = 1 + max((found.get(each, -1) for each in before[node]), default=-1)
            elif node not in found and node not in open_:
                open_.add(node)
                waiting.append((node, True))
                waiting += [(each, False) for each in before[node] if each not in open_]
    return found


def _sort(columns: Sequence[list[_Node]], near: Mapping[str, Sequence[str]]) -> None:
    """Sort each column by the mean place of what leads to it; those without stay where they are."""
    place: dict[str, float] = {}
    for column in columns:
        keys = {
            node.id: sum(place[each] for each in near[node.id]) / len(near[node.id])
            if near[node.id]
            else float(at)
            for at, node in enumerate(column)
        }
        column.sort(key=lambda node: keys[node.id])
        place.update({node.id: float(at) for at, node in enumerate(column)})


def _stack(
    column: Sequence[_Node],
    near: Mapping[str, Sequence[str]],
    top: dict[str, float],
    middle: dict[str, float],
) -> None:
    """Set the tops of a column: each box beside what leads to it, as near as the others let it.

    Boxes that push each other form a block, which stands where its wishes agree on average.
    """
    blocks: list[tuple[list[_Node], float, float]] = []
    for node in column:
        middles = [middle[each] for each in near[node.id]]
        last = blocks[-1][1] + blocks[-1][2] if blocks else 0.0
        wish = sum(middles) / len(middles) - node.height / 2 if middles else last
        block = ([node], wish, node.height + GAP_PX)
        while blocks and block[1] < blocks[-1][1] + blocks[-1][2]:
            members, start, size = blocks.pop()
            count, more = len(members), len(block[0])
            mean = (start * count + (block[1] - size) * more) / (count + more)
            block = ([*members, *block[0]], mean, size + block[2])
        blocks.append(block)
    for members, start, _ in blocks:
        y = start
        for node in members:
            top[node.id], middle[node.id] = y, y + node.height / 2
            y += node.height + GAP_PX


def _drawn(spot: Spot, place: _Place) -> str:
    y = place.y + 6 + FONT_PX
    parts = []
    for line in place.node.lines:
        parts.append(f'<tspan x="{place.x + 10:.0f}" y="{y:.1f}">{_escaped(line)}</tspan>')
        y += LINE_PX
    for note in place.node.notes:
        parts.append(
            f'<tspan x="{place.x + 10:.0f}" y="{y - 2:.1f}" font-size="{SMALL_PX}" fill="#4a4a45">'
            f"{_escaped(note)}</tspan>"
        )
        y += LINE_PX - 2
    dash = ' stroke-dasharray="4 3"' if spot.group == "outside" else ""
    round_ = 12 if spot.group == "subject" else 3
    told = ". ".join((spot.label, *spot.notes))
    return (
        f'<g><title>{_escaped(told)}</title><rect x="{place.x:.0f}" y="{place.y:.1f}"'
        f' width="{BOX_PX}" height="{place.node.height:.1f}" rx="{round_}"'
        f' fill="{FILLS[spot.group]}" stroke="#6a6a65"{dash}/>'
        f'<text fill="#1a1a1a">{"".join(parts)}</text></g>'
    )


def _link(link: Link, way: Sequence[_Place], name: str) -> str:
    colour, dashes = STROKES[link.kind]
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = [place.node.spot.label for place in way if place.node.spot is not None]
    told = " → ".join(ends) + (f": {link.word}" if link.word else "")
    low = APART_PX if link.kind == "hand-over" else 0
    return (
        f'<path d="{_path(way, low)}" fill="none" stroke="{colour}" stroke-width="1.4"{dash}'
        f' marker-end="url(#{name}-{link.kind})"><title>{_escaped(told)}</title></path>'
    )


def _path(way: Sequence[_Place], low: float) -> str:
    """Return a curve through places, `low` pixels below their middles.

    It runs rightwards, and straight through a place on the way; around the right of both boxes
    where the end stands no further right.
    """
    first, last = way[0], way[-1]
    x, y = first.x + BOX_PX, first.middle + low
    parts = [f"M{x:.0f},{y:.1f}"]
    if last.x <= first.x:
        end, down = last.x + BOX_PX + 1, last.middle + low
        far = max(x, end) + SPAN_PX * 0.55
        return f"{parts[0]} C{far:.0f},{y:.1f} {far:.0f},{down:.1f} {end:.0f},{down:.1f}"
    for place in way[1:]:
        end, down = place.x, place.middle + low
        bend = (end - x) * 0.55
        parts.append(f"C{x + bend:.0f},{y:.1f} {end - bend:.0f},{down:.1f} {end:.0f},{down:.1f}")
        x, y = end, down
        if place.node.spot is None:
            x += BOX_PX
            parts.append(f"H{x:.0f}")
    return " ".join(parts)


def _arrowhead(kind: EdgeKind, name: str) -> str:
    return (
        f'<marker id="{name}-{kind}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7"'
        f' markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{STROKES[kind][0]}"/>'
        "</marker>"
    )


def _key(kind: EdgeKind, word: str, y: float, name: str) -> str:
    colour, dashes = STROKES[kind]
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{MARGIN_PX},{y:.1f} H{MARGIN_PX + 40}" stroke="{colour}"'
        f' stroke-width="1.4"{dash} marker-end="url(#{name}-{kind})"/>'
        f'<text x="{MARGIN_PX + 50}" y="{y + 4:.1f}" font-size="12">{_escaped(word)}</text>'
    )


def _escaped(text: str) -> str:
    return escape(allowed(text))
