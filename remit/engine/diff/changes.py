"""What a diff finds, as values: moves, faults, needs, and what was not proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remit.engine.map.cells import CellSet
from remit.engine.pack import Letter

__all__ = ["Change", "Fault", "FaultKind", "Move", "MoveKind", "NeedChange", "Unproved"]

FaultKind = Literal["gap", "overlap", "missing-doer"]
MoveKind = Literal["moved", "appeared", "vanished"]


@dataclass(frozen=True, slots=True)
class Move:
    """Events in which a letter for an activity went from some subjects to others.

    Args:
        kind: `moved`; or `appeared` or `vanished` where the events exist on one side alone.
        from_: who had it, sorted; nobody where the events did not exist.
        to: who has it, sorted.
        cells: all events with just these subjects, in the joint space.
    """

    kind: MoveKind
    activity: str
    letter: Letter
    from_: tuple[str, ...]
    to: tuple[str, ...]
    cells: CellSet


@dataclass(frozen=True, slots=True)
class Fault:
    """Events that have a gap, an overlap or a missing doer on one side and not on the other.

    Args:
        is_opened: whether the new side has it; else the old one had.
        subjects: of an overlap, who is accountable together; else empty.
    """

    kind: FaultKind
    is_opened: bool
    activity: str
    subjects: tuple[str, ...]
    cells: CellSet


@dataclass(frozen=True, slots=True)
class NeedChange:
    """Events on both sides that need an activity on one alone: the new, if `is_needed`."""

    activity: str
    is_needed: bool
    cells: CellSet


Change = Move | Fault | NeedChange


@dataclass(frozen=True, slots=True)
class Unproved:
    """What was not compared, because a diagram would cost more than the budget."""

    activity: str
    letter: Letter | None
    reason: str
