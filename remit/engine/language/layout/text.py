"""Scalars in the one layout: quoted alike, on one line where they fit, else folded at spaces.

SOURCE: YAML 1.1, section 9: between the words of a plain or quoted scalar a line break means a
space, and the white space around it nothing.
"""

from __future__ import annotations

import re

from remit.engine.language.layout.written import Written

__all__ = ["WIDTH", "block_lines", "folded", "one_line"]

WIDTH = 100
"""Characters of a line; a single word may be longer."""
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_HEADER = re.compile(r"\A([|>])([-+0-9]*)(.*)\Z")


def one_line(node: Written) -> str | None:
    """Return a scalar or alias on one line; `None` where it has to have several."""
    if node.style in {"|", ">"}:
        return None
    raw = node.raw
    if "\n" in raw:
        if "\\\n" in raw or re.search(r"\n[ \t]*\n", raw) or "\n" in node.value:
            return None
        raw = _BREAK.sub(" ", raw)
    if node.style == "'" and not re.search(r"[\"\\]", node.value):
        raw = f'"{node.value}"'
    return _anchored(node, raw)


def folded(node: Written, column: int, indent: int) -> list[str]:
    """Return a scalar as lines, the first without its indent.

    Args:
        column: where the first begins.
        indent: of those that follow.
    """
    whole = one_line(node)
    if whole is None:
        lines = [line.strip() for line in node.raw.split("\n")]
        first = _anchored(node, lines[0])
        return [first, *((" " * indent + line if line else "") for line in lines[1:])]
    if column + len(whole) <= WIDTH or not _may_fold(node, whole):
        return [whole]
    found: list[str] = []
    line, room = "", WIDTH - column
    for word in whole.split(" "):
        if line and len(line) + 1 + len(word) > room:
            found.append(line)
            line, room = word, WIDTH - indent
        else:
            line = f"{line} {word}" if line else word
    found.append(line)
    return [found[0], *(" " * indent + rest for rest in found[1:])]


def block_lines(node: Written, indent: int) -> list[str]:
    """Return a literal or folded block scalar as lines, the first without its indent.

    Args:
        indent: of its body.
    """
    head, *body = node.raw.split("\n")
    filled = [line for line in body if line.strip()]
    found = _HEADER.match(head)
    if found is None or not filled:
        return [_anchored(node, head)]
    digits = re.sub(r"\D", "", found[2])
    first = len(filled[0]) - len(filled[0].lstrip(" "))
    depth = min(len(line) - len(line.lstrip(" ")) for line in filled)
    if digits:
        # WHY: with an indent of its own, what stands deeper than that is part of the text.
        said = next(line for line in node.value.split("\n") if line.strip())
        depth = first - (len(said) - len(said.lstrip(" ")))
    marks = found[2].replace(digits, "2") if digits else found[2]
    if not node.value.endswith("\n") and "-" not in marks:
        # WHY: it ends the file without a line break, and there will be one.
        marks += "-"
    lines = [" " * indent + line[depth:] if line.strip() else "" for line in body]
    return [_anchored(node, found[1] + marks + found[3].rstrip()), *lines]


def _may_fold(node: Written, whole: str) -> bool:
    """Return whether a text may be broken between its words and still say the same."""
    if "\\" in whole or "  " in whole or "\t" in whole:
        return False
    value = node.value
    return bool(value) and value == value.strip() and "\n" not in value


def _anchored(node: Written, raw: str) -> str:
    if not node.anchor:
        return raw
    return f"&{node.anchor} {raw}" if raw else f"&{node.anchor}"
