"""Who has a letter inside a few boxes, for duties that need not be those of the pack.

What one edit of a policy changes lies in the boxes of the duties it touches, so it is decided there
alone: the rows of the other duties are cut to these boxes before a diagram is built, and most fall
away. Cost: that of `build` for what is left, which for a narrow duty is next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.budget import Budget
from remit.engine.map.build import build
from remit.engine.map.compiled import ActivityPart
from remit.engine.map.diagram import Diagram
from remit.engine.map.overrides import (
    Overrides,
    constraint_set,
    explicit_overrides,
    mask_of,
    overrides_of,
    positions,
)
from remit.engine.map.rivalry import meet as intersection
from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms, Space, valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.vocabulary import DATE

__all__ = ["Area", "Wording", "duty_rows", "holders_in", "meet", "rows_near", "wording_of"]

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Area = tuple[Atoms, ...]
"""A box: atoms by axis, in the order of the space."""
V = TypeVar("V", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """Duties of one activity as they are, or as they might be written.

    Args:
        explicit: for each duty all it overrides by exception, directly or through others.
    """

    duties: tuple[Duty, ...]
    explicit: Mapping[str, frozenset[str]]

    def overrides(self, pack: Pack, space: Space) -> Overrides:
        """Return the override relation of these duties, by the pack's precedence."""
        axes = {axis.name: axis for axis in space.axes}

        def allowed(name: str) -> Callable[[Duty], Atoms]:
            return lambda duty: axes[name].atoms(constraint_set(duty, name, pack.vocabulary))

        precedence = [allowed(name) for name in pack.precedence]
        return overrides_of(self.duties, self.explicit, precedence)


def wording_of(duties: tuple[Duty, ...]) -> Wording:
    """Return duties of one activity as a wording; what they name elsewhere overrides nothing."""
    names = {duty.name for duty in duties}
    return Wording(duties, explicit_overrides([_naming(duty, names) for duty in duties]))


def holders_in(
    wording: Wording,
    letter: Letter,
    areas: Sequence[Area],
    terminal: Callable[[frozenset[str]], V],
    *,
    pack: Pack,
    space: Space,
    budget: Budget,
) -> Diagram[V | None]:
    """Return what `terminal` makes of the subjects that have a letter; `None` outside the areas.

    Duties without a say in the letter should be left out of the wording: each costs states.

    Raises:
        BudgetExceeded: if it would cost more than the budget.
        ValueError: if a duty has a bound that the space is not cut at.
    """
    over = wording.overrides(pack, space)
    duties = wording.duties
    rows = [Row(0, area) for area in areas]
    for index, duty in enumerate(duties):
        for row in duty_rows(duty, space):
            rows += [
                Row(index + 1, shared, row.removes)
                for area in areas
                if (shared := intersection(row.box, area)) is not None
            ]

    def answer(items: tuple[int, ...]) -> V | None:
        if not items or items[0] != 0:
            return None
        effective = over.effective(letter, mask_of(item - 1 for item in items[1:]))
        return terminal(frozenset(duties[index].subject for index in positions(effective)))

    return build(space.widths, rows, answer, budget=budget)


def rows_near(part: ActivityPart, areas: Sequence[Area]) -> Bools:
    """Return which rows of a part's table may meet an area, told by their outer bounds."""
    found = np.zeros(len(part.table.tags), bool)
    if areas and len(found):
        low, high = part.bounds
        for first, end in zip(*_bounds(areas), strict=True):
            found |= ((low < end) & (first < high)).all(axis=1)
    return found


def _bounds(areas: Sequence[Area]) -> tuple[Ints, Ints]:
    """Return the first atoms of areas, and the last, exclusive; shape `(areas, axes)` each."""
    low = np.array([[atoms[0][0] for atoms in area] for area in areas], np.int64)
    high = np.array([[atoms[-1][1] for atoms in area] for area in areas], np.int64)
    return low, high


def duty_rows(duty: Duty, space: Space) -> Iterator[Row]:
    """Yield the boxes of a duty's `when` within `valid`, then those of its `unless`.

    Raises:
        ValueError: if the duty has a bound that the space is not cut at.
    """
    for box in space.boxes(duty.when):
        within = _dated(box, duty, space)
        if within is not None:
            yield Row(0, within)
    if duty.unless is not None:
        for box in space.boxes(duty.unless):
            yield Row(0, box, removes=True)


def meet(one: Area, other: Area) -> bool:
    """Return whether two boxes have a cell in common."""
    return all(
        any(low < end and start < high for low, high in mine for start, end in theirs)
        for mine, theirs in zip(one, other, strict=True)
    )


def _naming(duty: Duty, names: set[str]) -> Duty:
    kept = tuple(one for one in duty.exception_to if one.name in names)
    return duty if len(kept) == len(duty.exception_to) else replace(duty, exception_to=kept)


def _dated(box: Area, duty: Duty, space: Space) -> Area | None:
    if duty.valid is None:
        return box
    index = next(i for i, axis in enumerate(space.axes) if axis.name == DATE)
    axis = space.axes[index]
    days = axis.allowed(box[index]) & valid_days(duty.valid.start, duty.valid.end)
    return (*box[:index], axis.atoms(days), *box[index + 1 :]) if days else None
