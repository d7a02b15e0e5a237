"""The graph of a responsibility chart as SVG: parties left, activities right, letters on the edges.

Each edge ends at a port of its own beside the activity, where its letters stand, so that letters do
not cover one another however many edges there are. Both columns are ordered so that few edges cross
(`graph_order`). Widths are reckoned by character, wide ones double, so Chinese labels fit.
The picture is for eyes: a table with the same content stands beside it wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from remit.workflows.reports.broken_lines import broken
from remit.workflows.reports.graph_order import ordered

__all__ = ["Edge", "Graph", "Node", "draw"]

FONT_PX = 13
LINE_PX = 17
PORT_PX = 17
"""Distance of two edges at an activity: the height of a letter's badge and a gap."""
FAN_PX = 7
"""Distance of two edges at a party, where no letters stand."""
GAP_PX = 10
LABEL_EMS = 13.0
"""Longest line of a label, in widths of a wide character; longer labels are broken."""
MOST_LINES = 3
"""Lines of a label; what is longer ends in an ellipsis, and stands whole in the tooltip."""
BOX_PX = int(LABEL_EMS * FONT_PX) + 20
SPAN_PX = 330
"""Distance of the two columns."""
BADGE_PX = 13
COLOURS = {
    "A": "#8c1d18",
    "R": "#0b4f8a",
    "S": "#2f6b1f",
    "C": "#6b5500",
    "I": "#555555",
    "O": "#6a1b7a",
    "F": "#6a1b7a",
}
DASHES = {"S": "7 3", "C": "3 3", "I": "1 4"}


@dataclass(frozen=True, slots=True)
class Node:
    """A party or an activity."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A party's letters for an activity.

    Args:
        letters: those planned and those acted, the strongest first.
        is_done: whether anything was acted; an edge that was only planned is drawn pale.
        is_planned: whether anything was planned; an edge that was not is marked with a plus.
    """

    party: str
    activity: str
    letters: str
    is_done: bool = True
    is_planned: bool = True


@dataclass(frozen=True, slots=True)
class Graph:
    """A chart to be drawn. Every edge joins a party and an activity that are there."""

    parties: tuple[Node, ...]
    activities: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class _Box:
    node: Node
    lines: tuple[str, ...]
    x: int
    y: float
    height: float
    ports: Mapping[str, float]


def draw(
    graph: Graph, *, title: str, description: str, name: str = "graph", legend: Sequence[str] = ()
) -> str:
    """Return the SVG of a chart, as one element that can stand in a page or in a file.

    Args:
        graph: what to draw.
        title: what a screen reader says of the picture.
        description: the same at more length.
        name: start of the ids inside, for pages with several pictures.
        legend: lines below the picture, where nothing else tells what its signs mean.
    """
    parties, activities = ordered(
        [node.id for node in graph.parties],
        [node.id for node in graph.activities],
        [(edge.party, edge.activity) for edge in graph.edges],
    )
    left, right = _columns(graph, parties, activities)
    height = max((box.y + box.height for box in (*left.values(), *right.values())), default=0)
    width = 2 * BOX_PX + SPAN_PX + 2
    keys = [
        f'<text x="1" y="{height + 22 + index * LINE_PX:.0f}" fill="#1a1a1a">{escape(line)}</text>'
        for index, line in enumerate(legend)
    ]
    height += 14 + LINE_PX * len(keys) if keys else 0
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height + 2:.0f}"'
        f' width="{width}" height="{height + 2:.0f}"'
        f' aria-labelledby="{name}-title {name}-description"'
        f' font-family="system-ui, sans-serif" font-size="{FONT_PX}">'
    )
    parts = [
        opening,
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-description">{escape(description)}</desc>',
        *(_edge(edge, left[edge.party], right[edge.activity]) for edge in _weakest_first(graph)),
        *(_box(box) for box in (*left.values(), *right.values())),
        *(_badges(edge, right[edge.activity]) for edge in graph.edges),
        *keys,
        "</svg>",
    ]
    return "\n".join(parts)


def _weakest_first(graph: Graph) -> list[Edge]:
    """Return the edges so that what was done, and who answers, is drawn over the rest."""
    strength = "IFOCSRA"
    return sorted(graph.edges, key=lambda edge: (edge.is_done, strength.find(edge.letters[:1])))


def _columns(
    graph: Graph, parties: Sequence[str], activities: Sequence[str]
) -> tuple[dict[str, _Box], dict[str, _Box]]:
    """Return both columns of boxes; the ports of a box are in the order of the boxes opposite."""
    place = {name: index for index, name in enumerate((*parties, *activities))}
    nodes = {node.id: node for node in (*graph.parties, *graph.activities)}
    partners: dict[str, list[str]] = {name: [] for name in place}
    for edge in graph.edges:
        partners[edge.party].append(edge.activity)
        partners[edge.activity].append(edge.party)
    for found in partners.values():
        found.sort(key=place.__getitem__)
    columns = [
        [_unplaced(nodes[name], partners[name], x, pitch) for name in names]
        for names, x, pitch in ((parties, 1, FAN_PX), (activities, 1 + BOX_PX + SPAN_PX, PORT_PX))
    ]
    tallest = max(sum(box.height + GAP_PX for box in column) for column in columns)
    left, right = (_spread(column, tallest) for column in columns)
    return left, right


def _unplaced(node: Node, partners: Sequence[str], x: int, pitch: int) -> _Box:
    lines = broken(node.label, LABEL_EMS, MOST_LINES)
    height = max(len(lines) * LINE_PX + 8, len(partners) * pitch + 4)
    first = (height - (len(partners) - 1) * pitch) / 2
    ports = {partner: first + index * pitch for index, partner in enumerate(partners)}
    return _Box(node, lines, x, 0, height, ports)


def _spread(column: Sequence[_Box], tallest: float) -> dict[str, _Box]:
    """Return the boxes from top to bottom, spread over the height of the taller column."""
    used = sum(box.height for box in column)
    gap = (tallest - used) / max(1, len(column))
    found: dict[str, _Box] = {}
    y = gap / 2
    for box in column:
        found[box.node.id] = _Box(box.node, box.lines, box.x, y, box.height, box.ports)
        y += box.height + gap
    return found


def _edge(edge: Edge, party: _Box, activity: _Box) -> str:
    letter = edge.letters[:1]
    x1, y1 = party.x + BOX_PX, party.y + party.ports[edge.activity]
    x2, y2 = activity.x - _badge_width(edge), activity.y + activity.ports[edge.party]
    bend = SPAN_PX / 2
    dash = f' stroke-dasharray="{DASHES[letter]}"' if letter in DASHES else ""
    width = 2.2 if letter == "A" else 1.5
    opacity = "" if edge.is_done else ' stroke-opacity="0.4"'
    tooltip = f"{party.node.label} → {activity.node.label}: {edge.letters}"
    return (
        f'<path d="M{x1},{y1:.1f} C{x1 + bend:.0f},{y1:.1f} {x2 - bend:.0f},{y2:.1f} {x2},{y2:.1f}"'
        f' fill="none" stroke="{COLOURS.get(letter, "#555555")}" stroke-width="{width}"'
        f"{dash}{opacity}><title>{escape(tooltip)}</title></path>"
    )


def _box(box: _Box) -> str:
    middle = box.y + box.height / 2 - (len(box.lines) - 1) * LINE_PX / 2 + FONT_PX * 0.36
    lines = "".join(
        f'<tspan x="{box.x + 10}" y="{middle + index * LINE_PX:.1f}">{escape(line)}</tspan>'
        for index, line in enumerate(box.lines)
    )
    return (
        f"<g><title>{escape(box.node.label)}</title>"
        f'<rect x="{box.x}" y="{box.y:.1f}" width="{BOX_PX}" height="{box.height:.1f}" rx="4"'
        f' fill="#f6f6f4" stroke="#8a8a86"/><text fill="#1a1a1a">{lines}</text></g>'
    )


def _badges(edge: Edge, activity: _Box) -> str:
    y = activity.y + activity.ports[edge.party]
    x = activity.x - _badge_width(edge)
    marks = edge.letters if edge.is_planned else f"{edge.letters}+"
    drawn: list[str] = []
    for index, mark in enumerate(marks):
        colour = COLOURS.get(mark, COLOURS.get(edge.letters[:1], "#555555"))
        fill, ink = (colour, "#ffffff") if edge.is_done else ("#ffffff", colour)
        at = x + index * BADGE_PX
        drawn.append(
            f'<rect x="{at}" y="{y - 7.5:.1f}" width="{BADGE_PX}" height="15" fill="{fill}"'
            f' stroke="{colour}"/><text x="{at + BADGE_PX / 2}" y="{y + 4:.1f}" fill="{ink}"'
            f' font-size="11" font-weight="bold" text-anchor="middle">{escape(mark)}</text>'
        )
    return f"<g aria-label={quoteattr(edge.letters)}>{''.join(drawn)}</g>"


def _badge_width(edge: Edge) -> int:
    return BADGE_PX * (len(edge.letters) + (not edge.is_planned))
