"""Putting a version of a pack into force, and moving open incidents to it, with proof.

A version comes into force only if it checks clean of errors, if whoever activates it holds the
power, if all agree who must, and if no open work would be orphaned by it. Open incidents go on
under their own version until they are moved; the entry that moves one says of each piece of its
open work who had it and who has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from remit.engine.diff.compare import diff
from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.language.incoming import parse_event
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.validators.registry import check
from remit.workflows.changing import Rules
from remit.workflows.community import Community
from remit.workflows.community_glass import past_policy
from remit.workflows.enacting import Office, Read
from remit.workflows.entries import ENGINE, Draft, Json
from remit.workflows.event_json import value_to_json
from remit.workflows.gate import ActName, Denied, holds_power, led
from remit.workflows.incident import Incident
from remit.workflows.open_work import event_of
from remit.workflows.proposals import Proposal, plan_changes
from remit.workflows.versions import ACTIVATED, AGREED, agreements

__all__ = ["Candidate", "activating", "agreeing", "moved_back", "moving", "parties"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that somebody wants in force.

    Args:
        home: where the pack lies among its files.
        archive: its files, as `versions.pack_files` wrote them.
        before: the version in force; `None` where none was activated.
    """

    rules: Rules
    home: str
    archive: str
    before: Rules | None

    @property
    def pack(self) -> Pack:
        """The pack."""
        return self.rules.pack

    @property
    def judge(self) -> Pack:
        """The pack that says who may: the one in force, else the candidate itself."""
        return self.before.pack if self.before is not None else self.pack


def activating(
    by: str, candidate: Candidate, reason: str, break_glass: str = ""
) -> Callable[[Office, Read], Proposal]:
    """Return the act of putting a version into force; open incidents keep theirs.

    Args:
        break_glass: why it is done past the policy, or empty.
    """
    return lambda office, read: _activate(office, by, candidate, reason, read, break_glass)


def agreeing(by: str, candidate: Candidate, reason: str) -> Callable[[Office, Read], Proposal]:
    """Return the act of agreeing to a version."""
    return lambda office, read: _agree(office, by, candidate, reason)  # noqa: ARG005 -- one shape


def moving(
    by: str, names: Iterable[str] | None, reason: str, break_glass: str = ""
) -> Callable[[Office, Read], Proposal]:
    """Return the act of moving incidents to the version in force; all open ones for `None`.

    Args:
        break_glass: why it is done past the policy, or empty.
    """
    wanted = None if names is None else tuple(names)
    return lambda office, read: _move(office, by, wanted, reason, read, break_glass)


def moved_back(office: Office, names: Mapping[str, str], reason: str, read: Read) -> Proposal:
    """Return the act of moving incidents back to the versions they had.

    Args:
        names: digests of those versions by incident; one that is moved on or over is left alone.
    """
    found = Proposal("move", ENGINE)
    more: dict[str, Json] = {"because": "moved", "values": {}, "reason": reason}
    for name, digest in sorted(names.items()):
        incident = read(name)
        if incident is None or incident.is_over or incident.policy != office.pack.digest:
            continue
        to = office.rules_of(replace(incident, policy=digest))
        if to is None:
            said = tell("the version that decided incident {id} is not at hand", id=name)
            return Proposal("move", ENGINE, Denied("move", ENGINE, said))
        one = _planned("move", office, ENGINE, [incident], to, more)
        if one.denied is not None:
            return one
        found = replace(found, planned=(*found.planned, *one.planned))
    return found


def parties(before: Pack, after: Pack) -> tuple[str, ...]:
    """Return who loses or gains by a version: whose accountability changes in some event."""
    found = diff(before, after, letters=("accountable",))
    names = {name for move in found.moves for name in {*move.from_} ^ {*move.to}}
    names |= {name for one in found.faults for name in one.subjects}
    return tuple(sorted(names))


def _activate(
    office: Office, by: str, candidate: Candidate, reason: str, read: Read, break_glass: str
) -> Proposal:
    name = office.speaker("activate", by, candidate.judge)
    if isinstance(name, Denied):
        return Proposal("activate", by, name)
    refused = _may("activate", office, name, candidate.judge)
    event = _now_at(office, candidate.judge)
    denied = past_policy(candidate.judge, event, refused, break_glass)
    is_past = refused is not None and denied is None
    denied = (
        denied
        or (_no_return(name, candidate) if is_past else None)
        or _unclean(office, name, candidate)
        or _same(name, candidate)
        or _stateless(office, name, candidate)
    )
    if denied is not None:
        return Proposal("activate", name, denied)
    missing, agreed = _missing(office, name, candidate)
    if missing:
        return Proposal("activate", name, _disagreeing(name, missing))
    more: dict[str, Json] = {"because": "moved", "values": {}, "reason": reason}
    open_ = office.open_incidents(read)
    found = _planned("activate", office, name, open_, candidate.rules, more)
    own = _activated(candidate, name, reason, agreed)
    own = replace(own, payload={**own.payload, **_person(by, name)})
    # WHY not planned: open incidents keep the version that opened them until they are moved.
    left = dict.fromkeys(
        (incident.id for incident in open_), tell("it keeps its version until it is moved")
    )
    if found.denied is not None:
        return found
    drafts: tuple[Draft, ...] = (own,)
    if is_past and candidate.before is not None:
        about: dict[str, Json] = {"before": candidate.before.pack.digest}
        about["digest"] = candidate.pack.digest
        drafts = (office.past("activate", name, break_glass, about, candidate.judge), own)
    return Proposal("activate", name, None, drafts, (), left)


def _agree(office: Office, by: str, candidate: Candidate, reason: str) -> Proposal:
    name = office.speaker("agree", by, candidate.judge)
    if isinstance(name, Denied):
        return Proposal("agree", by, name)
    before = candidate.before
    concerned = () if before is None else parties(before.pack, candidate.pack)
    if not {name, *led(candidate.judge, name)} & set(concerned):
        listed = tell(", ").join(f"`{one}`" for one in concerned) or tell("nobody")
        said = tell("`{by}` neither loses nor gains anything by this version", by=name)
        help_ = tell("who does: {listed}", listed=listed)
        return Proposal("agree", name, Denied("agree", name, said, help_))
    del office
    payload: dict[str, Json] = {**_named(candidate.pack), "reason": reason}
    payload |= _person(by, name)
    return Proposal("agree", name, None, (Draft(AGREED, payload, actor=name),))


def _move(
    office: Office,
    by: str,
    names: tuple[str, ...] | None,
    reason: str,
    read: Read,
    break_glass: str,
) -> Proposal:
    name = office.speaker("move", by)
    if isinstance(name, Denied):
        return Proposal("move", by, name)
    refused = _may("move", office, name, office.pack)
    denied = past_policy(office.pack, _now_at(office, office.pack), refused, break_glass)
    is_past = refused is not None and denied is None
    open_ = office.open_incidents(read)
    chosen = [one for one in open_ if names is None or one.id in names]
    lacking = sorted(set(names or ()) - {one.id for one in chosen})
    if lacking and denied is None:
        listed = tell(", ").join(f"`{one}`" for one in lacking)
        reason_ = tell("not open, or of another pack: {listed}", listed=listed)
        denied = Denied("move", name, reason_)
    if denied is not None:
        return Proposal("move", name, denied)
    stale = [one for one in chosen if one.policy != office.pack.digest]
    more: dict[str, Json] = {"because": "moved", "values": {}, "reason": reason}
    more |= _person(by, name)
    found = _planned("move", office, name, stale, office.rules, more)
    if not is_past:
        return found
    about: dict[str, Json] = {"incidents": {one.id: one.policy for one in stale}}
    return replace(found, own=(office.past("move", name, break_glass, about),))


def _planned(
    act: ActName,
    office: Office,
    by: str,
    incidents: Iterable[Incident],
    to: Rules,
    more: Mapping[str, Json],
) -> Proposal:
    """Return what would become of incidents under a version, each in the state it is in there."""
    found = Proposal(act, by)
    community = replace(office.community(), vocabulary=to.pack.vocabulary, start=to.pack.state)
    for incident in incidents:
        entering = _new_states(office, incident, to, community)
        one = plan_changes(
            act, by, [incident], office.rules_of, entering=entering, to=to, more=more
        )
        if one.denied is not None:
            return replace(one, planned=(*found.planned, *one.planned))
        found = replace(
            found, planned=(*found.planned, *one.planned), left={**found.left, **one.left}
        )
    return found


def _new_states(
    office: Office, incident: Incident, to: Rules, community: Community
) -> dict[str, Value]:
    """Return the state dimensions that the incident's version did not have, as they are now."""
    before = office.rules_of(incident)
    if before is None:
        return {}
    event = event_of(incident, before.pack)
    known = {k: v for k, v in event.values.items() if k in to.pack.vocabulary.dimensions}
    return {k: v for k, v in community.at(Event(known)).items() if k not in event.values}


def _may(act: ActName, office: Office, by: str, pack: Pack) -> Denied | None:
    what = tell("put a version of `{pack}` into force", pack=pack.name)
    return holds_power(pack, _now_at(office, pack), act, by, pack.activated_by, what)


def _now_at(office: Office, pack: Pack) -> Event:
    """Return what is certain of everywhere today, in the words of a pack."""
    state = office.community().everywhere()
    known = {name: value for name, value in state.items() if name in pack.vocabulary.dimensions}
    return office.today(Event(known))


def _no_return(by: str, candidate: Candidate) -> Denied | None:
    if candidate.before is not None:
        return None
    said = tell("past the policy no first version comes into force: it could not be taken back")
    return Denied("activate", by, said, tell("whoever may activates the first"))


def _unclean(office: Office, by: str, candidate: Candidate) -> Denied | None:
    report = check(candidate.pack, today=office.now.date())
    errors = [one for one in report.findings if one.level == "error" and not one.accepted]
    if not errors:
        return None
    return Denied(
        "activate",
        by,
        tell(
            "version {version} has errors ({number}), the first: {message}",
            version=candidate.pack.version,
            number=len(errors),
            message=errors[0].message,
        ),
        tell("`remit check` shows them all"),
    )


def _same(by: str, candidate: Candidate) -> Denied | None:
    if candidate.before is None or candidate.before.pack.digest != candidate.pack.digest:
        return None
    reason = tell("version {version} is in force already", version=candidate.pack.version)
    return Denied("activate", by, reason)


def _stateless(office: Office, by: str, candidate: Candidate) -> Denied | None:
    """Refuse a version that has no word for the state the community is in."""
    state = {k: value_to_json(v) for k, v in office.community().everywhere().items()}
    try:
        parse_event(state, candidate.pack.vocabulary)
    except EventError as error:
        said = "; ".join(error.reasons)
        reason = tell("the version has no word for the state that holds: {said}", said=said)
        return Denied("activate", by, reason)
    return None


def _missing(
    office: Office, by: str, candidate: Candidate
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who must still agree to a version, and who has."""
    before = candidate.before
    if before is None or candidate.judge.agreement == "none":
        return (), ()
    entries = office.ledger.entries_of((AGREED,))
    said = {one.by for one in agreements(entries, candidate.pack.digest)} | {by}
    said |= {body for name in said for body in led(candidate.judge, name)}
    needed = parties(before.pack, candidate.pack)
    known = set(before.pack.subjects).union(*(set(p.subjects) for p in before.pack.higher))
    missing = tuple(name for name in needed if name not in said and name in known)
    return missing, tuple(name for name in needed if name in said)


def _disagreeing(by: str, missing: tuple[str, ...]) -> Denied:
    listed = tell(", ").join(f"`{name}`" for name in missing)
    return Denied(
        "activate",
        by,
        tell("not all agree who lose or gain by it: {listed}", listed=listed),
        tell("each says so with `remit activate PACK --as SUBJECT --agree`"),
    )


def _person(said: str, by: str) -> dict[str, Json]:
    """Return who spoke, where a person did."""
    return {} if said == by else {"person": said}


def _named(pack: Pack) -> dict[str, Json]:
    return {"name": pack.name, "version": pack.version, "digest": pack.digest}


def _activated(candidate: Candidate, by: str, reason: str, agreed: tuple[str, ...]) -> Draft:
    payload: dict[str, Json] = {
        **_named(candidate.pack),
        "home": candidate.home,
        "files": candidate.archive,
        "power": candidate.judge.activated_by or "",
        "before": "" if candidate.before is None else candidate.before.pack.digest,
        "agreed": list(agreed),
        "reason": reason,
    }
    return Draft(ACTIVATED, payload, actor=by)
