"""Section 2 of LANGUAGE.md over plain data: what a written constraint allows, one value at a time.

Nothing here is shared with the engine. `spec` is a dimension as `vocabulary.yaml` writes it, or
`DATE`; `written` is a constraint as a condition writes it; a value is a leaf, a level, a value, an
`int`, a `Decimal` or a `date`.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

__all__ = ["DATE", "allows", "comparable", "leaves_under", "representatives"]

DATE: Mapping[str, Any] = {"date": {"min": "0001-01-01", "max": "9999-12-31"}}
COMPARISONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
NUMBER_OR_DAY = re.compile(r"\d{4}-\d\d-\d\d|-?\d+(?:\.\d+)?")


def allows(spec: Mapping[str, Any], written: object, value: Any) -> bool:
    """Return whether `value` meets the constraint `written`."""
    if isinstance(written, Mapping):
        return not allows(spec, written["not"], value)
    if isinstance(written, list):
        return any(allows(spec, one, value) for one in written)
    if "tree" in spec:
        return value in leaves_under(spec["tree"], str(written))
    if "values" in spec:
        return bool(value == written)
    return _in_range(lambda text: comparable(spec, text), str(written), comparable(spec, value))


def _in_range(position: Callable[[str], Any], text: str, at: Any) -> bool:
    if ".." in text:
        low, high = text.split("..")
        below = operator.lt if high.startswith("<") else operator.le
        high = high.removeprefix("<")
        return (not low or position(low) <= at) and (not high or below(at, position(high)))
    for sign, compare in COMPARISONS.items():
        if text.startswith(sign):
            return bool(compare(at, position(text.removeprefix(sign).strip())))
    return bool(at == position(text))


def comparable(spec: Mapping[str, Any], value: object) -> Any:
    """Return where `value` stands on the line of a scale, number or date dimension."""
    if "scale" in spec:
        return spec["scale"].index(value)
    if "integer" in spec:
        return int(str(value))
    if "decimal" in spec:
        return Decimal(str(value))
    return dt.date.fromisoformat(str(value))


def leaves_under(tree: object, node: str | None = None) -> list[str]:
    """Return the leaves of `tree`, or those that `node` means: itself, if it is a leaf."""
    children = tree if isinstance(tree, Mapping) else dict.fromkeys(_listed(tree))
    found: list[str] = []
    for name, below in children.items():
        wanted = None if node in (None, name) else node
        found += [name] if not below and wanted is None else leaves_under(below or {}, wanted)
    return found


def _listed(tree: object) -> Sequence[str]:
    return [tree] if isinstance(tree, str) else tree if isinstance(tree, list) else []


def representatives(spec: Mapping[str, Any], used: Iterable[object]) -> list[Any]:
    """Return the values cells are made of: all; for decimals and days one a stretch.

    A stretch lies between two neighbouring bounds of the constraints `used`. Each bound and a point
    between each two is tried; one that no constraint tells from the point before is left out.
    """
    if "tree" in spec:
        return leaves_under(spec["tree"])
    if "integer" in spec:
        return list(range(spec["integer"]["min"], spec["integer"]["max"] + 1))
    if "values" in spec or "scale" in spec:
        return list(spec.get("values") or spec["scale"])
    constraints = list(used)
    ends = spec["decimal"] if "decimal" in spec else spec["date"]
    texts = [str(ends["min"]), str(ends["max"]), *NUMBER_OR_DAY.findall(str(constraints))]
    bounds = sorted({comparable(spec, text) for text in texts})
    between = [low + (high - low) / 2 for low, high in pairwise(bounds)]
    points = sorted({*bounds, *between})
    told = {point: [allows(spec, one, point) for one in constraints] for point in points}
    pairs = pairwise(points)
    return points[:1] + [point for before, point in pairs if told[point] != told[before]]
