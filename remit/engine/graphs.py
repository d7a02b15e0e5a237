"""Questions to graphs: the one door to networkx.

networkx takes a fifth of a second to import, so it is loaded only where the standard library has
already found a cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

__all__ = ["cycles", "trees"]


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
