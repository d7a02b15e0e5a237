"""`remit serve` and `remit worker` while the database fails: told, nothing lost, on again alone."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from remit.workflows.ledger import Ledger
from tests.databases import SERVER, on_postgres
from tests.desk import SPILL, harbour
from tests.faults.proxy import Proxy, through

pytestmark = pytest.mark.long

BIN = Path(sys.executable).parent
PATIENCE_S = 60.0
LOOK_S = 0.05


@dataclass
class Site:
    """A server that drives nothing, and a worker, on one ledger.

    Args:
        reported: names of events that were answered with 202.
    """

    folder: Path
    ledger: str
    address: str = ""
    token: str = ""
    reported: list[str] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Start both, and wait until they are ready."""
        self.token = self.run(
            "token", "issue", "--for", "warden", "--may", "read", "--may", "report"
        ).stdout.split()[0]
        pack = str(harbour(self.folder))
        for name, command in (
            ("serve", ("serve", pack, "--drive", "0", "--port", "0")),
            ("worker", ("worker",)),
        ):
            with (self.folder / f"{name}.log").open("wb") as log:
                home = ("--home", str(self.folder / name), "--no-prefect")
                process = subprocess.Popen(
                    [str(BIN / "remit"), *command, *home], env=self._environment(), stderr=log
                )
            self.processes.append(process)
        _until(self._serves, "serves")
        self.report_until(202)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the ledger."""
        return subprocess.run(
            [str(BIN / "remit"), *words],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )

    def ask(self, path: str, data: bytes | None = None) -> tuple[int, str, str]:
        """Return the status of an answer, when to ask again, and its text."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}{path}", data, headers)  # noqa: S310 -- our own server
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 -- our own server
                return int(answer.status), "", answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Retry-After", ""), error.read().decode()

    def report_until(self, status: int) -> str:
        """Report one event until it is answered so; return what asks to come again."""
        name = f"event-{len(self.reported)}"
        data = json.dumps({**SPILL, "id": name}).encode()
        found = [""]

        def answered() -> bool:
            code, found[0], text = self.ask("/api/v1/events", data)
            assert code in {202, 503}, text
            return code == status

        _until(answered, f"{name} is answered with {status}")
        if status == 202:
            self.reported.append(name)
        return found[0]

    def fails(self) -> None:
        """Wait until the fault shows, and see that it is told everywhere."""
        assert self.report_until(503), "whoever is refused is told when to come again"
        assert 503 == self.ask("/readyz")[0]
        assert all(process.poll() is None for process in self.processes)

    def goes_on(self) -> None:
        """Wait until an event is taken and its owner asked, by the same processes."""
        self.report_until(202)
        _until(lambda: self._asked() == len(self.reported), "all owners are asked")
        assert 200 == self.ask("/readyz")[0]
        assert all(process.poll() is None for process in self.processes)

    def stop(self) -> None:
        """End both, and see that they end well."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        assert [0, 0] == [process.wait(timeout=PATIENCE_S) for process in self.processes]

    def kill(self) -> None:
        """End whatever still runs."""
        for process in self.processes:
            process.kill()
            process.wait()

    def _asked(self) -> int:
        items = json.loads(self.ask("/api/v1/inbox")[2])["items"]
        return len({one["incident"] for one in items})

    def _serves(self) -> bool:
        found = re.search(
            r'"url": "(http://[^"]+)"', (self.folder / "serve.log").read_text("utf-8")
        )
        if found is None:
            return False
        self.address = found.group(1)
        return self.ask("/healthz")[0] == 200

    def _environment(self) -> dict[str, str]:
        messages = str(self.folder / "messages")
        return {**os.environ, "REMIT_LEDGER": self.ledger, "REMIT_MESSAGES": messages}


def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(LOOK_S)


def _is_sound(site: Site, where: str) -> None:
    """See that each event that was taken is one incident, and the ledger whole."""
    with Ledger.at(where, create=False) as ledger:
        assert ledger.verify().is_whole
        names = [one.id for one in ledger.incidents()]
        entries = ledger.entries()
        assert () == ledger.undelivered()
    assert len(site.reported) == len(names)
    receipts = [str(one.payload["message"]) for one in entries if one.kind == "delivered"]
    assert len(receipts) == len(set(receipts))
    assert "nothing was left undone\n" == site.run("audit").stdout


@contextmanager
def _running(folder: Path, ledger: str) -> Iterator[Site]:
    site = Site(folder, ledger)
    try:
        site.start()
        yield site
    finally:
        site.kill()


@pytest.fixture
def own_database() -> Iterator[str]:
    """A database of its own, by URL: what is done to it concerns nobody else."""
    name = f"remit_faults_{os.getpid()}"
    with on_postgres(), psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _alter(where: str, setting: str) -> None:
    """Change a database, and end all its sessions, as a server that starts anew does."""
    name = make_url(where).database
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} {setting}".encode())
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )


def test_a_network_that_breaks_loses_and_doubles_nothing(tmp_path: Path, own_database: str) -> None:
    url = make_url(own_database)
    proxy = Proxy(url.host or "127.0.0.1", url.port or 5432)
    with _running(tmp_path, through(proxy, own_database)) as site:
        proxy.turn("cut")
        site.fails()
        refused = site.run("incidents")
        assert (2, True) == (refused.returncode, "cannot be reached" in refused.stderr)
        proxy.turn("open")
        site.goes_on()
        for cut in (False, True):
            proxy.doubt(cut=cut)
            site.report_until(503 if cut else 202)
            assert proxy.await_doubt(PATIENCE_S)
            proxy.turn("open")
            site.goes_on()
        proxy.halve()
        site.goes_on()
        site.stop()
        _is_sound(site, own_database)
    proxy.close()


def test_a_database_that_goes_or_only_reads_is_waited_for(
    tmp_path: Path, own_database: str
) -> None:
    with _running(tmp_path, own_database) as site:
        for fault, cure in (
            ("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"),
            ("SET default_transaction_read_only = on", "RESET default_transaction_read_only"),
        ):
            _alter(own_database, fault)
            site.fails()
            _alter(own_database, cure)
            site.goes_on()
        site.stop()
        _is_sound(site, own_database)


def test_a_disk_that_is_full_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    where = str(tmp_path / "ledger.db")
    with _running(tmp_path, where) as site:
        limits = [resource.prlimit(one.pid, resource.RLIMIT_FSIZE) for one in site.processes]
        for one, (_, most) in zip(site.processes, limits, strict=True):
            resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (4096, most))
        site.fails()
        for one, limit in zip(site.processes, limits, strict=True):
            resource.prlimit(one.pid, resource.RLIMIT_FSIZE, limit)
        site.goes_on()
        site.stop()
        _is_sound(site, where)
