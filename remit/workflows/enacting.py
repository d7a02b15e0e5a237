"""Declaring, updating, activating, moving: proposed on the ledger, and written in one transaction.

A dry run and the act itself are one function; the act does it again within the transaction that
writes, so that what was shown is what is judged. What is refused is written too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.workflows.changing import Rules
from remit.workflows.community import DECLARED, Community, community_of
from remit.workflows.entries import ENGINE, Draft, Json
from remit.workflows.event_json import value_to_json
from remit.workflows.gate import ActName, Denied, holds_power, leads, speaker
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.ledger_writing import Writing
from remit.workflows.open_work import event_of
from remit.workflows.proposals import Proposal, RulesOf, plan_changes

__all__ = ["Office", "Request", "declaring", "joining", "updating"]

Read = Callable[[str], Incident | None]


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to declare, or to say of one incident.

    Args:
        by: who acts.
        values: the new value of each dimension.
        scope: where a declaration holds; everywhere if empty.
    """

    by: str
    values: Mapping[str, Value]
    reason: str = ""
    basis: str = ""
    scope: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Office:
    """Where a community's own acts are done.

    Args:
        rules: of the version in force.
        rules_of: gives the rules that an incident is decided by.
        now: the time of the act.
    """

    ledger: Ledger
    rules: Rules
    rules_of: RulesOf
    now: dt.datetime

    @property
    def pack(self) -> Pack:
        """The version in force."""
        return self.rules.pack

    def community(self) -> Community:
        """Return the state of the community now."""
        return community_of(self.ledger.entries_of((DECLARED,)), self.pack)

    def look(self, proposing: Callable[[Office, Read], Proposal]) -> Proposal:
        """Return what an act would do; nothing is written."""
        return proposing(self, self.ledger.incident)

    def enact(self, proposing: Callable[[Office, Read], Proposal]) -> Proposal:
        """Do an act, or write why it is refused; return what was done."""
        with self.ledger.write() as writing:
            found = proposing(self, writing.incident)
            if found.denied is not None:
                writing.append([found.denied.draft()], time=self.now, policy=self.pack.digest)
                return found
            self._write(found, writing)
        return found

    def _write(self, found: Proposal, writing: Writing) -> None:
        cause = None
        if found.own:
            entries = writing.append(found.own, time=self.now, policy=self.pack.digest)
            cause = entries[-1].number
        for one in found.planned:
            actor = found.by
            draft = one.change.draft(one.more, actor=actor, cause=cause)
            incident = writing.incident(one.change.incident)
            now = self.now if incident is None else max(self.now, incident.time)
            writing.append([draft], time=now, incident=one.change.incident, policy=one.policy)

    def open_incidents(self, read: Read) -> tuple[Incident, ...]:
        """Return the incidents of the pack that are not closed, the oldest first."""
        names = [one.id for one in self.ledger.incidents(is_over=False)]
        found = (read(name) for name in reversed(names))
        return tuple(one for one in found if one is not None and one.pack == self.pack.name)


def declaring(request: Request) -> Callable[[Office, Read], Proposal]:
    """Return the act of declaring a state."""
    return lambda office, read: _declare(office, request, read)


def updating(name: str, request: Request) -> Callable[[Office, Read], Proposal]:
    """Return the act of saying something new of one incident."""
    return lambda office, read: _update(office, name, request, read)


def joining(name: str, told: Event, received: int) -> Callable[[Office, Read], Proposal]:
    """Return the act of taking in what a later message tells of an incident.

    Nobody's word: what the message is worth, the signals of the policy say.

    Args:
        received: the entry that received it.
    """
    return lambda office, read: _join(office, name, told, received, read)


def _join(office: Office, name: str, told: Event, received: int, read: Read) -> Proposal:
    incident = read(name)
    rules = None if incident is None else office.rules_of(incident)
    if incident is None or rules is None or incident.is_over:
        return Proposal("update", ENGINE)
    dimensions = rules.pack.vocabulary.dimensions
    known = event_of(incident, rules.pack, as_opened=True).values
    values = {
        key: value
        for key, value in told.values.items()
        if key in dimensions and not dimensions[key].state and dimensions[key].derive is None
        if known.get(key) != value
    }
    if not values:
        return Proposal("update", ENGINE)
    more = {**_more("joined", Request(ENGINE, values)), "received": received}
    return plan_changes("update", ENGINE, [incident], office.rules_of, entering=values, more=more)


def _declare(office: Office, request: Request, read: Read) -> Proposal:
    by = speaker(office.pack, "declare", request.by)
    if isinstance(by, Denied):
        return Proposal("declare", request.by, by)
    community = office.community()
    place = Event(request.scope)
    before = community.at(place)
    own: list[Draft] = []
    for name, value in sorted(request.values.items()):
        dimension = office.pack.vocabulary.dimension(name)
        denied = _may_declare(office, by, name, value, Event({**before, **request.scope}))
        if denied is None and not dimension.state:
            denied = _no_state(by, name)
        if denied is None and not request.reason.strip():
            denied = _no_reason("declare", by)
        if denied is None and before.get(name) == value:
            reason = tell("`{name}={value}` holds already", name=name, value=value)
            denied = Denied("declare", by, reason)
        if denied is not None:
            return Proposal("declare", by, denied)
        power = dimension.power_to_declare(value) or ""
        own.append(_declared(office, request, name, value, before.get(name), by, power))
    concerned = [one for one in office.open_incidents(read) if _is_within(one, office, request)]
    leaving = {name: before[name] for name in request.values if name in before}
    found = plan_changes(
        "declare",
        by,
        concerned,
        office.rules_of,
        entering=request.values,
        leaving=leaving,
        more=_more("declared", request),
    )
    return replace(found, own=tuple(own))


def _update(office: Office, name: str, request: Request, read: Read) -> Proposal:
    by = speaker(office.pack, "update", request.by)
    if isinstance(by, Denied):
        return Proposal("update", request.by, by)
    incident = read(name)
    rules = None if incident is None else office.rules_of(incident)
    if incident is None or incident.is_over:
        reason = tell("there is no open incident `{name}`", name=name)
        return Proposal("update", by, Denied("update", by, reason))
    denied = None if request.reason.strip() else _no_reason("update", by)
    for dimension in request.values:
        denied = denied or _may_update(office, rules, incident, by, dimension, request)
    if denied is not None:
        return Proposal("update", by, denied)
    return plan_changes(
        "update",
        by,
        [incident],
        office.rules_of,
        entering=request.values,
        more=_more("updated", request),
    )


def _may_update(
    office: Office,
    rules: Rules | None,
    incident: Incident,
    by: str,
    name: str,
    request: Request,
) -> Denied | None:
    pack = office.pack if rules is None else rules.pack
    dimension, value = pack.vocabulary.dimension(name), request.values[name]
    if dimension.derive is not None:
        reason = tell("`{name}` follows from other facts and is not said", name=name)
        return Denied("update", by, reason)
    what = tell("say `{name}={value}` of an incident", name=name, value=value)
    if dimension.declared_by is None:
        return leads(incident, "update", by, what)
    event = event_of(incident, pack)
    return holds_power(pack, event, "update", by, dimension.power_to_declare(value), what)


def _may_declare(office: Office, by: str, name: str, value: Value, event: Event) -> Denied | None:
    """Judge in the state that holds until then, of which the power may be granted."""
    power = office.pack.vocabulary.dimension(name).power_to_declare(value)
    what = tell("declare `{name}={value}`", name=name, value=value)
    day = Event({**event.values, "date": office.now.date()})
    return holds_power(office.pack, day, "declare", by, power, what)


def _declared(
    office: Office,
    request: Request,
    name: str,
    value: Value,
    before: Value | None,
    by: str,
    power: str,
) -> Draft:
    payload: dict[str, Json] = {
        "dimension": name,
        "from": None if before is None else value_to_json(before),
        "to": value_to_json(value),
        "power": power,
        "reason": request.reason,
        "basis": request.basis or _basis(office.pack, by, power),
        "scope": {key: value_to_json(one) for key, one in sorted(request.scope.items())},
        "pack": office.pack.name,
    }
    if request.by != by:
        payload["person"] = request.by
    return Draft(DECLARED, payload, actor=by)


def _basis(pack: Pack, by: str, power: str) -> str:
    """Return the clause by which a subject holds a power, as its grant says."""
    for account in pack.accounts_of(by):
        for grant in account.authority:
            if grant.power == power and grant.basis is not None:
                return str(grant.basis)
    return ""


def _is_within(incident: Incident, office: Office, request: Request) -> bool:
    """Return whether an incident certainly lies where a declaration holds."""
    if not request.scope:
        return True
    rules = office.rules_of(incident)
    vocabulary = (rules or office.rules).pack.vocabulary
    event = event_of(incident, (rules or office.rules).pack)
    return all(
        name in event.values
        and vocabulary.dimension(name).only(event.values[name])
        <= vocabulary.dimension(name).only(value)
        for name, value in request.scope.items()
    )


def _more(because: str, request: Request) -> dict[str, Json]:
    values = {name: value_to_json(value) for name, value in sorted(request.values.items())}
    return {"because": because, "values": values, "reason": request.reason}


def _no_state(by: str, name: str) -> Denied:
    return Denied(
        "declare",
        by,
        tell("`{name}` is no state of the community but a fact of one incident", name=name),
        tell("say it of an incident, with `remit update INCIDENT {name}=...`", name=name),
    )


def _no_reason(act: ActName, by: str) -> Denied:
    return Denied(act, by, tell("no reason is given"), tell('give it with `--reason "..."`'))
