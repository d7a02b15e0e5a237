"""When nobody could be told: the alarm, and who is told of it instead."""

from __future__ import annotations

from remit.workflows.entries import Draft, Entry, Json
from remit.workflows.incident import Incident
from remit.workflows.reaching import item_of

__all__ = ["alarm_of"]

ALARM = "nobody-told"


def alarm_of(incident: Incident, entry: Entry, subject: str, key: str) -> Draft | None:
    """Return the alarm for a message that did not reach its subject, or `None` if it stands.

    What was asked is asked of the next in line at once; who leads the incident and whoever the
    subject is under are told. An alarm that reaches nobody raises no further one, and a subject
    known to be out of reach is told of once.

    Args:
        incident: as it was before the message was given up.
        entry: what the message was about.
    """
    if entry.kind == ALARM:
        return None
    item = item_of(entry, incident)
    if item is None and subject in incident.untold:
        return None
    if item is not None and (item.untold or item.status != "open"):
        return None
    above = [*incident.response.above.get(subject, ())[:1], incident.commander]
    told: list[Json] = []
    for name in above:
        if name and name != subject and name not in incident.untold and name not in told:
            told.append(name)
    payload: dict[str, Json] = {"to": subject, "message": key, "subjects": told}
    if item is not None:
        payload |= {"item": item.number, "part": item.part, "step": item.step}
    return Draft(ALARM, payload, cause=entry.number)
