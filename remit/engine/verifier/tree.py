"""The decision tree of a certificate, checked to be one, and its cells counted.

A node splits one dimension into neighbouring stretches, from one end to the other, and leads to
nodes of later dimensions. So whichever node is the root, its leaves neither overlap nor leave any
cell out; no more is needed to know that they tile the event space.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from math import prod
from typing import NamedTuple

from remit.engine.intervals import Cut
from remit.engine.pack import Duty
from remit.engine.verifier.form import STATES, Refuted, as_list, as_whole
from remit.engine.vocabulary import DATE, Dimension, Vocabulary
from remit.engine.wording import tell

__all__ = ["Answer", "Axis", "Counts", "Node", "Tree", "axes_of", "value_words"]

_DECIMAL = re.compile(r"(> )?(-?[0-9]{1,60}(?:\.[0-9]{1,60})?)")


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension cut into stretches, and the cells of each: whole numbers count one by one."""

    dimension: Dimension
    starts: tuple[Cut, ...]
    weights: tuple[int, ...]


class Answer(NamedTuple):
    """What a leaf says: one of `STATES`, and the effective duties by position in the pack."""

    state: str
    duties: tuple[int, ...]


class Node(NamedTuple):
    """A split: the stretch with which each part starts, and where it leads (-1 - n: answer n)."""

    axis: int
    starts: tuple[int, ...]
    children: tuple[int, ...]


class Counts(NamedTuple):
    """Cells: possible; needed; of these, held by nobody, held by several, and accepted so."""

    possible: int = 0
    needed: int = 0
    nobody: int = 0
    several: int = 0
    accepted: int = 0

    def plus(self, factor: int, other: Counts) -> Counts:
        """Return these and `factor` times others."""
        return Counts(*(a + factor * b for a, b in zip(self, other, strict=True)))


class Tree:
    """All nodes and answers. INVARIANT: a node leads to later dimensions and to earlier nodes."""

    def __init__(
        self, axes: tuple[Axis, ...], answers: object, nodes: object, duties: Sequence[Duty]
    ) -> None:
        """Check every node and answer.

        Raises:
            Refuted: at the first that is malformed.
        """
        self.axes = axes
        self.answers = tuple(
            _answer(one, f"answers[{number}]", len(duties))
            for number, one in enumerate(as_list(answers, "answers"))
        )
        self.nodes: list[Node] = []
        for number, node in enumerate(as_list(nodes, "nodes")):
            self.nodes.append(self._node(node, f"nodes[{number}]"))
        self.used: set[int] = set()
        self._sizes = [sum(axis.weights) for axis in axes]
        self._counts = self._counted(duties)

    def depth(self, child: int, place: str) -> int:
        """Return which axis a child splits; past the last one for an answer.

        Raises:
            Refuted: if there is no such child.
        """
        if not -len(self.answers) <= child < len(self.nodes):
            raise Refuted(place, tell("it leads to {child}, which is not there", child=child))
        return self.nodes[child].axis if child >= 0 else len(self.axes)

    def counts(self, root: int) -> Counts:
        """Return the cells below a root, those of the axes before its own included."""
        return Counts().plus(prod(self._sizes[: self.depth(root, "")]), self._counts[root])

    def refuse_unused(self) -> None:
        """Refuse nodes and answers that no claim leads to, for nothing was proved of them."""
        for child in (*range(len(self.nodes)), *range(-len(self.answers), 0)):
            if child not in self.used:
                place = f"nodes[{child}]" if child >= 0 else f"answers[{-1 - child}]"
                raise Refuted(place, tell("no claim leads there"))

    def _node(self, found: object, place: str) -> Node:
        parts = as_list(found, place)
        if len(parts) != len(Node._fields):
            raise Refuted(place, tell("it is no node"))
        axis = as_whole(parts[0], place)
        starts = tuple(as_whole(one, place) for one in as_list(parts[1], place))
        children = tuple(as_whole(one, place) for one in as_list(parts[2], place))
        if not 0 <= axis < len(self.axes) or len(starts) != len(children):
            raise Refuted(place, tell("it is no node"))
        ends = (*starts, len(self.axes[axis].starts))
        if starts[:1] != (0,) or any(a >= b for a, b in pairwise(ends)):
            raise Refuted(place, tell("its stretches do not run from one end to the other"))
        if any(self.depth(child, place) <= axis for child in children):
            raise Refuted(place, tell("it leads back to its own or an earlier dimension"))
        return Node(axis, starts, children)

    def _counted(self, duties: Sequence[Duty]) -> dict[int, Counts]:
        """Return the cells below each node and answer, from its own axis on."""
        found = {}
        reaches = [tuple(accumulate(axis.weights, initial=0)) for axis in self.axes]
        for number, answer in enumerate(self.answers):
            held = len({duties[duty].subject for duty in answer.duties})
            needed = answer.state in {"needed", "accepted"}
            found[-1 - number] = Counts(
                possible=int(answer.state != "impossible"),
                needed=int(needed),
                nobody=int(needed and held == 0),
                several=int(needed and held > 1),
                accepted=int(answer.state == "accepted"),
            )
        for number, node in enumerate(self.nodes):
            total = Counts()
            reach = reaches[node.axis]
            ends = pairwise((*node.starts, len(reach) - 1))
            for child, (low, high) in zip(node.children, ends, strict=True):
                between = prod(self._sizes[node.axis + 1 : self.depth(child, "")])
                total = total.plus((reach[high] - reach[low]) * between, found[child])
            found[number] = total
        return found


def axes_of(found: object, vocabulary: Vocabulary) -> tuple[Axis, ...]:
    """Return the dimensions as a certificate cuts them: each once, from one end to the other.

    Raises:
        Refuted: if one is missing, there twice, unknown, or not cut so.
    """
    left = {name: vocabulary.dimension(name) for name in (*vocabulary.dimensions, DATE)}
    axes = []
    for number, one in enumerate(as_list(found, "dimensions")):
        place = f"dimensions[{number}]"
        if (
            not isinstance(one, dict)
            or set(one) != {"name", "starts"}
            or str(one["name"]) not in left
        ):
            raise Refuted(place, tell("it is no dimension of the pack, or is there twice"))
        dimension = left.pop(str(one["name"]))
        starts = tuple(_cut(dimension, text, place) for text in as_list(one["starts"], place))
        ((low, high),) = dimension.everything().stretches
        ends = (*starts, high)
        if starts[:1] != (low,) or any(a >= b for a, b in pairwise(ends)):
            raise Refuted(place, tell("its stretches do not run from one end to the other"))
        is_counted = dimension.is_named or dimension.kind == "integer"
        weights = (int(b.value - a.value) if is_counted else 1 for a, b in pairwise(ends))
        axes.append(Axis(dimension, starts, tuple(weights)))
    if left:
        raise Refuted("dimensions", tell("`{min}` is not there", min=min(left)))
    return tuple(axes)


def value_words(dimension: Dimension, cut: Cut) -> str:
    """Return the first value after a cut; `>7.5` for what comes just after a decimal."""
    if dimension.is_named:
        return dimension.values[int(cut.value)]
    if dimension.kind == "date":
        return dt.date.fromordinal(int(cut.value)).isoformat()
    return f"{'>' if cut.after else ''}{Decimal(cut.value):f}"


def _answer(found: object, place: str, duties: int) -> Answer:
    parts = as_list(found, place)
    state = parts[0] if parts else None
    positions = tuple(as_whole(one, place) for one in parts[1:])
    if state not in STATES or any(not 0 <= one < duties for one in positions):
        raise Refuted(place, tell("it is no answer"))
    return Answer(str(state), positions)


def _cut(dimension: Dimension, text: object, place: str) -> Cut:
    """Return where a stretch starts: at a name, number or day, or just after one (`> 7.5`)."""
    try:
        if dimension.kind == "integer":
            return Cut(as_whole(text, place))
        if dimension.is_named:
            return Cut(dimension.values.index(str(text)))
        if dimension.kind == "date":
            return Cut(dt.date.fromisoformat(str(text)).toordinal())
    except ValueError as error:
        raise Refuted(
            place,
            tell("`{dimension}` has no {text!r}", dimension=dimension.name, text=str(text)[:80]),
        ) from error
    written = _DECIMAL.fullmatch(str(text))
    if written is None:
        raise Refuted(
            place,
            tell("`{dimension}` has no {text!r}", dimension=dimension.name, text=str(text)[:80]),
        )
    return Cut(Decimal(written[2]), 1 if written[1] else 0)
