"""The command line without a process of its own: what a command prints, and how it ends.

Starting Python and its libraries costs a hundred times what most commands do, so that a test file
starts one real process for each command and asks the rest here.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.cli import main

__all__ = ["Said", "run_command"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


def run_command(
    *arguments: str,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    together: bool = False,
) -> Said:
    """Run `remit` with `arguments` in `folder`, its streams pipes.

    Args:
        environment: all that the command sees of one; that of the tests where left out.
        together: whether what it says of itself goes where its output goes, in order.
    """
    out = _stream()
    err = out if together else _stream()
    with pytest.MonkeyPatch.context() as patch:
        if folder is not None:
            patch.chdir(folder)
        if environment is not None:
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main(arguments)
    return Said(code, _text(out), "" if together else _text(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
