"""A resident worker runs flows where Prefect is, does without where it is not, and leaves none."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from pathlib import Path

import pytest

from remit.workflows.adapters.journals import MemoryJournal
from remit.workflows.claiming import LedgerClaims
from remit.workflows.flows.resident import PrefectRunner
from remit.workflows.flows.server import start_server
from remit.workflows.working import Worker
from tests.integration.workflows.conftest import Office

pytestmark = [pytest.mark.slow, pytest.mark.long]


def _asked(url: str, what: str) -> list[dict[str, object]]:
    request = urllib.request.Request(  # noqa: S310 -- our own server
        f"{url}/{what}/filter", b"{}", {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- our own server
        found: list[dict[str, object]] = json.load(answer)
    return found


def test_work_goes_on_when_prefect_goes_away_and_was_shown_while_it_was_there(
    office: Office, tmp_path: Path
) -> None:
    server, journal, driver = start_server(), MemoryJournal(), office.driver
    try:
        assert server.wait(240)
        name = office.open().incident
        runner = PrefectRunner(
            server.url, tmp_path, journal, office.ledger, owner="host/1/1", is_dead=driver.is_dead
        )
        claims = LedgerClaims(office.ledger, driver.clock, driver.wall, driver.is_dead)
        worker = Worker(driver, claims, runner, journal)

        async def work() -> str:
            await runner.reach()
            await worker.settle()
            runs = _asked(server.url, "flow_runs")
            assert [(f"respond {name}", "COMPLETED")] == [
                (run["name"], run["state_type"]) for run in runs
            ]
            assert {"remit", f"incident:{name}", "owner:host/1/1"} == set(runs[0]["tags"])  # type: ignore[call-overload]
            keys = {artifact["key"] for artifact in _asked(server.url, "artifacts")}
            assert {f"incident-{name}-timeline", f"incident-{name}-chart"} <= keys
            server.process.kill()
            server.process.wait()
            other = office.open("other").incident
            await worker.settle()
            await runner.close()
            return other

        other = asyncio.run(work())
        assert "notified" == office.incident(other).state
        assert "prefect is away" in [what for what, _ in journal.notes]
    finally:
        server.stop()
