"""Files written whole or not at all: what reads them meanwhile sees the old text or the new."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["write_all", "write_whole"]


def write_whole(path: str | Path, content: bytes) -> None:
    """Put a file in the place of what is there, with the same permissions.

    A link is followed: the file that it leads to is written.

    Raises:
        OSError: if it cannot be written; what was there is untouched then.
    """
    target = Path(os.path.realpath(path))
    staged = _staged(target, content)
    try:
        staged.replace(target)
    except OSError:
        staged.unlink(missing_ok=True)
        raise


def write_all(contents: Mapping[str, bytes]) -> None:
    """Write several files; each is put in place only when all could be written beside theirs.

    Raises:
        OSError: if one cannot be written; where that shows before the first is in place, none is.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            target = Path(os.path.realpath(path))
            staged[target] = _staged(target, content)
        for target, fresh in staged.items():
            fresh.replace(target)
    finally:
        for fresh in staged.values():
            with suppress(FileNotFoundError):
                fresh.unlink()


def _staged(target: Path, content: bytes) -> Path:
    """Return a new file beside a place, with the content that is to be there."""
    # WHY a dot: hidden files are passed over by everything that reads a pack meanwhile.
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    with os.fdopen(number, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    Path(name).chmod(mode)
    return Path(name)


def _umask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found
