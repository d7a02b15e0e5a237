"""An incident under another state, other facts or another version: its new response, and the proof.

Pure: an incident and the rules of before and after in, a proposal out. The proposal says of every
piece of open work who has it then, names what nobody would have, and carries the entry from which
on the incident is decided by its new response. What was done stays as it was decided when it was
done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from remit.engine.handover import Handover, Verdict, entered, hand_over
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS, Pack, Step
from remit.engine.spans import Span
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.workflows.entries import ENGINE, Draft, Json
from remit.workflows.event_json import event_to_json
from remit.workflows.incident import Incident
from remit.workflows.open_work import event_of, open_work
from remit.workflows.planning import plan_response
from remit.workflows.response import Part, Response, StepPlan
from remit.workflows.response_json import response_to_json

__all__ = ["CHANGED", "Change", "Rules", "propose"]

CHANGED = "changed"
"""The kind of entry by which an incident gets another response."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A pack with its compiled map."""

    pack: Pack
    map: ResponsibilityMap


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one incident.

    Args:
        handover: the verdict on each piece of its open work that does not end.
        ends: steps that would not be needed any more, by name.
        added: steps that would come in, by name.
        orphans: verdicts by which the change is refused.
        payload: of the entry that makes it so; empty where nothing would change.
    """

    incident: str
    handover: Handover
    ends: tuple[str, ...]
    added: tuple[str, ...]
    orphans: tuple[Verdict, ...]
    payload: Mapping[str, Json]

    @property
    def is_refused(self) -> bool:
        """Whether somebody would have work taken away and nobody given it."""
        return bool(self.orphans)

    def draft(self, more: Mapping[str, Json], *, actor: str = ENGINE, cause: int | None) -> Draft:
        """Return the entry, with what else is to be said in it."""
        return Draft(CHANGED, {**self.payload, **more}, actor=actor, cause=cause)


def propose(
    incident: Incident,
    before: Rules,
    after: Rules,
    *,
    entering: Mapping[str, Value],
    leaving: Mapping[str, Value] | None = None,
) -> Change:
    """Return what would become of an incident under other rules or with other values.

    Args:
        before: the rules it was decided by until now.
        after: those by which it would be decided.
        entering: the values that its event gets.
        leaving: the state that ends; an incident whose event is in another state is left alone.

    Raises:
        EventError: if its event does not fit the rules.
    """
    work = tuple(open_work(incident, before.pack))
    leaving = leaving or {}
    found = hand_over(work, after.map, leaving=leaving, entering=entering)
    event = event_of(incident, before.pack, as_opened=True)
    is_outside = any(event.values.get(name, value) != value for name, value in leaving.items())
    if incident.is_over or is_outside:
        return Change(incident.id, found, (), (), (), {})
    entry = entered(event, after.pack.vocabulary, entering)
    planned = plan_response(after.pack, after.map.resolve, entry, _begun(incident, before.pack))
    renewed = _renewed(incident, planned)
    response = _merged(incident, planned, renewed)
    is_same = before.pack.digest == after.pack.digest
    if response == incident.response and is_same and event_to_json(entry) == incident.event:
        return Change(incident.id, found, (), (), (), {})
    ends, added = _ended(incident, planned), (*_added(incident, response), *renewed)
    payload: dict[str, Json] = {
        "event": event_to_json(entry),
        "response": response_to_json(response),
        "verdicts": [_record(one) for one in found.verdicts],
        "ended": list(ends),
        "renewed": list(renewed),
        "added": list(added),
        "subjects": list(_concerned(incident, response, found)),
    }
    was = hand_over(work, before.map, leaving={}, entering={})
    judged = _judged(incident, found, was, ends)
    return Change(incident.id, judged, ends, added, judged.of("orphaned"), payload)


def _judged(incident: Incident, found: Handover, was: Handover, ends: tuple[str, ...]) -> Handover:
    """Return the verdicts that count for or against a change.

    A step that is not needed any more ends, and only the lead may not; work that nobody surely had
    before is not orphaned by the change.
    """
    flawed = {(one.work.id, one.work.letter) for one in was.of("orphaned")}
    over = {f"{incident.id}/{name.partition('/')[2]}" for name in ends}
    kept: list[Verdict] = []
    for one in found.verdicts:
        if one.is_unneeded and one.work.id in over:
            continue
        is_old = one.outcome == "orphaned" and (one.work.id, one.work.letter) in flawed
        reason = tell("nobody surely has it now, either") if is_old else one.reason
        kept.append(replace(one, outcome="stays", reason=reason) if is_old else one)
    return Handover(tuple(kept))


def _begun(incident: Incident, pack: Pack) -> dict[str, tuple[Step, ...]]:
    """Return the steps under way that must go on, as the plans of their pack write them."""
    found: dict[str, tuple[Step, ...]] = {}
    for part in incident.response.parts:
        steps = [
            _written(step, pack)
            for step in part.steps
            if incident.progress(step).started is not None and not incident.progress(step).is_over
        ]
        found[part.name] = tuple(steps)
    return found


def _written(plan: StepPlan, pack: Pack) -> Step:
    steps = (step for one in pack.plans.values() for step in one.steps)
    same = (step for step in steps if (step.id, step.activity) == (plan.id, plan.activity))
    nowhere = Span(pack.path, 1, 1, 1, 1)
    return next(same, Step(plan.id, plan.activity, nowhere, after=plan.after))


def _merged(incident: Incident, planned: Response, renewed: tuple[str, ...]) -> Response:
    """Return the new response with what must stay of the old one: all that was done, and names."""
    old = incident.response
    here = old.parts.index(incident.part)
    parts: list[Part] = []
    for at, part in enumerate(old.parts):
        anew = next((one for one in planned.parts if one.name == part.name), None)
        parts.append(
            part if anew is None or at < here else _merged_part(incident, part, anew, renewed)
        )
    if here == 0 and len(parts) == 1:
        parts += planned.parts[1:]
    return replace(
        planned,
        parts=tuple(parts),
        labels={**old.labels, **planned.labels},
        contacts={**old.contacts, **planned.contacts},
        leads={**old.leads, **planned.leads},
        glass=planned.glass or old.glass,
    )


def _merged_part(incident: Incident, old: Part, new: Part, renewed: tuple[str, ...]) -> Part:
    before = {step.id: step for step in old.steps if step.name not in renewed}
    steps = [_merged_step(incident, before.get(step.id), step) for step in new.steps]
    planned = {step.id for step in steps}
    # WHY they stay: what was asked and done in them is told with their names.
    gone = [step for step in old.steps if step.id not in planned]
    return replace(new, steps=(*steps, *gone))


def _merged_step(incident: Incident, old: StepPlan | None, new: StepPlan) -> StepPlan:
    """Return a step as it goes on; what it has drawn, and what is over, stays as it was."""
    if old is None:
        return new
    progress = incident.progress(old)
    if progress.is_over:
        return old
    if progress.requested is not None or progress.drawn or old.name in incident.means:
        return replace(
            new, money=old.money, unfunded=old.unfunded, staff=old.staff, stock=old.stock
        )
    return new


def _renewed(incident: Incident, planned: Response) -> tuple[str, ...]:
    """Return the steps that an earlier change left out and that are needed again."""
    here = incident.response.parts.index(incident.part)
    open_ = {part.name for part in incident.response.parts[here:]}
    return tuple(
        step.name
        for part in planned.parts
        for step in part.steps
        if part.name in open_ and step.name in incident.needless
    )


def _ended(incident: Incident, planned: Response) -> tuple[str, ...]:
    """Return the steps that are not over and that the new response does not know."""
    wanted = {step.name for part in planned.parts for step in part.steps}
    here = incident.response.parts.index(incident.part)
    names = {part.name for part in planned.parts}
    return tuple(
        step.name
        for part in incident.response.parts[here:]
        for step in part.steps
        if part.name in names and step.name not in wanted and not incident.progress(step).is_over
    )


def _added(incident: Incident, response: Response) -> tuple[str, ...]:
    known = {step.name for part in incident.response.parts for step in part.steps}
    steps = (step.name for part in response.parts for step in part.steps)
    return tuple(name for name in steps if name not in known)


def _concerned(incident: Incident, response: Response, found: Handover) -> tuple[str, ...]:
    """Return everybody to be told: who leads, who had work, who gets it, who is kept informed."""
    names = dict.fromkeys(_told(incident.part))
    names |= dict.fromkeys(name for part in response.parts[:1] for name in _told(part))
    for one in found.verdicts:
        if one.outcome != "stays":
            names |= dict.fromkeys((*one.work.owners, *one.work.acting, *one.to))
    names |= dict.fromkeys(item.subject for item in incident.open_items())
    if incident.commander:
        names[incident.commander] = None
    return tuple(names)


def _told(part: Part) -> Iterator[str]:
    yield from part.owners
    for letter in LETTERS:
        yield from part.roles[letter]


def _record(verdict: Verdict) -> dict[str, Json]:
    work = verdict.work
    return {
        "work": work.id,
        "activity": work.activity,
        "letter": work.letter,
        "from": list(work.owners),
        "acting": list(work.acting),
        "to": list(verdict.to or work.owners if verdict.outcome == "stays" else verdict.to),
        "outcome": "ends" if verdict.is_unneeded else verdict.outcome,
        "reason": verdict.reason,
    }
