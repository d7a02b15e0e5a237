"""A folder as it was at a git revision, `REVISION:FOLDER`, put into a temporary place to be read.

The `git` command is asked with lists of arguments, never through a shell, and only for objects it
has: nothing is checked out, no hook or filter runs, the working tree and the index stay as they
are. Only YAML files are written, under names that were looked at first, and no more bytes of them
than a pack may have.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from remit.cli.exits import MissingError, UsageError
from remit.cli.screen import clean
from remit.engine.language.pack_family import extended_paths
from remit.engine.language.pack_files import LARGEST_PACK, MOST_FILES, SUFFIXES
from remit.engine.wording import tell

__all__ = ["Revision", "materialised", "revision_in"]

PATIENCE_S = 120
"""Seconds git may take for one answer."""
QUIETLY = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
"""What makes git write nothing, fetch nothing, and speak so that it is understood."""
LONGEST_HEAD = 200
"""Bytes of the line before each object that git prints, at most."""
NEEDS_EXTENDS = b"extends"
"""Only a file with this word can name a higher pack."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A folder at a revision.

    Args:
        written: as the user wrote it.
        name: what git calls the commit; anything `git rev-parse` takes.
        folder: relative to the root of the repository, or to the current folder where it begins
            with `./` or `../`, or is `.`.
    """

    written: str
    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class _Blob:
    """A file in a commit."""

    id: str
    size: int
    path: str


def revision_in(text: str) -> Revision | None:
    """Return the revision a text names, as in `main:policies/rf-community`; `None` for a folder.

    What exists as a folder is one, whatever its name.
    """
    name, colon, folder = text.partition(":")
    if not colon or os.path.lexists(text):
        return None
    return Revision(text, name, folder or ".")


@contextmanager
def materialised(revision: Revision) -> Iterator[tuple[Path, Path]]:
    """Put a folder and the packs it extends, as they were, into a temporary place.

    Yields:
        The temporary place, which stands for the root of the repository, and the folder in it.

    Raises:
        MissingError: if there is no git.
        UsageError: if this is no repository, or it has no such revision or no such folder.
    """
    git = _Git(_executable())
    root, prefix = git.repository()
    folder = _inside(revision, prefix)
    commit = git.commit(revision.name)
    if folder and git.line("cat-file", "-t", f"{commit}:{folder}") != "tree":
        raise UsageError(
            tell(
                "there is no folder `{folder}` at `{revision}`",
                folder=clean(folder),
                revision=clean(revision.name),
            ),
            tell("a folder is named from the root of the repository; `./name` from where you are"),
        )
    with tempfile.TemporaryDirectory(prefix="remit-") as temporary:
        place = Path(temporary).resolve()
        _fill(git, commit, folder, place, root)
        yield place, place / folder


class _Git:
    """The git command, in the current folder."""

    def __init__(self, executable: str, folder: str | None = None) -> None:
        self._executable = executable
        self._folder = folder
        self._said = ""

    def repository(self) -> tuple[str, str]:
        """Return the root of the repository, and the way from there to the current folder."""
        found = self.line("rev-parse", "--show-toplevel")
        if found is None and "not a git repository" in self._said:
            raise UsageError(
                tell("this folder is in no git repository"),
                tell("run it there, or name two folders"),
            )
        if found is None:
            raise UsageError(tell("git refuses to work here: {reason}", reason=clean(self._said)))
        return found, self.line("rev-parse", "--show-prefix") or ""

    def commit(self, name: str) -> str:
        """Return the commit of a revision.

        Raises:
            UsageError: if there is none of that name.
        """
        found = None
        if name and not name.startswith("-"):
            found = self.line("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if not found:
            raise UsageError(
                tell("there is no git revision `{name}`", name=clean(name)),
                tell("`git log --oneline` lists some"),
            )
        return found

    def at(self, folder: str) -> _Git:
        """Return the same command in another folder."""
        return _Git(self._executable, folder)

    def line(self, *arguments: str) -> str | None:
        """Return what git prints, without the line end; `None` if it refuses."""
        done = self._run(arguments)
        return None if done is None else os.fsdecode(done).rstrip("\n")

    def blobs(self, commit: str, folder: str) -> list[_Blob]:
        """Return the YAML files under a folder of a commit."""
        listed = self._run(
            ("ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", *_of(folder))
        )
        found = []
        for entry in (listed or b"").split(b"\0"):
            facts, tab, path = os.fsdecode(entry).partition("\t")
            mode, _, rest = facts.partition(" ")
            # WHY not links (120000): what they lead to inside the pack is read where it lies.
            if tab and mode in {"100644", "100755"} and path.endswith(SUFFIXES):
                _, identity, size = rest.split()
                if not size.isdigit():
                    raise _lacking(path)
                found.append(_Blob(identity, int(size), _checked(path)))
        return found

    def contents(self, blobs: Sequence[_Blob]) -> Iterator[tuple[_Blob, bytes]]:
        """Yield files with their bytes."""
        asked = "".join(f"{blob.id}\n" for blob in blobs).encode()
        told = self._run(("cat-file", "--batch"), asked) or b""
        at = 0
        for blob in blobs:
            head, line_end, _ = told[at : at + LONGEST_HEAD].partition(b"\n")
            if not line_end or head != f"{blob.id} blob {blob.size}".encode():
                raise _lacking(blob.path)
            at += len(head) + 1
            yield blob, told[at : at + blob.size]
            at += blob.size + 1

    def _run(self, arguments: Sequence[str], said: bytes = b"") -> bytes | None:
        try:
            done = subprocess.run(  # noqa: S603 -- a list, and an executable that was looked up
                [self._executable, *arguments],
                input=said,
                capture_output=True,
                check=False,
                cwd=self._folder,
                env={**os.environ, **QUIETLY},
                timeout=PATIENCE_S,
            )
        except subprocess.TimeoutExpired as error:
            raise UsageError(
                tell("git has not answered within {patience_s} s", patience_s=PATIENCE_S)
            ) from error
        except ValueError as error:
            raise UsageError(tell("a revision holds no null characters")) from error
        self._said = os.fsdecode(done.stderr).partition("\n")[0]
        return done.stdout if done.returncode == 0 else None


def _lacking(path: str) -> UsageError:
    return UsageError(
        tell("git does not have `{path}` of that revision here", path=clean(path)),
        tell("fetch the repository with all its files"),
    )


def _executable() -> str:
    found = shutil.which("git")
    if found is None:
        raise MissingError(
            tell("a revision is read with the command `git`, which is not on this machine"),
            tell("install git, or name two folders"),
        )
    return found


def _inside(revision: Revision, prefix: str) -> str:
    """Return the folder from the root of the repository, `""` for the root itself."""
    folder = revision.folder
    if folder == "." or folder.startswith(("./", "../")):
        folder = posixpath.join(prefix, folder)
    found = posixpath.normpath(folder)
    if found.startswith(("../", "/")) or found == "..":
        raise UsageError(
            tell("`{folder}` leads out of the repository", folder=clean(revision.folder))
        )
    return "" if found == "." else found


def _fill(git: _Git, commit: str, folder: str, place: Path, root: str) -> None:
    """Write a pack, and every pack it extends that lies in the same commit."""
    there = git.at(root)
    waiting, done = [folder], set[str]()
    room = LARGEST_PACK
    while waiting:
        here = waiting.pop()
        if here in done or here == ".." or here.startswith("../"):
            continue
        done.add(here)
        (place / here).mkdir(parents=True, exist_ok=True)
        blobs = there.blobs(commit, here)
        room -= sum(blob.size for blob in blobs)
        if room < 0 or len(blobs) > MOST_FILES:
            raise UsageError(
                tell("the folder `{here}` holds more than a pack may", here=clean(here or "."))
            )
        waiting.extend(
            posixpath.normpath(posixpath.join(here, named)).removeprefix("./")
            for named in _written(there, blobs, place, place / here)
        )


def _written(git: _Git, blobs: Sequence[_Blob], place: Path, folder: Path) -> tuple[str, ...]:
    """Write the files, and return the folders of the packs that the one in `folder` extends."""
    telling: list[tuple[Path, bytes]] = []
    is_extending = False
    for blob, content in git.contents(blobs):
        file = place / blob.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        names = NEEDS_EXTENDS in content
        is_extending = is_extending or names
        if names or file.parent == folder:
            telling.append((file.relative_to(folder), content))
    return _extended(telling) if is_extending else ()


def _extended(files: Sequence[tuple[Path, bytes]]) -> tuple[str, ...]:
    """Return what a pack extends, read from those of its files that can tell."""
    # WHY a place of their own: so the thousands of duties beside them are not parsed twice.
    with tempfile.TemporaryDirectory(prefix="remit-") as scratch:
        for name, content in files:
            file = Path(scratch) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return extended_paths(scratch)


def _of(folder: str) -> tuple[str, ...]:
    return (folder,) if folder else ()


def _checked(path: str) -> str:
    """Return a path in a commit, which a hostile repository may have made lead elsewhere."""
    parts = path.split("/")
    if path.startswith("/") or any(part in {"", ".", ".."} for part in parts) or "\\" in path:
        raise UsageError(tell("the revision holds a file of the name `{path}`", path=clean(path)))
    return path
