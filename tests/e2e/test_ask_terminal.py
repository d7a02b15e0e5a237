"""`remit ask` on a terminal: a real one, made by the kernel, with somebody who types."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "remit", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**environment, "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - this process has no threads
        )
        os.close(slave)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until a text appears after what was waited for before."""
        end = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, f"{text!r} did not appear in {self.seen!r}"
            self.seen += self._read()
        self.seen = self.seen.partition(text)[2]

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ended(self) -> int:
        return self.process.wait(PATIENCE_S)

    def interrupted(self) -> int:
        """Press Ctrl-C, again where nothing follows, as one would.

        WHY again: a signal between readline's look for signals and its wait for a key is noticed
        by Python at the next key only.
        """
        for _ in range(PATIENCE_S):
            self.type("\x03")
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(1)
        return self.ended()

    def rest(self) -> str:
        """Read what is left once the command has ended."""
        found = self.seen
        while select.select([self.master], [], [], 0.2)[0]:
            piece = self._read()
            if not piece:
                break
            found += piece
        return found

    def _read(self) -> str:
        try:
            return os.read(self.master, 65_536).decode(errors="replace")
        except OSError:
            # WHY: Linux tells the end of the other side of a terminal as an input error.
            return ""

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    found = Terminal(
        "ask", "policies/rf-community", "--today", "2026-11-23", "--state", "stage=early"
    )
    yield found
    found.close()


def test_a_dialogue_is_held_with_reasons_and_second_thoughts(terminal: Terminal) -> None:
    terminal.wait_for("Response level")
    terminal.wait_for(" > ")
    terminal.type("?\n")
    terminal.wait_for("because it bears on who answers")
    terminal.wait_for(" > ")
    terminal.type("1\n")
    terminal.wait_for("Hazard")
    terminal.wait_for(" > ")
    terminal.type("b\n")
    terminal.wait_for("taken back")
    terminal.wait_for("Response level")
    terminal.wait_for(" > ")
    terminal.type("3\n")
    terminal.wait_for("District headquarters answers for `command`")
    assert terminal.ended() == 0
    assert "by the duty `district-headquarters/" in terminal.rest()


def test_the_end_of_input_ends_the_dialogue_with_what_is_known(terminal: Terminal) -> None:
    terminal.wait_for(" > ")
    terminal.type("\x04")
    terminal.wait_for("stopped before it was certain")
    terminal.wait_for("stage: early")
    assert terminal.ended() == 1


def test_an_interrupt_ends_the_dialogue_at_once_and_on_a_line_of_its_own(
    terminal: Terminal,
) -> None:
    terminal.wait_for(" > ")
    assert terminal.interrupted() in {130, -signal.SIGINT}
    rest = terminal.rest()
    assert rest.endswith("\n")
    assert "Traceback" not in rest


def test_bytes_that_are_no_text_are_a_wrong_answer_and_the_dialogue_goes_on() -> None:
    command = [sys.executable, "-m", "remit", "ask", "policies/rf-community"]
    done = subprocess.run(
        command, input=b"\xff\xfe\n\x1b[2J\n=\n3\n", capture_output=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"District headquarters answers" in done.stdout
    assert b"\x1b" not in done.stdout
