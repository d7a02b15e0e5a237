"""The demo as a relay of processes, each of which is killed after a number of steps.

Run as `python -m tests.kill_relay FOLDER EVERY`: a process plays the demo; when it has reached
EVERY places at which a death would hurt (before and after a commit, before and after a message goes
out) it kills itself with SIGKILL, and the next one goes on. The last line tells how many died.

The parent loads and compiles the pack once; its children are forks, so a death costs little.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy import event as hooks

import remit.workflows.demo.run as demo
from remit.engine.completion import complete_event
from remit.engine.language.loader import load
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Pack
from remit.workflows.adapters.notifiers import FileNotifier
from remit.workflows.arrivals import read_arrival
from remit.workflows.executing import PlainExecutor
from remit.workflows.ledger_files import READS
from remit.workflows.messages import Message
from remit.workflows.planning import plan_response

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

    def burn_at_write(self, connection: Connection) -> None:
        """Pass the beginning of a transaction that writes: the one before is durable."""
        if not connection.get_execution_options().get(READS, False):
            self.burn()


def play(folder: Path, fuse: Fuse, prepared: tuple[Pack, ResponsibilityMap]) -> None:
    """Play the demo in this process, to its end or to the fuse's."""
    pack, compiled = prepared
    demo.load = lambda _: pack  # type: ignore[assignment] -- loaded once, before the fork
    demo.compile_pack = lambda _: compiled  # type: ignore[assignment] -- compiled once, before the fork
    hooks.listen(Engine, "begin", fuse.burn_at_write)
    hooks.listen(Engine, "commit", fuse.burn)
    send = FileNotifier.send
    FileNotifier.send = _burning(send, fuse, folder)  # type: ignore[method-assign] -- to die around it
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


def _ask_once(pack: Pack, compiled: ResponsibilityMap) -> None:
    """Ask the map what the children will ask it: it answers a second time at once."""
    alert = files("remit.workflows.demo").joinpath(demo.ALERT).read_bytes()
    (arrival,) = read_arrival(alert, pack, source=demo.ALERT).arrivals
    assert arrival.event.time is not None
    today = arrival.event.time.date()
    event = complete_event(arrival.event, pack.vocabulary, state=pack.state, today=today)
    plan_response(pack, compiled.resolve, event)


def main(folder: Path, every: int) -> None:
    """Send one process after the other until one reaches the end."""
    folder.mkdir(parents=True, exist_ok=True)
    pack = load(demo.demo_pack(None))
    compiled = compile_pack(pack)
    _ask_once(pack, compiled)
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
