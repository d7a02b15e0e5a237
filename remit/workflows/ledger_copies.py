"""Copies of a ledger: made while it is in use, proved before they take anything's place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from remit.engine.system_words import why_not
from remit.engine.wording import tell
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_chain import Verdict
from remit.workflows.ledger_errors import LedgerError
from remit.workflows.ledger_files import copy_file

__all__ = ["back_up", "lines_of", "restore", "write_lines"]

MAGIC = b"SQLite format 3\x00"
Progress = Callable[[int], None]


def back_up(ledger: Ledger, target: Path, progress: Progress, *, force: bool) -> Verdict:
    """Write a copy of a ledger into a file, prove the copy, and return what was found.

    A ledger in a file is copied as it is, one on a server as JSON lines. The file is there whole,
    or not at all.

    Args:
        force: whether a file of that name may be replaced.

    Raises:
        LedgerError: if the copy cannot be written, or is not whole.
    """
    _refuse(target, force=force)
    with _draft(target) as draft:
        if ledger.path is None:
            write_lines(ledger.export(progress), draft)
        else:
            _copied(ledger.path, draft)
        with _opened(draft, progress) as copy:
            verdict = _proved(copy, target, progress)
        _put(draft, target)
    return verdict


def restore(source: Path, target: str, progress: Progress, *, force: bool) -> Verdict:
    """Put a ledger back from a backup or an export, after proving it; return what was found.

    What stood in a file that is replaced is kept beside it, as `NAME.replaced`.

    Args:
        target: path or URL of the ledger.
        force: whether a ledger that is there may be replaced; never one on a server.

    Raises:
        LedgerError: if the source is not whole, the target is there, or somebody uses it.
    """
    with _draft(source if "://" in target else Path(target)) as draft:
        with _opened(source, progress, draft) as copy:
            verdict = _proved(copy, source, progress)
            if "://" in target:
                with Ledger.at(target) as other:
                    other.load(copy.export(progress), progress)
                return verdict
        path = Path(target)
        _refuse(path, force=force)
        if path.exists():
            _set_aside(path)
        _put(draft, path)
    return verdict


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of an exported ledger.

    Raises:
        LedgerError: if it cannot be read.
    """
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def write_lines(lines: Iterable[str], path: Path) -> None:
    """Write lines into a file, durably.

    Raises:
        LedgerError: if it cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def _opened(path: Path, progress: Progress, draft: Path | None = None) -> Iterator[Ledger]:
    """Open a backup or an export as a ledger of its own: a copy in `draft`, or what is there."""
    is_database = _is_database(path)
    if is_database and draft is not None:
        _copied(path, draft)
    work = draft or path if is_database else draft or path.with_name(f"{path.name}.check")
    try:
        with Ledger.at(work) as ledger:
            if not is_database:
                ledger.load(lines_of(path), progress)
            yield ledger
    finally:
        if work not in {path, draft}:
            _remove(work)


def _proved(copy: Ledger, shown: Path, progress: Progress) -> Verdict:
    verdict = copy.verify(progress=progress)
    if not verdict.is_whole:
        raise LedgerError(
            tell("`{path}` is not whole: {problem}", path=shown, problem=verdict.problems[0]),
            tell("nothing was replaced; take an earlier copy"),
        )
    return verdict


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """Give the name of a file beside `target` that becomes it at the end, or goes."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield draft
    finally:
        _remove(draft)
        # WHY: a backup of an earlier format was brought to this one on the way; it is still there.
        for kept in draft.parent.glob(f"{draft.name}.format-*"):
            kept.unlink()


def _copied(path: Path, draft: Path) -> None:
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        copy_file(path, draft)
    except OSError as error:
        raise _unwritable(draft, error) from error
    except sqlite3.Error as error:
        raise LedgerError(
            tell("`{path}` cannot be copied: {reason}", path=path, reason=error)
        ) from error


def _put(draft: Path, target: Path) -> None:
    """Give a finished file its name, durably."""
    try:
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error


def _refuse(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise LedgerError(
            tell("`{path}` is a folder, not a ledger", path=path), tell("name a file in it")
        )
    if path.exists() and not force:
        raise LedgerError(
            tell("`{path}` is there already", path=path),
            tell("name another file, or replace it with --force"),
        )


def _set_aside(path: Path) -> None:
    """Take a ledger that nobody uses out of the way, with all that belongs to it.

    Raises:
        LedgerError: if a process has it open.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            # WHY: it fails while anybody else has the file open, and folds the log into the file.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LedgerError(
                tell("the ledger `{location}` is held by another process", location=path),
                tell("end what uses it, then restore"),
            ) from error
    except sqlite3.DatabaseError:
        # WHY go on: a damaged ledger is what a backup is for; it is kept as it is.
        pass
    try:
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(path.with_name(f"{path.name}.replaced{suffix}"))
    except OSError as error:
        raise _unwritable(path, error) from error


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise _unreadable(path, error) from error


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> LedgerError:
    reason = why_not(error) if isinstance(error, OSError) else tell("it is not UTF-8")
    return LedgerError(tell("`{path}` cannot be read: {reason}", path=path, reason=reason))


def _unwritable(path: Path, error: OSError) -> LedgerError:
    return LedgerError(
        tell("`{path}` cannot be written: {reason}", path=path, reason=why_not(error))
    )
