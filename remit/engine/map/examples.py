"""Which values stand for a set of them: those a reader takes in at a glance.

Names in the order of the vocabulary, whose author puts the usual ones first; the roundest numbers;
days inside a stretch that somebody bounded, not at the ends of the calendar.
"""

from __future__ import annotations

import numpy as np

from remit.engine.map.counting import Mask
from remit.engine.map.space import Axis
from remit.engine.vocabulary import DATE, Value

__all__ = ["liked_atoms", "liked_value"]


def liked_atoms(axis: Axis, mask: Mask) -> list[int]:
    """Return the atoms of a mask, the easiest to read first."""
    atoms: list[int] = np.flatnonzero(mask).tolist()
    if axis.dimension.is_named or len(atoms) < 2:  # noqa: PLR2004 -- nothing to choose from
        return atoms
    if axis.name == DATE:
        return sorted(atoms, key=lambda atom: (_is_open(axis, atom), -atom))
    return sorted(atoms, key=lambda atom: (len(_digits(liked_value(axis, atom))), atom))


def liked_value(axis: Axis, atom: int) -> Value:
    """Return the value of an atom that is easiest to read."""
    if axis.dimension.kind != "integer":
        return axis.example(atom)
    low, high = int(axis.cuts[atom].value), int(axis.cuts[atom + 1].value)
    for power in range(len(str(max(abs(low), abs(high)))), 0, -1):
        step = int(10**power)
        rounded: int = -(-low // step) * step
        if rounded < high and (rounded == low or len(_digits(rounded)) < len(_digits(low))):
            return rounded
    return low


def _digits(value: Value) -> str:
    """Return the digits of a number that carry weight: "12" of 1200, "" of 0."""
    text = str(value).lstrip("-")
    return (text if "." in text else text.rstrip("0")).replace(".", "").lstrip("0")


def _is_open(axis: Axis, atom: int) -> bool:
    return atom in {0, axis.width - 1}
