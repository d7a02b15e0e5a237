"""A map after an edit: only what the edited duties can reach is built anew.

Cells in none of an edited duty's boxes, old or new, have the answer they had, unless the edit
changed which other duty overrides which. So of each activity that was touched, the answers are
rebuilt inside those boxes and put in place of the old ones there; everything else is taken over.
What an edit does to the space itself, a new bound or another vocabulary, makes a new map.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from remit.engine.conditions import Box as ConditionBox
from remit.engine.conditions import Condition
from remit.engine.map.budget import Budget
from remit.engine.map.build import NO_KILLS, build
from remit.engine.map.clash_patch import ClashPatch
from remit.engine.map.compiled import BY_DUTIES, CompiledPack
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.kept import Kept
from remit.engine.map.overrides import Kills
from remit.engine.map.parts import ActivityPart, Share, moved_part, part_of
from remit.engine.map.rivalry import Box, Columns, meet
from remit.engine.map.rows import Row
from remit.engine.map.space import Space, scenario_conditions, valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.vocabulary import DATE

__all__ = ["updated"]

T = TypeVar("T", bound=Hashable)


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

    The result answers as one made anew would, to the last share. Cost: one look at each subject;
    and for each question about an edited activity, what it takes inside the edited duties' boxes.
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
    found.kept.needed.update(old.kept.needed)
    _keep_untouched(old, found, edits)
    for name, edit in edits.items():
        change = _Change(old.parts[name], parts[name], edit, found)
        if change.relates_alike():
            _keep_patched(old, found, change)
    return found


def _keep_untouched(old: CompiledPack, new: CompiledPack, edits: Collection[str]) -> None:
    """Take over what is known of the activities that were not edited."""
    for key, answers in old.kept.answers.items():
        if key[0] not in edits:
            by = new.parts[key[0]].first - old.parts[key[0]].first
            new.kept.answers[key] = _shifted(answers, by)
    for key, later in old.kept.answers_later.items():
        if key[0] not in edits:
            by = new.parts[key[0]].first - old.parts[key[0]].first
            new.kept.answers_later[key] = partial(_shifted_later, later, by)
    new.kept.unheld.update((k, v) for k, v in old.kept.unheld.items() if k[0] not in edits)
    new.kept.unheld_later.update(
        (k, v) for k, v in old.kept.unheld_later.items() if k[0] not in edits
    )
    new.kept.clashes.update(
        (name, found)
        for name, found in old.kept.clashes.items()
        if name not in edits and found is not None
    )
    new.kept.clashes_later.update(
        (name, later) for name, later in old.kept.clashes_later.items() if name not in edits
    )


def _keep_patched(old: CompiledPack, new: CompiledPack, change: _Change) -> None:
    """Take over what is known of an edited activity but for the cells of the edit."""
    name = change.part.name
    for letter in BY_DUTIES:
        if (name, letter) in old.kept.answers:
            answers = old.kept.answers[name, letter]
            new.kept.answers_later[name, letter] = partial(change.answers, answers, letter)
    for key, gap in old.kept.unheld.items():
        if key[0] == name:
            new.kept.unheld_later[key] = partial(change.gap, gap, key[1])
    clashes = old.kept.clashes.get(name)
    if clashes is not None:
        patch = ClashPatch(new, change.old, change.part, change.areas())
        new.kept.clashes_later[name] = partial(patch.clashes, clashes)


def _shifted(answers: Diagram[Share], by: int) -> Diagram[Share]:
    """Return answers whose duties are all numbered higher by as much."""
    if not by:
        return answers
    shares = (share and tuple(number + by for number in share) for share in answers.terminals)
    return Diagram(answers.widths, answers.levels, tuple(shares))


def _shifted_later(later: Callable[[], Diagram[Share]], by: int) -> Diagram[Share]:
    return _shifted(later(), by)


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """One edited activity, before and after."""

    old: ActivityPart
    part: ActivityPart
    edit: _Edit
    compiled: CompiledPack

    def relates_alike(self) -> bool:
        """Return whether the duties that were not edited override each other as they did."""
        if not self.old.overrides.named and not self.part.overrides.named:
            return True
        edited = {*self.edit.before, *self.edit.after}
        return _exceptions(self.old, edited) == _exceptions(self.part, edited)

    def areas(self) -> list[Box]:
        """Return the boxes of the edited duties, old and new; nothing changes anywhere else."""
        found = [
            row.box
            for part, names in ((self.old, self.edit.before), (self.part, self.edit.after))
            for name in names
            for row in part.rows[part.place[name]]
            if not row.removes
        ]
        return list(dict.fromkeys(found))

    def answers(self, answers: Diagram[Share], letter: Letter) -> Diagram[Share]:
        """Return the old answers with those inside the edited duties' boxes built anew."""
        kept = _renumbered(answers, self.old, self.part)
        areas = self.areas()
        if not areas:
            return kept
        part, gate = self.part, len(self.part.duties)
        rows = [*self._near(part.deciding(letter), areas), *(Row(gate, box) for box in areas)]

        def share(items: tuple[int, ...]) -> Share | _Elsewhere:
            # The gate has the highest number; a cell without it is in none of the boxes.
            return part.share(letter, items[:-1]) if items[-1:] == (gate,) else ELSEWHERE

        return combine(kept, self._built(rows, share, part.overrides.kills(letter)), _now)

    def gap(self, gap: Diagram[bool] | None, letter: Letter) -> Diagram[bool] | None:
        """Return where the activity is needed and nobody has a letter, as it is now."""
        part, gate = self.part, len(self.part.duties)
        covers = part.overrides.is_covering(letter)
        if covers and self._covers_alike(letter):
            return gap
        areas = self.areas()
        rows = self._near(
            part.overrides.holders[letter] if covers else part.deciding(letter), areas
        )
        if covers and gap is None:
            areas = [area for area in areas if not _is_covered(area, rows)]
        if not areas:
            return gap
        needs = [
            Row(gate, inside, row.removes)
            for row in self.compiled.needs(part.name)
            for area in areas
            if (inside := meet(row.box, area)) is not None
        ]

        def is_open(items: tuple[int, ...]) -> bool | None:
            if items[-1:] != (gate,):
                return None
            return len(items) == 1 or not (covers or part.share(letter, items[:-1]))

        kills = Kills(np.zeros(gate, np.int64), NO_KILLS.pairs)
        fresh = self._built(
            [*rows, *needs], is_open, kills if covers else part.overrides.kills(letter)
        )
        if gap is None:
            found = fresh.mapped(bool) if True in fresh.terminals else None
        else:
            found = combine(gap, fresh, lambda was, now: was if now is None else now)
        return found if found is not None and True in found.terminals else None

    def _covers_alike(self, letter: Letter) -> bool:
        """Return whether the edited duties match where they did, whosever they are now."""
        if not self.old.overrides.is_covering(letter):
            return False
        before, after = (
            sorted(
                [(row.box, row.removes) for row in part.rows[part.place[name]]]
                for name, duty in duties.items()
                if letter in duty.roles
            )
            for part, duties in ((self.old, self.edit.before), (self.part, self.edit.after))
        )
        return before == after

    def _near(self, duties: int, areas: Sequence[Box]) -> list[Row]:
        """Return the rows of a mask of duties whose outer bounds meet a box."""
        columns = Columns.of((self.part,), (duties,))
        near = np.zeros(len(columns.item), bool)
        for area in areas:
            near |= columns.near(area)
        return [
            Row(int(columns.item[row]), columns.box(row), bool(columns.removes[row]))
            for row in np.flatnonzero(near).tolist()
        ]

    def _built(
        self, rows: Sequence[Row], terminal: Callable[[tuple[int, ...]], T], kills: Kills
    ) -> Diagram[T]:
        compiled, gate = self.compiled, len(self.part.duties)
        with compiled.blaming(self.part):
            return build(compiled.space.widths, rows, terminal, kills, compiled.budget, gate)


def _is_covered(area: Box, rows: Sequence[Row]) -> bool:
    """Return whether a duty that no row takes away matches all over a box."""
    taken = {row.item for row in rows if row.removes}
    return any(row.item not in taken and meet(row.box, area) == area for row in rows)


def _same_but_for_duties(old: Pack, new: Pack) -> bool:
    """Return whether nothing that cuts the event space or orders duties has changed but duties."""
    return (
        (old.vocabulary is new.vocabulary or old.vocabulary == new.vocabulary)
        and old.precedence == new.precedence
        and old.higher == new.higher
        and old.limits == new.limits
        and _regions(old, new) == _regions(new, old)
    )


def _regions(pack: Pack, other: Pack) -> list[object]:
    """Return what else than duties cuts the event space, of subjects that another has not as well.

    Wherever it is written.
    """
    return [
        [_shape(entry.when) for entry in pack.accept],
        [_shape(plan.when) for _, plan in sorted(pack.plans.items())],
        [_shape(condition) for condition in scenario_conditions(pack)],
        [_shape(drill.when) for _, drill in sorted(pack.drills.items()) if drill.when is not None],
        [
            [
                *(_shape(grant.when) for grant in one.authority),
                *(_shape(entry.when) for entry in one.prohibitions),
                *(_shape(entry.when) for entry in one.assists_only),
            ]
            for name, one in pack.subjects.items()
            if other.subjects.get(name) is not one
            and (one.authority or one.prohibitions or one.assists_only)
        ],
    ]


def _shape(condition: Condition | None) -> object:
    """Return what a condition says, without where it is written."""
    return condition and [
        {name: constraint.allowed for name, constraint in box.constraints.items()}
        for box in condition.boxes
    ]


def _means_alike(one: Duty, other: Duty) -> bool:
    """Return whether two duties bear alike on who answers, wherever they are written."""
    return one is other or (
        one.activity == other.activity
        and one.roles == other.roles
        and _says_alike(one.when, other.when)
        and _says_alike(one.unless, other.unless)
        and [each.name for each in one.exception_to] == [each.name for each in other.exception_to]
        and (one.valid and (one.valid.start, one.valid.end))
        == (other.valid and (other.valid.start, other.valid.end))
    )


def _says_alike(one: Condition | None, other: Condition | None) -> bool:
    if one is None or other is None or one is other:
        return one is other
    return len(one.boxes) == len(other.boxes) and all(map(_allows_alike, one.boxes, other.boxes))


def _allows_alike(one: ConditionBox, other: ConditionBox) -> bool:
    mine, theirs = one.constraints, other.constraints
    return mine.keys() == theirs.keys() and all(
        constraint.allowed == theirs[name].allowed for name, constraint in mine.items()
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
        for key, duty in after.items():
            was = before.get(key)
            if was is None:
                note(duty.activity).after[key] = duty
            elif was is duty:
                continue
            elif _means_alike(was, duty):
                note(duty.activity).moved[key] = duty
            else:
                note(was.activity).before[key] = was
                note(duty.activity).after[key] = duty
        for key, duty in before.items():
            if key not in after:
                note(duty.activity).before[key] = duty
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
        edit = edits.get(name)
        if edit is None:
            found = part if part.first == first else moved_part(part, first, {})
        elif edit.before or edit.after:
            kept = {key: part.duties[place] for key, place in part.place.items()}
            for key in edit.before:
                del kept[key]
            duties = [duty for _, duty in sorted({**kept, **edit.moved, **edit.after}.items())]
            found = part_of(new.pack, new.space, part, first, duties, edit.after)
        else:
            found = moved_part(part, first, edit.moved)
        yield name, found
        first += len(found.duties)


def _crosses(part: ActivityPart) -> bool:
    """Return whether a duty excepts one of another activity, through which others may relate."""
    return any(
        reference.name not in part.place for duty in part.duties for reference in duty.exception_to
    )


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


def _now(held: Share, now: Share | _Elsewhere) -> Share:
    return held if held is None or isinstance(now, _Elsewhere) else now
