"""Documents as tests: blocks are written to files, run, and compared with what really comes out.

- A `yaml` block that begins with a comment such as `# pack.yaml` is written to that file, in the
  folder the commands have gone to; so is a `csv` block with a file name behind the word `csv`.
- A `console` block holds commands after `$ ` and what they print. A line `...` stands for any
  lines. A command must succeed, unless the next one is `echo $?`, which prints how it ended.
- Anything else is for reading.
- The first command of a page has a process of its own; after it, what is `remit` runs in this one.

`python -m tests.documents PAGE [FOLDER]` writes what really comes out into a page, where it
differs: read the change before committing it. FOLDER is copied, and the page played there.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.terminal import run_command

__all__ = ["Block", "Mismatch", "blocks", "links", "play", "refreshed"]

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*) *(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
FILE_LINE = re.compile(r"# (?P<name>[\w./-]+\.yaml)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)")
STATUS = "echo $?"
MORE_THAN_WORDS = re.compile(r"[|&;<>()$`\\*?~\[]|^\w+=")
"""What a shell would make something of before the command sees it."""
Run = Callable[[str, Path], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block and the line its body begins in, from 1."""

    language: str
    body: str
    line: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a `console` block, what it should print, and the line it stands in."""

    command: str
    expected: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command really printed, how it ended, and whether the document says how."""

    step: Step
    printed: tuple[str, ...]
    status: int
    is_announced: bool

    @property
    def is_as_said(self) -> bool:
        """Whether the document shows what came out."""
        lines = _trimmed(self.step.expected)
        pattern = "\n".join(".*" if line == "..." else re.escape(line) for line in lines)
        return re.fullmatch(pattern, "\n".join(self.printed), re.DOTALL) is not None


class Mismatch(AssertionError):  # noqa: N818 -- reads as what it is in a report
    """A document says something else than what happens."""


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown text."""
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("body")) + 1
        body = re.sub(rf"^{found['indent']}", "", found["body"], flags=re.MULTILINE)
        yield Block(found["language"], body, line, found["title"])


def links(text: str) -> Iterator[str]:
    """Yield the targets of all links outside fenced blocks."""
    for found in LINK.finditer(FENCE.sub("", text)):
        yield found["target"]


def play(document: Path, folder: Path) -> int:
    """Write and run the blocks of `document` in order, starting in `folder`.

    Returns:
        How many commands ran.

    Raises:
        Mismatch: at the first command that prints something else, or fails unannounced.
    """
    ran = 0
    for outcome in _outcomes(document.read_text(encoding="utf-8"), folder):
        ran += 1
        where = f"{document.name}:{outcome.step.line}: {outcome.step.command}"
        if not outcome.is_as_said:
            said, got = "\n".join(outcome.step.expected), "\n".join(outcome.printed)
            raise Mismatch(f"{where}\nthe document says:\n{said}\n\nwhat came out:\n{got}")
        if outcome.status != 0 and not outcome.is_announced:
            raise Mismatch(f"{where}\nended with {outcome.status}, which the document does not say")
    return ran


def refreshed(text: str, folder: Path) -> str:
    """Return a page with what its commands really print, wherever it says something else."""
    lines = text.splitlines()
    for outcome in reversed(list(_outcomes(text, folder))):
        if not outcome.is_as_said:
            start = outcome.step.line
            lines[start : start + len(outcome.step.expected)] = outcome.printed
    return "\n".join(lines) + "\n"


def _outcomes(text: str, folder: Path) -> Iterator[Outcome]:
    place = folder
    run: Run = _shell
    for block in blocks(text):
        name = FILE_LINE.match(block.body)
        file = block.title if block.language == "csv" else name["name"] if name else ""
        if block.language in {"csv", "yaml"} and file:
            path = place / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
        elif block.language == "console":
            place = yield from _play(block, place, run)
            run = _here


def _play(block: Block, place: Path, run: Run) -> Generator[Outcome, None, Path]:
    status = 0
    steps = list(_steps(block))
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if step.command == STATUS:
            yield Outcome(step, (str(status),), 0, is_announced=True)
            continue
        if step.command.startswith("cd "):
            place = place / step.command.removeprefix("cd ")
            continue
        status, text = run(step.command, place)
        run = _here
        is_announced = following is not None and following.command == STATUS
        printed = _trimmed(tuple(line.rstrip() for line in text.splitlines()))
        yield Outcome(step, printed, status, is_announced)
    return place


def _steps(block: Block) -> Iterator[Step]:
    lines = block.body.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        expected = tuple(line.rstrip() for line in lines[start + 1 : end])
        yield Step(lines[start].removeprefix("$ "), expected, block.line + start)


def _here(command: str, place: Path) -> tuple[int, str]:
    head, bar, rest = command.partition(" | ")
    words = _words(head)
    if words[:1] != ["remit"]:
        return _shell(command, place)
    environment = _environment()
    said = run_command(*words[1:], folder=place, environment=environment, together=not bar)
    if not bar:
        return said.code, said.out
    code, text = _shell(rest, place, said.out)
    return code, said.err + text


def _words(command: str) -> list[str]:
    """Return the words of a command that a shell only splits; none where it does more."""
    with contextlib.suppress(ValueError):
        return [] if MORE_THAN_WORDS.search(command) else shlex.split(command)
    return []


def _shell(command: str, place: Path, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=place,
        env=_environment(),
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def _environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {
        name: os.environ[name]
        for name in ("HOME", "PYTHONPYCACHEPREFIX", "REMIT_NO_CACHE", "TMPDIR")
        if name in os.environ
    }
    return {**kept, "PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "100"}


def _trimmed(lines: tuple[str, ...]) -> tuple[str, ...]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def _refresh(page: Path, start: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if start is not None:
            shutil.copytree(start, place / start.name)
        page.write_text(refreshed(page.read_text(encoding="utf-8"), place), encoding="utf-8")


if __name__ == "__main__":
    _refresh(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None)
