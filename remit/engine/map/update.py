"""A map after an edit: only what the edited duties can reach is built anew.

Cells in none of an edited duty's boxes, old or new, have the answer they had, unless the edit
changed which other duty overrides which. So of each activity that was touched, the answers are
rebuilt inside those boxes and put in place of the old ones there; everything else is taken over.
What an edit does to the space itself, a new bound or another vocabulary, makes a new map.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from remit.engine.conditions import Condition
from remit.engine.map.budget import Budget
from remit.engine.map.build import build
from remit.engine.map.compiled import CompiledPack, Kept
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.parts import ActivityPart, Share, part_of
from remit.engine.map.rows import Row
from remit.engine.map.space import Space, valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.vocabulary import DATE

__all__ = ["updated"]


@dataclass(frozen=True, slots=True)
class _Edit:
    """The duties of one activity that an edit touched, by full name.

    Args:
        before: as they were, of those that mean something else now or are gone.
        after: as they are, of those that meant something else or were not there.
        moved: those that mean the same, and only stand elsewhere or are worded anew.
    """

    before: dict[str, Duty]
    after: dict[str, Duty]
    moved: dict[str, Duty]


class _Elsewhere:
    """Terminal of cells outside the edited duties' boxes."""


ELSEWHERE = _Elsewhere()


def updated(old: CompiledPack, pack: Pack, budget: Budget) -> CompiledPack | None:
    """Return an edited pack compiled with what an earlier version of it has; `None` if it cannot.

    The result answers as one made anew would, to the last share. Cost: that of the activities of
    the edited duties, inside these duties' boxes, plus one look at each subject.
    """
    if not _same_but_for_duties(old.pack, pack):
        return None
    edits = _edits(old.pack, pack)
    changed = [duty for edit in edits.values() for duty in _all_of(edit)]
    if not all(_fits(duty, old.space) for duty in changed):
        return None
    found = CompiledPack(pack, old.space, budget, Kept(possible=old.possible))
    parts = dict(_parts(old, found, edits))
    edits = {name: edit for name, edit in edits.items() if edit.before or edit.after}
    if any(_crosses(parts[name]) for name in edits):
        return None
    found.kept.parts = parts
    for (activity, letter), answers in old.kept.answers.items():
        part, earlier = parts[activity], old.parts[activity]
        if activity not in edits:
            found.kept.answers[activity, letter] = _renumbered(answers, earlier, part)
        elif _relates_alike(earlier, part, edits[activity]):
            found.kept.answers[activity, letter] = _patched(
                answers, earlier, part, letter, edits[activity], found
            )
    found.kept.needed.update(old.kept.needed)
    found.kept.unheld.update(
        (key, gap) for key, gap in old.kept.unheld.items() if key[0] not in edits
    )
    return found


def _same_but_for_duties(old: Pack, new: Pack) -> bool:
    """Return whether nothing that cuts the event space or orders duties has changed but duties."""
    return (
        old.vocabulary == new.vocabulary
        and old.precedence == new.precedence
        and old.higher == new.higher
        and old.limits == new.limits
        and _regions(old) == _regions(new)
    )


def _regions(pack: Pack) -> list[object]:
    """Return what else than duties cuts the event space, wherever it is written."""
    return [
        [_shape(entry.when) for entry in pack.accept],
        [
            [
                *(_shape(grant.when) for grant in one.authority),
                *(_shape(entry.when) for entry in one.prohibitions),
                *(_shape(entry.when) for entry in one.assists_only),
            ]
            for one in pack.subjects.values()
            if one.authority or one.prohibitions or one.assists_only
        ],
    ]


def _shape(condition: Condition | None) -> object:
    """Return what a condition says, without where it is written."""
    return condition and [
        {name: constraint.allowed for name, constraint in box.constraints.items()}
        for box in condition.boxes
    ]


def _meaning(duty: Duty | None) -> object:
    """Return what of a duty bears on who answers, without where it is written."""
    return duty and (
        duty.activity,
        duty.roles,
        _shape(duty.when),
        _shape(duty.unless),
        [reference.name for reference in duty.exception_to],
        duty.valid and (duty.valid.start, duty.valid.end),
    )


def _edits(old: Pack, new: Pack) -> dict[str, _Edit]:
    """Return the duties that changed, by activity; a subject that is the same costs one look."""
    found: dict[str, _Edit] = {}

    def note(activity: str) -> _Edit:
        return found.setdefault(activity, _Edit({}, {}, {}))

    for name in {**old.subjects, **new.subjects}:
        mine, theirs = old.subjects.get(name), new.subjects.get(name)
        if mine is theirs:
            continue
        before = {duty.name: duty for duty in mine.duties} if mine else {}
        after = {duty.name: duty for duty in theirs.duties} if theirs else {}
        for duty in after.values():
            if _meaning(before.get(duty.name)) != _meaning(duty):
                note(duty.activity).after[duty.name] = duty
            elif before[duty.name] != duty:
                note(duty.activity).moved[duty.name] = duty
        for duty in before.values():
            if _meaning(after.get(duty.name)) != _meaning(duty):
                note(duty.activity).before[duty.name] = duty
    return found


def _all_of(edit: _Edit) -> Iterator[Duty]:
    yield from edit.before.values()
    yield from edit.after.values()


def _fits(duty: Duty, space: Space) -> bool:
    """Return whether a duty's bounds may come or go without cutting the space another way.

    A whole number counts one wherever it is cut; decimals and days count one a stretch, so for
    them a bound that goes is a change too.
    """
    axes = {axis.name: axis for axis in space.axes}
    if duty.valid is not None:
        days = valid_days(duty.valid.start, duty.valid.end)
        if days != axes[DATE].dimension.everything():
            return False
    conditions: list[Condition] = [duty.when, *([duty.unless] if duty.unless else [])]
    for condition in conditions:
        for box in condition.boxes:
            for name, constraint in box.constraints.items():
                axis = axes[name]
                if axis.dimension.kind in {"decimal", DATE}:
                    return False
                if not axis.dimension.is_named and not set(constraint.allowed.cuts()) <= set(
                    axis.cuts
                ):
                    return False
    return True


def _parts(
    old: CompiledPack, new: CompiledPack, edits: Mapping[str, _Edit]
) -> Iterator[tuple[str, ActivityPart]]:
    first = 0
    for name, part in old.parts.items():
        if name not in edits:
            found = part if part.first == first else replace(part, first=first)
        else:
            edit = edits[name]
            kept = {duty.name: duty for duty in part.duties if duty.name not in edit.before}
            duties = [duty for _, duty in sorted({**kept, **edit.moved, **edit.after}.items())]
            if edit.before or edit.after:
                found = part_of(new.pack, new.space, name, first, duties)
            else:
                found = replace(part, first=first, duties=tuple(duties))
        yield name, found
        first += len(found.duties)


def _crosses(part: ActivityPart) -> bool:
    """Return whether a duty excepts one of another activity, through which others may relate."""
    return any(
        reference.name not in part.place for duty in part.duties for reference in duty.exception_to
    )


def _relates_alike(old: ActivityPart, new: ActivityPart, edit: _Edit) -> bool:
    """Return whether the duties that were not edited override each other as they did."""
    edited = {*edit.before, *edit.after}
    return _exceptions(old, edited) == _exceptions(new, edited)


def _exceptions(part: ActivityPart, without: Collection[str]) -> set[tuple[str, str]]:
    named = part.overrides.named
    pairs = (
        (part.duties[y].name, part.duties[x].name)
        for y in named
        for x in range(len(part.duties))
        if named[y] >> x & 1
    )
    return {pair for pair in pairs if pair[0] not in without and pair[1] not in without}


def _renumbered(answers: Diagram[Share], old: ActivityPart, new: ActivityPart) -> Diagram[Share]:
    """Return answers with the numbers that duties have now; those that are gone are left out."""
    if old is new:
        return answers
    number = {
        old.first + index: new.first + new.place[duty.name]
        for index, duty in enumerate(old.duties)
        if duty.name in new.place
    }

    def now(share: Share) -> Share:
        return share and tuple(sorted(number[each] for each in share if each in number))

    return answers.mapped(now)


def _patched(
    answers: Diagram[Share],
    old: ActivityPart,
    new: ActivityPart,
    letter: Letter,
    edit: _Edit,
    compiled: CompiledPack,
) -> Diagram[Share]:
    """Return the old answers with those inside the edited duties' boxes built anew."""
    boxes = [
        row.box
        for part, names in ((old, edit.before), (new, edit.after))
        for name in names
        for row in part.rows[part.place[name]]
        if not row.removes
    ]
    if not boxes:
        return _renumbered(answers, old, new)
    gate = len(new.duties)
    rows = [*new.rows_of(new.deciding(letter)), *(Row(gate, box) for box in boxes)]

    def share(items: tuple[int, ...]) -> Share | _Elsewhere:
        # The gate has the highest number; a cell without it is in none of the boxes.
        return new.share(letter, items[:-1]) if items[-1:] == (gate,) else ELSEWHERE

    with compiled.blaming(new):
        kills = new.overrides.kills(letter)
        fresh = build(compiled.space.widths, rows, share, kills, compiled.budget, gate)
    kept = _renumbered(answers, old, new)
    return combine(kept, fresh, _now)


def _now(held: Share, now: Share | _Elsewhere) -> Share:
    return held if held is None or isinstance(now, _Elsewhere) else now
