"""What two vocabularies differ in, as far as it bears on which events there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from remit.engine.vocabulary import Dimension, Vocabulary, plain

__all__ = ["VocabularyChange", "vocabulary_changes"]


@dataclass(frozen=True, slots=True)
class VocabularyChange:
    """One thing that the vocabularies differ in.

    Args:
        what: `dimension`, `activity`, `value` (a leaf or level too), `node` (another one above a
            leaf), `bounds` of a number, or `kind` of a dimension.
        name: of the dimension, activity or value.
        dimension: of a value, a node, bounds or a kind; empty for an activity.
        before: what it was, empty where it was not there.
        after: what it is, empty where it is gone.
    """

    what: Literal["dimension", "activity", "value", "node", "bounds", "kind"]
    name: str
    dimension: str
    before: str
    after: str


def vocabulary_changes(old: Vocabulary, new: Vocabulary) -> tuple[VocabularyChange, ...]:
    """Return what differs, by dimension in vocabulary order, then activities."""
    return (*_dimensions(old, new), *_activities(old, new))


def _dimensions(old: Vocabulary, new: Vocabulary) -> Iterator[VocabularyChange]:
    if old.dimensions is new.dimensions:
        return
    for name in dict.fromkeys((*new.dimensions, *old.dimensions)):
        before, after = old.dimensions.get(name), new.dimensions.get(name)
        if before is None or after is None:
            kinds = before.kind if before else "", after.kind if after else ""
            yield VocabularyChange("dimension", name, name, *kinds)
            continue
        if before.kind != after.kind:
            yield VocabularyChange("kind", name, name, before.kind, after.kind)
        if before.is_named and after.is_named:
            yield from _values(before, after)
        elif _bounds(before) != _bounds(after):
            yield VocabularyChange("bounds", name, name, _bounds(before), _bounds(after))


def _values(before: Dimension, after: Dimension) -> Iterator[VocabularyChange]:
    if before.values == after.values and before.parents == after.parents:
        return
    had, has = frozenset(before.values), frozenset(after.values)
    for value in dict.fromkeys((*after.values, *before.values)):
        if value not in had:
            yield VocabularyChange("value", value, after.name, "", value)
        elif value not in has:
            yield VocabularyChange("value", value, after.name, value, "")
        elif _above(value, before) != _above(value, after):
            yield VocabularyChange(
                "node", value, after.name, _above(value, before), _above(value, after)
            )


def _above(value: str, dimension: Dimension) -> str:
    """Return the nodes above a leaf, the top one first: `natural/flood`."""
    found: list[str] = []
    above = dimension.parents.get(value)
    while above is not None:
        found.append(above)
        above = dimension.parents.get(above)
    return "/".join(reversed(found))


def _bounds(dimension: Dimension) -> str:
    return f"{plain(dimension.minimum)}..{plain(dimension.maximum)}"


def _activities(old: Vocabulary, new: Vocabulary) -> Iterator[VocabularyChange]:
    for name in dict.fromkeys((*new.activities, *old.activities)):
        if name not in old.activities or name not in new.activities:
            had, has = (name if name in one.activities else "" for one in (old, new))
            yield VocabularyChange("activity", name, "", had, has)
