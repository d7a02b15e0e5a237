"""The files of a pack on disk: found, bounded, read. Nothing else of the engine opens files.

Never opened: what is not a regular file, and links that lead out of the pack. A link to a place
inside is passed over, for what it leads to is read where it lies; so no circle of links is walked.
INVARIANT: at most `MOST_FILES` files and `LARGEST_PACK` bytes are read, whatever the folder holds.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from remit.engine.errors import PackError
from remit.engine.language.problems import Problems
from remit.engine.spans import Span
from remit.engine.wording import mark, tell, tell_marked

__all__ = [
    "LARGEST_FILE",
    "LARGEST_PACK",
    "LARGEST_TABLE",
    "MOST_FILES",
    "NOTHING_UNSAVED",
    "SUFFIXES",
    "PackFile",
    "Unsaved",
    "add_to_digest",
    "find_files",
    "find_named",
    "folder_digest",
    "read_file",
    "shown_path",
]

MEBIBYTE = 2**20
LARGEST_FILE = 8 * MEBIBYTE
"""Bytes of one file: about 27,000 duties."""
LARGEST_TABLE = 64 * MEBIBYTE
"""Bytes of one table: about 500,000 duties."""
LARGEST_PACK = 256 * MEBIBYTE
"""Bytes of all files of a pack and the packs it extends."""
MOST_FILES = 20_000
"""Files of one pack."""
MOST_ENTRIES = 200_000
"""Names looked at below one folder."""
DEEPEST_FOLDER = 32
"""Folders inside one another."""

SUFFIXES = (".yaml", ".yml")
"""How the names of a pack's files end."""
_KINDS = (
    (stat.S_ISDIR, mark("a folder")),
    (stat.S_ISFIFO, mark("a pipe")),
    (stat.S_ISSOCK, mark("a socket")),
    (stat.S_ISCHR, mark("a device")),
    (stat.S_ISBLK, mark("a device")),
)


class Digest(Protocol):
    """A hash that grows."""

    def update(self, content: bytes, /) -> None:
        """Take in some bytes."""
        ...


Unsaved = Mapping[str, bytes]
"""What files hold in place of what is on disk, by their real paths: an editor's open texts, or an
edit that is tried out. A file that is not on disk yet is there too."""
NOTHING_UNSAVED: Unsaved = {}

Read = Callable[[int, int], bytes]
"""Reads at most so many bytes from a file descriptor; nothing at the end."""


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack.

    Args:
        path: where to open it.
        shown: its path as people see it.
        inside: its path within the pack, with `/`.
    """

    path: str
    shown: str
    inside: str


class _Unreadable(Exception):  # noqa: N818 - it carries the error that is recorded
    """A file cannot be read, for the reason given."""

    def __init__(self, message: str, expected: str = "", found: str = "", help_: str = "") -> None:
        super().__init__(message)
        self.parts = (message, expected, found, help_)


@dataclass(slots=True)
class _Walk:
    """One look through the folder of a pack."""

    root: Path
    real_root: Path
    shown: str
    problems: Problems
    files: list[PackFile] = field(default_factory=list)
    entries: int = 0

    def refuse(self, inside: str, message: str, help_: str = "") -> None:
        """Record an error about a file or folder as a whole."""
        place = Span(self.shown_path(inside), 1, 1, 1, 1)
        self.problems.add(PackError(message, place, help=help_))

    def shown_path(self, inside: str) -> str:
        """Return a path as people see it."""
        shown = str(Path(self.shown) / inside)
        if shown.isprintable():
            return shown
        # WHY: a file may be named with control characters or bytes that are no text, and its path
        # goes to terminals and into JSON.
        return "".join(char if char.isprintable() else "\ufffd" for char in shown)


def shown_path(folder: str) -> str:
    """Return a folder's path as people see it: short, but leading to the same place."""
    short = os.path.normpath(folder)
    # WHY: `a/../b` is not `b` where `a` is a link to somewhere else.
    return short if os.path.realpath(short) == os.path.realpath(folder) else folder


def find_files(
    root: str, shown: str, problems: Problems, unsaved: Unsaved = NOTHING_UNSAVED
) -> list[PackFile]:
    """Return the YAML files below a folder, by path; hidden files and folders are passed over."""
    walk = _Walk(Path(root), Path(root).resolve(), shown, problems)
    folders = [""]
    while folders and walk.entries <= MOST_ENTRIES:
        folders.extend(_look(walk, folders.pop()))
    if walk.entries > MOST_ENTRIES:
        message = tell("the folder holds more than {most_entries} files", most_entries=MOST_ENTRIES)
        walk.refuse("", message, tell("is this the folder of the pack?"))
    if len(walk.files) > MOST_FILES:
        message = tell("the pack has more than {most_files} files", most_files=MOST_FILES)
        walk.refuse("", message, tell("join small files, or split the pack"))
    found = [*walk.files[:MOST_FILES], *_only_unsaved(walk, unsaved)]
    return sorted(found, key=lambda one: one.inside)


def find_named(
    root: str, shown: str, inside: str, unsaved: Unsaved = NOTHING_UNSAVED
) -> PackFile | str:
    """Return a file that the pack names, or why it cannot be one of the pack.

    Args:
        inside: its path within the pack, with `/` and without `..`.
    """
    walk = _Walk(Path(root), Path(root).resolve(), shown, Problems())
    path = os.path.realpath(Path(root) / inside)
    if not Path(path).is_relative_to(walk.real_root):
        return tell("leads out of the pack")
    if path not in unsaved and not os.path.lexists(path):
        return tell("is not there")
    return PackFile(path, walk.shown_path(inside), inside)


def read_file(
    found: PackFile,
    problems: Problems,
    room: int = LARGEST_PACK,
    read: Read = os.read,
    largest: int = LARGEST_FILE,
    unsaved: Unsaved = NOTHING_UNSAVED,
) -> bytes | None:
    """Return the bytes of a file, or `None` after the reason was recorded.

    Args:
        room: bytes that may still be read of the whole pack.
        read: a fake can stand in for a disk that fails or a file that changes.
        largest: bytes that the file may have.
    """
    try:
        if unsaved and (content := unsaved.get(os.path.realpath(found.path))) is not None:
            _check_size(len(content), room, largest)
            return content
        return _read(found.path, room, read, largest)
    except _Unreadable as reason:
        message, expected, seen, help_ = reason.parts
    except OSError as error:
        message, expected, seen, help_ = (
            tell("the file cannot be read: {said}", said=_said(error)),
            "",
            "",
            "",
        )
    place = Span(found.shown, 1, 1, 1, 1)
    problems.add(PackError(message, place, expected, seen, help_))
    return None


def add_to_digest(digest: Digest, inside: str, content: bytes) -> None:
    """Take one file of a pack into the digest of the pack."""
    digest.update(f"{inside}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
    digest.update(content)


def folder_digest(
    root: str, shown: str, tables: Iterable[str], unsaved: Unsaved = NOTHING_UNSAVED
) -> str | None:
    """Return the digest that a load of a folder would compute; `None` if it would find errors.

    Args:
        tables: paths within the folder of the tables that its files name.
    Cost: reading every file once.
    """
    problems = Problems()
    digest = hashlib.sha256()
    room = LARGEST_PACK
    found = [(one, LARGEST_FILE) for one in find_files(root, shown, problems, unsaved)]
    for inside in sorted(tables):
        table = find_named(root, shown, inside, unsaved)
        if isinstance(table, str):
            return None
        found.append((table, LARGEST_TABLE))
    for one, largest in found:
        content = read_file(one, problems, room, largest=largest, unsaved=unsaved)
        if content is None or problems:
            return None
        room -= len(content)
        add_to_digest(digest, one.inside, content)
    return digest.hexdigest()


def _only_unsaved(walk: _Walk, unsaved: Unsaved) -> list[PackFile]:
    """Return the files of a folder that are nowhere on disk."""
    known = {os.path.realpath(one.path) for one in walk.files} if unsaved else set()
    found: list[PackFile] = []
    for path in unsaved:
        if path in known or not path.endswith(SUFFIXES) or os.path.lexists(path):
            continue
        if Path(path).is_relative_to(walk.real_root):
            inside = Path(path).relative_to(walk.real_root).as_posix()
            if not any(part.startswith(".") for part in inside.split("/")):
                found.append(PackFile(path, walk.shown_path(inside), inside))
    return found


def _look(walk: _Walk, inside: str) -> list[str]:
    """Take the files of one folder, and return the folders in it."""
    folders: list[str] = []
    try:
        with os.scandir(walk.root / inside) as entries:
            for entry in entries:
                walk.entries += 1
                if walk.entries > MOST_ENTRIES:
                    break
                if not entry.name.startswith("."):
                    name = f"{inside}/{entry.name}" if inside else entry.name
                    folders.extend(_take(walk, entry, name))
    except OSError as error:
        walk.refuse(inside, tell("the folder cannot be read: {said}", said=_said(error)))
    return folders


def _take(walk: _Walk, entry: os.DirEntry[str], name: str) -> list[str]:
    """Take one entry if it is a file of the pack; return it if it is a folder to look into."""
    is_named = entry.name.endswith(SUFFIXES)
    if entry.is_symlink():
        _take_link(walk, entry, name, is_named=is_named)
    elif not entry.is_dir(follow_symlinks=False):
        if is_named and not entry.is_file(follow_symlinks=False):
            # WHY: to open a pipe or a device already does something to whoever is at its other end.
            kind = _kind(entry.stat(follow_symlinks=False))
            walk.refuse(name, tell("this is {kind}, not a file", kind=kind), tell("remove it"))
        elif is_named and len(walk.files) <= MOST_FILES:
            walk.files.append(PackFile(entry.path, walk.shown_path(name), name))
    elif is_named:
        walk.refuse(name, tell("this is a folder, though named like a file"), tell("rename it"))
    elif name.count("/") >= DEEPEST_FOLDER:
        message = tell(
            "folders are nested more than {deepest_folder} deep", deepest_folder=DEEPEST_FOLDER
        )
        walk.refuse(name, message, tell("move the files up"))
    else:
        return [name]
    return []


def _take_link(walk: _Walk, entry: os.DirEntry[str], name: str, *, is_named: bool) -> None:
    try:
        target = Path(entry.path).resolve(strict=True)
        is_folder = target.is_dir()
    except (OSError, RuntimeError):
        # WHY RuntimeError: before Python 3.13 a circle of links is one.
        if is_named:
            help_ = tell("remove it, or put the file itself here")
            walk.refuse(name, tell("this link leads nowhere, or in a circle"), help_)
        return
    if not is_named and not is_folder:
        return
    if not target.is_relative_to(walk.real_root):
        help_ = tell("put the file itself here, or extend the other pack")
        walk.refuse(name, tell("this link leads out of the pack"), help_)
    elif not is_folder and not target.name.endswith(SUFFIXES):
        walk.files.append(PackFile(str(target), walk.shown_path(name), name))


def _read(path: str, room: int, read: Read, largest: int) -> bytes:
    # WHY not blocking: a pipe put in the file's place would make us wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        before = os.fstat(descriptor)
        _check(before, room, largest)
        content = _read_all(descriptor, before.st_size, read)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    has_changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    if has_changed or len(content) != before.st_size:
        message = tell("the file changed while it was read")
        raise _Unreadable(message, help_=tell("run again when it is at rest"))
    return content


def _check(status: os.stat_result, room: int, largest: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _Unreadable(tell("this is {kind}, not a file", kind=_kind(status)))
    _check_size(status.st_size, room, largest)


def _check_size(size: int, room: int, largest: int) -> None:
    if size > largest:
        most = f"{largest // MEBIBYTE} MiB"
        found = f"{size / MEBIBYTE:.1f} MiB"
        raise _Unreadable(
            tell("the file is larger than {most}", most=most), most, found, tell("split the file")
        )
    if size > room:
        most = f"{LARGEST_PACK // MEBIBYTE} MiB"
        raise _Unreadable(
            tell("the files of the pack are larger than {most}", most=most),
            help_=tell("split the pack"),
        )


def _kind(status: os.stat_result) -> str:
    found = (name for is_kind, name in _KINDS if is_kind(status.st_mode))
    return tell_marked(next(found, mark("something else")))


def _read_all(descriptor: int, size: int, read: Read) -> bytes:
    parts: list[bytes] = []
    # WHY one more: a file that has grown shows so.
    left = size + 1
    while left > 0:
        part = read(descriptor, left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _said(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
