"""Who may speak for a subject: people on its rosters, on duty or, with a note, off duty."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from remit.engine.rosters import on_duty
from remit.engine.wording import tell
from remit.workflows.incident import Incident
from remit.workflows.reaching import Changes

__all__ = ["is_on_duty", "person_problem"]

Problem = tuple[str, str]


def person_problem(
    incident: Incident, subject: str, person: str, note: str, now: dt.datetime, changes: Changes
) -> Problem | None:
    """Return why a person may not speak for a subject now, and what to do; `None` if they may.

    Whoever is off duty may, for people answer the call that reached them; but they say why.
    """
    rosters = incident.response.rosters_of(subject)
    if not any(roster.person(person) for roster in rosters):
        parts = {"person": person, "subject": subject}
        return tell("`{person}` is on no roster of `{subject}`", **parts), tell(
            "leave the person out, or name one of: {names}",
            names=", ".join(f"`{one.name}`" for roster in rosters for one in roster.people)
            or tell("nobody"),
        )
    if is_on_duty(incident, subject, person, now, changes) or note.strip():
        return None
    return (
        tell("`{person}` is not on duty for `{subject}` now", person=person, subject=subject),
        tell("say in a note why they answer"),
    )


def is_on_duty(
    incident: Incident, subject: str, person: str, now: dt.datetime, changes: Changes
) -> bool:
    """Return whether a person is on duty for a subject; who cannot tell believes that they are."""
    try:
        return any(
            person in on_duty(roster, now, changes.get(roster.name, ()))
            for roster in incident.response.rosters_of(subject)
        )
    except zoneinfo.ZoneInfoNotFoundError:
        return True
