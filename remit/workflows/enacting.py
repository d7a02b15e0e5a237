"""Declaring, updating, activating, moving: proposed on the ledger, and written in one transaction.

A dry run and the act itself are one function; the act does it again within the transaction that
writes, so that what was shown is what is judged. What is refused is written too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from remit.engine.errors import RemitError
from remit.engine.events import Event
from remit.engine.pack import Pack
from remit.engine.vocabulary import DATE, Value
from remit.engine.wording import tell
from remit.workflows.authority import Authority
from remit.workflows.changing import Rules
from remit.workflows.community import DECLARED, Community, community_of
from remit.workflows.community_glass import glass_draft, past_policy
from remit.workflows.entries import ENGINE, Draft, Json
from remit.workflows.event_json import value_to_json
from remit.workflows.gate import ActName, Denied, holds_power, leads, off_duty, speaker
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.ledger_writing import Writing
from remit.workflows.open_work import event_of
from remit.workflows.proposals import Proposal, RulesOf, not_at_hand, plan_changes
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of

__all__ = ["Office", "Request", "declaring", "joining", "restored", "updating"]

Read = Callable[[str], Incident | None]


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to declare, or to say of one incident.

    Args:
        by: who acts.
        values: the new value of each dimension.
        scope: where a declaration holds; everywhere if empty.
        break_glass: why it is done past the policy, or empty.
    """

    by: str
    values: Mapping[str, Value]
    reason: str = ""
    basis: str = ""
    scope: Mapping[str, Value] = field(default_factory=dict)
    break_glass: str = ""


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

    def speaker(self, act: ActName, name: str, pack: Pack | None = None) -> str | Denied:
        """Return the subject somebody acts as now: a person on duty acts as whose roster it is on.

        Args:
            pack: says who there is; the version in force where left out.
        """
        pack = pack or self.pack
        found = speaker(pack, act, name)
        if isinstance(found, Denied) or found == name:
            return found
        changes = changes_of(self.ledger.entries_of(ROSTER_KINDS))
        return off_duty(pack, act, name, self.now, changes) or found

    def look(self, proposing: Callable[[Office, Read], Proposal]) -> Proposal:
        """Return what an act would do; nothing is written."""
        return proposing(self, self.ledger.incident)

    def enact(self, proposing: Callable[[Office, Read], Proposal]) -> Proposal:
        """Do an act, or write why it is refused; return what was done."""
        with self.ledger.write() as writing:
            return self._enact(proposing, writing)

    def take_in(self, writing: Writing, name: str, told: Event, received: int) -> str:
        """Let what a later message tells of an incident change who answers, as a `TakeIn` does.

        What cannot be told, as where the incident's version cannot be read, is written as refused.
        """

        def proposing(office: Office, read: Read) -> Proposal:
            try:
                return joining(name, told, received)(office, read)
            except LedgerError:
                raise
            except RemitError as error:
                reason = " ".join(str(error).split())[:300]
                return Proposal("update", ENGINE, Denied("update", ENGINE, reason))

        denied = self._enact(proposing, writing).denied
        return "" if denied is None else denied.reason

    def _enact(self, proposing: Callable[[Office, Read], Proposal], writing: Writing) -> Proposal:
        found = proposing(self, writing.incident)
        if found.denied is not None:
            writing.append([found.denied.draft()], time=self.now, policy=self.pack.digest)
        else:
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

    def today(self, event: Event) -> Event:
        """Return an event on the day of the act: a power held then, or no more, counts now."""
        return Event({**event.values, DATE: self.now.date()}, event.time, event.id)

    def past(
        self,
        act: ActName,
        by: str,
        reason: str,
        about: Mapping[str, Json],
        pack: Pack | None = None,
    ) -> Draft:
        """Return the entry that an act is done past the policy, and what takes it back."""
        return glass_draft(pack or self.pack, act, by, reason, self.now, about)

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

    Nobody's word: what the message is worth, the signals of the policy say. What it takes a power
    to say, no message says; that it told so is on record.

    Args:
        received: the entry that received it.
    """
    return lambda office, read: _join(office, name, told, received, read)


def _join(office: Office, name: str, told: Event, received: int, read: Read) -> Proposal:
    incident = read(name)
    if incident is None or incident.is_over:
        return Proposal("update", ENGINE)
    rules = office.rules_of(incident)
    if rules is None:
        return Proposal("update", ENGINE, not_at_hand("update", ENGINE, incident))
    dimensions = rules.pack.vocabulary.dimensions
    known = event_of(incident, rules.pack, as_opened=True).values
    new = {
        key: value
        for key, value in told.values.items()
        if key in dimensions and not dimensions[key].state and dimensions[key].derive is None
        if known.get(key) != value
    }
    values = {key: value for key, value in new.items() if dimensions[key].declared_by is None}
    own = tuple(
        _undeclared(office, rules.pack, incident, key, value)
        for key, value in sorted(new.items())
        if key not in values
    )
    if not values:
        return Proposal("update", ENGINE, None, own)
    more = {**_more("joined", Request(ENGINE, values)), "received": received}
    found = plan_changes("update", ENGINE, [incident], office.rules_of, entering=values, more=more)
    return replace(found, own=own)


def _undeclared(office: Office, pack: Pack, incident: Incident, name: str, value: Value) -> Draft:
    """Return the entry that a message told what takes a power to say, and who holds it."""
    power = pack.vocabulary.dimension(name).power_to_declare(value)
    event = office.today(event_of(incident, pack))
    able = Authority(pack, event).holders((power,)) if power else ()
    said = tell(
        "a message tells `{name}={value}` of {id}: that is said by who holds `{power}`: {listed}",
        name=name,
        value=value,
        id=incident.id,
        power=power or "",
        listed=tell(", ").join(f"`{one}`" for one in able) or tell("nobody"),
    )
    return Denied("update", ENGINE, said).draft()


def _declare(office: Office, request: Request, read: Read) -> Proposal:
    by = office.speaker("declare", request.by)
    if isinstance(by, Denied):
        return Proposal("declare", request.by, by)
    denied = _no_place(office, by, request.scope)
    if denied is not None:
        return Proposal("declare", by, denied)
    community = office.community()
    place = Event(request.scope)
    before = community.at(place)
    own: list[Draft] = []
    event = office.today(Event({**before, **request.scope}))
    is_past = False
    for name, value in sorted(request.values.items()):
        dimension = office.pack.vocabulary.dimension(name)
        refused = _may_declare(office, by, name, value, event)
        denied = past_policy(office.pack, event, refused, request.break_glass)
        if refused is not None and denied is None:
            is_past, denied = True, _no_return("declare", by, name, before.get(name))
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
    if is_past:
        values = {name: value_to_json(before[name]) for name in sorted(request.values)}
        about: dict[str, Json] = {"values": values, "scope": _plain(request.scope)}
        own.insert(0, office.past("declare", by, request.break_glass, about))
    return _entered(office, request, by, tuple(own), before, read)


def _entered(
    office: Office,
    request: Request,
    by: str,
    own: tuple[Draft, ...],
    before: Mapping[str, Value],
    read: Read,
) -> Proposal:
    """Return a declaration with what becomes of the incidents it concerns."""
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
    return replace(found, own=own)


def restored(office: Office, request: Request, last: int, read: Read) -> Proposal:
    """Return the act of declaring back what was declared past the policy.

    What somebody has declared since stands.

    Args:
        last: the number of the last entry of the act that is taken back.
    """
    community = office.community()
    before = community.at(Event(request.scope))
    since = {one.dimension for one in community.declarations if one.entry > last}
    values = {name: value for name, value in request.values.items() if name not in since}
    back = replace(request, values=values)
    own = tuple(
        _declared(office, back, name, value, before.get(name), ENGINE, "")
        for name, value in sorted(values.items())
        if before.get(name) != value
    )
    return _entered(office, back, ENGINE, own, before, read) if own else Proposal("declare", ENGINE)


def _update(office: Office, name: str, request: Request, read: Read) -> Proposal:
    by = office.speaker("update", request.by)
    if isinstance(by, Denied):
        return Proposal("update", request.by, by)
    incident = read(name)
    rules = None if incident is None else office.rules_of(incident)
    if incident is None or incident.is_over:
        reason = tell("there is no open incident `{name}`", name=name)
        return Proposal("update", by, Denied("update", by, reason))
    denied = None if request.reason.strip() else _no_reason("update", by)
    pack = office.pack if rules is None else rules.pack
    event = office.today(event_of(incident, pack))
    is_past = False
    for dimension in request.values:
        refused = denied or _may_update(pack, event, incident, by, dimension, request)
        denied = past_policy(pack, event, refused, request.break_glass)
        if refused is not None and denied is None:
            is_past = True
            denied = _no_return("update", by, dimension, event.values.get(dimension))
    if denied is not None:
        return Proposal("update", by, denied)
    own: tuple[Draft, ...] = ()
    if is_past:
        before = {name: event.values[name] for name in request.values}
        about: dict[str, Json] = {"incident": name, "values": _plain(before)}
        about["said"] = _plain(request.values)
        own = (office.past("update", by, request.break_glass, about, pack),)
    found = plan_changes(
        "update",
        by,
        [incident],
        office.rules_of,
        entering=request.values,
        more={**_more("updated", request), **_person(request, by)},
    )
    return replace(found, own=own)


def _may_update(
    pack: Pack, event: Event, incident: Incident, by: str, name: str, request: Request
) -> Denied | None:
    dimension, value = pack.vocabulary.dimension(name), request.values[name]
    if dimension.derive is not None:
        reason = tell("`{name}` follows from other facts and is not said", name=name)
        return Denied("update", by, reason)
    what = tell("say `{name}={value}` of an incident", name=name, value=value)
    if dimension.declared_by is None:
        denied = leads(incident, "update", by, what)
        lead = pack.vocabulary.activities.get(pack.lead or "")
        return denied and replace(denied, powers=lead.requires if lead else ())
    return holds_power(pack, event, "update", by, dimension.power_to_declare(value), what)


def _may_declare(office: Office, by: str, name: str, value: Value, event: Event) -> Denied | None:
    """Judge in the state that holds until then, of which the power may be granted."""
    power = office.pack.vocabulary.dimension(name).power_to_declare(value)
    what = tell("declare `{name}={value}`", name=name, value=value)
    return holds_power(office.pack, event, "declare", by, power, what)


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
        "scope": _plain(request.scope),
        "pack": office.pack.name,
    }
    return Draft(DECLARED, {**payload, **_person(request, by)}, actor=by)


def _person(request: Request, by: str) -> dict[str, Json]:
    """Return who spoke, where a person did."""
    return {} if request.by == by else {"person": request.by}


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
    return {"because": because, "values": _plain(request.values), "reason": request.reason}


def _plain(values: Mapping[str, Value]) -> dict[str, Json]:
    return {name: value_to_json(value) for name, value in sorted(values.items())}


def _no_return(act: ActName, by: str, name: str, before: Value | None) -> Denied | None:
    """Refuse what could not be taken back when its time is over: nothing was known before."""
    if before is not None:
        return None
    said = tell(
        "past the policy `{name}` cannot be said first: it could not be taken back", name=name
    )
    return Denied(act, by, said, tell("whoever may says it first"))


def _no_place(office: Office, by: str, scope: Mapping[str, Value]) -> Denied | None:
    """Refuse a scope that is no place: in another state or on another day one may be more."""
    dimensions = office.pack.vocabulary.dimensions
    wrong = [name for name in scope if name == DATE or dimensions[name].state]
    if not wrong:
        return None
    return Denied(
        "declare",
        by,
        tell("`{name}` is nothing where a state could hold", name=wrong[0]),
        tell("name a place with `--at`, and declare in the state that holds"),
    )


def _no_state(by: str, name: str) -> Denied:
    return Denied(
        "declare",
        by,
        tell("`{name}` is no state of the community but a fact of one incident", name=name),
        tell("say it of an incident, with `remit update INCIDENT {name}=...`", name=name),
    )


def _no_reason(act: ActName, by: str) -> Denied:
    return Denied(act, by, tell("no reason is given"), tell('give it with `--reason "..."`'))
