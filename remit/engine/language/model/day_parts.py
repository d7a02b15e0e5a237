"""Parts of the day, as seconds after midnight: `07:00..<19:00`, past midnight `19:00..<07:00`."""

from __future__ import annotations

import re

from remit.engine.intervals import Cut, IntervalSet
from remit.engine.language.model.base import INVALID, Invalid, Json, Reading
from remit.engine.language.problems import in_ticks
from remit.engine.language.yaml_nodes import Node, ScalarNode, SequenceNode
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["day_part_schema", "has_day_form", "read_day_part"]

DAY_SECONDS = 86_400
_CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?|24:00(?::00)?)"
_PATTERN = rf"^(?:{_CLOCK}\.\.<?{_CLOCK}|{_CLOCK}\.\.|\.\.<?{_CLOCK})$"
_FORM = re.compile(_PATTERN[1:-1])
_EXPECTED = mark("times of day as `07:00..<19:00`; past midnight as `19:00..<07:00`")


def day_part_schema() -> Json:
    """Return the schema of one part of the day, or several."""
    stretch: Json = {"type": "string", "pattern": _PATTERN}
    return {"anyOf": [stretch, {"type": "array", "minItems": 1, "items": stretch}]}


def has_day_form(node: Node, reading: Reading) -> bool:
    """Return whether a node looks like parts of the day; what does not is recorded."""
    wrong = [
        item
        for item in _items(node)
        if not isinstance(item, ScalarNode) or not _FORM.fullmatch(item.text)
    ]
    for item in wrong:
        reading.wrong(item, tell("a part of the day"), tell_marked(_EXPECTED))
    return not wrong


def read_day_part(node: Node, reading: Reading) -> IntervalSet | Invalid:
    """Return the seconds after midnight of a node that has the form."""
    parts = [_read(item, reading) for item in _items(node) if isinstance(item, ScalarNode)]
    good = [part for part in parts if not isinstance(part, Invalid)]
    if len(good) < len(parts):
        return INVALID
    return IntervalSet.of(*(stretch for part in good for stretch in part.stretches))


def _items(node: Node) -> list[Node]:
    return node.items if isinstance(node, SequenceNode) and node.items else [node]


def _read(node: ScalarNode, reading: Reading) -> IntervalSet | Invalid:
    first, _, last = node.text.partition("..")
    end = last.removeprefix("<")
    low = _seconds(first) if first else 0
    # WHY: without `<` the end is in, as in every range; of seconds that is one more.
    high = _seconds(end) + (end == last) if end else DAY_SECONDS
    high = min(high, DAY_SECONDS)
    if low in {high, DAY_SECONDS}:
        return reading.error(
            node, tell("{text} is empty", text=in_ticks(node.text)), expected=tell_marked(_EXPECTED)
        )
    if low < high:
        return IntervalSet.indexes(low, high)
    return IntervalSet.of((Cut(low), Cut(DAY_SECONDS)), (Cut(0), Cut(high)))


def _seconds(clock: str) -> int:
    hours, minutes, seconds = (*(int(part) for part in clock.split(":")), 0)[:3]
    return hours * 3600 + minutes * 60 + seconds
