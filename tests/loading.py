"""What the tests of the loader share: packs on the fly, errors as text, values without places."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from remit.engine.errors import PackError, PackErrors
from remit.engine.language.loader import load
from remit.engine.language.problems import Problems
from remit.engine.language.sources import KeySpans, Source
from remit.engine.language.stores import Store
from remit.engine.language.yaml_nodes import Node
from remit.engine.language.yaml_reader import read_yaml
from remit.engine.spans import Span
from remit.engine.texts import Text

__all__ = [
    "PACK",
    "SUBJECT",
    "VOCABULARY",
    "errors_of",
    "messages_of",
    "node_of",
    "told",
    "without_places",
    "write_pack",
]

PACK = "remit: 1\npack: small\nversion: 1\nlead: supply\n"
VOCABULARY = """\
dimensions:
  stage: {values: [early, late], state: true}
  level: {scale: [low, mid, high]}
  place: {tree: {town: {east: [b1, b2], west: }}}
  cases: {integer: {min: 0, max: 100}}
  depth: {decimal: {min: -1.5, max: 9.5}}
activities:
  supply: {}
  guard: {needed: {stage: early}, requires: [seal]}
powers:
  seal: {}
"""
SUBJECT = "subject: office\nduties:\n  - {id: supply, activity: supply, role: accountable}\n"
SMALL: Mapping[str, str | bytes] = {
    "pack.yaml": PACK,
    "vocabulary.yaml": VOCABULARY,
    "subjects/office.yaml": SUBJECT,
}


def write_pack(folder: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Return the folder of a small pack that loads, with `files` changed; `None` leaves one out."""
    for name, content in {**SMALL, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_bytes(content.encode())
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.unlink(missing_ok=True)
    return folder


def errors_of(folder: Path, store: Store | None = None) -> tuple[PackError, ...]:
    """Return why a pack cannot be loaded; nothing if it can."""
    try:
        load(folder, store)
    except PackErrors as error:
        return error.errors
    return ()


def messages_of(folder: Path) -> list[str]:
    """Return the first lines of the errors, each after its place within the folder."""
    return [f"{_place(error.span, folder)}: {error.message}" for error in errors_of(folder)]


def told(errors: tuple[PackError, ...], folder: Path) -> str:
    """Return errors with all that they say, as plain text."""
    lines: list[str] = []
    for error in errors:
        lines.append(f"{_place(error.span, folder)}: {error.message}")
        if error.span is not None and error.excerpt:
            first = error.excerpt[0]
            end = (
                error.span.end_column if error.span.end_line == error.span.line else len(first) + 1
            )
            start = error.span.column
            lines.append(
                f"  > {first[: start - 1]}[{first[start - 1 : end - 1]}]{first[end - 1 :]}"
            )
        lines += [f"  expected {error.expected}"] if error.expected else []
        lines += [f"  found {error.found}"] if error.found else []
        lines += [f"  help: {error.help}"] if error.help else []
        lines += [f"  {_place(one.span, folder)}: {one.message}" for one in error.related]
    return "\n".join(lines) + "\n"


def node_of(text: str) -> tuple[Node | None, tuple[PackError, ...]]:
    """Return a text as nodes, and what is wrong with it."""
    problems = Problems()
    node = read_yaml(Source("file.yaml", text), problems)
    return node, problems.sorted()


def without_places(value: Any) -> Any:
    """Return a value with every span left out, so that equal meaning is equal."""
    if isinstance(value, Text):
        return dict(value.by_language)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = (field.name for field in dataclasses.fields(value))
        pairs = ((name, getattr(value, name)) for name in kept if not name.endswith("spans"))
        return {name: without_places(one) for name, one in pairs if not isinstance(one, Span)}
    if isinstance(value, Mapping) and not isinstance(value, KeySpans):
        return {key: without_places(one) for key, one in value.items()}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(without_places(one) for one in value)
    return value


def _place(span: Span | None, folder: Path) -> str:
    return "" if span is None else str(span).removeprefix(f"{folder}/")
