"""`remit schema`: the JSON Schema of a kind of file, or the list of kinds."""

from __future__ import annotations

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.screen import show
from remit.engine.language.schema import FILE_TYPES, published_schema

__all__ = ["schema"]


def schema(kind: str | None = None, /) -> int:
    """Print the JSON Schema (draft 2020-12) of a kind of file, for editors and other tools.

    Args:
        kind: Kind of file, such as subject or vocabulary; all kinds are listed without one.
    """
    if kind is None:
        for name in FILE_TYPES:
            show(name)
        return Exit.CLEAN
    if kind not in FILE_TYPES:
        raise UsageError(f"there is no kind of file `{kind}`", did_you_mean(kind, FILE_TYPES))
    write_json(Destination("json"), published_schema(kind))
    return Exit.CLEAN
