"""`remit fmt`: which files are laid out, and the proof that each pack still says what it said."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from remit.cli.exits import UsageError
from remit.cli.written_files import write_all
from remit.engine.errors import PackError, PackErrors
from remit.engine.language.documents import PACK_FILES
from remit.engine.language.layout.formatting import Unformatted, formatted
from remit.engine.language.layout.meaning import meaning
from remit.engine.language.loader import load
from remit.engine.language.pack_files import SUFFIXES
from remit.engine.wording import tell

__all__ = ["LaidOut", "laid_out", "write_laid_out"]


@dataclass(slots=True)
class LaidOut:
    """What a run would change.

    Args:
        looked_at: how many files were laid out.
        changes: bytes before and after, by path as given.
        left: files that are left as they are, with the reason.
        errors: why files or packs cannot be read, by the path given.
    """

    looked_at: int = 0
    changes: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    errors: dict[str, tuple[PackError, ...]] = field(default_factory=dict)


def laid_out(paths: Sequence[str]) -> LaidOut:
    """Return files in the one layout; nothing is written.

    Args:
        paths: files, and folders of which all files of packs are taken.

    Raises:
        UsageError: if a path is not there, or a folder holds no pack.
        OSError: if a file cannot be read.
    """
    found = LaidOut()
    packs: dict[str, list[str]] = {}
    for path in paths:
        for file in _files(path):
            packs.setdefault(_pack_of(file), []).append(file)
    for folder, files in packs.items():
        _lay_out(folder, list(dict.fromkeys(files)), found)
    return found


def write_laid_out(found: LaidOut) -> None:
    """Write what changed, all files or none.

    Raises:
        UsageError: if a file is not what it was when it was read.
        OSError: if a file cannot be written.
    """
    for file, (before, _) in found.changes.items():
        if Path(file).read_bytes() != before:
            raise UsageError(
                tell("`{file}` changed meanwhile, so nothing is written", file=file),
                tell("run the command again"),
            )
    write_all({file: after for file, (_, after) in found.changes.items()})


def _lay_out(folder: str, files: Sequence[str], found: LaidOut) -> None:
    changes: dict[str, tuple[bytes, bytes]] = {}
    for file in files:
        found.looked_at += 1
        before = Path(file).read_bytes()
        inside = os.path.relpath(os.path.realpath(file), os.path.realpath(folder or "."))
        after = formatted(file, Path(inside).as_posix(), before)
        if isinstance(after, bytes):
            if after != before:
                changes[file] = (before, after)
        elif after.errors:
            found.errors[file] = after.errors
        else:
            found.left[file] = _reason(after)
    if folder and changes:
        changes = _proved(folder, changes, found)
    found.changes.update(changes)


def _reason(why: Unformatted) -> str:
    if why.is_marked:
        return tell("it has document markers or directives, and these stay where they are")
    return tell("its layout would not say the same")


def _proved(
    folder: str, changes: Mapping[str, tuple[bytes, bytes]], found: LaidOut
) -> dict[str, tuple[bytes, bytes]]:
    """Return the changes after which the pack says what it said, by loading both."""
    try:
        before = meaning(load(folder))
    except PackErrors as errors:
        if not found.errors:
            found.errors[errors.path] = errors.errors
        for file in changes:
            found.left[file] = tell("its pack cannot be loaded, so nothing can be proved of it")
        return {}
    unsaved = {os.path.realpath(file): after for file, (_, after) in changes.items()}
    try:
        is_same = meaning(load(folder, None, unsaved)) == before
    except PackErrors:
        is_same = False
    if is_same:
        return dict(changes)
    for file in changes:
        found.left[file] = tell("its pack would not say the same")
    return {}


def _files(path: str) -> Iterator[str]:
    """Yield the files of packs that a path names, each as a path like it."""
    if Path(path).is_file():
        if not path.endswith(SUFFIXES):
            raise UsageError(
                tell("`{path}` is no file of a pack", path=path),
                tell("their names end with `.yaml` or `.yml`"),
            )
        yield path
        return
    if not Path(path).is_dir():
        raise UsageError(tell("there is no file and no folder `{path}`", path=path))
    files = sorted(file for file in _below(path) if _pack_of(file))
    if not files:
        raise UsageError(
            tell("there is no pack in `{path}`", path=path),
            tell("a pack is a folder with `pack.yaml`"),
        )
    yield from files


def _below(folder: str) -> Iterable[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            file = Path(place) / name
            if name.endswith(SUFFIXES) and not name.startswith(".") and not file.is_symlink():
                yield str(file)


def _pack_of(file: str) -> str:
    """Return the folder of the pack that a file lies in; empty where there is none."""
    for folder in Path(os.path.abspath(file)).parents:  # noqa: PTH100 -- a link stays a link
        if any((folder / name).is_file() for name in PACK_FILES):
            return os.path.relpath(folder)
    return ""
