"""Cells at the corners of a duty, tried before a diagram is built: most faults are absent there."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Duty
from remit.validators.check import Cell, Context

__all__ = ["corners"]


def corners(duty: Duty, context: Context) -> Iterator[Cell]:
    """Yield two possible cells of each map of a duty's `when`: its first and its last.

    What holds at one of them is proved; what holds at none is not disproved.
    """
    space = context.map.compiled.space
    for box in space.boxes(duty.when):
        for cell in (
            tuple(atoms[0][0] for atoms in box),
            tuple(atoms[-1][1] - 1 for atoms in box),
        ):
            values = space.cell_values(cell, context.pack.vocabulary)
            if context.replay.is_possible(values):
                yield values
