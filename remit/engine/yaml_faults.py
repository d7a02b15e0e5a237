"""What the YAML parser says is wrong, in words for authors."""

from __future__ import annotations

from typing import TypedDict

import yaml

from remit.engine.sources import Source

__all__ = ["Explained", "explain_fault", "fault_place"]


class Explained(TypedDict):
    """Message and help of one fault, ready for `Problems.at`."""

    message: str
    help: str


_SAYINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a second `:` on this line is not allowed here",
        "put text that holds `: ` in quotes, or check the indentation",
    ),
    ("found character '\\t'", "a tab cannot indent", "indent with spaces"),
    (
        "that cannot start any token",
        "this character cannot start a value",
        "put the text in quotes",
    ),
    (
        "did not find expected key",
        "this is not in line with the keys above",
        "check the indentation and the closing brackets",
    ),
    (
        "expected <block end>",
        "this is not in line with the keys above",
        "check the indentation and the closing brackets",
    ),
    (
        "did not find expected '-' indicator",
        "this is not in line with the items above",
        "check the indentation",
    ),
    (
        "did not find expected ',' or '}'",
        "a `,` or `}` is missing",
        "close the map, or put the text in quotes",
    ),
    ("expected ',' or '}'", "a `,` or `}` is missing", "close the map, or put the text in quotes"),
    (
        "did not find expected ',' or ']'",
        "a `,` or `]` is missing",
        "close the list, or put the text in quotes",
    ),
    ("expected ',' or ']'", "a `,` or `]` is missing", "close the list, or put the text in quotes"),
    ("could not find expected ':'", "a `:` is missing after this key", "write `key: value`"),
    ("found unexpected end of stream", "the quotes that begin here are not closed", "close them"),
    (
        "unknown escape character",
        "this escape is not known",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "found undefined tag handle",
        "tags are not part of the language",
        "remove the tag, or put the text in quotes",
    ),
    (
        "while scanning a tag",
        "tags are not part of the language",
        "remove the tag, or put the text in quotes",
    ),
    (
        "invalid Unicode character escape",
        "this escape is no character",
        "write the character itself",
    ),
    (
        "did not find expected node content",
        "a value is missing",
        "write it, or put the text in quotes",
    ),
    ("expected the node content", "a value is missing", "write it, or put the text in quotes"),
    (
        "did not find expected <document start>",
        "there is more after the end of the document",
        "a file holds one document",
    ),
    (
        "expected '<document start>'",
        "there is more after the end of the document",
        "a file holds one document",
    ),
    (
        "block sequence entries are not allowed",
        "a list item cannot begin here",
        "begin it on a line of its own",
    ),
    (
        "block mapping entries are not allowed",
        "a key cannot begin here",
        "begin it on a line of its own",
    ),
    (
        "found incompatible YAML document",
        "this version of YAML is not known",
        "remove the `%YAML` line",
    ),
)


def explain_fault(fault: yaml.MarkedYAMLError, text: str) -> Explained:
    """Return what to tell an author.

    Args:
        text: the characters at the fault's place.
    """
    if text == "\t":
        return {"message": "a tab cannot indent", "help": "indent with spaces"}
    said = f"{fault.context or ''} | {fault.problem or ''}"
    for saying, message, help_ in _SAYINGS:
        if saying in said:
            return {"message": message, "help": help_}
    return {"message": f"this is not YAML: {fault.problem or fault.context}", "help": ""}


def fault_place(fault: yaml.MarkedYAMLError, source: Source) -> tuple[int, int]:
    """Return where the parser met the fault, as offsets; for quotes left open, where they begin."""
    mark = fault.problem_mark or fault.context_mark
    if "quoted scalar" in (fault.context or "") and "end of stream" in (fault.problem or ""):
        mark = fault.context_mark
    if mark is None:
        return (0, 0)
    start = min(mark.index, len(source.text))
    return (start, min(start + 1, len(source.text)))
