"""What commands keep between runs: values by name in a private folder, that may vanish at any time.

INVARIANT: an entry is used only if it is whole and was written by this user: it lies in a folder
that only the user can enter, and begins with a keyed hash (BLAKE2b, RFC 7693) of all its bytes
whose key lies there too. Anything else counts as not there. No failure to read or write is told.
INVARIANT: this module is light, for it is loaded before anything else of a command.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from remit.engine.language.stores import Member

__all__ = ["CACHE_DIR", "MOST_BYTES", "NO_CACHE", "CacheFolder", "open_cache"]

CACHE_DIR = "REMIT_CACHE_DIR"
"""Environment variable that names the folder of the cache."""
NO_CACHE = "REMIT_NO_CACHE"
"""Environment variable that, set to anything, does without the cache."""
MOST_BYTES = 512 * 2**20
"""Bytes of all entries; past it those not used for longest are removed, down to three quarters."""
LARGEST_ENTRY = MOST_BYTES // 4
"""Bytes of one entry; a larger value is not kept."""

_FORM = b"remit cache 1\n"
_SEAL = 32
"""Bytes of a keyed hash, and of the key."""
_KEY_FILE = "key"
_PRIVATE = 0o700


def open_cache() -> CacheFolder | None:
    """Return the cache of this user, or `None` where there is to be none, or can be none."""
    if os.environ.get(NO_CACHE):
        return None
    base = _base()
    if not base:
        return None
    folder = os.path.join(base, "v1")  # noqa: PTH118 - pathlib would cost a third of a quick run
    try:
        os.makedirs(folder, _PRIVATE, exist_ok=True)  # noqa: PTH103 - as above
        if not _is_private(folder):
            return None
        return CacheFolder(folder, _key(folder), code_mark())
    except (OSError, ValueError):
        return None


def _base() -> str:
    named = os.environ.get(CACHE_DIR)
    if named:
        return named
    home = os.path.expanduser("~")  # noqa: PTH111 - as above
    if not os.path.isabs(home):  # noqa: PTH117 - as above
        return ""
    if sys.platform == "darwin":
        return f"{home}/Library/Caches/remit"
    # SOURCE: XDG Base Directory Specification 0.8: a path that is not absolute is to be ignored.
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    return f"{xdg}/remit" if os.path.isabs(xdg) else f"{home}/.cache/remit"  # noqa: PTH117


def _is_private(folder: str) -> bool:
    found = os.lstat(folder)
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.geteuid()
        and not stat.S_IMODE(found.st_mode) & 0o077
    )


def _key(folder: str) -> bytes:
    path = f"{folder}/{_KEY_FILE}"
    try:
        return _read_key(path)
    except (FileNotFoundError, ValueError):
        _write_whole(folder, path, os.urandom(_SEAL))
    return _read_key(path)


def _read_key(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        key = os.read(descriptor, _SEAL + 1)
    finally:
        os.close(descriptor)
    is_ours = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
    if not is_ours or len(key) != _SEAL:
        raise ValueError(path)
    return key


def code_mark() -> str:
    """Return what stands for this program: what another version kept is not to be used.

    Cost: looking at every module once, not into it; a few milliseconds.
    """
    whole = hashlib.blake2b(sys.version.encode(), digest_size=16)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    folders = [root]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name.endswith(".py"):
                    found = entry.stat()
                    line = f"{entry.path}\0{found.st_size}\0{found.st_mtime_ns}\n"
                    whole.update(line.encode("utf-8", "surrogateescape"))
                elif _may_hold_modules(entry):
                    folders.append(entry.path)
    return whole.hexdigest()


def _may_hold_modules(entry: os.DirEntry[str]) -> bool:
    # WHY the name first: it spares a look at the many files that are no modules.
    is_named_so = "." not in entry.name and entry.name != "__pycache__"
    return is_named_so and entry.is_dir(follow_symlinks=False)


class CacheFolder:
    """The entries of one user, for this version of the program.

    Args:
        folder: private to the user.
        key: of the hash that seals each entry.
        mark: stands for the version.
    """

    def __init__(self, folder: str, key: bytes, mark: str) -> None:
        self._folder = folder
        self._key = key
        self._mark = mark
        self.noted: tuple[Member, ...] = ()

    @property
    def is_quick(self) -> bool:
        """Whether to keep something costs next to nothing: never, on a disk."""
        return False

    def get(self, key: str) -> object | None:
        """Return a value of the engine, or `None`."""
        content = self._read(key)
        if content is None:
            return None
        from remit.cli.sealed_values import read_value

        return read_value(content)

    def put(self, key: str, value: object) -> None:
        """Keep a value of the engine."""
        from remit.cli.sealed_values import write_value

        content = write_value(value)
        if content is not None:
            self._write(key, content)

    def get_plain(self, key: str) -> object | None:
        """Return a value of texts, numbers and tuples, or `None`."""
        content = self._read(key)
        if content is None:
            return None
        try:
            found: object = marshal.loads(content)  # noqa: S302 - the seal is ours
        except (EOFError, ValueError, TypeError):
            return None
        return found

    def put_plain(self, key: str, value: tuple[object, ...]) -> None:
        """Keep a value of texts, numbers and tuples."""
        self._write(key, marshal.dumps(cast("tuple[int, ...]", value)))

    def note(self, members: tuple[Member, ...]) -> None:
        """Take note of the folders of a pack that was loaded; they are in `noted` then."""
        self.noted = members

    def _path(self, key: str) -> str:
        name = hashlib.blake2b(f"{self._mark}\0{key}".encode("utf-8", "surrogatepass"))
        return f"{self._folder}/{name.hexdigest()[:48]}"

    def _seal(self, path: str, content: bytes) -> bytes:
        # WHY the path: so that one entry cannot be put in the place of another.
        seal = hashlib.blake2b(key=self._key, digest_size=_SEAL)
        seal.update(os.path.basename(path).encode())  # noqa: PTH119 - as above
        seal.update(content)
        return seal.digest()

    def _read(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                if os.fstat(file.fileno()).st_size > LARGEST_ENTRY:
                    return None
                whole = file.read()
            head = len(_FORM) + _SEAL
            content = whole[head:]
            if whole[:head] != _FORM + self._seal(path, content):
                return None
            os.utime(path)
        except OSError:
            return None
        return content

    def _write(self, key: str, content: bytes) -> None:
        if len(content) > LARGEST_ENTRY:
            return
        path = self._path(key)
        try:
            _write_whole(self._folder, path, _FORM + self._seal(path, content) + content)
            _make_room(self._folder)
        except OSError:
            return


def _write_whole(folder: str, path: str, content: bytes) -> None:
    """Write a file so that others see all of it or nothing, also if this process is killed."""
    draft = f"{folder}/draft-{os.getpid()}-{os.urandom(6).hex()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(draft, path)  # noqa: PTH105 - as above
    except OSError:
        os.unlink(draft)  # noqa: PTH108 - as above
        raise


def _make_room(folder: str) -> None:
    """Remove what was not used for longest, drafts of killed processes too, past the bound."""
    entries: list[tuple[int, int, str]] = []
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name != _KEY_FILE and entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                entries.append((status.st_mtime_ns, status.st_size, entry.path))
    total = sum(size for _, size, _ in entries)
    if total <= MOST_BYTES:
        return
    for _, size, path in sorted(entries):
        if total <= MOST_BYTES * 3 // 4:
            return
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - as above
        total -= size
