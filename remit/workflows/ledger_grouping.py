"""Group commit: what several threads write at once becomes durable with one wait for the disk.

Each piece of work stands alone: one that fails takes back its own writes and nobody else's. Where
the database cannot take them back alone, all are done again, each in a transaction of its own.
Whoever waits is answered when all of it is durable, so nothing is promised sooner than without it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, get_ident
from typing import Generic, TypeVar

__all__ = ["Group", "Piece"]

MOST = 64
"""Pieces of one transaction: enough to share a wait for the disk, few enough to end soon."""

Work = TypeVar("Work")


@dataclass(eq=False, slots=True)
class Piece(Generic[Work]):
    """One thread's work, and what became of it: `error`, or else `result`.

    Args:
        turn: set when it is done, or when its thread has to do it, with all that gathered.
    """

    work: Work
    is_done: bool = False
    error: BaseException | None = None
    result: list[object] = field(default_factory=list)
    turn: Event = field(default_factory=Event)

    def fail(self, error: BaseException) -> None:
        """Note that it did not happen."""
        self.error, self.is_done = error, True

    def begin_again(self) -> None:
        """Forget what became of it: nothing of it was written."""
        self.error, self.is_done = None, False
        self.result.clear()


class Group(Generic[Work]):
    """Runs the work of several threads: one does its own and what gathered, then calls the next.

    WHY each waits for its own turn, not for a lock that all share: those whose work is done would
    pass that on one by one, and on a busy machine each wants a processor first.

    Args:
        run: does a batch, and leaves each piece done.
    """

    def __init__(self, run: Callable[[list[Piece[Work]]], None]) -> None:
        self._run = run
        self._lock = Lock()
        self._waiting: deque[Piece[Work]] = deque()
        self._called: Piece[Work] | None = None
        """The piece whose thread has the turn, from when it is called until it calls another."""
        self._thread = 0

    def do(self, work: Work) -> Piece[Work]:
        """Return the piece when it is done; by this thread, or by one that had its turn before."""
        piece = Piece(work)
        if self._thread == get_ident():
            # WHY: work that writes within work meets the lock of the database, and is told.
            self._run([piece])
        else:
            self._wait(piece)
        return piece

    def _wait(self, piece: Piece[Work]) -> None:
        """Wait until a piece is done, or do it when its turn comes."""
        with self._lock:
            self._waiting.append(piece)
            if self._called is None:
                self._call_next()
        try:
            piece.turn.wait()
            if not piece.is_done:
                self._do_all(piece)
        except BaseException:
            self._leave(piece)
            raise

    def _do_all(self, piece: Piece[Work]) -> None:
        """Do what gathered, which begins with the piece of this thread, and call the next."""
        batch: list[Piece[Work]] = []
        try:
            with self._lock:
                self._thread = get_ident()
                batch += [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
            self._run(batch)
        except BaseException as error:
            for one in batch:
                one.fail(error)
            raise
        finally:
            for one in batch:
                if one is not piece:
                    one.turn.set()
            with self._lock:
                self._thread = 0
                self._call_next()

    def _call_next(self) -> None:
        self._called = self._waiting[0] if self._waiting else None
        if self._called is not None:
            self._called.turn.set()

    def _leave(self, piece: Piece[Work]) -> None:
        """Let go of a piece that is not done, and of its turn, as its thread was interrupted."""
        with self._lock:
            if piece in self._waiting:
                self._waiting.remove(piece)
            if self._called is piece and self._thread == 0:
                self._call_next()
