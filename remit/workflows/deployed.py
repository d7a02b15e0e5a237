"""What `prefect.yaml` deploys: flows over the ledger that `REMIT_LEDGER` names.

A run of one of these is one process that a Prefect worker starts. For the work itself a resident
`remit worker` is ten times as fast; these are for schedules, by hand, and for limits of Prefect's.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from remit.engine.wording import tell
from remit.workflows.audit_sweep import sweep as record_omissions
from remit.workflows.driver import Driver, Job
from remit.workflows.flows.bulk import season_flow
from remit.workflows.flows.deploying import Audit, deployed_flows
from remit.workflows.flows.showing import Showing
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.trouble import in_words, tell_stuck
from remit.workflows.wiring import driver_for, ledger_place

__all__ = ["audit", "resolve_season", "respond", "sweep"]

LATE_S = 300
"""Seconds after which a deadline that nobody saw to is a fault of the operation."""


@cache
def _driver() -> Driver:
    return driver_for(Ledger.at(ledger_place(None), create=False))


def _jobs(incident: str) -> Iterator[Job]:
    jobs = _driver().jobs(incident)
    while True:
        with _told(incident):
            job = next(jobs, None)
        if job is None:
            return
        yield Job(job.name, partial(_run, incident, job))


def _run(incident: str, job: Job) -> int:
    with _told(incident):
        return job.run()


@contextmanager
def _told(incident: str) -> Iterator[None]:
    """Tell people that an incident stands still, where something goes wrong in it."""
    try:
        yield
    except LedgerError:
        raise
    except Exception as error:
        tell_stuck(_driver(), incident, in_words(error))
        raise


def _due() -> Sequence[str]:
    driver = _driver()
    late = [*driver.ledger.overdue(driver.clock.now()), *driver.ledger.undelivered()]
    return [name for name in dict.fromkeys(late) if _is_due(driver, name)]


def _is_due(driver: Driver, name: str) -> bool:
    """Return whether anything is due; where that cannot be told, it is tried, and told then."""
    try:
        return driver.is_due(name)
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - one incident's trouble must not end the others
        return True


def _audited() -> Audit:
    driver = _driver()
    verdict = driver.ledger.verify()
    now = driver.clock.now()
    figures = driver.ledger.figures(now)
    problems = list(verdict.problems)
    problems += [str(omission) for omission in record_omissions(driver.ledger, now)]
    late = figures.oldest_passed
    if late is not None and (now - late).total_seconds() > LATE_S:
        problems.append(tell("a deadline of {time} was not seen to", time=late.isoformat()))
    return Audit(
        problems,
        {
            tell("entries"): str(verdict.entries),
            tell("head"): str(verdict.head),
            tell("open incidents"): str(figures.open_incidents),
            tell("passed deadlines"): str(figures.passed),
            tell("messages that wait"): str(figures.outbox.get("waiting", 0)),
        },
    )


async def _shown(incident: str) -> None:
    await Showing(_driver().ledger).tell(incident)


def _resolve(pack: str, events: str, answers: str, workers: str) -> None:
    """Resolve a file of events by the command, which a run by hand would use, too."""
    command = [sys.executable, "-m", "remit", "resolve", pack, "--batch", events]
    with Path(answers).open("wb") as out:
        done = subprocess.run([*command, "--workers", workers], stdout=out, check=False)  # noqa: S603 - our own command
    # WHY not 1: that some events have no owner is an answer, not a failure.
    if done.returncode > 1:
        raise RuntimeError(tell("it ended with code {code}", code=done.returncode))


_FLOWS = deployed_flows(_jobs, due=_due, audited=_audited, shown=_shown)
respond = _FLOWS.respond
sweep = _FLOWS.sweep
audit = _FLOWS.audit
resolve_season = season_flow(_resolve)
