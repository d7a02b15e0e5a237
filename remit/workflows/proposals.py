"""What an act would do to all open incidents at once, before anything is written.

One shape for a declaration, an update of one incident's facts, and a move to another version: who
acts, what would become of every incident, whom the policy or an orphan stands against it, and the
entries that make it so, to be written in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from remit.engine.errors import EventError
from remit.engine.handover import Handover
from remit.engine.pack import Pack
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.workflows.changing import Change, Rules, propose
from remit.workflows.entries import Draft, Json
from remit.workflows.gate import ActName, Denied
from remit.workflows.incident import Incident

__all__ = ["Planned", "Proposal", "RulesOf", "named", "not_at_hand", "plan_changes"]

RulesOf = Callable[[Incident], Rules | None]
"""Gives the rules an incident is decided by; `None` where that version is not at hand."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One incident's change, and the digest of the policy it is decided by from then on."""

    change: Change
    policy: str
    more: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an act would do.

    Args:
        denied: why it is refused; then nothing of it happens.
        own: the community's own entries.
        planned: the incidents that change.
        left: the open incidents that do not, with the reason.
    """

    act: ActName
    by: str
    denied: Denied | None = None
    own: tuple[Draft, ...] = ()
    planned: tuple[Planned, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def handover(self) -> Handover:
        """The verdicts on all open work, incident by incident."""
        return Handover(tuple(v for one in self.planned for v in one.change.handover.verdicts))


def plan_changes(
    act: ActName,
    by: str,
    incidents: Iterable[Incident],
    rules_of: RulesOf,
    *,
    entering: Mapping[str, Value],
    leaving: Mapping[str, Value] | None = None,
    to: Rules | None = None,
    more: Mapping[str, Json],
) -> Proposal:
    """Return what would become of incidents; refused if one cannot be told, or loses an owner.

    Args:
        rules_of: the rules each one is decided by until then.
        to: the rules that it would be decided by; its own where left out.
        more: what each incident's entry says beside its change.
    """
    planned: list[Planned] = []
    left: dict[str, str] = {}
    for incident in incidents:
        before = rules_of(incident)
        if before is None:
            return Proposal(act, by, not_at_hand(act, by, incident))
        after = to or before
        try:
            change = propose(incident, before, after, entering=entering, leaving=leaving)
        except EventError as error:
            return Proposal(act, by, _does_not_fit(act, by, incident, error))
        if change.payload:
            planned.append(Planned(change, after.pack.digest, {**more, **_pack(to)}))
        else:
            left[incident.id] = tell("nothing changes in it")
    found = Proposal(act, by, None, (), tuple(planned), left)
    return Proposal(act, by, _orphaning(found), (), found.planned, left)


def _pack(rules: Rules | None) -> dict[str, Json]:
    return {} if rules is None else {"pack": named(rules.pack)}


def named(pack: Pack) -> dict[str, Json]:
    """Return how an entry names a version."""
    return {"name": pack.name, "version": pack.version, "path": pack.path}


def _orphaning(found: Proposal) -> Denied | None:
    orphans = [one for planned in found.planned for one in planned.change.orphans]
    if not orphans:
        return None
    said = "; ".join(
        f"{one.work.id} `{one.work.activity}`{tell(': ')}{one.reason}" for one in orphans
    )
    asks = sorted({one.ask for one in orphans if one.ask})
    help_ = (
        tell("find out of their events: {asks}", asks=tell(", ").join(f"`{one}`" for one in asks))
        if asks
        else tell("close them, give them an owner in the policy, or leave them out of what changes")
    )
    return Denied(
        found.act, found.by, tell("open work would be orphaned: {said}", said=said), help_
    )


def not_at_hand(act: ActName, by: str, incident: Incident) -> Denied:
    """Return that nothing can be told of an incident whose version is nowhere."""
    return Denied(
        act,
        by,
        tell(
            "the version {version} of `{pack}` that decides incident {id} is not at hand",
            version=incident.version,
            pack=incident.pack,
            id=incident.id,
        ),
        tell("name its folder with `--pack`, or move the incident to the version in force"),
    )


def _does_not_fit(act: ActName, by: str, incident: Incident, error: EventError) -> Denied:
    said = "; ".join(error.reasons)
    reason = tell("incident {id} does not fit the policy: {said}", id=incident.id, said=said)
    return Denied(act, by, reason)
