"""Edits made in the bytes of files: byte-order marks, line ends and the last line stay as they are.

And what they changed, as a patch that `git apply` and `patch -p1` read, in either direction.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from remit.validators.edits import applied
from remit.validators.finding import Edit

__all__ = ["edited", "patch", "real_path"]

_MARK = "\ufeff"


def real_path(shown: str) -> str:
    """Return the one path of a file, however it was shown."""
    return os.path.realpath(shown)


def edited(content: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of one file with edits made in it; they must not overlap.

    New lines end as the first line of the file does.

    Raises:
        UnicodeDecodeError: if the file is not UTF-8.
    """
    text = content.decode("utf-8-sig")
    mark = _MARK if content.startswith(_MARK.encode()) else ""
    end = "\r\n" if "\r\n" in text.partition("\n")[0] + "\n" and "\r\n" in text else "\n"
    fitted = [Edit(edit.span, edit.text.replace("\n", end)) for edit in edits]
    return (mark + applied(text, fitted)).encode()


def patch(changes: Mapping[str, tuple[bytes, bytes]], root: str | Path = ".") -> str:
    """Return what changed in some files as one patch, with a line of context more than usual.

    Args:
        changes: bytes before and after, by path; a file without bytes before is new.
        root: the folder that the paths of the patch begin at.
    """
    return "".join(
        _file_patch(Path(os.path.relpath(path, root)).as_posix(), before, after)
        for path, (before, after) in sorted(changes.items())
        if before != after
    )


def _file_patch(name: str, before: bytes, after: bytes) -> str:
    old = f"a/{name}" if before else "/dev/null"
    lines = unified_diff(_lines(before), _lines(after), old, f"b/{name}", n=3)
    return "".join(_whole(lines))


def _lines(content: bytes) -> list[str]:
    # WHY not splitlines: it also breaks where neither git nor an editor does.
    text = content.decode()
    return [line + "\n" for line in text.split("\n")[:-1]] + (
        [text.rsplit("\n", 1)[-1]] if text and not text.endswith("\n") else []
    )


def _whole(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
