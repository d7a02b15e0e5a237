"""`remit worker`: drives what is due in a ledger; any number of them, on any machine."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from remit.cli.exits import Exit
from remit.cli.live import completed_driver, open_ledger
from remit.cli.screen import say
from remit.engine.wording import current_language, tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.adapters.heartbeats import Heartbeat
from remit.workflows.adapters.journals import JsonJournal
from remit.workflows.flows.environment import API_URL
from remit.workflows.wiring import worker_for
from remit.workflows.working import Limits, Worker

__all__ = ["worker"]


def worker(
    *,
    ledger: str | None = None,
    home: Path = Path(".remit"),
    drive: Annotated[int, Parameter(validator=Number(gte=1, lte=64))] = 4,
    prefect: Annotated[bool, Parameter(negative="--no-prefect")] = True,
    address: str = "",
    once: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Drive incidents and see to deadlines, until told to end.

    Runs the work as Prefect flows where $PREFECT_API_URL names a server, and plainly where none is
    named, or while it does not answer. Writes JSON lines about what it does to standard error.
    Ends with 0 on SIGTERM or Ctrl-C, after the jobs under way, 2 if there is no such ledger.

    Args:
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        home: Folder for what is kept beside the ledger.
        drive: Incidents driven side by side.
        prefect: Use the Prefect server that $PREFECT_API_URL names.
        address: Where `remit serve` is, for links to its pages.
        once: Do what is due now, and end.
    """
    with open_ledger(ledger) as opened:
        clock = SystemClock()
        driver = completed_driver(opened, language=current_language(), quiet=True)
        journal = JsonJournal(sys.stderr, clock, {"process": driver.owner})
        heart = Heartbeat(home / f"worker-{os.getpid()}.json", driver.owner, clock)
        found = worker_for(
            driver,
            journal,
            limits=Limits(at_once=drive),
            prefect=os.environ.get(API_URL, "") if prefect else "",
            home=home / "prefect",
            address=address,
            beat=None if once else heart.beat,
        )
        if once:
            asyncio.run(_once(found))
            return Exit.CLEAN
        say(tell("remit works on {ledger} (Ctrl-C ends it)", ledger=opened.location))
        journal.note("working")
        asyncio.run(_work(found))
        heart.end()
        journal.note("ended")
    return Exit.CLEAN


async def _work(found: Worker) -> None:
    loop = asyncio.get_running_loop()
    # WHY suppressed: only the main thread gets signals.
    with suppress(RuntimeError, ValueError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, found.stop)
    await found.run()


async def _once(found: Worker) -> None:
    await found.settle()
    found.stop()
    await found.run()
