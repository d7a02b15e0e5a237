"""A Prefect server as a process of its own, which ends with the process that started it.

Run as `python -m remit.workflows.flows.serve SOCKET`, where SOCKET is the number of an open,
listening socket. It lives as long as its standard input stays open.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
from pathlib import Path

from remit.workflows.flows.environment import HOME

__all__ = ["MARK", "queue_writers", "serve"]

MARK = "remit-private-prefect"
"""File in a Prefect home that says: made by us, for one run, to be thrown away."""


def serve(listening: socket.socket) -> None:
    """Serve until the process ends."""
    queue_writers()
    import uvicorn
    from prefect.server.api.server import create_app

    settings = uvicorn.Config(create_app(ephemeral=True), log_level="critical", lifespan="on")
    uvicorn.Server(settings).run(sockets=[listening])


def queue_writers() -> bool:
    """Let Prefect's transactions on SQLite begin with the write lock; false if it cannot be done.

    WHY: they begin deferred, so two that read and then write make one fail at once, without
    waiting; the server answers 503 and its client sleeps for seconds. With the lock, writers queue.
    """
    from prefect.server.database import configurations

    kind = getattr(configurations, "AioSqliteConfiguration", None)
    original = getattr(kind, "begin_transaction", None)
    if kind is None or original is None:
        return False

    def begin_transaction(self: object, session: object, with_for_update: bool = False) -> object:  # noqa: ARG001, FBT001, FBT002 - Prefect's signature
        return original(self, session, with_for_update=True)

    kind.begin_transaction = begin_transaction
    return True


def _end_with_parent() -> None:
    """Wait until the parent lets go of our standard input, by ending or being killed; end."""
    while sys.stdin.buffer.read(4096):
        continue
    home = Path(os.environ[HOME])
    if (home / MARK).exists():
        shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(socket.socket(fileno=int(sys.argv[1])))
