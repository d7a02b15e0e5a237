"""The places at which a death would hurt, and a death at one of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy import event as hooks
from sqlalchemy.engine.default import DefaultDialect

from remit.workflows.ledger_files import READS

__all__ = ["ANY", "DEATHS", "Fuse", "around", "watch_writes"]

ANY = ""
"""Every place counts."""
DEATHS = "deaths.txt"
"""File in the folder of a run: the place of each death, a line each."""

Found = TypeVar("Found")


@dataclass
class Fuse:
    """Counts the places a process passes, and kills it at one of them.

    Args:
        left: the death comes at this pass, counted from 1; 0 never.
        place: only passes of this place count, or those of every place.
        folder: of the run; the place of the death is written there.
        most: passes of any place after which it dies in any case; 0 for no such end.
        passes: how many there were.
    """

    left: int
    place: str
    folder: Path
    most: int = 0
    passes: int = 0

    def burn(self, place: str) -> None:
        """Pass one place."""
        self.passes += 1
        if self.place in {ANY, place}:
            self.left -= 1
        if self.left == 0 or (self.left > 0 and self.passes == self.most):
            line = os.open(self.folder / DEATHS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(line, f"{place}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


def watch_writes(fuse: Fuse) -> None:
    """Pass `begin`, `commit` and `committed` with each transaction that writes."""
    commit = DefaultDialect.do_commit

    def do_commit(dialect: DefaultDialect, connection: object) -> None:
        fuse.burn("commit")
        commit(dialect, connection)  # type: ignore[arg-type] -- passed on as it came
        fuse.burn("committed")

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(READS, False) and "isolation_level" not in options:
            fuse.burn("begin")

    hooks.listen(Engine, "begin", begin)
    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign] -- to die around it


def around(work: Callable[..., Found], fuse: Fuse, before: str, after: str) -> Callable[..., Found]:
    """Return the same work, which passes one place before it and one after it."""

    def passing(*arguments: object, **more: object) -> Found:
        fuse.burn(before)
        found = work(*arguments, **more)
        fuse.burn(after)
        return found

    return passing
