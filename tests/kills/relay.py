"""One process after the other: each is killed somewhere, and the next one goes on."""

from __future__ import annotations

import mmap
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.kills.fuse import ANY, Fuse

__all__ = ["Kills", "Relay", "RelayError", "fork", "relay"]

MOST_PROCESSES = 3_000
FAULT = 3

Life = Callable[[Fuse], None]


class RelayError(Exception):
    """A process ended as none should."""


@dataclass(frozen=True)
class Kills:
    """How processes die.

    Args:
        places: where, each in its turn; nowhere if there are none.
        most: deaths at most; past them processes live on.
        span: each dies at a pass of its place, drawn from 1 to this.
    """

    seed: int
    places: tuple[str, ...] = (ANY,)
    most: int = 0
    span: int = 12

    def fuse(self, number: int, folder: Path) -> Fuse:
        """Return the fuse of one process, the first of which is number 0."""
        if number >= self.most or not self.places:
            return Fuse(0, ANY, folder)
        random = Random(f"{self.seed}/{number}")  # noqa: S311 -- a draw to be repeated
        # WHY shuffled: the places differ in how far they let a process come.
        place = random.choice(self.places)
        return Fuse(random.randint(1, self.span), place, folder, most=5 * self.span)


def fork(work: Callable[[], object]) -> int:
    """Do `work` in a fork of this process, and return its number."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 -- the fork ends here, whatever happened
        traceback.print_exc()
        os._exit(FAULT)
    os._exit(0)


def relay(folder: Path, life: Life, kills: Kills) -> int:
    """Send one process after the other until one reaches its end; return how many died.

    Raises:
        RelayError: if one ends otherwise than by its end or its fuse.
    """
    for number in range(MOST_PROCESSES):
        fuse = kills.fuse(number, folder)
        _, status = os.waitpid(fork(lambda fuse=fuse: life(fuse)), 0)  # type: ignore[misc] -- bound now
        if status == 0:
            return number
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            raise RelayError(f"a process ended with {status}")
    raise RelayError(f"{MOST_PROCESSES} processes were not enough")


class Relay:
    """A relay in the background, which goes on until it is told to stop.

    It is a process of its own, so that whoever started it may hold connections to the ledger.
    """

    def __init__(self, folder: Path, life: Life, kills: Kills) -> None:
        self._state = mmap.mmap(-1, 16)
        self._process = fork(lambda: self._run(folder, life, kills))

    def stop(self) -> int:
        """End it, and return how many processes died before.

        Raises:
            RelayError: if one of them ended by itself.
        """
        self._state[8] = 1
        current = int.from_bytes(self._state[0:4], "little")
        if current:
            os.kill(current, signal.SIGKILL)
        _, status = os.waitpid(self._process, 0)
        if status != 0:
            raise RelayError(f"the relay ended with {status}")
        return int.from_bytes(self._state[4:8], "little")

    def _run(self, folder: Path, life: Life, kills: Kills) -> None:
        for number in range(MOST_PROCESSES):
            fuse = kills.fuse(number, folder)
            child = fork(lambda fuse=fuse: life(fuse))  # type: ignore[misc] -- bound now
            self._state[0:4] = child.to_bytes(4, "little")
            if self._state[8]:
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            self._state[0:4] = bytes(4)
            if self._state[8]:
                return
            if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
                raise RelayError(f"a process ended with {status}")
            self._state[4:8] = (number + 1).to_bytes(4, "little")
        raise RelayError(f"{MOST_PROCESSES} processes were not enough")
