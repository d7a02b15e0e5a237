"""Where a page, a picture or a table goes: a file, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter

from remit.cli.exits import UsageError
from remit.cli.inputs import STDIN
from remit.engine.wording import tell

__all__ = ["Place", "put", "suffix_of"]

T = TypeVar("T")
Place = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
"""A file, or `-` for standard output, as a parameter of a command."""


def put(content: str | bytes, out: str | None) -> None:
    """Write text or bytes to a file, whole or not at all, or to standard output.

    Raises:
        UsageError: if the file cannot be written.
    """
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if out in {None, STDIN}:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.buffer.write(raw)
        return
    if out.startswith("-"):
        raise UsageError(tell("`--out` needs a file, or `-`, and found `{place}`", place=out))
    target = Path(out)
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_bytes(raw)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(
            tell("cannot write `{file}`: {reason}", file=out, reason=error.strerror)
        ) from error


def suffix_of(out: str | None, known: Mapping[str, T]) -> T | None:
    """Return what the suffix of a file stands for, if it is known."""
    return None if out is None else known.get(Path(out).suffix.lower())
