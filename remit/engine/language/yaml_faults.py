"""What the YAML parser says is wrong, in words for authors."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from remit.engine.language.sources import Source
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["Explained", "explain_fault"]


class Explained(NamedTuple):
    """One fault in words: its place as offsets, message and help."""

    place: tuple[int, int]
    message: str
    help: str


_NOT_HERE = mark("this is neither a key in line with those above nor part of a value")
_CHECK = mark("check the indentation, the quotes and the brackets")
_NO_TAGS = mark("tags are not part of the language")
_SAYINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        mark("a `:` is not allowed here"),
        mark("check the indentation and the line above, or put text that holds `: ` in quotes"),
    ),
    ("found character '\\t'", mark("a tab cannot indent"), mark("indent with spaces")),
    (
        "cannot start any token",
        mark("this character cannot start a value"),
        mark("put the text in quotes"),
    ),
    ("did not find expected key", _NOT_HERE, _CHECK),
    ("expected <block end>", _NOT_HERE, _CHECK),
    ("expected '-' indicator", mark("this is not in line with the items above"), _CHECK),
    (
        "expected ',' or '}'",
        mark("a `,` or `}` is missing"),
        mark("close the map, or put the text in quotes"),
    ),
    (
        "expected ',' or ']'",
        mark("a `,` or `]` is missing"),
        mark("close the list, or put the text in quotes"),
    ),
    (
        "could not find expected ':'",
        mark("a `:` is missing after this key"),
        mark("write `key: value`"),
    ),
    (
        "unexpected end of stream",
        mark("the quotes before this place are not closed"),
        mark("close them"),
    ),
    (
        "unknown escape character",
        mark("this escape is not known"),
        mark("write `\\\\` for a backslash, or use single quotes"),
    ),
    (
        "Unicode character escape",
        mark("this escape is no character"),
        mark("write the character itself"),
    ),
    ("undefined tag handle", _NO_TAGS, mark("remove the tag, or put the text in quotes")),
    (" a tag", _NO_TAGS, mark("remove the tag, or put the text in quotes")),
    (
        "expected alphabetic or numeric character",
        mark("this has no name"),
        mark("put text that begins with `&` or `*` in quotes"),
    ),
    (
        "expected node content",
        mark("something is missing here"),
        mark("write it, or put the text in quotes"),
    ),
    (
        "expected the node content",
        mark("something is missing here"),
        mark("put the text in quotes"),
    ),
    (
        "<document start>",
        mark("there is more after the end of the document"),
        mark("a file holds one document"),
    ),
    (
        "sequence entries are not allowed",
        mark("a list item cannot begin here"),
        mark("begin it on a new line"),
    ),
    (
        "mapping keys are not allowed",
        mark("a key cannot begin here"),
        mark("begin it on a new line"),
    ),
    (
        "incompatible YAML document",
        mark("this version of YAML is not known"),
        mark("remove the `%YAML` line"),
    ),
    ("directive", mark("this directive is not known"), mark("remove the line")),
)


def explain_fault(fault: yaml.MarkedYAMLError, source: Source) -> Explained:
    """Return where the parser met a fault, and what to tell the author."""
    at = fault.problem_mark or fault.context_mark
    said = f"{fault.context or ''} | {fault.problem or ''}"
    is_open = at is not None and at.index >= len(source.text.rstrip())
    if is_open and fault.context_mark is not None and ("quoted" in said or "flow" in said):
        place = _place(fault.context_mark, source)
        opening = source.text[place[0] : place[1]]
        return Explained(
            place,
            tell("the `{opening}` that begins here is not closed", opening=opening),
            tell("close it"),
        )
    place = (0, 0) if at is None else _place(at, source)
    if source.text[place[0] : place[1]] == "\t":
        return Explained(place, tell("a tab cannot indent"), tell("indent with spaces"))
    for saying, message, help_ in _SAYINGS:
        if saying in said:
            return Explained(place, tell_marked(message), tell_marked(help_))
    return Explained(
        place, tell("this is not YAML: {problem}", problem=fault.problem or fault.context), ""
    )


def _place(at: yaml.Mark, source: Source) -> tuple[int, int]:
    start = min(at.index, len(source.text))
    return (start, min(start + 1, len(source.text)))
