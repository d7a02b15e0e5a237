"""Which kind of file a document is: by what it holds, else by its name."""

from __future__ import annotations

from typing import Literal

from remit.engine.language.problems import Problems, one_of
from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, SequenceNode
from remit.engine.wording import tell

__all__ = ["MARKS", "FileKind", "kind_by_name", "kind_of"]

FileKind = Literal[
    "pack",
    "vocabulary",
    "subject",
    "plan",
    "signal",
    "fund",
    "reserves",
    "roster",
    "scenario",
    "drill",
    "limits",
    "accept",
    "test",
]

MARKS: dict[str, FileKind] = {
    "remit": "pack",
    "pack": "pack",
    "dimensions": "vocabulary",
    "activities": "vocabulary",
    "powers": "vocabulary",
    "unowned": "vocabulary",
    "impossible": "vocabulary",
    "drill": "drill",
    "plan": "plan",
    "signal": "signal",
    "fund": "fund",
    "roster": "roster",
    "subject": "subject",
    "stock": "reserves",
    "limits": "limits",
    "accept": "accept",
    "scenario": "scenario",
}
"""The key that makes a document a file of its kind. First match wins: a roster names a subject too,
and a drill a plan.
"""

_FOLDERS: dict[str, FileKind] = {
    "subjects": "subject",
    "plans": "plan",
    "signals": "signal",
    "funds": "fund",
    "rosters": "roster",
    "scenarios": "scenario",
    "drills": "drill",
    "tests": "test",
}
_FILES: dict[str, FileKind] = {
    "pack": "pack",
    "vocabulary": "vocabulary",
    "reserves": "reserves",
    "limits": "limits",
    "baseline": "accept",
}


def kind_by_name(inside: str) -> FileKind | None:
    """Return the kind that a file's place in the pack suggests.

    Args:
        inside: the path within the pack.
    """
    folder, _, name = inside.rpartition("/")
    top = folder.split("/", 1)[0]
    return _FOLDERS.get(top) or _FILES.get(name.rsplit(".", 1)[0])


def kind_of(node: Node, inside: str, source: Source, problems: Problems) -> FileKind | None:
    """Return the kind of a document, or `None` after the reason was recorded."""
    if isinstance(node, SequenceNode):
        return "test"
    if not isinstance(node, MappingNode):
        expected = tell("a map with {names}, or a list of tests", names=one_of(MARKS))
        message = tell("this file holds a single value")
        problems.at(source, (node.start, node.end), message, expected=expected)
        return None
    for mark, kind in MARKS.items():
        if mark in node.entries:
            return kind
    named = kind_by_name(inside)
    if named is not None and named != "test":
        return named
    _unknown(node, source, problems, is_test=named == "test")
    return None


def _unknown(node: MappingNode, source: Source, problems: Problems, *, is_test: bool) -> None:
    first = next(iter(node.entries.values()), None)
    place = node if first is None else first[0]
    if is_test or (first is not None and {"given", "expect"} & set(node.entries)):
        message = tell("tests are a list")
        problems.at(
            source, (place.start, place.end), message, help=tell("begin each test with `- `")
        )
        return
    near = (problems.suggestion(key, MARKS, "kind of file") for key in node.entries)
    problems.at(
        source,
        (place.start, place.end),
        tell("this is no file of a pack: nothing says what it holds"),
        expected=tell("a map with {names}, or a list of tests", names=one_of(MARKS)),
        help=next((words for words in near if words), ""),
    )
