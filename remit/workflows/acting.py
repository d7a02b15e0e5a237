"""Writing what somebody does about an incident: judged and recorded in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from remit.workflows.acts import Act, judge_act
from remit.workflows.answers import Refusal
from remit.workflows.driver import Driver, UnknownIncidentError
from remit.workflows.entries import Draft, Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger_writing import Writing

__all__ = ["do_act", "may_split", "merge_incidents", "split_off"]


def do_act(driver: Driver, incident: str, act: Act) -> Entry | Refusal:
    """Write what somebody does, or why it does not count; what follows from it is for `jobs`.

    Raises:
        UnknownIncidentError: if there is no such incident.
    """
    return _written(driver, incident, act, lambda writing: None)  # noqa: ARG005 - no other takes part


def merge_incidents(driver: Driver, incident: str, act: Act) -> Entry | Refusal:
    """End one incident as a part of another, which is told so; both or neither.

    Raises:
        UnknownIncidentError: if there is no incident of one of the names.
    """
    return _written(driver, incident, act, lambda writing: _known(writing, act.to or ""))


def may_split(driver: Driver, incident: str, act: Act) -> Refusal | None:
    """Return why an incident may not be split, before anything is opened; it is written down.

    Raises:
        UnknownIncidentError: if there is no such incident.
    """
    with driver.ledger.write() as writing:
        known = _known(writing, incident)
        now = max(driver.clock.now(), known.time)
        judged = judge_act(known, act, now)
        if not isinstance(judged, Refusal):
            return None
        writing.append([judged.draft], time=now, incident=incident, policy=known.policy)
        return judged


def split_off(driver: Driver, incident: str, act: Act) -> Entry | Refusal | None:
    """Write that another incident was split off, unless that stands there already.

    Args:
        act: with the other incident, which says itself what it was split off.
    """
    with driver.ledger.write() as writing:
        if act.to in _known(writing, incident).split:
            return None
    return do_act(driver, incident, act)


def _written(
    driver: Driver, name: str, act: Act, other: Callable[[Writing], Incident | None]
) -> Entry | Refusal:
    with driver.ledger.write() as writing:
        incident, target = _known(writing, name), other(writing)
        times = [driver.clock.now(), incident.time, *(() if target is None else (target.time,))]
        now = max(times)
        judged = judge_act(incident, act, now, target)
        draft = judged.draft if isinstance(judged, Refusal) else judged
        (entry,) = writing.append([draft], time=now, incident=name, policy=incident.policy)
        shown = [(entry, _known(writing, name))]
        if target is not None and not isinstance(judged, Refusal):
            absorbed = Draft("absorbed", {"incident": name, "reason": act.reason}, actor=act.by)
            written = writing.append([absorbed], time=now, incident=target.id, policy=target.policy)
            shown += [(one, _known(writing, target.id)) for one in written]
    for one, after in shown:
        driver.observer(one, after)
    return judged if isinstance(judged, Refusal) else entry


def _known(writing: Writing, name: str) -> Incident:
    found = writing.incident(name)
    if found is None:
        raise UnknownIncidentError(name)
    return found
