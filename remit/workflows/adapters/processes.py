"""Who this process is, and whether another still lives: nobody waits for leases of the dead."""

from __future__ import annotations

import os
import socket
from pathlib import Path

__all__ = ["is_dead", "this_process"]


def this_process() -> str:
    """Return a name that no other process has, now or later: `host/pid/start`."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_start(pid)}"


def is_dead(name: str) -> bool:
    """Return whether a process has certainly ended; nothing is known of other machines."""
    host, number, start = name.rsplit("/", 2)
    if host != socket.gethostname() or not number.isdigit():
        return False
    pid = int(number)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _start(pid) != start


def _start(pid: int) -> str:
    """Return when a process began, in the kernel's ticks; nothing where nobody tells."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # WHY: the name in parentheses may hold blanks; the start is the 20th field after it.
    return text.rpartition(")")[2].split()[19]
