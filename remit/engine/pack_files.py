"""The files of a pack on disk: found, bounded, decoded. Nothing else of the engine touches the file
system.

Never opened: what is not a regular file, and links that lead out of the pack. A link to a place
inside is passed over,
for what it leads to is read where it lies; so no circle of links can be walked.
INVARIANT: at most `MOST_FILES` files and `LARGEST_PACK` bytes are read, whatever the folder holds.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from remit.engine.errors import PackError
from remit.engine.problems import Problems
from remit.engine.sources import Source
from remit.engine.spans import Span

__all__ = [
    "LARGEST_FILE",
    "LARGEST_PACK",
    "MOST_FILES",
    "PackFile",
    "decode",
    "find_files",
    "read_file",
    "shown_path",
]

MEBIBYTE = 2**20
LARGEST_FILE = 8 * MEBIBYTE
"""Bytes of one file: about 27,000 duties."""
LARGEST_PACK = 256 * MEBIBYTE
"""Bytes of all files of a pack and the packs it extends."""
MOST_FILES = 20_000
"""Files of one pack."""
MOST_ENTRIES = 200_000
"""Names looked at below one folder."""
DEEPEST_FOLDER = 32
"""Folders inside one another."""

SUFFIXES = (".yaml", ".yml")
# SOURCE: YAML 1.1, section 5.1; and what an editor does not count as a line break, though YAML
# does.
_UNWELCOME = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_UNWELCOME_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
# WHY these: the first byte of C1 controls, and the other unwelcome characters, as UTF-8.
_SUSPECT = (b"\xc2", *(char.encode() for char in "\u2028\u2029\ufeff\ufffe\uffff"))
_NAMES = {"\x00": "a NUL character", "\ufeff": "a byte-order mark", "\u2028": "a line separator"}


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


@dataclass(slots=True)
class _Walk:
    root: str
    real_root: str
    shown: str
    problems: Problems
    files: list[PackFile] = field(default_factory=list)
    entries: int = 0


def shown_path(folder: str, inside: str = "") -> str:
    """Return a path as people see it: short, but leading to the same place even through links."""
    whole = os.path.join(folder, inside) if inside else folder
    short = os.path.normpath(whole)
    return short if os.path.realpath(short) == os.path.realpath(whole) else whole


def find_files(root: str, shown: str, problems: Problems) -> list[PackFile]:
    """Return the YAML files below a folder, by path; hidden files and folders are passed over."""
    walk = _Walk(root, os.path.realpath(root), shown, problems)
    folders = [""]
    while folders:
        inside = folders.pop()
        folders.extend(_look(walk, inside))
        if walk.entries > MOST_ENTRIES:
            _refuse(
                walk,
                "",
                f"the folder holds more than {MOST_ENTRIES} files",
                "is this the folder of the pack?",
            )
            break
    if len(walk.files) > MOST_FILES:
        _refuse(
            walk,
            "",
            f"the pack has more than {MOST_FILES} files",
            "join small files, or split the pack",
        )
        del walk.files[MOST_FILES:]
    return sorted(walk.files, key=lambda found: found.inside)


def read_file(
    found: PackFile,
    problems: Problems,
    room: int = LARGEST_PACK,
    read: Callable[[int, int], bytes] = os.read,
) -> bytes | None:
    """Return the bytes of a file, or `None` after the reason was recorded.

    Args:
        room: bytes that may still be read of the whole pack.
        read: reads from a file descriptor; a fake can stand in for a disk that fails or a file that
            changes.
    """
    place = Span(found.shown, 1, 1, 1, 1)
    try:
        descriptor = os.open(found.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        problems.add(_unreadable(place, error))
        return None
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            problems.add(
                PackError("this is not a regular file", place, "a file", _kind(before.st_mode))
            )
            return None
        if before.st_size > LARGEST_FILE:
            problems.add(_too_large(place, before.st_size))
            return None
        if before.st_size > room:
            message = f"the pack has more than {LARGEST_PACK // MEBIBYTE} MiB, counted up to here"
            problems.add(PackError(message, place, help="split the pack"))
            return None
        content = _read_all(descriptor, before.st_size, read)
        after = os.fstat(descriptor)
    except OSError as error:
        problems.add(_unreadable(place, error))
        return None
    finally:
        os.close(descriptor)
    if len(content) != before.st_size or _stamp(before) != _stamp(after):
        problems.add(
            PackError(
                "the file changed while it was read", place, help="run again when it is at rest"
            )
        )
        return None
    return content


def decode(found: PackFile, content: bytes, problems: Problems) -> Source | None:
    """Return the text of a file, or `None` after the reason was recorded; a byte-order mark of
    UTF-8 is passed over.
    """
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or content[:4] == b"\x00\x00\xfe\xff":
        place = Span(found.shown, 1, 1, 1, 1)
        help_ = "save the file as UTF-8"
        problems.add(
            PackError(
                "the file is not UTF-8",
                place,
                "UTF-8",
                "a byte-order mark of UTF-16 or UTF-32",
                help_,
            )
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _not_utf8(found, content, error.start, problems)
        return None
    source = Source(found.shown, text)
    if _is_surely_welcome(content):
        return source
    unwelcome = _UNWELCOME.search(text)
    if unwelcome is None:
        return source
    at = unwelcome.start()
    name = _NAMES.get(unwelcome[0], "a control character")
    code = f"U+{ord(unwelcome[0]):04X}"
    help_ = "save the file as UTF-8" if unwelcome[0] == "\x00" else "remove it"
    problems.at(source, (at, at + 1), f"the file holds {name}, {code}", expected="text", help=help_)
    return None


def _is_surely_welcome(content: bytes) -> bool:
    # WHY: nearly every file is; this asks many times faster than a pattern over the text.
    if len(content.translate(None, _UNWELCOME_BYTES)) != len(content):
        return False
    return not any(sequence in content for sequence in _SUSPECT)


def _look(walk: _Walk, inside: str) -> list[str]:
    """Take the files of one folder, and return the folders in it."""
    path = os.path.join(walk.root, inside) if inside else walk.root
    folders: list[str] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                walk.entries += 1
                if walk.entries > MOST_ENTRIES:
                    break
                if entry.name.startswith("."):
                    continue
                name = f"{inside}/{entry.name}" if inside else entry.name
                if entry.is_symlink():
                    _take_link(walk, entry, name)
                elif entry.is_dir(follow_symlinks=False):
                    folders.extend(_folder(walk, entry.name, name))
                elif entry.name.endswith(SUFFIXES):
                    _take(walk, entry.path, name)
    except OSError as error:
        place = Span(_shown(walk, inside), 1, 1, 1, 1)
        walk.problems.add(PackError(f"the folder cannot be read: {_reason(error)}", place))
    return folders


def _folder(walk: _Walk, last: str, name: str) -> Iterator[str]:
    if last.endswith(SUFFIXES):
        _refuse(walk, name, "this is a folder, though named like a file", "rename it")
    elif name.count("/") >= DEEPEST_FOLDER:
        _refuse(
            walk, name, f"folders are nested more than {DEEPEST_FOLDER} deep", "move the files up"
        )
    else:
        yield name


def _take(walk: _Walk, path: str, name: str) -> None:
    if len(walk.files) <= MOST_FILES:
        walk.files.append(PackFile(path, _shown(walk, name), name))


def _take_link(walk: _Walk, entry: os.DirEntry[str], name: str) -> None:
    is_named = entry.name.endswith(SUFFIXES)
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError:
        if is_named:
            _refuse(
                walk,
                name,
                "this link leads nowhere, or in a circle",
                "remove it, or put the file itself here",
            )
        return
    is_folder = os.path.isdir(target)
    if not is_named and not is_folder:
        return
    if target != walk.real_root and not target.startswith(walk.real_root + os.sep):
        _refuse(
            walk,
            name,
            "this link leads out of the pack",
            "put the file itself here, or extend the other pack",
        )
    elif not is_folder and not target.endswith(SUFFIXES):
        _take(walk, target, name)


def _refuse(walk: _Walk, name: str, message: str, help_: str) -> None:
    walk.problems.add(PackError(message, Span(_shown(walk, name), 1, 1, 1, 1), help=help_))


def _shown(walk: _Walk, name: str) -> str:
    if not name:
        return walk.shown
    return name if walk.shown == "." else os.path.join(walk.shown, name)


def _read_all(descriptor: int, size: int, read: Callable[[int, int], bytes]) -> bytes:
    parts: list[bytes] = []
    left = size + 1
    while left > 0:
        part = read(descriptor, left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return (status.st_size, status.st_mtime_ns)


def _unreadable(place: Span, error: OSError) -> PackError:
    return PackError(f"the file cannot be read: {_reason(error)}", place)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((name for is_kind, name in kinds if is_kind(mode)), "something else")


def _too_large(place: Span, size: int) -> PackError:
    most = LARGEST_FILE // MEBIBYTE
    return PackError(
        f"the file is larger than {most} MiB",
        place,
        f"at most {most} MiB",
        f"{size // MEBIBYTE} MiB",
        "split the file",
    )


def _not_utf8(found: PackFile, content: bytes, at: int, problems: Problems) -> None:
    # WHY: the part before is sound, and shows the place; the byte itself stands in it as a
    # replacement character.
    before = content[:at].decode("utf-8-sig")
    line_end = content.find(b"\n", at)
    rest = content[at : line_end if 0 <= line_end < at + 200 else at + 200].decode(
        "utf-8", "replace"
    )
    source = Source(found.shown, _UNWELCOME.sub("\ufffd", before + rest))
    problems.at(
        source,
        (len(before), len(before) + 1),
        "the file is not UTF-8",
        expected="UTF-8",
        found=f"the byte 0x{content[at]:02X}",
        help="save the file as UTF-8",
    )
