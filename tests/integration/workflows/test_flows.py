"""Prefect runs the work when it is there, and holds up nothing when it is not."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from remit.workflows.answers import Word
from remit.workflows.flows import template
from remit.workflows.flows.executor import PrefectExecutor
from remit.workflows.flows.page import page_of
from remit.workflows.flows.serve import queue_writers
from tests.integration.workflows.conftest import Office

pytestmark = pytest.mark.slow

API_URL = "PREFECT_API_URL"


@pytest.fixture(scope="module")
def notes() -> list[str]:
    """What the executor said."""
    return []


@pytest.fixture(scope="module")
def prefect(notes: list[str]) -> Iterator[PrefectExecutor]:
    """Prefect with a private server."""
    os.environ.pop(API_URL, None)
    executor = PrefectExecutor(notes.append, patience_s=120)
    yield executor
    executor.close()


def _flow_runs(executor: PrefectExecutor) -> list[dict[str, object]]:
    """Return what the private server knows of flow runs."""
    assert executor._server is not None
    request = urllib.request.Request(  # noqa: S310 -- our own server
        f"{executor._server.url}/flow_runs/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- our own server
        found: list[dict[str, object]] = json.load(answer)
    return found


def test_an_incident_is_moved_on_by_flow_runs_named_after_it(
    office: Office, prefect: PrefectExecutor, notes: list[str]
) -> None:
    name = office.open().incident
    prefect.run(office.driver, name)
    office.driver.answer(name, 1, Word("ack", "warden"))
    prefect.run(office.driver, name)
    assert notes == []
    runs = [run for run in _flow_runs(prefect) if run["name"] == f"respond {name}"]
    assert [run["state_type"] for run in runs] == ["COMPLETED", "COMPLETED"]
    assert all(set(run["tags"]) == {"remit", f"incident:{name}"} for run in runs)  # type: ignore[call-overload]
    assert all(run["parameters"] == {"incident": name} for run in runs)


def test_prefect_does_the_same_as_the_plain_executor(
    office: Office, prefect: PrefectExecutor
) -> None:
    one, two = office.open("one").incident, office.open("two").incident
    prefect.run(office.driver, one)
    office.driver.drive(two)
    for name in (one, two):
        office.driver.answer(name, 1, Word("ack", "warden"))
    prefect.run(office.driver, one)
    office.driver.drive(two)
    kinds = [[entry.kind for entry in office.ledger.entries(name)] for name in (one, two)]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) >= 10


def test_a_fault_of_the_work_itself_is_not_blamed_on_prefect_alone(
    office: Office, prefect: PrefectExecutor
) -> None:
    from remit.workflows.driver import UnknownIncidentError

    with pytest.raises(UnknownIncidentError):
        prefect.run(office.driver, "nope")


def test_nothing_of_prefect_is_left_in_the_environment(prefect: PrefectExecutor) -> None:
    assert prefect.name == "prefect"
    assert not [name for name in os.environ if name == API_URL]


def test_the_work_is_done_when_the_named_server_is_not_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv(API_URL, f"http://127.0.0.1:{taken.getsockname()[1]}/api")
        said: list[str] = []
        executor = PrefectExecutor(said.append)
        name = office.open().incident
        executor.run(office.driver, name)
        executor.run(office.driver, name)
        executor.close()
    (note,) = said
    assert note.startswith("Prefect is left out (no server answers at http://127.0.0.1:")
    assert [message.subject for message in office.notifier.sent] == ["warden"]


def test_the_work_goes_on_when_the_server_dies_between_two_runs(office: Office) -> None:
    said: list[str] = []
    executor = PrefectExecutor(said.append, patience_s=120)
    name = office.open().incident
    executor.run(office.driver, name)
    assert executor._server is not None
    os.kill(executor._server.process.pid, signal.SIGKILL)
    executor._server.process.wait()
    office.driver.answer(name, 1, Word("ack", "warden"))
    executor.run(office.driver, name)
    executor.close()
    assert len(said) == 1
    assert office.incident(name).state == "working"
    assert ("consult", "clinic") in {
        (item.purpose, item.subject) for item in office.incident(name).open_items()
    }


def test_work_does_not_wait_long_for_prefect_to_get_ready(office: Office) -> None:
    said: list[str] = []
    executor = PrefectExecutor(said.append, patience_s=0)
    name = office.open().incident
    executor.run(office.driver, name)
    executor.close()
    assert said == ["Prefect is not ready after 0 s; the work goes on without it"]
    assert [message.subject for message in office.notifier.sent] == ["warden"]


STARTER = """
import os, sys
from remit.workflows.flows.server import start_server
server = start_server()
print(server.process.pid, server.home, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system cannot watch a process end")
def test_the_private_server_ends_with_the_process_that_started_it() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    pid, home = starter.stdout.readline().split(maxsplit=1)
    watched = os.pidfd_open(int(pid))
    starter.kill()
    starter.wait()
    ended, _, _ = select.select([watched], [], [], 60)
    os.close(watched)
    for stream in (starter.stdin, starter.stdout):
        if stream is not None:
            stream.close()
    assert ended, "the server lives on"
    assert not Path(home.strip()).exists()


def test_the_cure_for_prefects_sqlite_fits_the_installed_prefect() -> None:
    assert queue_writers()


def test_a_database_is_kept_for_each_version_of_prefect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(template.CACHE, str(tmp_path / "cache"))
    home = tmp_path / "home"
    home.mkdir()
    assert not template.copy_template(home)
    import sqlite3

    with closing(sqlite3.connect(home / "prefect.db")) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    template.keep_template(home)
    assert template.copy_template(home)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [template.template_path().name]


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(template.CACHE, str(tmp_path / "file"))
    template.keep_template(tmp_path)
    assert not template.copy_template(tmp_path)


def test_the_page_for_prefect_says_what_the_ledger_says(office: Office) -> None:
    name = office.open().incident
    office.driver.drive(name)
    page = page_of(office.ledger, name)
    assert "State: **the owner is told**" in page
    assert "Warden is told, and asked to lead until 12:10" in page
    assert page_of(office.ledger, "nope") == ""
