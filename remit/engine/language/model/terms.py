"""What the conditions of a pack may speak of, while its files are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.engine.intervals import IntervalSet
from remit.engine.vocabulary import DATE, Dimension, date_dimension

__all__ = ["Terms"]


@dataclass(frozen=True, slots=True)
class Terms:
    """The dimensions, and the names of which only the form of constraints can be checked.

    Args:
        is_complete: false if a file could not be read that may declare more dimensions.
        memory: constraints read before, by dimension and words; the same ones come back thousands
            of
            times.
    """

    dimensions: Mapping[str, Dimension]
    broken: frozenset[str] = frozenset()
    is_complete: bool = True
    memory: dict[str, dict[object, IntervalSet]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        dimensions: Mapping[str, Dimension],
        broken: frozenset[str] = frozenset(),
        *,
        is_complete: bool = True,
    ) -> Terms:
        """Return the terms of these dimensions and the built-in `date`."""
        return cls({**dimensions, DATE: date_dimension()}, broken, is_complete)

    def is_excused(self, name: str) -> bool:
        """Return whether nothing is known of `name` for a reason that was already told."""
        return name in self.broken or (not self.is_complete and name not in self.dimensions)
