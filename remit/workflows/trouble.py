"""An incident that cannot be driven: told to a person once, kept in sight, tried again ever later.

What is due in it could not be written, by a fault of ours or of its pack. Nothing of it is lost,
and no other incident waits for it; but it stands still until somebody looks.
"""

from __future__ import annotations

from functools import partial

from remit.workflows.driver import Driver
from remit.workflows.entries import Draft, Json
from remit.workflows.incident import Incident
from remit.workflows.ledger_stuck import STUCK, standing
from remit.workflows.ledger_writing import Writing

__all__ = ["LONGEST_REST_S", "in_words", "rest_s", "tell_stuck"]

LONGEST_REST_S = 900
"""How long an incident rests at most that fails each time, unless something new comes in."""
FIRST_REST_S = 2
_LONGEST_PROBLEM = 300


def rest_s(times: int) -> int:
    """Return how many seconds an incident rests that has failed so many times, at least one."""
    return min(FIRST_REST_S << min(times - 1, 20), LONGEST_REST_S)


def in_words(error: Exception) -> str:
    """Return a fault in one line."""
    return " ".join(str(error).split())[:_LONGEST_PROBLEM] or type(error).__name__


def tell_stuck(driver: Driver, incident: str, problem: str) -> bool:
    """Write that an incident stands still, tell it and whatever else waits in it to people.

    Returns:
        Whether it is news: it is written once as long as nothing else happens in the incident.

    Raises:
        LedgerError: if it could not be written.
    """
    is_new = driver.ledger.transact(partial(_note, driver, incident, problem))
    driver.deliver(incident)
    return is_new


def _note(driver: Driver, name: str, problem: str, writing: Writing) -> bool:
    if standing(writing.connection, name) is not None:
        return False
    payload: dict[str, Json] = {"incident": name, "problem": problem}
    try:
        found = writing.incident(name)
    except Exception:  # noqa: BLE001 - whatever keeps it from being read is what is told
        found = None
    if found is None:
        # WHY apart from it: what cannot be read takes no further entry.
        writing.append([Draft(STUCK, payload)], time=driver.clock.now())
        return True
    now = max(driver.clock.now(), found.time)
    told = Draft(STUCK, {**payload, "subjects": [*_whom(found)]})
    writing.append([told], time=now, incident=name, policy=found.policy)
    return True


def _whom(incident: Incident) -> list[str]:
    """Return who leads it, or owns it, and those above all."""
    owners = (incident.commander,) if incident.commander else incident.response.parts[0].owners
    return list(dict.fromkeys([*owners, *incident.response.heads]))
