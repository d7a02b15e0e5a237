"""Cells of the slow reference as the map cuts them, to count with both."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import remit
from tests.agreement import Sample, as_event

__all__ = ["Atoms", "atoms_of", "needed_cells", "weight_of"]

Atoms = tuple[int, ...]
"""A cell as an atom an axis."""


def atoms_of(sample: Sample, values: Mapping[str, Any]) -> Atoms:
    """Return the atoms of a full event."""
    event = remit.parse_event(as_event(values), sample.pack.vocabulary)
    return tuple(box[0][0] for box in sample.map.compiled.space.box_of(event.values))


def weight_of(sample: Sample, atoms: Atoms) -> int:
    """Return how many cells some atoms stand for."""
    axes = sample.map.compiled.space.axes
    return prod(axis.weights[atom] for axis, atom in zip(axes, atoms, strict=True))


def needed_cells(sample: Sample, activity: str) -> dict[Atoms, Any]:
    """Return a cell for each combination of atoms where an activity is needed."""
    reference = sample.reference
    cells = (cell for cell in reference.cells() if reference.needed(cell, activity))
    return {atoms_of(sample, cell): cell for cell in cells}
