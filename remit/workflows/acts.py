"""Judging what somebody does about a whole incident, or with the work of others.

The acts beside the answers of `answers.py`: reopen, cancel, merge, split, reassign, review, undo,
and "I have seen it". The same gate for every door: who may is whoever leads the incident, answers
for it, or is above those; each gives the entry to be written, or the reason why not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from remit.engine.wording import tell
from remit.workflows.answers import Refusal, ask_of, receivers
from remit.workflows.asking import asked
from remit.workflows.entries import Draft, Json
from remit.workflows.incident import Incident, Item
from remit.workflows.response import Ask
from remit.workflows.stepping import step_of
from remit.workflows.undoing import current_asks, relied_on, steps_to_reset

__all__ = ["Act", "ActVerb", "commands", "judge_act"]

ActVerb = Literal["reopen", "cancel", "merge", "split", "reassign", "review", "undo", "seen"]
"""What people do about an incident; the commands of the same names."""

GIVEN: frozenset[str] = frozenset({"command", "take", "do", "support"})
"""Purposes of items whose work may be given to another."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does.

    Args:
        by: the subject that acts.
        reason: why; needed of all but `undo` and `seen`. For `review`, what was learnt.
        item: for `reassign` and `undo`; for `seen`, the entry that told it.
        to: for `reassign`, who gets the work; for `merge` and `split`, the other incident.
        steps: for `reopen`, the steps to be done anew, as `part/step` or by id.
    """

    verb: ActVerb
    by: str
    reason: str = ""
    item: int | None = None
    to: str | None = None
    steps: tuple[str, ...] = ()


@dataclass(eq=True)
class _RefusedError(Exception):
    """An act that does not count, and what to do instead."""

    reason: str
    help: str = ""

    def __hash__(self) -> int:
        return hash((self.reason, self.help))


def judge_act(
    incident: Incident, act: Act, now: dt.datetime, other: Incident | None = None
) -> Draft | Refusal:
    """Return the entry for `act`, or why it does not count.

    Args:
        other: for `merge`, the incident it is to go on as.
    """
    try:
        if act.verb not in {"undo", "seen"}:
            _check_speaker(incident, act)
            _check_reason(act)
        return _DRAFTS[act.verb](incident, act, now, other)
    except _RefusedError as no:
        payload: dict[str, Json] = {
            "item": act.item or 0,
            "verb": act.verb,
            "reason": no.reason,
            "part": "",
            "step": "",
        }
        return Refusal(no.reason, no.help, Draft("refused", payload, actor=act.by))


def commands(incident: Incident, by: str) -> bool:
    """Return whether `by` leads the incident, answers for it, or is above whoever does."""
    response, part = incident.response, incident.part
    owners = part.owners or part.command.line[: part.command.together]
    above = (name for owner in owners for name in response.above.get(owner, ()))
    found = {*owners, *above, *(() if incident.commander is None else (incident.commander,))}
    return any(response.speaks_for(by, name) for name in found)


def _check_speaker(incident: Incident, act: Act) -> None:
    if commands(incident, act.by):
        return
    item = incident.items.get(act.item or 0)
    step = step_of(incident, item) if item is not None and act.verb == "reassign" else None
    answering = step.sign_off.line[: step.sign_off.together] if step is not None else ()
    stands_in = {incident.acting.get(name, name) for name in answering} | set(answering)
    if not any(incident.response.speaks_for(act.by, name) for name in stands_in):
        parts = {"by": act.by, "verb": act.verb, "id": incident.id}
        raise _RefusedError(
            tell(
                "`{by}` may not {verb} in `{id}`: it neither leads it nor answers for it", **parts
            ),
            tell("`{who}` may", who=incident.commander or incident.part.command.line[0])
            if incident.commander or incident.part.command.line
            else "",
        )


def _check_reason(act: Act) -> None:
    if not act.reason.strip():
        option = "--note" if act.verb == "review" else "--reason"
        raise _RefusedError(
            tell("`{verb}` needs a reason", verb=act.verb),
            tell('give it with `{option} "..."`', option=option),
        )


def _check_open(incident: Incident) -> None:
    if incident.merged is not None:
        parts = {"id": incident.id, "into": incident.merged}
        raise _RefusedError(tell("`{id}` was merged: it goes on as `{into}`", **parts))
    if incident.is_over:
        raise _RefusedError(
            tell("`{id}` is over", id=incident.id),
            tell('let it go on with `remit reopen {id} --reason "..."`', id=incident.id),
        )


def _check_over(incident: Incident) -> None:
    if incident.merged is not None:
        parts = {"id": incident.id, "into": incident.merged}
        raise _RefusedError(tell("`{id}` was merged: it goes on as `{into}`", **parts))
    if not incident.is_over:
        raise _RefusedError(tell("`{id}` is not over yet", id=incident.id))


def _cancel(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_open(incident)
    return Draft("cancelled", {"reason": act.reason, "subjects": _told(incident)}, actor=act.by)


def _merge(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_open(incident)
    if other is None or other.id == incident.id:
        raise _RefusedError(tell("`{id}` cannot be merged into itself", id=incident.id))
    _check_open(other)
    if not commands(other, act.by):
        parts = {"by": act.by, "id": other.id}
        raise _RefusedError(
            tell("`{by}` may not merge anything into `{id}`: it does not lead it", **parts),
            tell(
                "who leads it: `{who}`; somebody above both may",
                who=other.commander or next(iter(other.part.command.line), ""),
            ),
        )
    about: dict[str, Json] = {"into": other.id, "subjects": _told(incident)}
    return Draft("merged", {"reason": act.reason, **about}, actor=act.by)


def _split(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_open(incident)
    return Draft("split", {"reason": act.reason, "into": act.to or ""}, actor=act.by)


def _review(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_over(incident)
    waiting = [one.by for one in incident.open_reviews()]
    if waiting:
        listed = tell(", ").join(f"`{name}`" for name in waiting)
        raise _RefusedError(
            tell("what was done past the policy is not judged yet: by {listed}", listed=listed),
            tell("`remit inbox` shows who is asked"),
        )
    return Draft("reviewed", {"note": act.reason}, actor=act.by)


def _reopen(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_over(incident)
    ended_in = incident.ended_in or "recovering"
    steps = [_step_name(incident, name) for name in act.steps]
    if steps and ended_in != "recovering":
        raise _RefusedError(
            tell("`{id}` was cancelled: its work goes on where it stopped", id=incident.id),
            tell("leave out `--step`"),
        )
    first = incident.response.parts[0].name
    state = "working" if any(name.startswith(f"{first}/") for name in steps) else ended_in
    about: dict[str, Json] = {"state": state, "steps": [*steps], "subjects": _told(incident)}
    return Draft("reopened", {"reason": act.reason, **about}, actor=act.by)


def _step_name(incident: Incident, named: str) -> str:
    names = [step.name for part in incident.response.parts for step in part.steps]
    found = [name for name in names if named in {name, name.partition("/")[2]}]
    if not found:
        listed = ", ".join(f"`{name}`" for name in names) or tell("none")
        raise _RefusedError(
            tell("`{id}` has no step `{named}`", id=incident.id, named=named),
            tell("its steps are {listed}", listed=listed),
        )
    return found[0]


def _reassign(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_open(incident)
    item = _item(incident, act)
    name, to = incident.item_id(item.number), act.to or ""
    if not item.is_waiting or item.offer_of is not None or item.purpose not in GIVEN:
        raise _RefusedError(tell("`{name}` is no work that somebody is asked to do now", name=name))
    objected = _objected(incident, item)
    able = dict.fromkeys((*receivers(incident, item), *objected))
    if to not in able:
        listed = ", ".join(f"`{found}`" for found in able) or tell("nobody")
        parts = {"name": name, "to": to}
        raise _RefusedError(
            tell("`{name}` cannot be given to `{to}`: it has no part in it", **parts),
            tell("who may get it: {listed}", listed=listed),
        )
    ask = _ask(incident, item)
    draft = asked(ask, to, now, kind="reassigned", why="reassigned", after=item.number)
    about: dict[str, Json] = {"ask": item.ask, "holder": item.holder, "from": item.number}
    about |= {"before": item.subject, "reason": act.reason, "final": to in objected}
    return Draft("reassigned", {**draft.payload, **about}, actor=act.by)


def _objected(incident: Incident, item: Item) -> tuple[str, ...]:
    """Return who was given the work before and refused: a second time, it is decided."""
    return tuple(
        found.subject
        for found in incident.asked(item.ask)
        if found.why == "reassigned" and found.outcome == "declined"
    )


def _ask(incident: Incident, item: Item) -> Ask:
    step = step_of(incident, item)
    return incident.response.part(item.part).command if step is None else ask_of(step, item)


def _undo(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    _check_open(incident)
    item = _item(incident, act)
    name, step = incident.item_id(item.number), step_of(incident, item)
    if step is None or item.outcome != "done" or item.ask not in current_asks(incident, step):
        raise _RefusedError(
            tell("`{name}` was not reported as done", name=name),
            tell("`remit timeline {id}` tells what was", id=incident.id),
        )
    if not incident.response.speaks_for(act.by, item.subject):
        parts = {"by": act.by, "name": name, "subject": item.subject}
        raise _RefusedError(
            tell("`{by}` may not take back `{name}`: `{subject}` reported it", **parts),
            tell(
                "`{subject}` may; whoever answers for it may send it back instead",
                subject=item.subject,
            ),
        )
    relied = relied_on(incident, step)
    if relied:
        raise _RefusedError(
            tell("`{name}` cannot be taken back: {relied}", name=name, relied=relied),
            tell("whoever answers for it may send it back, or reopen the step"),
        )
    about: dict[str, Json] = {"part": step.part, "step": step.id, "reason": act.reason}
    again: list[Json] = [*steps_to_reset(incident, step)]
    told: list[Json] = [*step.roles["informed"]] if incident.progress(step).informed else []
    more: dict[str, Json] = {"item": item.number, "again": again, "subjects": told}
    return Draft("undone", {**about, **more}, actor=act.by)


def _seen(incident: Incident, act: Act, now: dt.datetime, other: Incident | None) -> Draft:  # noqa: ARG001 - one shape for every act
    notice = incident.notices.get(act.item or 0)
    mine = [
        name
        for name in (notice.subjects if notice else ())
        if incident.response.speaks_for(act.by, name)
    ]
    if notice is None or not mine:
        parts = {"by": act.by, "id": incident.id}
        told = dict.fromkeys(
            name for one in incident.notices.values() for name in one.subjects if one.subjects
        )
        listed = tell(", ").join(f"`{name}`" for name in told) or tell("nobody")
        raise _RefusedError(
            tell("`{by}` was told nothing in `{id}` that it could confirm", **parts),
            tell("who was told something: {listed}", listed=listed),
        )
    return Draft("seen", {"entry": notice.entry, "subject": mine[0]}, actor=act.by)


def _item(incident: Incident, act: Act) -> Item:
    item = incident.items.get(act.item or 0)
    if item is None:
        parts = {"id": incident.id, "number": act.item or 0}
        raise _RefusedError(tell("incident `{id}` has no item {number}", **parts))
    return item


def _told(incident: Incident) -> list[Json]:
    """Return everybody who was asked or told anything, and therefore hears how it goes on."""
    return [*sorted(incident.reached)]


_DRAFTS: Mapping[ActVerb, Callable[[Incident, Act, dt.datetime, Incident | None], Draft]] = {
    "cancel": _cancel,
    "merge": _merge,
    "reassign": _reassign,
    "reopen": _reopen,
    "review": _review,
    "seen": _seen,
    "split": _split,
    "undo": _undo,
}
"""What makes the entry of each act, or raises `_RefusedError`."""
