"""What works on this machine: each part looked at, with the one line that mends it."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from remit.engine.errors import RemitError
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["PARTS", "Found", "look", "state_words"]

State = Literal["ok", "missing", "broken"]
OLDEST_PYTHON = (3, 11)
REACH_S = 3.0
START_S = 90.0
EARLIEST = 1_735_689_600
"""2025-01-01: a clock before it was never set."""


@dataclass(frozen=True, slots=True)
class Found:
    """One part.

    Args:
        needed: whether remit cannot do its work without it, as it is set up here.
        told: what was found, in a few words.
        help: the one line that mends it; empty where nothing is to be mended.
    """

    part: str
    state: State
    told: str
    help: str = ""
    needed: bool = True


Look = Callable[[], Found]


def look(*, start: bool) -> Iterator[Found]:
    """Yield what was found, part by part.

    Args:
        start: whether also to start a Prefect server, which takes seconds.
    """
    for part, one in PARTS.items():
        if part != "server" or start:
            yield one()


_HERE = {"localhost", "127.0.0.1", "::1"}


def _python() -> Found:
    told = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return Found("python", "broken", told, tell("install Python 3.11 or later"))
    return Found("python", "ok", told)


def _prefect() -> Found:
    names = ("prefect", "fastapi", "sqlalchemy", "apprise", "uvicorn")
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        return Found(
            "prefect",
            "missing",
            tell("not installed: {names}", names=", ".join(missing)),
            "python -m pip install 'remit[run]'",
        )
    wrong = [
        f"{name} {version(name)} ({tell('wanted: {pin}', pin=f'>={low},<{high}')})"
        for name, (low, high) in _PINS.items()
        if not low <= _numbers(version(name)) < high
    ]
    if wrong:
        told = ", ".join(wrong)
        return Found("prefect", "broken", told, "python -m pip install 'remit[run]'")
    return Found("prefect", "ok", ", ".join(f"{name} {version(name)}" for name in _PINS))


class _Version(tuple[int, ...]):
    """A version that is written as one."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return ".".join(map(str, self))


def _numbers(text: str) -> _Version:
    return _Version(int(part) for part in text.split(".")[:3] if part.isdigit())


_PINS = {
    # WHY these: newer FastAPI breaks Prefect's server, SQLAlchemy 2.1 stops its scheduler.
    "prefect": (_Version((3, 8, 8)), _Version((3, 10))),
    "fastapi": (_Version((0, 139)), _Version((0, 151))),
    "sqlalchemy": (_Version((2, 0)), _Version((2, 1))),
}


def _server() -> Found:
    if find_spec("prefect") is None:
        return Found("server", "missing", tell("not installed"), needed=False)
    from remit.workflows.flows.server import ServerError, start_server

    began = time.monotonic()
    server = None
    try:
        server = start_server()
        if server.wait(START_S):
            seconds = time.monotonic() - began
            return Found("server", "ok", tell("starts in {seconds:.1f} s", seconds=seconds))
        told = tell("does not answer after {seconds:.0f} s", seconds=START_S)
    except (OSError, ServerError) as error:
        told = str(error)
    finally:
        if server is not None:
            server.stop()
    # WHY not needed: without it the same work is done plainly.
    help_ = tell("`remit serve --no-prefect` does without it")
    return Found("server", "broken", told, help_, needed=False)


def _sqlite() -> Found:
    told = sqlite3.sqlite_version
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "probe.db")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.close()
    if mode != "wal":
        return Found("sqlite", "broken", f"{told}, {mode}", tell("keep the ledger on a local disk"))
    return Found("sqlite", "ok", f"{told}, WAL")


def _ledger() -> Found:
    from remit.workflows.wiring import ledger_place

    place = ledger_place(None)
    shown = _without_password(place)
    if "://" not in place and not Path(place).exists():
        return Found("ledger", "ok", tell("none yet at `{place}`", place=shown))
    if find_spec("sqlalchemy") is None:
        said = "python -m pip install 'remit[run]'"
        return Found("ledger", "missing", tell("not installed: {names}", names="sqlalchemy"), said)
    from remit.workflows.ledger import Ledger

    try:
        with Ledger.at(place, create=False) as ledger:
            head = ledger.head()
    except RemitError as error:
        return Found("ledger", "broken", str(error), str(getattr(error, "help", "")))
    return Found("ledger", "ok", tell("{place}, {number} entries", place=shown, number=head.number))


def _incidents() -> Found:
    from remit.workflows.wiring import ledger_place

    place = ledger_place(None)
    if find_spec("sqlalchemy") is None or ("://" not in place and not Path(place).exists()):
        return Found("incidents", "ok", tell("none yet"))
    from remit.workflows.ledger import Ledger

    try:
        with Ledger.at(place, create=False) as ledger:
            stuck = ledger.stuck()
    except RemitError as error:
        return Found("incidents", "broken", str(error), str(getattr(error, "help", "")))
    if not stuck:
        return Found("incidents", "ok", tell("all of them go on"))
    last = stuck[-1].payload
    said = tell(
        "{count} stand still, the last `{incident}`: {problem}",
        count=len(stuck),
        incident=str(last["incident"]),
        problem=str(last["problem"]),
    )
    return Found("incidents", "broken", said, f"remit timeline {last['incident']}")


def _redis() -> Found:
    # SOURCE: prefect-redis: these name the server that Prefect's servers talk through.
    host = os.environ.get("PREFECT_REDIS_MESSAGING_HOST")
    url = os.environ.get("PREFECT_REDIS_MESSAGING_URL")
    if not host and not url:
        return Found("redis", "ok", tell("not asked for: one Prefect server does without"))
    port = int(os.environ.get("PREFECT_REDIS_MESSAGING_PORT") or 6379)
    if url:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or port
    if not _reached(host or "localhost", port):
        said = tell("nobody answers at {host}:{port}", host=host, port=port)
        return Found("redis", "broken", said, tell("start Redis there, or name another"))
    other = os.environ.get("PREFECT_REDIS_WORKER_CLEANUP_QUEUE_HOST", "localhost")
    if not url and other != host and not {other, host} <= _HERE:
        said = tell("the clean-up of workers asks {other}, all else {host}", other=other, host=host)
        name = "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_HOST"
        return Found("redis", "broken", said, f"export {name}={host}")
    return Found("redis", "ok", f"{host}:{port}")


def _dask() -> Found:
    try:
        return Found("dask", "ok", version("prefect-dask"), needed=False)
    except PackageNotFoundError:
        help_ = "python -m pip install 'remit[cluster]'"
        return Found("dask", "missing", tell("not installed"), help_, needed=False)


def _zones() -> Found:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        help_ = "python -m pip install tzdata"
        return Found("zones", "missing", tell("no time zone data"), help_)
    return Found("zones", "ok", tell("time zone data are there"))


def _clock() -> Found:
    now = time.time()
    if now < EARLIEST:
        return Found("clock", "broken", time.ctime(now), tell("set the clock of this machine"))
    synchronised = _said("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if synchronised == "no":
        said = tell("nobody keeps it right")
        return Found("clock", "broken", said, "timedatectl set-ntp true", needed=False)
    return Found("clock", "ok", time.strftime("%Y-%m-%d %H:%M %z"))


def _fonts() -> Found:
    found = _said("fc-list", ":lang=zh", "family")
    if not found:
        help_ = tell("install a font with Chinese letters, such as Noto Sans CJK")
        return Found("fonts", "missing", tell("no font with Chinese letters"), help_, needed=False)
    return Found("fonts", "ok", found.splitlines()[0][:60])


def _chromium() -> Found:
    if find_spec("playwright") is None:
        said = tell("not installed; only the tests of pages use it")
        help_ = "python -m pip install playwright && playwright install chromium"
        return Found("chromium", "missing", said, help_, needed=False)
    return Found("chromium", "ok", f"playwright {version('playwright')}", needed=False)


def _reached(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=REACH_S):
            return True
    except OSError:
        return False


def _said(*command: str) -> str:
    """Return what a program prints; nothing where it is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs, fixed arguments
            command, capture_output=True, text=True, timeout=REACH_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _without_password(place: str) -> str:
    if "://" not in place:
        return place
    parts = urlsplit(place)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{parts.path}"


PARTS: dict[str, Look] = {
    "python": _python,
    "prefect": _prefect,
    "server": _server,
    "sqlite": _sqlite,
    "ledger": _ledger,
    "incidents": _incidents,
    "redis": _redis,
    "dask": _dask,
    "zones": _zones,
    "clock": _clock,
    "fonts": _fonts,
    "chromium": _chromium,
}
"""What is looked at, in this order."""

_STATES = {"ok": mark("works"), "missing": mark("is missing"), "broken": mark("does not work")}


def state_words(state: State) -> str:
    """Return what a state is called."""
    return tell_marked(_STATES[state])
