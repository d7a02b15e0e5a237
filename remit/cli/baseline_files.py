"""Acceptances written into a file of the pack, whose comments and other entries are kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from remit.cli.exits import UsageError
from remit.engine.pack import Acceptance, Pack
from remit.engine.wording import tell
from remit.validators.acceptance import is_stale
from remit.validators.baseline import Draft, entry_lines

__all__ = ["ENDINGS", "FILE", "Written", "baseline_path", "with_baseline"]

FILE = "baseline.yaml"
ENDINGS = (".yaml", ".yml")
_KEY = re.compile(r"^accept:[ \t]*(?P<rest>[^#\n]*?)[ \t]*(?P<comment>#[^\n]*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """A file before and after; where there was none, the text before is `None`.

    Args:
        added: the lines of the new entries.
        removed: those of entries that were over.
    """

    path: Path
    before: str | None
    after: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def baseline_path(pack: str, name: str) -> Path:
    """Return where a baseline goes.

    Raises:
        UsageError: if that is outside of the pack, or no file the pack would read.
    """
    folder = Path(pack).resolve()
    path = (folder / name).resolve()
    inside = path.relative_to(folder).parts if path.is_relative_to(folder) else ()
    if not inside or any(part.startswith(".") for part in inside):
        raise UsageError(
            tell("`{name}` is no file of the pack `{pack}`", name=name, pack=pack),
            tell("name a file in the folder of the pack, such as `{file}`", file=FILE),
        )
    return Path(pack) / path.relative_to(folder)


def with_baseline(
    path: Path, pack: Pack, drafts: Sequence[Draft], *, today: dt.date, until: dt.date
) -> Written:
    """Return a file with acceptances added and, of those in it, the ones that are over taken out.

    Raises:
        UsageError: if the file is written in a way that leaves no place for an entry a line.
    """
    before = _text(path)
    reason = tell("baseline of {day}", day=today.isoformat())
    added = [line for one in drafts for line in entry_lines(one, reason=reason, until=until)]
    if before is None:
        head = tell(
            "# Findings as they were on {day}, accepted so that only new ones are shown.",
            day=today.isoformat(),
        )
        after = "\n".join([head, "accept:" if added else "accept: []", *_dented(added, 2)]) + "\n"
        return Written(path, None, after, tuple(added), ())
    own = [entry for entry in pack.accept if entry.span.file == str(path)]
    ending = "\r\n" if "\r\n" in before else "\n"
    text = before.replace("\r\n", "\n")
    lines = text.removesuffix("\n").split("\n")
    over = [entry for entry in own if is_stale(entry, today)]
    gone = {number for entry in over for number in _whole_lines(entry, lines, path)}
    place, dent, head = _place(text, lines, own, path)
    kept = [line for at, line in enumerate(lines, 1) if at <= place and at not in gone]
    tail = [line for at, line in enumerate(lines, 1) if at > place and at not in gone]
    is_empty = not added and len(over) == len(own)
    if head:
        kept = [head if _KEY.match(line) else line for line in kept]
    if is_empty:
        kept = ["accept: []" if _KEY.match(line) else line for line in kept]
    after = ending.join([*kept, *_dented(added, dent), *tail, ""])
    removed = [lines[number - 1] for number in sorted(gone)]
    return Written(path, before, after, tuple(added), tuple(removed))


def _text(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(tell("cannot read `{path}`: {why}", path=path, why=error)) from error


def _dented(lines: Sequence[str], dent: int) -> list[str]:
    return [" " * dent + line for line in lines]


def _place(
    text: str, lines: Sequence[str], own: Sequence[Acceptance], path: Path
) -> tuple[int, int, str]:
    """Return after which line entries go, how far in, and the line of the key if it changes."""
    if own:
        last = max(own, key=lambda entry: entry.span.line)
        numbers = _whole_lines(last, lines, path)
        return numbers[-1], _dent(lines[last.span.line - 1]), ""
    key = _KEY.search(text)
    if key is None:
        # WHY: an empty line of text is the key's line only where nothing else is said.
        raise UsageError(
            tell("`{path}` has no line `accept:` to write entries under", path=path),
            tell("add a line `accept: []`, or name another file"),
        )
    if key["rest"] not in {"", "[]", "~", "null"}:
        raise _no_place(path)
    number = text.count("\n", 0, key.start()) + 1
    comment = f" {key['comment']}" if key["comment"] else ""
    return number, 2, f"accept:{comment}"


def _whole_lines(entry: Acceptance, lines: Sequence[str], path: Path) -> range:
    """Return the lines of an entry, if it has them for itself."""
    first, last = entry.span.line, entry.span.end_line
    # WHY: a map in lines may be said to end where the next thing begins.
    while last > first and not _is_within(lines, last, entry.span.end_column):
        last -= 1
    if not re.match(r"^ *- *$", lines[first - 1][: entry.span.column - 1]):
        raise _no_place(path)
    return range(first, last + 1)


def _is_within(lines: Sequence[str], number: int, end_column: int) -> bool:
    """Return whether something of an entry stands in the line it is said to end in."""
    return number <= len(lines) and bool(lines[number - 1][: end_column - 1].strip())


def _dent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _no_place(path: Path) -> UsageError:
    return UsageError(
        tell("`{path}` does not have its acceptances one below the other", path=path),
        tell("write each after a dash on a line of its own, or name another file"),
    )
