"""Which activities of one subject can come together in one event at all, told by boxes alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.compiled import CompiledPack
from remit.engine.map.overrides import positions
from remit.engine.map.space import Atoms
from remit.engine.pack import Letter

__all__ = ["piling_up"]


def piling_up(
    compiled: CompiledPack, subject: str, letter: Letter, activities: Sequence[str], most: int
) -> tuple[str, ...]:
    """Return the activities that may be among more than `most` in one cell; none if none can.

    Boxes that have a cell in common meet in pairs. So a box that meets boxes of no more than `most`
    activities, its own included, is in no such cell, and neither is what is left over once it is
    gone (k-core, Seidman 1983). What remains need not pile up: that is for a diagram to tell.
    Cost: the square of the subject's boxes, in matrices.
    """
    boxes: list[tuple[Atoms, ...]] = []
    owners: list[int] = []
    for number, activity in enumerate(activities):
        part = compiled.parts[activity]
        for duty in positions(part.of_subject.get(subject, 0) & part.overrides.holders[letter]):
            boxes += [row.box for row in part.rows[duty] if not row.removes]
            owners += [number] * (len(boxes) - len(owners))
    meets = _meets(boxes, compiled.space.widths)
    belongs = np.zeros((len(boxes), len(activities)), np.int64)
    belongs[np.arange(len(boxes)), owners] = 1
    alive = np.ones(len(boxes), bool)
    while True:
        together = ((meets & alive).astype(np.int64) @ belongs > 0).sum(axis=1)
        left = alive & (together > most)
        if (left == alive).all():
            break
        alive = left
    kept = {owner for owner, lives in zip(owners, alive.tolist(), strict=True) if lives}
    return tuple(activities[number] for number in sorted(kept))


def _meets(boxes: Sequence[tuple[Atoms, ...]], widths: Sequence[int]) -> NDArray[np.bool_]:
    """Return which pairs of boxes have a cell in common."""
    found = np.ones((len(boxes), len(boxes)), bool)
    for axis, width in enumerate(widths):
        sides = [box[axis] for box in boxes]
        if all(len(side) == 1 for side in sides):
            first, end = np.array([side[0] for side in sides], np.int64).reshape(-1, 2).T
            found &= (first[:, None] < end) & (first < end[:, None])
            continue
        atoms = np.zeros((len(boxes), width), np.float32)
        for number, box in enumerate(boxes):
            for low, high in box[axis]:
                atoms[number, low:high] = 1
        found &= atoms @ atoms.T > 0
    return found
