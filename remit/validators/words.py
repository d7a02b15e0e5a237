"""How regions, witnesses, counts and names are put into the words of a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from remit.engine.texts import Text
from remit.engine.vocabulary import Value
from remit.engine.wording import tell, tell_count, tell_marked

__all__ = [
    "all_of_words",
    "count_words",
    "duration_words",
    "every_language",
    "extent",
    "flow",
    "label_words",
    "listed",
    "names_words",
    "percent",
    "region_words",
    "value_words",
    "when_words",
    "with_more",
    "witness_words",
]

MOST_DIGITS = 9
"""Digits after the point of a share; a smaller one is next to nothing."""
_PLAIN = re.compile(r"[^\W_][\w./+-]*(?: [\w./+-]+)*|<?-?\d+(?:\.\d+)?")
_RANGE = re.compile(r"[\w.:+-]*\.\.<?[\w.:+-]*")
_KEYWORDS = {"on", "off", "yes", "no", "true", "false", "null", "y", "n"}
"""Words that some YAML readers take for something else; they are written in quotes."""


def flow(written: object) -> str:
    """Return a constraint as YAML in one line, as an author would write it."""
    if isinstance(written, Mapping):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in written.items()) + "}"
    if isinstance(written, list | tuple):
        return "[" + ", ".join(flow(value) for value in written) + "]"
    if isinstance(written, str):
        return _text(written)
    return str(written)


def _text(written: str) -> str:
    plain = _PLAIN.fullmatch(written) or _RANGE.fullmatch(written)
    return written if plain and written.lower() not in _KEYWORDS else f'"{written}"'


def region_words(region: Mapping[str, object]) -> str:
    """Return a region as `hazard: epidemic, stage: normalised`, or "every event"."""
    told = ", ".join(f"{name}: {flow(value)}" for name, value in region.items())
    return told or tell("every event")


def when_words(region: Mapping[str, object]) -> str:
    """Return a region as advice: "with `when: {hazard: epidemic}`", or "for every event"."""
    return tell("with `when: {when}`", when=flow(region)) if region else tell("for every event")


def witness_words(witness: Mapping[str, Value]) -> str:
    """Return a witness as `hazard=influenza stage=normalised`."""
    return " ".join(f"{name}={value_words(value)}" for name, value in witness.items())


def value_words(value: Value) -> str:
    """Return one value of an event; a number without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def count_words(part: int, whole: int) -> str:
    """Return "214 of 9,600 cells", or "all 9,600 cells"."""
    if part == whole == 1:
        return tell("the only cell")
    if part == whole:
        return tell("all {number:,} cells", number=whole)
    return tell("{part:,} of {whole:,} cells", part=part, whole=whole)


def duration_words(seconds: int) -> str:
    """Return a length of time as an author would write it: `1h30m`, `2d`."""
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def extent(part: int, whole: int, density: Fraction, cells_are: str) -> str:
    """Return how many cells have a fault: "12 of 48 cells are unowned, 80 % of the region"."""
    parts = {"cells": count_words(part, whole), "fault": tell_marked(cells_are)}
    if density == 1:
        return tell_count("{cells} is {fault}", "{cells} are {fault}", part, **parts)
    return tell_count(
        "{cells} is {fault}, {share} of the region",
        "{cells} are {fault}, {share} of the region",
        part,
        share=percent(density),
        **parts,
    )


def percent(share: Fraction) -> str:
    """Return a share with as many digits as tell it from none and all: 12 %, 0.04 %, 99.97 %."""
    if share in {0, 1}:
        return f"{int(share) * 100} %"
    for digits in range(MOST_DIGITS):
        text = f"{float(share * 100):.{digits}f}"
        if float(text) not in {0.0, 100.0}:
            return f"{text} %"
    return tell("next to nothing") if share < Fraction(1, 2) else tell("nearly all")


def names_words(names: Iterable[str], joint: Literal["and", "or", "then"] = "and") -> str:
    """Return names in backticks: "`a`", "`a` and `b`", "`a`, `b` or `c`"."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) <= 1:
        return "".join(quoted)
    parts = {"names": listed(quoted[:-1]), "last": quoted[-1]}
    if joint == "or":
        return tell("{names} or {last}", **parts)
    if joint == "then":
        return tell("{names} then {last}", **parts)
    return tell("{names} and {last}", **parts)


def all_of_words(phrases: Sequence[str]) -> str:
    """Return phrases as they are, the last two with "and" between."""
    if len(phrases) <= 1:
        return "".join(phrases)
    return tell("{phrases} and {last}", phrases=listed(phrases[:-1]), last=phrases[-1])


def listed(phrases: Iterable[str]) -> str:
    """Return phrases one after another, as the language puts them."""
    return tell(", ").join(phrases)


def with_more(shown: str, more: int) -> str:
    """Return what is shown of a list, and how many more there are, if any."""
    return tell("{shown} and {number} more", shown=shown, number=more) if more > 0 else shown


def every_language(label: Text) -> str:
    """Return a text in each of its languages: "Supplies / 物资配送"."""
    return " / ".join(text for _, text in label.by_language)


def label_words(labels: Iterable[tuple[str, Text | None]]) -> tuple[str, ...]:
    """Return one note that tells what names stand for, in every language; none without labels."""
    told = [
        tell("`{name}` is {every_language}", name=name, every_language=every_language(label))
        for name, label in labels
        if label is not None
    ]
    return (tell("; ").join(told),) if told else ()
