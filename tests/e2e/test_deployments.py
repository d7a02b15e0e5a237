"""`prefect.yaml` deploys what it says to a real server, and a process pool runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from remit.workflows.flows.server import start_server
from remit.workflows.ledger import Ledger
from tests.desk import SPILL, harbour
from tests.opening import open_only

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


class Place:
    """A Prefect server, and an environment in which commands speak to it."""

    def __init__(self, url: str, environment: Mapping[str, str], folder: Path) -> None:
        self.url = url
        self.environment = environment
        self.folder = folder

    def run(self, *command: str, most_s: int = 240) -> str:
        """Run a command of this environment in the checkout."""
        program = shutil.which(command[0], path=str(BIN)) or command[0]
        done = subprocess.run(
            [program, *command[1:]],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=most_s,
            check=False,
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout

    def ask(self, what: str) -> list[dict[str, object]]:
        """Return what the server knows."""
        request = urllib.request.Request(  # noqa: S310 -- our own server
            f"{self.url}/{what}/filter", b"{}", {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server
            found: list[dict[str, object]] = json.load(answer)
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server with everything of `prefect.yaml` on it."""
    folder = tmp_path_factory.mktemp("deployments")
    server = start_server()
    try:
        assert server.wait(240)
        settings = {
            **server.settings(),
            "PREFECT_HOME": str(folder / "home"),
            "PREFECT_PROFILES_PATH": str(folder / "home" / "profiles.toml"),
            "PREFECT_LOGGING_LEVEL": "WARNING",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "REMIT_LEDGER": str(folder / "ledger.db"),
        }
        found = Place(server.url, settings, folder)
        found.run("prefect", "work-pool", "create", "remit", "--type", "process")
        found.run("prefect", "--no-prompt", "deploy", "--all")
        yield found
    finally:
        server.stop()


def test_everything_is_deployed_with_its_schedule_and_limit(place: Place) -> None:
    found = {str(each["name"]): each for each in place.ask("deployments")}
    assert {"by-hand", "every-minute", "hourly", "in-bulk"} == set(found)
    schedules = {
        name: [schedule["schedule"] for schedule in each["schedules"]]  # type: ignore[attr-defined]
        for name, each in found.items()
    }
    assert [60] == [schedule["interval"] for schedule in schedules["every-minute"]]
    assert ["7 * * * *"] == [schedule["cron"] for schedule in schedules["hourly"]]
    assert [] == schedules["by-hand"]
    limits = {name: each["global_concurrency_limit"]["limit"] for name, each in found.items()}  # type: ignore[index]
    assert {"by-hand": 4, "every-minute": 1, "hourly": 1, "in-bulk": 1} == limits
    assert all("remit" in each["tags"] for each in found.values())  # type: ignore[operator]


def test_a_process_pool_does_what_is_due_in_an_incident(place: Place) -> None:
    pack = harbour(place.folder)
    name = open_only(
        pack, json.dumps({**SPILL, "id": "one"}).encode(), place.environment["REMIT_LEDGER"]
    )
    place.run("prefect", "deployment", "run", "respond/by-hand", "-p", f"incident={name}")
    place.run("prefect", "deployment", "run", "audit/hourly")
    place.run("prefect", "worker", "start", "--pool", "remit", "--type", "process", "--run-once")
    runs = {
        str(run["name"]): run for run in place.ask("flow_runs") if run["state_type"] != "SCHEDULED"
    }
    assert {f"respond {name}": "COMPLETED", "audit": "COMPLETED"} == {
        key: run["state_type"] for key, run in runs.items()
    }
    assert {"remit", f"incident:{name}"} <= set(runs[f"respond {name}"]["tags"])  # type: ignore[call-overload]
    with Ledger.at(place.environment["REMIT_LEDGER"]) as ledger:
        found = ledger.incident(name)
        assert found is not None
        assert "notified" == found.state
        assert ledger.verify().is_whole
    keys = {str(artifact["key"]) for artifact in place.ask("artifacts")}
    assert {f"incident-{name}-timeline", f"incident-{name}-chart", "remit-audit"} <= keys
