"""Constraints as authors write them, read into exact sets of values, and such sets written so.

One grammar for every dimension (LANGUAGE, section 2): a value, a tree node, a list, a range, a
comparison, `{not: ...}`.
A constraint that is empty, reversed, out of bounds or never holds is refused, with the part at
fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from remit.engine.intervals import IntervalSet, Stretch
from remit.engine.language.constraint_texts import expected_phrase, read_text
from remit.engine.language.flaws import Flaw, FlawError, raw_phrase
from remit.engine.language.literals import number_text
from remit.engine.language.problems import in_ticks
from remit.engine.vocabulary import Dimension
from remit.engine.wording import tell

__all__ = ["DEEPEST", "format_constraint", "parse_constraint"]

DEEPEST = 16
"""Lists and `not` inside one another."""


def parse_constraint(dimension: Dimension, raw: object) -> IntervalSet:
    """Return the values that a constraint allows.

    Args:
        raw: text, a number, a list of constraints, or `{"not": constraint}`, as YAML or JSON give
            them.

    Raises:
        FlawError: if it cannot be read, or never holds; with every part at fault.
    """
    flaws: list[Flaw] = []
    found = _read(dimension, raw, flaws, 0)
    if found is None or flaws:
        raise FlawError(tuple(flaws))
    return found


def format_constraint(dimension: Dimension, allowed: IntervalSet) -> object:
    """Return the shortest readable constraint that allows exactly `allowed`.

    It is ready for YAML or JSON: a name, a number (a decimal as text), a range, a list of these, or
    `{"not": ...}` where that is shorter. `parse_constraint` reads it back to the same set.

    Raises:
        ValueError: if the set is empty or has values outside the dimension: no constraint can say
            so.
    """
    everything = dimension.everything()
    if not allowed or not allowed <= everything:
        raise ValueError(allowed)
    plain = _parts(dimension, allowed)
    rest = everything - allowed
    if rest:
        turned = _parts(dimension, rest)
        if plain is None or (turned is not None and len(turned) < _size(dimension, plain)):
            if turned is not None:
                return {"not": _one_or_many(turned)}
            plain = None
    return _one_or_many(plain if plain is not None else _open_parts(dimension, allowed))


def _read(dimension: Dimension, raw: object, flaws: list[Flaw], depth: int) -> IntervalSet | None:
    if depth > DEEPEST:
        flaws.append(
            Flaw(tell("lists and `not` are nested more than {deepest} deep", deepest=DEEPEST))
        )
        return None
    if isinstance(raw, list | tuple):
        return _read_list(dimension, raw, flaws, depth)
    if isinstance(raw, Mapping):
        return _read_not(dimension, raw, flaws, depth)
    text = _as_text(raw)
    if text is None:
        flaws.append(_no_constraint(dimension, raw))
        return None
    try:
        return read_text(dimension, text)
    except FlawError as error:
        flaws.extend(error.flaws)
        return None


def _as_text(raw: object) -> str | None:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw.isoformat()
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return number_text(raw)
    return None


def _no_constraint(dimension: Dimension, raw: object) -> Flaw:
    word = "true" if raw else "false"
    return Flaw(
        tell("this is no constraint on `{dimension}`", dimension=dimension.name),
        expected=expected_phrase(dimension),
        found=raw_phrase(raw),
        help=tell('write `"{word}"` in quotes', word=word) if isinstance(raw, bool) else "",
    )


def _read_list(
    dimension: Dimension, raw: list[object] | tuple[object, ...], flaws: list[Flaw], depth: int
) -> IntervalSet | None:
    if not raw:
        flaws.append(
            Flaw(
                tell("an empty list allows no value of `{dimension}`", dimension=dimension.name),
                help=tell("leave `{dimension}` out to allow every value", dimension=dimension.name),
            )
        )
        return None
    parts: list[IntervalSet] = []
    for index, item in enumerate(raw):
        inner: list[Flaw] = []
        part = _read(dimension, item, inner, depth + 1)
        flaws.extend(flaw.under(index) for flaw in inner)
        if part is not None:
            parts.append(part)
    return IntervalSet.of(*(stretch for part in parts for stretch in part.stretches))


def _read_not(
    dimension: Dimension, raw: Mapping[object, object], flaws: list[Flaw], depth: int
) -> IntervalSet | None:
    if set(raw) != {"not"}:
        other = next((str(key) for key in raw if key != "not"), "")
        flaws.append(
            Flaw(
                tell(
                    "a constraint on `{dimension}` cannot be a map with {other}",
                    dimension=dimension.name,
                    other=in_ticks(other),
                )
                if other
                else tell(
                    "an empty map is no constraint on `{dimension}`", dimension=dimension.name
                ),
                (other,) if other else (),
                tell("`{{not: ...}}`"),
                word=other,
                names=("not",),
            )
        )
        return None
    inner: list[Flaw] = []
    part = _read(dimension, raw["not"], inner, depth + 1)
    flaws.extend(flaw.under("not") for flaw in inner)
    if part is None or inner:
        return None
    rest = dimension.everything() - part
    if not rest:
        flaws.append(
            Flaw(
                tell(
                    "this never holds: it leaves out every value of `{dimension}`",
                    dimension=dimension.name,
                )
            )
        )
        return None
    return rest


def _size(dimension: Dimension, parts: list[object]) -> int:
    # WHY: "not x" is read as two words; of numbers, where a part is a range, a list of two is still
    # the plainer one.
    return len(parts) - 1 if dimension.is_named else len(parts) - 2


def _one_or_many(parts: list[object]) -> object:
    return parts[0] if len(parts) == 1 else parts


def _parts(dimension: Dimension, allowed: IntervalSet) -> list[object] | None:
    """Return constraints whose union is `allowed`; `None` where a part has no form of its own."""
    if dimension.kind == "tree":
        return list(_nodes(dimension, allowed))
    found: list[object] = []
    for stretch in allowed.stretches:
        if dimension.kind == "values":
            found.extend(dimension.values[index] for index in _indexes(stretch))
            continue
        part = (
            _decimals(dimension, stretch)
            if dimension.kind == "decimal"
            else _counted(dimension, stretch)
        )
        if part is None:
            return None
        found.append(part)
    return found


def _nodes(dimension: Dimension, allowed: IntervalSet) -> list[str]:
    """Return the largest nodes that lie within `allowed`, in line order; together they are it."""
    inside: set[str] = set()
    for first, last in allowed.stretches:
        start, end = int(first.value), int(last.value)
        nodes = dimension.nodes.items()
        inside.update(name for name, (low, high) in nodes if start <= low and high <= end)
    tops = [name for name in inside if dimension.parents.get(name) not in inside]
    return sorted(tops, key=lambda name: dimension.nodes[name])


def _indexes(stretch: Stretch) -> range:
    return range(int(stretch[0].value), int(stretch[1].value))


def _counted(dimension: Dimension, stretch: Stretch) -> object:
    """Return a stretch of levels, whole numbers or days."""
    low, high = int(stretch[0].value), int(stretch[1].value) - 1
    lowest, highest = dimension.everything().stretches[0]
    if low == high:
        return low if dimension.kind == "integer" else _name(dimension, low)
    if dimension.kind == "scale" and low == lowest.value and high == highest.value - 1:
        return f"{_name(dimension, low)}.."
    start = "" if low == lowest.value and high != highest.value - 1 else _name(dimension, low)
    end = "" if high == highest.value - 1 else _name(dimension, high)
    return f"{start}..{end}"


def _name(dimension: Dimension, index: int) -> str:
    if dimension.kind == "date":
        return dt.date.fromordinal(index).isoformat()
    return dimension.values[index] if dimension.is_named else str(index)


def _decimals(dimension: Dimension, stretch: Stretch) -> object | None:
    low, high = stretch
    lowest, highest = dimension.everything().stretches[0]
    start, end = _plain(low.value), _plain(high.value)
    if low.after:
        return f"> {start}" if high == highest else None
    if high == highest:
        return end if low.value == high.value else f"{start}.."
    if low.value == high.value:
        return start
    sign = ".." if high.after else "..<"
    return f"{'' if low == lowest else start}{sign}{end}"


def _open_parts(dimension: Dimension, allowed: IntervalSet) -> list[object]:
    """Return constraints whose union is a set of decimals of which some part has no own form."""
    found: list[object] = []
    everything = dimension.everything()
    for stretch in allowed.stretches:
        part = _decimals(dimension, stretch)
        if part is None:
            # WHY: "above a, up to b" has no form of its own, but what it leaves out always has.
            rest = _parts(dimension, everything - IntervalSet((stretch,))) or []
            part = {"not": _one_or_many(rest)}
        found.append(part)
    return found


def _plain(value: int | Decimal) -> str:
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
