"""How much each subject answers for and does: the share of the events that need somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar

import numpy as np

from remit.engine.diff.grounds import Flags
from remit.engine.diff.paired import Sides
from remit.engine.map.diagram import Diagram
from remit.engine.map.space import Space
from remit.engine.pack import Letter

__all__ = ["LOAD_LETTERS", "Answer", "Load", "Tally", "loads", "tallied"]

LOAD_LETTERS: tuple[Letter, ...] = ("accountable", "responsible")
"""The letters that are a load; to be consulted or told is none."""
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Load:
    """One subject's part of one letter.

    Args:
        before: the needed events in which it had the letter, over all needed events, both summed
            over the activities.
    """

    subject: str
    letter: Letter
    before: Fraction
    after: Fraction


class Answer(NamedTuple):
    """Who has a letter at an event, and what both sides say of it."""

    sides: Sides
    flags: Flags


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events each answer about one activity and letter has."""

    letter: Letter
    counts: Mapping[Answer, int]


def loads(tallies: Iterable[Tally]) -> tuple[Load, ...]:
    """Return the loads of every subject that has one before or after, by subject and letter."""
    held: defaultdict[tuple[str, Letter], list[int]] = defaultdict(lambda: [0, 0])
    needed: defaultdict[Letter, list[int]] = defaultdict(lambda: [0, 0])
    for tally in tallies:
        for answer, count in tally.counts.items():
            needs = answer.flags.needs_before, answer.flags.needs_after
            for side, names in enumerate(answer.sides):
                if needs[side]:
                    needed[tally.letter][side] += count
                    for name in names:
                        held[name, tally.letter][side] += count
    return tuple(
        Load(
            subject,
            letter,
            *(_share(part, whole) for part, whole in zip(counts, needed[letter], strict=True)),
        )
        for (subject, letter), counts in sorted(held.items())
    )


def tallied(diagram: Diagram[T], space: Space) -> dict[T, int]:
    """Return how many cells each terminal has, weighted by their atoms; exact, in O(edges)."""
    reached = np.ones(1, object)
    for axis, level in zip(space.axes, diagram.levels, strict=True):
        reach = np.concatenate((np.zeros(1, object), np.cumsum(np.array(axis.weights, object))))
        span = reach[level.ends(axis.width)] - reach[level.start]
        below = np.zeros(int(level.child.max()) + 1, object)
        np.add.at(below, level.child, span * reached[level.owners()])
        reached = below
    return dict(zip(diagram.terminals, reached.tolist(), strict=True))


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)
