"""Many machines' parts on this one: two of each, Postgres and Redis; nothing is lost or doubled.

The processes are those of `docs/guide/running-it.md`, started as it says.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from remit.workflows.flows.server import is_healthy
from remit.workflows.ledger import Ledger
from remit.workflows.tokens import issue_token
from tests.databases import SERVER, on_postgres
from tests.desk import NOON, SPILL, harbour
from tests.machine import missing

pytestmark = [pytest.mark.slow, pytest.mark.long]

INCIDENTS = int(os.environ.get("REMIT_FLEET") or 40)
"""Enough that all work side by side when one of them dies; more to see how it bears them."""
START_S = 300
WORK_S = 240
BIN = Path(sys.executable).parent
REDIS = ("127.0.0.1", 6379)
REDIS_DATABASE = "9"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _until(fact: Callable[[], bool], most_s: float, told: str) -> None:
    end = time.monotonic() + most_s
    while not fact():
        assert time.monotonic() < end, told
        time.sleep(0.2)


@dataclass
class Fleet:
    """The processes, and where each is."""

    folder: Path
    ledger: str
    common: Mapping[str, str]
    prefects: list[str] = field(default_factory=list)
    serves: list[str] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    all: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process; what it says is in a file of its name."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                env={**os.environ, **self.common, **more},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.all.append(process)
        return process

    def start_prefect(self) -> None:
        """Start two servers without services, and the services alone."""
        for number in (1, 2):
            port = _free_port()
            url = f"http://127.0.0.1:{port}/api"
            command = ("prefect", "server", "start", "--no-services", "--port", str(port))
            self.start(f"prefect-{number}", *command, PREFECT_HOME=str(self.folder / f"p{number}"))
            self.prefects.append(url)
            # WHY one after the other: the first makes the tables.
            _until(lambda: is_healthy(url, timeout_s=5), START_S, f"prefect-{number}")  # noqa: B023
        self.start("services", "prefect", "server", "services", "start")

    def start_remit(self, pack: Path) -> None:
        """Start two workers and two servers of the API, each with its Prefect server."""
        for number, url in enumerate(self.prefects, 1):
            port = _free_port()
            there = {"PREFECT_API_URL": url, "PREFECT_HOME": str(self.folder / f"r{number}")}
            home = str(self.folder / f"home{number}")
            where = ("--port", str(port), "--home", home, "--drive", "0")
            self.start(f"serve-{number}", "remit", "serve", str(pack), *where, **there)
            self.serves.append(f"http://127.0.0.1:{port}")
            worker = ("remit", "worker", "--home", home)
            self.workers.append(self.start(f"worker-{number}", *worker, **there))
        for url in self.serves:
            _until(lambda: _status(f"{url}/healthz") == 200, START_S, url)  # noqa: B023

    def stop(self) -> None:
        """End all of it."""
        for process in self.all:
            process.send_signal(signal.SIGTERM)
        for process in self.all:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _report(url: str, token: str, number: int) -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(  # noqa: S310 -- our own server
        f"{url}/api/v1/events",
        json.dumps({**SPILL, "id": f"event {number}"}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            time.sleep(float(error.headers["Retry-After"]))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Everything, running, on an empty ledger."""
    try:
        socket.create_connection(REDIS, timeout=3).close()
    except OSError as error:
        missing(f"no Redis at {REDIS}: {error}")
    database = f"prefect_{os.getpid()}"
    with on_postgres() as places, psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {database}".encode())
        ledger = places.at(tmp_path)
        found = Fleet(tmp_path, ledger, _environment(tmp_path, ledger, database))
        try:
            yield found
        finally:
            found.stop()
            server.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


def _environment(folder: Path, ledger: str, database: str) -> dict[str, str]:
    """Return what the guide sets for all processes."""
    host, port = REDIS
    address = SERVER.partition("://")[2].rpartition("/")[0]
    return {
        "REMIT_LEDGER": ledger,
        "REMIT_MESSAGES": str(folder / "messages"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_API_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://{address}/{database}",
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_SERVER_DOCKET_URL": f"redis://{host}:{port}/{REDIS_DATABASE}",
        "PREFECT_REDIS_MESSAGING_HOST": host,
        "PREFECT_REDIS_MESSAGING_PORT": str(port),
        "PREFECT_REDIS_MESSAGING_DB": REDIS_DATABASE,
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_HOST": host,
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_PORT": str(port),
    }


def test_incidents_over_two_of_everything_are_each_opened_and_told_once(fleet: Fleet) -> None:
    pack = harbour(fleet.folder)
    with Ledger.at(fleet.ledger) as ledger:
        token, _ = issue_token(ledger, bytes(32), NOON, subjects=("*",), rights=("report", "read"))
        fleet.start_prefect()
        fleet.start_remit(pack)
        with ThreadPoolExecutor(8) as pool:
            twice = [(url, number) for number in range(INCIDENTS) for url in fleet.serves]
            coming = pool.map(lambda each: (each[1], _report(each[0], token, each[1])), twice)
            # One worker dies in the middle of it; the other does its work.
            _until(lambda: _told(fleet) > 0, WORK_S, "nobody was told")
            fleet.workers[0].kill()
            answers = list(coming)
        _until(lambda: _told(fleet) >= INCIDENTS, WORK_S, "not everybody was told")
        receipts: dict[int, set[str]] = {}
        for number, (status, answer) in answers:
            assert 202 == status
            receipts.setdefault(number, set()).add(json.dumps(answer["incidents"]))
        assert INCIDENTS == len(receipts)
        assert all(1 == len(found) for found in receipts.values())
        _until(lambda: not ledger.undelivered(), WORK_S, "messages wait")
        assert INCIDENTS == len(ledger.incidents())
        kinds = Counter(
            (entry.incident, entry.kind) for entry in ledger.entries() if entry.incident
        )
        twice_done = {key: count for key, count in kinds.items() if count > 1}
        assert {} == twice_done
        assert INCIDENTS == sum(kind == "delivered" for _, kind in kinds)
        assert ledger.verify().is_whole
    assert INCIDENTS == _told(fleet)
    states = _flow_runs(fleet.prefects[1])
    assert states["COMPLETED"] > 0
    assert not states["FAILED"]


def _told(fleet: Fleet) -> int:
    folder = fleet.folder / "messages"
    return sum(path.suffix == ".json" for path in folder.iterdir()) if folder.is_dir() else 0


def _flow_runs(url: str) -> Counter[str]:
    request = urllib.request.Request(  # noqa: S310 -- our own server
        f"{url}/flow_runs/filter", b"{}", {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server
        return Counter(str(run["state_type"]) for run in json.load(answer))
