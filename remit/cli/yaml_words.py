"""Texts, names and regions as YAML that the strict reader takes for the same again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from remit.engine.charts.names import has_han

__all__ = ["comment", "label_of", "name", "region", "text"]

_PLAIN = re.compile(r"[^\W\d_]\w*(?:[ /.'’()（）-]{1,2}\w+)*[)）]?")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_KEYWORDS = {"on", "off", "yes", "no", "true", "false", "null", "y", "n"}
"""Words that some YAML readers take for something else; they are written in quotes."""
LONGEST_COMMENT = 160


def text(written: str) -> str:
    """Return a text as a scalar, in quotes where it needs them."""
    is_plain = _PLAIN.fullmatch(written) is not None and written.casefold() not in _KEYWORDS
    return written if is_plain else json.dumps(written, ensure_ascii=False)


def name(written: str) -> str:
    """Return an identifier as a scalar; one that looks like a number or a day is in quotes."""
    is_plain = _NAME.fullmatch(written) is not None and written not in _KEYWORDS
    return written if is_plain else f'"{written}"'


def label_of(written: str) -> str:
    """Return a label in the language it is in, as far as its letters tell."""
    return f"{{zh: {text(written)}}}" if has_han(written) else text(written)


def region(boxes: Sequence[Mapping[str, Sequence[str]]]) -> str:
    """Return a union of boxes as a condition in one line."""
    maps = [
        "{" + ", ".join(f"{key}: {_values(values)}" for key, values in box.items()) + "}"
        for box in boxes
    ]
    return maps[0] if len(maps) == 1 else f"[{', '.join(maps)}]"


def comment(written: str) -> str:
    """Return a text for a comment: in one line, and not a long one."""
    line = " ".join(written.split())
    return line if len(line) <= LONGEST_COMMENT else f"{line[: LONGEST_COMMENT - 1]}…"


def _values(values: Sequence[str]) -> str:
    return name(values[0]) if len(values) == 1 else f"[{', '.join(map(name, values))}]"
