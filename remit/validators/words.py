"""How regions, witnesses, counts and names are put into the words of a message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from remit.engine.texts import Text
from remit.engine.vocabulary import Value

__all__ = [
    "EVERY_EVENT",
    "count_words",
    "duration_words",
    "every_language",
    "extent",
    "flow",
    "label_words",
    "names_words",
    "percent",
    "region_words",
    "value_words",
    "when_words",
    "witness_words",
]

EVERY_EVENT = "every event"
"""What a region without constraints is called."""

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
    return ", ".join(f"{name}: {flow(value)}" for name, value in region.items()) or EVERY_EVENT


def when_words(region: Mapping[str, object]) -> str:
    """Return a region as advice: "with `when: {hazard: epidemic}`", or "for every event"."""
    return f"with `when: {flow(region)}`" if region else f"for {EVERY_EVENT}"


def witness_words(witness: Mapping[str, Value]) -> str:
    """Return a witness as `hazard=influenza stage=normalised`."""
    return " ".join(f"{name}={value_words(value)}" for name, value in witness.items())


def value_words(value: Value) -> str:
    """Return one value of an event; a number without exponent."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def count_words(part: int, whole: int) -> str:
    """Return "214 of 9,600 cells", or "all 9,600 cells"."""
    if part == whole == 1:
        return "the only cell"
    return f"all {whole:,} cells" if part == whole else f"{part:,} of {whole:,} cells"


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
    rest = f", {percent(density)} of the region" if density < 1 else ""
    verb = "is" if part == 1 else "are"
    return f"{count_words(part, whole)} {verb} {cells_are}{rest}"


def percent(share: Fraction) -> str:
    """Return a share with as many digits as tell it from none and all: 12 %, 0.04 %, 99.97 %."""
    if share in {0, 1}:
        return f"{int(share) * 100} %"
    for digits in range(MOST_DIGITS):
        text = f"{float(share * 100):.{digits}f}"
        if float(text) not in {0.0, 100.0}:
            return f"{text} %"
    return "next to nothing" if share < Fraction(1, 2) else "nearly all"


def names_words(names: Iterable[str], joint: str = "and") -> str:
    """Return names in backticks: "`a`", "`a` and `b`", "`a`, `b` and `c`"."""
    quoted = [f"`{name}`" for name in names]
    return f" {joint} ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def every_language(label: Text) -> str:
    """Return a text in each of its languages: "Supplies / 物资配送"."""
    return " / ".join(text for _, text in label.by_language)


def label_words(labels: Iterable[tuple[str, Text | None]]) -> tuple[str, ...]:
    """Return one note that tells what names stand for, in every language; none without labels."""
    told = [f"`{name}` is {every_language(label)}" for name, label in labels if label is not None]
    return ("; ".join(told),) if told else ()
