"""The nearest edit of a policy that would give a subject an event, or why there is none.

Each duty the subject has for the activity is changed as little as makes it match the whole event:
a constraint widened, an `unless` dropped, `valid` moved, the letter added; then it is made an
exception to whoever else answers there. A new duty is the last resort. Every proposal is compiled
and compared with the pack as it is before it counts; what is proposed is therefore exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.map.ask import depends
from remit.engine.map.cells import CellSet
from remit.engine.map.compiled import IMPOSSIBLE, Share
from remit.engine.map.diagram import combine
from remit.engine.map.doubt import doubt_in
from remit.engine.map.intake import Intake
from remit.engine.map.overrides import explicit_overrides
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Duty, DutyReference, Pack, Subject, Validity
from remit.engine.spans import Span
from remit.engine.vocabulary import DATE, Dimension, Value, Vocabulary
from remit.engine.wording import tell
from remit.validators.entitlement import prohibitions_of
from remit.validators.moves import Move, moves
from remit.validators.words import names_words

__all__ = ["Edit", "Refusal", "applied", "is_given", "proposals", "refusal"]

NEW_DUTY = 4
"""Parts that a new duty counts for: more than a change or two of one that is there."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One duty written otherwise, or written anew.

    Args:
        before: the duty as it is; `None` for a new one.
        parts: what is written otherwise, as keys: `when.hazard`, `unless`, `exception_to`.
    """

    before: Duty | None
    after: Duty
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no edit of the subject's duties can give it the event.

    Args:
        span: where the pack says so, if it does.
    """

    kind: str
    message: str
    span: Span | None = None
    basis: str | None = None


def refusal(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
    subject: str,
) -> Refusal | None:
    """Return what stands against a subject answering in an event, if anything does."""
    pack = map.pack
    cells = _asked(map, event, activity)
    if not cells:
        return Refusal(
            "not-needed", tell("`{activity}` is not needed in this event", activity=activity)
        )
    return next(
        (found for when, found in _barriers(pack, activity, subject) if map.cells_of(when) & cells),
        None,
    )


def is_given(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
    subject: str,
) -> bool:
    """Return whether a subject alone is accountable in every cell an event may be."""
    return _holders(map, event, activity) == {frozenset({subject})}


def proposals(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
    subject: str,
) -> tuple[Edit, ...]:
    """Return the edits that give a subject an event: of a duty it has, and a new duty.

    The nearest first: one that leaves no event to two subjects or to nobody, then the fewest parts,
    then the smallest share of events that change hands.
    """
    ranked = []
    for draft in _drafts(map, event, activity, subject):
        edit = _with_exceptions(map.pack, draft, event, activity, subject)
        if edit is not None:
            ranked.append((*_rank(map.pack, edit, activity), edit.after.name, edit))
    ranked.sort(key=lambda row: row[:-1])
    return tuple(row[-1] for row in ranked)


def applied(pack: Pack, edit: Edit) -> Pack:
    """Return the pack with an edit made."""
    name = edit.after.subject
    subject = pack.subjects.get(name) or Subject(name, edit.after.span)
    kept = tuple(duty for duty in subject.duties if duty is not edit.before)
    changed = replace(subject, duties=(*kept, edit.after))
    return replace(pack, subjects={**pack.subjects, name: changed})


def _asked(map: ResponsibilityMap, event: Event, activity: str) -> CellSet:  # noqa: A002 -- as above
    """Return the cells an event may be in which it matters who is accountable."""
    cells = map.cells_of_event(event)
    # WHY: rule 7 asks who is accountable for the lead, whether or not it is needed there.
    return cells if activity == map.pack.lead else cells & map.needed(activity)


def _barriers(pack: Pack, activity: str, subject: str) -> Iterator[tuple[Condition, Refusal]]:
    """Yield what keeps a subject from answering for an activity, and where."""
    for account in pack.accounts_of(subject):
        for entry in account.assists_only:
            if entry.activity == activity:
                told = tell(
                    "`{subject}` may only assist in `{activity}` here",
                    subject=subject,
                    activity=activity,
                )
                yield entry.when, Refusal("assists-only", told, entry.span, _basis(entry.basis))
    for power in pack.vocabulary.activities[activity].requires:
        for ban in prohibitions_of(pack, subject, power):
            told = tell(
                "`{subject}` may not use the power `{power}`, which `{activity}` requires",
                subject=subject,
                power=power,
                activity=activity,
            )
            yield ban.when, Refusal("prohibited", told, ban.span, _basis(ban.basis))
    for limit in pack.binding_limits():
        if limit.activity == activity and subject not in limit.accountable:
            names = names_words(limit.accountable, "or")
            told = tell(
                "`{pack}` lets only {names} be accountable for `{activity}` here",
                pack=limit.pack,
                names=names,
                activity=activity,
            )
            yield limit.when, Refusal("limit", told, limit.span, _basis(limit.basis))


def _basis(text: object) -> str | None:
    return None if text is None else str(text)


def _holders(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
) -> set[frozenset[str]]:
    part = map.compiled.parts[activity]
    return {part.subjects(share) for share in _shares(map, event, activity)}


def _shares(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
) -> set[Share]:
    asked = _asked(map, event, activity)
    found = combine(
        asked.diagram,
        map.compiled.answers(activity, "accountable"),
        lambda inside, share: share if inside else IMPOSSIBLE,
    )
    return {share for share in found.terminals if share is not IMPOSSIBLE}


def _only(pack: Pack, activity: str) -> Pack:
    """Return the pack with nothing but what decides about one activity."""
    vocabulary = replace(
        pack.vocabulary,
        activities={activity: pack.vocabulary.activities[activity]},
        unowned=tuple(one for one in pack.vocabulary.unowned if one.activity == activity),
    )
    # WHY: a duty may override another through one of a third activity, which is left out here.
    over = explicit_overrides(pack.duties())
    kept = {duty.name for duty in pack.duties() if duty.activity == activity}

    def alone(duty: Duty) -> Duty:
        names = sorted(over[duty.name] & kept)
        return replace(duty, exception_to=tuple(DutyReference(n, duty.span) for n in names))

    subjects = {
        name: Subject(
            name,
            subject.span,
            duties=tuple(alone(duty) for duty in subject.duties if duty.name in kept),
        )
        for name, subject in pack.subjects.items()
    }
    lead = pack.lead if pack.lead == activity else None
    return replace(
        pack, vocabulary=vocabulary, subjects=subjects, lead=lead, higher=(), limits=(), accept=()
    )


def _drafts(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
    subject: str,
) -> Iterator[Edit]:
    account = map.pack.subjects.get(subject)
    for duty in account.duties if account else ():
        if duty.activity == activity:
            yield _changed(duty, event, map.pack.vocabulary)
    yield _new_duty(map, event, activity, subject)


def _changed(duty: Duty, event: Event, vocabulary: Vocabulary) -> Edit:
    """Return a duty changed as little as makes it match every cell an event may be."""
    parts: list[str] = []
    after = duty
    if "accountable" not in duty.roles:
        after = replace(after, roles=("accountable", *duty.roles))
        parts.append("role")
    wanted = {name: vocabulary.dimension(name).only(value) for name, value in event.values.items()}
    outside = [_outside(box, wanted, vocabulary) for box in duty.when.boxes]
    nearest = min(range(len(outside)), key=lambda at: len(outside[at]))
    if outside[nearest]:
        boxes = list(duty.when.boxes)
        boxes[nearest] = _widened(boxes[nearest], outside[nearest], wanted, vocabulary)
        after = replace(after, when=replace(duty.when, boxes=tuple(boxes)))
        parts += [f"when.{name}" for name in outside[nearest]]
    if duty.unless is not None:
        left = [box for box in duty.unless.boxes if not _meets(box, wanted)]
        if len(left) < len(duty.unless.boxes):
            unless = replace(duty.unless, boxes=tuple(left)) if left else None
            after = replace(after, unless=unless)
            parts.append("unless")
    valid = _moved(duty, event.values.get(DATE))
    if valid != duty.valid:
        after = replace(after, valid=valid)
        parts.append("valid")
    return Edit(duty, after, tuple(parts))


def _outside(
    box: Box, wanted: Mapping[str, IntervalSet], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Return the dimensions whose constraint leaves out some of what is wanted."""
    return tuple(
        name
        for name, constraint in box.constraints.items()
        if not wanted.get(name, vocabulary.dimension(name).everything()) <= constraint.allowed
    )


def _meets(box: Box, wanted: Mapping[str, IntervalSet]) -> bool:
    return all(
        name not in wanted or bool(wanted[name] & constraint.allowed)
        for name, constraint in box.constraints.items()
    )


def _widened(
    box: Box, names: tuple[str, ...], wanted: Mapping[str, IntervalSet], vocabulary: Vocabulary
) -> Box:
    constraints = dict(box.constraints)
    for name in names:
        dimension = vocabulary.dimension(name)
        allowed = _reaching(dimension, constraints[name].allowed, wanted.get(name))
        if allowed == dimension.everything():
            del constraints[name]
        else:
            constraints[name] = replace(constraints[name], allowed=allowed)
    return replace(box, constraints=constraints)


def _reaching(
    dimension: Dimension, allowed: IntervalSet, wanted: IntervalSet | None
) -> IntervalSet:
    """Return a constraint widened to what is wanted; of levels and numbers, without a hole."""
    if wanted is None:
        return dimension.everything()
    if dimension.kind in {"values", "tree"}:
        return allowed | wanted
    low, high = wanted.stretches[0][0], wanted.stretches[-1][1]
    above = [stretch for stretch in allowed.stretches if stretch[0] >= high]
    below = [stretch for stretch in allowed.stretches if stretch[1] <= low]
    if above and (not below or above[0][0].value - high.value <= low.value - below[-1][1].value):
        return allowed | IntervalSet.of((low, above[0][0]))
    return allowed | IntervalSet.of((below[-1][1] if below else low, high))


def _moved(duty: Duty, day: Value | None) -> Validity | None:
    """Return the days of a duty, moved so that they hold a day; every day where none is known."""
    valid = duty.valid
    if valid is None or not isinstance(day, dt.date):
        return None
    start, end = valid.start, valid.end
    if start is not None and day < start:
        start = day
    if end is not None and day > end:
        end = day
    return replace(valid, start=start, end=end)


def _new_duty(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event,
    activity: str,
    subject: str,
) -> Edit:
    """Return a duty for just the events like this one, as far as the pack tells events apart."""
    space = map.compiled.space
    doubt = doubt_in(Intake(map, activity).outcomes, lambda owner: owner, space, space.box_of({}))
    account = map.pack.subjects.get(subject)
    span = account.span if account else map.pack.span
    constraints = {}
    for position, axis in enumerate(each.axis for each in doubt.axes):
        if not depends(doubt, position):
            # WHY: it decides only what can happen, not who answers.
            continue
        if axis.name in event.values and axis.name != DATE:
            atoms = axis.atom_at(event.values[axis.name])
            constraints[axis.name] = Constraint(axis.allowed(atoms), span)
    order = list(map.pack.vocabulary.dimensions)
    ordered = {name: constraints[name] for name in order if name in constraints}
    when = Condition((Box(ordered, span),), span)
    taken = {duty.id for duty in account.duties} if account else set()
    names = (activity, *(f"{activity}-{number}" for number in range(2, len(taken) + 3)))
    name = next(name for name in names if name not in taken)
    duty = Duty(name, subject, activity, ("accountable",), when, span)
    return Edit(None, duty, ("duty",))


def _with_exceptions(
    pack: Pack, draft: Edit, event: Event, activity: str, subject: str
) -> Edit | None:
    """Return an edit in which the duty overrides whoever else answers; `None` if it cannot."""
    edit = draft
    for _ in pack.duties() or (None,):
        after = applied(pack, edit)
        overriding = explicit_overrides(after.duties())
        compiled = compile_pack(_only(after, activity))
        shares = _shares(compiled, event, activity)
        part = compiled.compiled.parts[activity]
        if all(part.subjects(share) == {subject} for share in shares):
            return edit
        others = {
            duty.name: duty
            for share in shares
            for duty in map(part.duty_of, share or ())
            if duty.subject != subject
        }
        if not others or any(edit.after.name in overriding[name] for name in others):
            return None
        edit = _over(edit, others)
    return None


def _over(edit: Edit, others: Mapping[str, Duty]) -> Edit:
    """Return an edit whose duty is an exception to others as well."""
    after, parts = edit.after, edit.parts
    known = {reference.name for reference in after.exception_to}
    fresh = [name for name in sorted(others) if name not in known]
    references = (DutyReference(name, after.span) for name in fresh)
    after = replace(after, exception_to=(*after.exception_to, *references))
    doers = any("responsible" in duty.roles for duty in others.values())
    if edit.before is None and doers:
        # WHY: an exception takes the other's place for every letter; somebody must still do it.
        after = replace(after, roles=("accountable", "responsible"))
    return Edit(edit.before, after, (*parts, *("exception_to" for _ in fresh)))


def _rank(pack: Pack, edit: Edit, activity: str) -> tuple[bool, int, Fraction]:
    """Return whether an edit does harm elsewhere, its parts, and the share of events it moves."""
    before, after = _only(pack, activity), _only(applied(pack, edit), activity)
    found = moves(before, after, edit.before, edit.after)
    parts = len(edit.parts) if edit.before is not None else NEW_DUTY
    moved = (move.share for move in found if move.letter == "accountable")
    return any(_harms(move) for move in found), parts, sum(moved, Fraction(0))


def _harms(move: Move) -> bool:
    """Return whether events are left to more than one, or to nobody, that were not before."""
    if move.letter == "accountable" and len(move.after) > max(1, len(move.before)):
        return True
    return move.letter in {"accountable", "responsible"} and bool(move.before) and not move.after
