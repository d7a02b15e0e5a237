"""Starting and ending a private Prefect server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from remit.engine.wording import tell
from remit.workflows.flows.environment import API_URL, private_settings
from remit.workflows.flows.serve import MARK
from remit.workflows.flows.template import copy_template, keep_template

__all__ = ["PrivateServer", "ServerError", "is_healthy", "server_ahead", "start_server"]

POLL_S = 0.05


class ServerError(Exception):
    """A Prefect server does not answer."""


@dataclass(frozen=True, slots=True)
class PrivateServer:
    """A server in a process of its own, with a home of its own.

    Args:
        fresh: whether it makes its database as it starts.
    """

    process: subprocess.Popen[bytes]
    home: Path
    url: str
    fresh: bool

    def settings(self) -> dict[str, str]:
        """Return the settings a client of it needs."""
        return private_settings(self.home, self.url, migrate=self.fresh)

    def wait(self, patience_s: float) -> bool:
        """Wait until it answers, but not longer than `patience_s`; return whether it does.

        Raises:
            ServerError: if it has ended.
        """
        end = time.monotonic() + patience_s
        # WHY the rest: a server that is starting takes a question, and answers it seconds later.
        while not is_healthy(self.url, timeout_s=max(POLL_S, end - time.monotonic())):
            if self.process.poll() is not None:
                raise ServerError(
                    tell(
                        "the server ended with code {returncode}",
                        returncode=self.process.returncode,
                    )
                )
            if time.monotonic() > end:
                return False
            time.sleep(POLL_S)
        if self.fresh:
            keep_template(self.home)
        return True

    def stop(self) -> None:
        """End it and throw its home away."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        shutil.rmtree(self.home, ignore_errors=True)


def server_ahead() -> PrivateServer | None:
    """Return a private server that gets ready while others are still importing things.

    There is none where the user names a server, where Prefect is missing, or where it cannot start:
    whoever runs the flows finds that out, and says so.
    """
    if os.environ.get(API_URL) or find_spec("prefect") is None:
        return None
    try:
        return start_server()
    except OSError:
        return None


def start_server() -> PrivateServer:
    """Start a private server and return at once; it answers after `wait`."""
    home = Path(tempfile.mkdtemp(prefix="remit-prefect-"))
    (home / MARK).touch()
    fresh = not copy_template(home)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        command = [sys.executable, "-m", "remit.workflows.flows.serve", str(listening.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            command,
            env={**os.environ, **private_settings(home, url, migrate=fresh)},
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    return PrivateServer(process, home, url, fresh)


def is_healthy(url: str, *, timeout_s: float) -> bool:
    """Return whether a Prefect server answers at `url`."""
    if not url.startswith(("http://", "https://")):
        return False
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=timeout_s) as answer:  # noqa: S310 - http only, checked above
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except (OSError, urllib.error.URLError, ValueError):
        return False
