"""One worker process as seen from outside: started, asked with a deadline, ended."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from remit.engine.errors import RemitError
from remit.engine.wording import tell

__all__ = [
    "Channel",
    "EndedError",
    "MissingLibraryError",
    "WorkerProcess",
    "as_command",
]


SOON_S = 5.0
"""Seconds in which a process that hung up is gone."""


class EndedError(Exception):
    """The worker died, hung past the deadline, or said what it must not; it has been ended."""


class MissingLibraryError(RemitError):
    """The second engine is not installed here, or was built in a way that cannot be loaded."""

    def __init__(self, reason: str, *, is_installed: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_installed = is_installed


class Channel(Protocol):
    """One worker, whatever it is made of."""

    def ask(self, question: Mapping[str, object], deadline_s: float) -> Mapping[str, object]:
        """Return the reply to one question.

        Raises:
            EndedError: if there is none within `deadline_s` seconds.
        """

    def close(self) -> None:
        """End it; nothing happens where it has ended."""


def as_command() -> tuple[str, ...]:
    """Return the command that starts a worker with this interpreter."""
    # WHY -P: a folder the user stands in must not shadow a module.
    return (sys.executable, "-P", "-m", "remit.workflows.second_opinion.worker")


class WorkerProcess:
    """A worker in a process of its own, at the other end of a socket.

    A hang in C cannot be interrupted from within, so past a deadline the process is killed.
    """

    def __init__(
        self,
        command: Sequence[str] = as_command(),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._near, far = socket.socketpair()
        with far:
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
                command,
                stdin=far.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._unread = b""

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, question: Mapping[str, object], deadline_s: float) -> Mapping[str, object]:
        """Return the reply to one question; see `Channel`."""
        end = self._clock() + deadline_s
        try:
            self._wait_until(end)
            self._near.sendall(json.dumps(question).encode() + b"\n")
            return self._reply(end)
        except ConnectionError as error:
            reason = self._ended_how()
            self.close()
            raise EndedError(reason) from error
        except (OSError, ValueError) as error:
            self.close()
            raise EndedError(str(error)) from error

    def close(self) -> None:
        """Kill the process and take it off the system's list."""
        self._process.kill()
        self._process.wait()
        self._near.close()

    def _ended_how(self) -> str:
        """Return how the process ended; its end of the socket is closed, so it is about to."""
        with suppress(subprocess.TimeoutExpired):
            status = self._process.wait(timeout=SOON_S)
            if status < 0:
                return tell("killed by signal {value}", value=-status)
            return tell("it ended with status {status}", status=status)
        return tell("it hung up")

    def _reply(self, end: float) -> Mapping[str, object]:
        while b"\n" not in self._unread:
            self._wait_until(end)
            more = self._near.recv(1 << 16)
            if not more:
                raise ConnectionError(tell("the worker has ended"))
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError(tell("the worker's reply is no object"))  # noqa: TRY004 -- one kind of misfit
        return found

    def _wait_until(self, end: float) -> None:
        left = end - self._clock()
        if left <= 0:
            raise TimeoutError(tell("the worker has not answered in time"))
        self._near.settimeout(left)
