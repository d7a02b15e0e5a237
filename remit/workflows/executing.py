"""Ways to run a driver's jobs: the protocol, and the plain one, which needs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from remit.workflows.driver import Driver

__all__ = ["Executor", "Meanwhile", "PlainExecutor"]

Meanwhile = Callable[[], bool]
"""Asked when nothing is due: whether something has come in, so that looking again is worth it."""


class Executor(Protocol):
    """Runs everything that is due in an incident, and ends."""

    @property
    def name(self) -> str:
        """What it is called: `plain` or `prefect`."""
        ...

    def run(self, driver: Driver, incident: str, meanwhile: Meanwhile | None = None) -> None:
        """Do everything that is due; then, as often as `meanwhile` says so, look again."""
        ...

    def close(self) -> None:
        """Let go of whatever it holds."""
        ...


class PlainExecutor:
    """Runs jobs one after the other in this process."""

    name = "plain"

    def run(self, driver: Driver, incident: str, meanwhile: Meanwhile | None = None) -> None:
        """Do everything that is due."""
        for job in driver.jobs(incident, meanwhile):
            job.run()

    def close(self) -> None:
        """Hold nothing."""
