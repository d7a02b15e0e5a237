"""Questions to graphs: the one door to networkx.

networkx takes a fifth of a second to import, so it is loaded only where the standard library has
already found a cycle, or where a flow is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "SINK",
    "SOURCE",
    "Arc",
    "Flow",
    "cheapest_flow",
    "cycles",
    "greatest_flow",
    "heaviest_antichain",
    "ordered",
    "trees",
]

SOURCE, SINK = "source", "sink"
"""The two nodes of a flow."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One way of a flow; two nodes have at most one.

    Args:
        most: what it carries at most; `None` is any amount.
        cost: of one unit, a whole number.
    """

    start: str
    end: str
    most: int | None = None
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """The greatest flow, and why there is no greater one.

    Args:
        amount: units that reach the sink.
        beyond: nodes behind the bottleneck: the arcs that lead to them are full (max-flow min-cut
            theorem, Ford and Fulkerson 1956).
    """

    amount: int
    beyond: frozenset[str]


def cycles(edges: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Return one cycle for every knot of nodes that reach each other, as its nodes in order.

    A cycle starts with its first name by alphabet and does not repeat it; cycles are sorted.
    Cost: linear in nodes and edges.

    Args:
        edges: the nodes each node points to; a node that is only pointed to need not be a key.
    """
    try:
        TopologicalSorter(edges).prepare()
    except CycleError:
        return _cycles(edges)
    return ()


def _cycles(edges: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    import networkx as nx

    graph = nx.DiGraph((node, target) for node in sorted(edges) for target in sorted(edges[node]))
    found = []
    for knot in nx.strongly_connected_components(graph):
        first = min(knot)
        if len(knot) > 1 or graph.has_edge(first, first):
            steps = nx.find_cycle(graph.subgraph(knot), source=first)
            found.append(_from_smallest([node for node, _ in steps]))
    return tuple(sorted(found))


def _from_smallest(cycle: list[str]) -> tuple[str, ...]:
    at = cycle.index(min(cycle))
    return (*cycle[at:], *cycle[:at])


def ordered(edges: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """Return the nodes so that each comes after those it points to; `None` if a cycle forbids it.

    Args:
        edges: the nodes each node points to; a node that is only pointed to need not be a key.
    """
    try:
        return tuple(TopologicalSorter(edges).static_order())
    except CycleError:
        return None


def trees(parents: Mapping[str, str | None]) -> Mapping[str, tuple[str, ...]]:
    """Return the nodes of each tree by its top node, the top first, then the others by name.

    Nodes that lead into a cycle belong to no tree. Cost: linear, apart from the sorting.

    Args:
        parents: the node above each node; `None` for a top one. Every parent is a key.
    """
    tops: dict[str, str | None] = {}
    for node in parents:
        _climb(node, parents, tops)
    found: dict[str, list[str]] = {top: [top] for node, top in sorted(tops.items()) if node == top}
    for node, top in sorted(tops.items()):
        if top is not None and node != top:
            found[top].append(node)
    return {top: tuple(nodes) for top, nodes in found.items()}


def _climb(start: str, parents: Mapping[str, str | None], tops: dict[str, str | None]) -> None:
    path: list[str] = []
    node: str | None = start
    while node is not None and node not in tops:
        path.append(node)
        # INVARIANT: a node on the path has no top yet: a climb that meets its own path ends.
        tops[node] = None
        node = parents[node]
    top = path[-1] if node is None else tops[node]
    tops.update(dict.fromkeys(path, top))


def greatest_flow(arcs: Iterable[Arc]) -> Flow:
    """Return how much can flow from the node `source` to the node `sink`.

    Cost: preflow-push with the highest label, O(n^2 sqrt(m)) in n nodes and m arcs.

    Raises:
        ValueError: if it is without bound.
    """
    import networkx as nx

    graph = _network(arcs)
    try:
        amount, (_, beyond) = nx.minimum_cut(graph, SOURCE, SINK)
    except nx.NetworkXUnbounded:
        raise ValueError(SINK) from None
    return Flow(int(amount), frozenset(beyond))


def cheapest_flow(arcs: Iterable[Arc], amount: int) -> Mapping[tuple[str, str], int]:
    """Return the flow of so much from `source` to `sink` that costs least, by arc; no arc of none.

    Cost: network simplex, fast in practice and without a good bound.

    Raises:
        ValueError: if so much cannot flow.
    """
    import networkx as nx

    graph = _network(arcs)
    graph.add_node(SOURCE, demand=-amount)
    graph.add_node(SINK, demand=amount)
    try:
        found = nx.min_cost_flow(graph)
    except nx.NetworkXUnfeasible:
        raise ValueError(amount) from None
    return {
        (start, end): flow for start, ends in found.items() for end, flow in ends.items() if flow
    }


def _network(arcs: Iterable[Arc]) -> nx.DiGraph[str]:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from((SOURCE, SINK))
    for arc in arcs:
        bound = {} if arc.most is None else {"capacity": arc.most}
        graph.add_edge(arc.start, arc.end, weight=arc.cost, **bound)
    return graph


def heaviest_antichain(
    weights: Mapping[str, int], before: Mapping[str, Iterable[str]]
) -> tuple[str, ...]:
    """Return nodes of the greatest weight of which none comes before another, by name.

    Dilworth's theorem with weights: what a minimum cut of the graph of comparable pairs leaves
    (Dilworth 1950; Ford and Fulkerson, Flows in Networks, section II.8).
    Cost: one flow in twice the nodes; none where no two weighty nodes are comparable.

    Args:
        weights: at least 0 each; a node of no weight is in no answer.
        before: the nodes that come just before each one; without cycles.
    """
    weighty = sorted(node for node, weight in weights.items() if weight > 0)
    earlier = _earlier(before)
    pairs = [(a, b) for b in weighty for a in weighty if a in earlier.get(b, frozenset())]
    if not pairs:
        return tuple(weighty)
    arcs = [Arc(SOURCE, f"out {node}", weights[node]) for node in weighty]
    arcs += [Arc(f"in {node}", SINK, weights[node]) for node in weighty]
    arcs += [Arc(f"out {a}", f"in {b}") for a, b in pairs]
    beyond = greatest_flow(arcs).beyond
    return tuple(node for node in weighty if f"out {node}" not in beyond and f"in {node}" in beyond)


def _earlier(before: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    """Return all nodes that come before each one, through others too."""
    found: dict[str, frozenset[str]] = {}
    order: Sequence[str] = tuple(TopologicalSorter(before).static_order())
    for node in order:
        direct = tuple(before.get(node, ()))
        found[node] = frozenset(direct).union(*(found[one] for one in direct))
    return found
