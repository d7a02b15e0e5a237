"""Columns of raw values as codes: a name's index, a number's offset or atom, a day's atom."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remit.engine.errors import EventError
from remit.engine.language.event_fields import event_value
from remit.engine.language.flaws import FlawError
from remit.engine.map.space import Axis
from remit.engine.wording import tell

__all__ = ["MOST_CODES", "Codes", "Column", "codes_of", "is_by_offset"]

MOST_CODES = 1 << 20
"""Whole numbers of a dimension coded by their offset from the lowest; past it by their atom."""
Codes = NDArray[np.integer[Any]]
Column = Sequence[object] | NDArray[np.generic]
"""Raw values of one dimension. In an array of whole numbers, names are given by their index."""


def is_by_offset(axis: Axis) -> bool:
    """Return whether numbers of an axis are coded by their offset from the lowest."""
    span = axis.cuts[-1].value - axis.cuts[0].value
    return axis.dimension.kind == "integer" and span <= MOST_CODES


def codes_of(axis: Axis, column: Column) -> Codes:
    """Return the code of each value: its offset where `is_by_offset`, else its atom.

    Raises:
        EventError: if a value does not fit or stands for several cells; it says which row.
    """
    values = column
    if isinstance(column, np.ndarray):
        found = _from_array(axis, column)
        if found is not None:
            return found
        values = column.tolist()
    if axis.dimension.is_named:
        return _from_names(axis, values)
    return _from_each(axis, values)


def _from_array(axis: Axis, column: NDArray[np.generic]) -> Codes | None:
    """Return the codes of an array without a look at each value; `None` if that cannot be."""
    kind = column.dtype.kind
    if axis.dimension.kind == "decimal":
        return _from_floats(axis, column.astype(np.float64)) if column.dtype == np.float64 else None
    if kind not in "iu" or axis.dimension.kind == "date":
        return None
    numbers: Codes = column.view(column.dtype)
    is_named = axis.dimension.is_named
    low, high = (0, axis.width) if is_named else (int(axis.cuts[i].value) for i in (0, -1))
    if len(numbers) and (int(numbers.min()) < low or int(numbers.max()) >= high):
        row = int(((numbers < low) | (numbers >= high)).argmax())
        raise _misfit(axis, int(numbers[row]), row)
    if is_named:
        return numbers
    if is_by_offset(axis):
        return numbers - low if low else numbers
    bounds = np.array([int(cut.value) for cut in axis.cuts], np.int64)
    return np.searchsorted(bounds, numbers, side="right") - 1


def _from_floats(axis: Axis, numbers: NDArray[np.float64]) -> Codes | None:
    """Return the atoms of floats, each the shortest decimal that reads back as it.

    `None` where a bound has more digits than a float tells apart: the shortest decimals are in the
    order of their floats, but only if each bound is such a decimal too may floats be compared.
    """
    bounds = [float(cut.value) for cut in axis.cuts]
    if any(Decimal(repr(b)) != cut.value for b, cut in zip(bounds, axis.cuts, strict=True)):
        return None
    fits = (numbers >= bounds[0]) & (numbers <= bounds[-1])
    if not fits.all():
        row = int(fits.argmin())
        raise _misfit(axis, float(numbers[row]), row)
    before = [bound for bound, cut in zip(bounds, axis.cuts, strict=True) if not cut.after]
    after = [bound for bound, cut in zip(bounds, axis.cuts, strict=True) if cut.after]
    passed = np.searchsorted(np.array(before), numbers, side="right")
    return passed + np.searchsorted(np.array(after), numbers, side="left") - 1


def _from_names(axis: Axis, column: Column) -> Codes:
    places = {name: place for place, name in enumerate(axis.dimension.values)}
    try:
        found = [places[name] for name in column]  # type: ignore[index] # any value may be looked up
    except (KeyError, TypeError):
        return _from_each(axis, column)
    return np.array(found, np.int32)


def _from_each(axis: Axis, column: Column) -> Codes:
    known: dict[tuple[type, object], int] = {}
    found = np.empty(len(column), np.int64)
    for row, raw in enumerate(column):
        try:
            key = (type(raw), raw)
            code = known.get(key)
        except TypeError:
            raise _misfit(axis, raw, row) from None
        if code is None:
            code = known[key] = _code(axis, raw, row)
        found[row] = code
    return found


def _code(axis: Axis, raw: object, row: int) -> int:
    try:
        value = event_value(axis.dimension, raw)
    except FlawError:
        raise _misfit(axis, raw, row) from None
    ((low, high),) = axis.atom_at(value)
    if high - low != 1:
        message = tell(
            "row {row}: `{axis}: {raw}` stands for several values",
            row=row + 1,
            axis=axis.name,
            raw=raw,
        )
        raise EventError((tell("{message}; a batch takes full events", message=message),))
    return int(value) - int(axis.cuts[0].value) if is_by_offset(axis) else low  # type: ignore[arg-type] # a whole number


def _misfit(axis: Axis, raw: object, row: int) -> EventError:
    try:
        event_value(axis.dimension, raw)
    except FlawError as error:
        return EventError(
            tuple(
                tell("row {row}: {sentence}", row=row + 1, sentence=flaw.sentence())
                for flaw in error.flaws
            )
        )
    return EventError(
        (
            tell(
                "row {row}: `{axis}` has no value of index {raw}",
                row=row + 1,
                axis=axis.name,
                raw=raw,
            ),
        )
    )
