"""Folders that commands write whole: all files or none, and nothing of anyone else's lost.

INVARIANT: a folder that holds anything is replaced only where that was asked for, and is kept under
another name unless all in it is as the last command of this kind wrote it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from remit.cli.exits import UsageError
from remit.engine.language.loader import load
from remit.engine.wording import tell

__all__ = ["refuse_taken", "write_pack"]

_SEAL = ".remit-written"
"""Holds the digest of what was written, so that later changes by hand are seen."""
_EDITED_ON_PURPOSE = "QUESTIONS.md"


def refuse_taken(folder: Path) -> None:
    """Refuse a folder that holds anything, and a file in its place.

    Raises:
        UsageError: if it is taken.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(tell("`{folder}` is a file", folder=folder), tell("name another folder"))
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(tell("the folder `{folder}` is not empty", folder=folder))


def write_pack(folder: Path, files: Mapping[str, str], pack: str = ".") -> Path | None:
    """Write a folder anew, after its pack was loaded; return where the old one is kept, if it is.

    Args:
        files: texts by path within the folder.
        pack: where the pack is within it.

    Raises:
        PackErrors: if what is written is no pack; nothing is left of it then.
        OSError: if it cannot be written.
    """
    # WHY resolved: `.` cannot be renamed, and a link must stay one.
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.parent / f".{target.name}.{os.getpid()}"
    try:
        for inside, text in files.items():
            path = new / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        load(str(new / pack))
        (new / _SEAL).write_text(_digest(new), encoding="ascii")
        return _put(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _put(new: Path, target: Path) -> Path | None:
    if not target.exists():
        new.rename(target)
        return None
    # WHY the entries: whoever stands in the folder would else stand in one that is gone.
    old = list(target.iterdir())
    if not old:
        _move_all(new, target)
        return None
    kept, is_ours = _free(target), _is_as_written(target)
    kept.mkdir()
    _move_all(target, kept)
    _move_all(new, target)
    if is_ours:
        shutil.rmtree(kept)
        return None
    return kept


def _move_all(source: Path, target: Path) -> None:
    for entry in list(source.iterdir()):
        entry.rename(target / entry.name)


def _free(target: Path) -> Path:
    number = 1
    while True:
        end = ".old" if number == 1 else f".old-{number}"
        found = target.with_name(target.name + end)
        if not found.exists():
            return found
        number += 1


def _is_as_written(folder: Path) -> bool:
    seal = folder / _SEAL
    return seal.is_file() and seal.read_bytes() == _digest(folder).encode("ascii")


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    aside = {_SEAL, _EDITED_ON_PURPOSE}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if inside in aside:
            continue
        found.update(f"{inside}\0".encode("utf-8", "surrogateescape"))
        if path.is_file() and not path.is_symlink():
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
