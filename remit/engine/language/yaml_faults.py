"""What the YAML parser says is wrong, in words for authors."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from remit.engine.language.sources import Source

__all__ = ["Explained", "explain_fault"]


class Explained(NamedTuple):
    """One fault in words: its place as offsets, message and help."""

    place: tuple[int, int]
    message: str
    help: str


_NOT_HERE = "this is neither a key in line with those above nor part of a value"
_CHECK = "check the indentation, the quotes and the brackets"
_NO_TAGS = "tags are not part of the language"
_SAYINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a `:` is not allowed here",
        "check the indentation and the line above, or put text that holds `: ` in quotes",
    ),
    ("found character '\\t'", "a tab cannot indent", "indent with spaces"),
    ("cannot start any token", "this character cannot start a value", "put the text in quotes"),
    ("did not find expected key", _NOT_HERE, _CHECK),
    ("expected <block end>", _NOT_HERE, _CHECK),
    ("expected '-' indicator", "this is not in line with the items above", _CHECK),
    ("expected ',' or '}'", "a `,` or `}` is missing", "close the map, or put the text in quotes"),
    ("expected ',' or ']'", "a `,` or `]` is missing", "close the list, or put the text in quotes"),
    ("could not find expected ':'", "a `:` is missing after this key", "write `key: value`"),
    ("unexpected end of stream", "the quotes before this place are not closed", "close them"),
    (
        "unknown escape character",
        "this escape is not known",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    ("Unicode character escape", "this escape is no character", "write the character itself"),
    ("undefined tag handle", _NO_TAGS, "remove the tag, or put the text in quotes"),
    (" a tag", _NO_TAGS, "remove the tag, or put the text in quotes"),
    (
        "expected alphabetic or numeric character",
        "this has no name",
        "put text that begins with `&` or `*` in quotes",
    ),
    ("expected node content", "something is missing here", "write it, or put the text in quotes"),
    ("expected the node content", "something is missing here", "put the text in quotes"),
    (
        "<document start>",
        "there is more after the end of the document",
        "a file holds one document",
    ),
    ("sequence entries are not allowed", "a list item cannot begin here", "begin it on a new line"),
    ("mapping keys are not allowed", "a key cannot begin here", "begin it on a new line"),
    ("incompatible YAML document", "this version of YAML is not known", "remove the `%YAML` line"),
    ("directive", "this directive is not known", "remove the line"),
)


def explain_fault(fault: yaml.MarkedYAMLError, source: Source) -> Explained:
    """Return where the parser met a fault, and what to tell the author."""
    mark = fault.problem_mark or fault.context_mark
    said = f"{fault.context or ''} | {fault.problem or ''}"
    is_open = mark is not None and mark.index >= len(source.text.rstrip())
    if is_open and fault.context_mark is not None and ("quoted" in said or "flow" in said):
        place = _place(fault.context_mark, source)
        opening = source.text[place[0] : place[1]]
        return Explained(place, f"the `{opening}` that begins here is not closed", "close it")
    place = (0, 0) if mark is None else _place(mark, source)
    if source.text[place[0] : place[1]] == "\t":
        return Explained(place, "a tab cannot indent", "indent with spaces")
    for saying, message, help_ in _SAYINGS:
        if saying in said:
            return Explained(place, message, help_)
    return Explained(place, f"this is not YAML: {fault.problem or fault.context}", "")


def _place(mark: yaml.Mark, source: Source) -> tuple[int, int]:
    start = min(mark.index, len(source.text))
    return (start, min(start + 1, len(source.text)))
