"""What of a compiled pack is kept once it was built, and activities that are built together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from remit.engine.map.diagram import Diagram
from remit.engine.map.parts import ActivityPart, Share
from remit.engine.map.rivalry import Clash
from remit.engine.map.space import Atoms, Bounds
from remit.engine.pack import Letter

__all__ = ["Batch", "Kept"]


@dataclass(frozen=True, eq=False)
class Batch:
    """Activities whose diagrams are one, its first axis the activity."""

    parts: tuple[ActivityPart, ...]

    @cached_property
    def number(self) -> dict[str, int]:
        """The place of each activity on the first axis."""
        return {part.name: index for index, part in enumerate(self.parts)}

    def only(self, part: ActivityPart) -> Atoms:
        """Return the first axis of one activity's rows."""
        number = self.number[part.name]
        return ((number, number + 1),)

    def offset(self, part: ActivityPart) -> int:
        """Return how the duties of one activity are numbered higher in the batch."""
        return part.first - self.parts[0].first


@dataclass(slots=True, eq=False)
class Kept:
    """What was built so far; the pack as edited begins with what still holds of it.

    What holds but for the cells of an edit is patched when first asked for: the `later` ones.

    Args:
        asked: the few activities that questions will be about; these are built by themselves.
    """

    bounds: Bounds | None = None
    possible: Diagram[bool] | None = None
    parts: dict[str, ActivityPart] | None = None
    needed: dict[str, Diagram[bool]] = field(default_factory=dict)
    answers: dict[tuple[str, Letter], Diagram[Share]] = field(default_factory=dict)
    unheld: dict[tuple[str, Letter], Diagram[bool] | None] = field(default_factory=dict)
    clashes: dict[str, tuple[Clash, ...] | None] = field(default_factory=dict)
    answers_later: dict[tuple[str, Letter], Callable[[], Diagram[Share]]] = field(
        default_factory=dict
    )
    unheld_later: dict[tuple[str, Letter], Callable[[], Diagram[bool] | None]] = field(
        default_factory=dict
    )
    clashes_later: dict[str, Callable[[], tuple[Clash, ...] | None]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
