"""Conditions as values: unions of boxes, each saying what every dimension may be, with places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from remit.engine.intervals import IntervalSet
from remit.engine.spans import Span

__all__ = ["Box", "Condition", "Constraint"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """What one dimension may be, and where that was written."""

    allowed: IntervalSet
    span: Span


@dataclass(frozen=True, slots=True)
class Box:
    """One map of a condition: all constraints hold; a dimension not named may be anything."""

    constraints: Mapping[str, Constraint]
    span: Span


@dataclass(frozen=True, slots=True)
class Condition:
    """A union of boxes. `Condition.always(span)` is every event."""

    boxes: tuple[Box, ...]
    span: Span

    @classmethod
    def always(cls, span: Span) -> Condition:
        """Return the condition that holds for every event."""
        return cls((Box({}, span),), span)

    @property
    def is_always(self) -> bool:
        """Whether some box names no dimension, so that every event meets the condition."""
        return any(not box.constraints for box in self.boxes)
