"""A graph before it is drawn: nodes with a few lines of text, and edges of a few kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["EdgeKind", "Link", "Sketch", "Spot"]

EdgeKind = Literal["under", "deputy", "member", "after", "hand-over", "letters"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A node.

    Args:
        label: its first lines.
        notes: smaller lines below.
        group: nodes of one group look alike: subjects, activities, steps, what lies outside.
    """

    id: str
    label: str
    notes: tuple[str, ...] = ()
    group: Literal["subject", "activity", "step", "outside"] = "subject"


@dataclass(frozen=True, slots=True)
class Link:
    """An edge between two nodes that are there, with a word on it or none."""

    start: str
    end: str
    kind: EdgeKind
    word: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A graph with a title and a description for those who do not see it."""

    title: str
    description: str
    spots: tuple[Spot, ...]
    links: tuple[Link, ...]
    legend: tuple[tuple[EdgeKind, str], ...] = ()
