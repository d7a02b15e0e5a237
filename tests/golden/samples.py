"""Markdown with files and commands in it: written out, run, compared, and filled in again.

A fenced block whose first line is `# path` (or, for JSON, whose fence is followed by the path) is a
file. A `console` block is a command after `$ `, and what it prints on standard output and then on
standard error; where it does not end with 0, a last line `exit 1` says so.

With `REMIT_REGENERATE=1` the outputs are written anew instead of compared; read them before commit.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Block", "blocks_of", "file_of", "output_of", "regenerating", "written_with"]

_FENCE = re.compile(
    r"^```(?P<kind>\w+)(?: (?P<title>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
PACK = 'remit: 1\npack: sample\nversion: "1"\n'
"""The `pack.yaml` of a sample that does not bring its own."""

Run = Callable[[list[str]], tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.

    Args:
        section: the heading it stands under.
    """

    kind: str
    title: str | None
    body: str
    section: str
    start: int
    end: int


def regenerating() -> bool:
    """Return whether outputs are written anew."""
    return bool(os.environ.get("REMIT_REGENERATE"))


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown text."""
    for found in _FENCE.finditer(text):
        headings = re.findall(r"^## (.*)$", text[: found.start()], re.MULTILINE)
        section = headings[-1] if headings else ""
        start, end = found.span("body")
        yield Block(found["kind"], found["title"], found["body"], section, start, end)


def file_of(block: Block) -> tuple[str, str] | None:
    """Return the path and the text of a block that is a file."""
    if block.title is not None and block.kind != "console":
        return block.title, block.body
    first, _, rest = block.body.partition("\n")
    path = first.removeprefix("# ")
    if block.kind == "yaml" and path != first and path.endswith(".yaml"):
        return path, rest
    return None


def output_of(block: Block, run: Run) -> str:
    """Return the block as it should be: its command, and what that prints."""
    command = block.body.partition("\n")[0]
    words = shlex.split(command.removeprefix("$ "))
    code, out, err = run(words[1:])
    told = (out + err).rstrip("\n")
    parts = [command, *([told] if told else []), *([f"exit {code}"] if code else [])]
    return "\n".join(parts) + "\n"


def written_with(page: Path, outputs: dict[int, str]) -> None:
    """Write the outputs into a Markdown file, by the start of their blocks."""
    text = page.read_text(encoding="utf-8")
    for block in reversed(list(blocks_of(text))):
        if block.start in outputs:
            text = text[: block.start] + outputs[block.start] + text[block.end :]
    page.write_text(text, encoding="utf-8")
