"""Where results are written, and in which format: `--output FORMAT[:FILE]` as often as wanted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from remit.cli.exits import UsageError
from remit.cli.inputs import STDIN, did_you_mean
from remit.engine.wording import tell

__all__ = ["FORMATS", "Destination", "destinations", "json_text", "write_json"]

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")


@dataclass(frozen=True, slots=True)
class Destination:
    """A format, and the file it goes to; `None` is standard output."""

    format: str
    file: str | None = None

    @contextmanager
    def opened(self) -> Iterator[IO[str]]:
        """Open the destination for writing."""
        if self.file is None:
            yield sys.stdout
            return
        # WHY: a file name need not be text, and is told all the same.
        with Path(self.file).open("w", encoding="utf-8", errors="backslashreplace") as stream:
            yield stream


def destinations(written: Sequence[str]) -> tuple[Destination, ...]:
    """Return what `--output` asks for; text on standard output where it asks for nothing.

    Raises:
        UsageError: if a format is not known, or two would share standard output.
    """
    found = tuple(_destination(text) for text in written) or (Destination("text"),)
    if sum(each.file is None for each in found) > 1:
        raise UsageError(
            tell("two outputs would share standard output"),
            tell("write one to a file: `--output json:FILE`"),
        )
    return found


def _destination(text: str) -> Destination:
    name, _, file = text.partition(":")
    if name not in FORMATS:
        raise UsageError(
            tell("there is no output format `{name}`", name=name), did_you_mean(name, FORMATS)
        )
    return Destination(name, None if file in {"", STDIN} else file)


def json_text(value: object, *, indent: int | None = 2) -> str:
    """Return a JSON value as text, letters of every script as they are."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def write_json(destination: Destination, value: Mapping[str, object]) -> None:
    """Write a JSON object and a line end."""
    with destination.opened() as stream:
        stream.write(json_text(value) + "\n")
