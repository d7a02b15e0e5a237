"""What is done every so often beside the requests; a round that fails is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from remit.engine.wording import Language
from remit.web.packs import PackHolder
from remit.workflows.audit_sweep import sweep
from remit.workflows.driver import Driver
from remit.workflows.glass_ending import end_glass
from remit.workflows.handoffs import due_handoffs, tell_handoffs
from remit.workflows.naming import rosters_in
from remit.workflows.ports import Journal

__all__ = ["Round", "keep_round", "rounds_of"]

HANDOFFS_S = 60.0
"""Seconds between two looks for who came on duty."""
SWEEP_S = 3600.0
"""Seconds between two rounds of the auditor."""
FIRST_SWEEP_S = 300.0
"""Seconds until the first: it reads all entries, and whoever was just started has words to take."""


@dataclass(frozen=True, slots=True)
class Round:
    """One thing that is done every so often.

    Args:
        work: does it, and returns how many things it did.
        done: what the journal calls it.
        first_s: seconds until it is done first.
    """

    every_s: float
    work: Callable[[], int]
    done: str
    first_s: float = 0.0


def rounds_of(driver: Driver, pack: PackHolder, language: Language) -> tuple[Round, ...]:
    """Return the rounds of a server: what ends, telling who comes on duty, and the auditor's."""

    def tell_duty() -> int:
        rosters = rosters_in(pack.rules().pack)
        found = due_handoffs(rosters, driver.ledger, driver.clock.now())
        told, _ = tell_handoffs(found, driver, language)
        return told

    def audit() -> int:
        return len(sweep(driver.ledger, driver.clock.now()))

    def end_past() -> int:
        return len(end_glass(pack.office()))

    return (
        Round(HANDOFFS_S, end_past, "past the policy no more"),
        Round(HANDOFFS_S, tell_duty, "duty told"),
        Round(SWEEP_S, audit, "omissions found", FIRST_SWEEP_S),
    )


async def keep_round(found: Round, journal: Journal) -> None:
    """Do it every so often, for ever."""
    await asyncio.sleep(found.first_s)
    while True:
        try:
            count = await asyncio.to_thread(found.work)
            if count:
                journal.note(found.done, {"count": count})
        except Exception as error:  # noqa: BLE001 - a round that fails is tried again at the next
            problem = " ".join(str(error).split())[:300] or type(error).__name__
            journal.note("round failed", {"round": found.done, "problem": problem})
        await asyncio.sleep(found.every_s)
