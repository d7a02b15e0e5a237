"""The demo as a relay of processes, each of which is killed after a number of steps.

Run as `python -m tests.kill_relay FOLDER EVERY`: a process plays the demo; when it has reached EVERY
places at which a death would hurt (before and after a commit, before and after a message goes out) it
kills itself with SIGKILL, and the next one goes on. The last line tells how many died.

The parent loads and compiles the pack once; its children are forks, so a death costs little.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import remit.workflows.demo.run as demo
from remit.engine.loader import load
from remit.engine.map import compile_pack
from remit.workflows.adapters.notifiers import FileNotifier
from remit.workflows.executing import PlainExecutor
from remit.workflows.messages import Message

__all__: list[str] = []

MOST_PROCESSES = 400
TRIES = "tries.txt"


class Fuse:
    """Counts dangerous places and kills the process at one of them."""

    def __init__(self, length: int) -> None:
        self.left = length

    def burn(self, *_: object) -> None:
        """Pass one dangerous place."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def play(folder: Path, fuse: Fuse, prepared: tuple[Any, Any]) -> None:
    """Play the demo in this process, to its end or to the fuse's."""
    pack, compiled = prepared
    demo.load = lambda _: pack  # type: ignore[assignment] -- loaded once, before the fork
    demo.compile_pack = lambda _: compiled  # type: ignore[assignment] -- compiled once, before the fork
    event.listen(Engine, "commit", fuse.burn)
    send = FileNotifier.send
    FileNotifier.send = _burning(send, fuse, folder)  # type: ignore[method-assign] -- to die around it
    event.listen(Engine, "begin", fuse.burn)
    found = demo.play_demo(
        demo.find_place(folder),
        pack.path,
        PlainExecutor(),
        received=lambda _: None,
        observer=lambda *_: None,
    )
    found.ledger.close()


def _burning(
    send: Callable[[FileNotifier, Message], str], fuse: Fuse, folder: Path
) -> Callable[[FileNotifier, Message], str]:
    def sending(self: FileNotifier, message: Message) -> str:
        fuse.burn()
        channel = send(self, message)
        with (folder / TRIES).open("a", encoding="utf-8") as tries:
            tries.write(f"{message.key}\n")
        fuse.burn()
        return channel

    return sending


def main(folder: Path, every: int) -> None:
    """Send one process after the other until one reaches the end."""
    folder.mkdir(parents=True, exist_ok=True)
    pack = load(demo.demo_pack(None))
    compiled = compile_pack(pack)
    for deaths in range(MOST_PROCESSES):
        child = os.fork()
        if child == 0:
            play(folder, Fuse(every), (pack, compiled))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            sys.stdout.write(f"{deaths}\n")
            return
        if os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"a process ended with {status}")
    sys.exit(f"{MOST_PROCESSES} processes were not enough")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
