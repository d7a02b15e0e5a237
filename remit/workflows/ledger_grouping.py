"""Group commit: what several threads write at once becomes durable with one wait for the disk.

Each piece of work stands alone: one that fails takes back its own writes and nobody else's. Whoever
waits is answered when all of it is durable, so nothing is promised sooner than without it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Generic, TypeVar

__all__ = ["Group", "Piece"]

MOST = 64
"""Pieces of one transaction: enough to share a wait for the disk, few enough to end soon."""

Work = TypeVar("Work")


@dataclass(eq=False, slots=True)
class Piece(Generic[Work]):
    """One thread's work, and what became of it: `error`, or else `result`."""

    work: Work
    is_done: bool = False
    error: BaseException | None = None
    result: list[object] = field(default_factory=list)

    def fail(self, error: BaseException) -> None:
        """Note that it did not happen."""
        self.error, self.is_done = error, True


class Group(Generic[Work]):
    """Runs the work of several threads: the first one does its own and what gathers meanwhile.

    Args:
        run: does a batch, and leaves each piece done.
    """

    def __init__(self, run: Callable[[list[Piece[Work]]], None]) -> None:
        self._run = run
        self._waiting: deque[Piece[Work]] = deque()
        # WHY re-entrant: work that writes within work meets the lock of the database, and is told.
        self._turn = RLock()

    def do(self, work: Work) -> Piece[Work]:
        """Return the piece when it is done; by this thread, or by one that had its turn before."""
        piece = Piece(work)
        self._waiting.append(piece)
        with self._turn:
            while not piece.is_done:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
                try:
                    self._run(batch)
                except BaseException as error:
                    for one in batch:
                        one.fail(error)
                    raise
        return piece
