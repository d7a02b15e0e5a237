"""What two packs are written differently in: told without an event space, or from two maps.

Most of a pack is untouched by an edit, and this look is all that such a part costs: of two packs
as read about a microsecond a duty, of two maps a few nanoseconds, for their rows stand in columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from remit.engine.conditions import Condition
from remit.engine.diff.joint import Side
from remit.engine.diff.same_rows import SameRows
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.parts import ActivityPart
from remit.engine.pack import Duty, Pack, Validity
from remit.engine.vocabulary import Dimension

__all__ = ["Edit", "Sameness"]


@dataclass(frozen=True, slots=True)
class Edit:
    """The duties of one activity that are written differently or are in one pack alone.

    Args:
        before: as they were, by full name.
        after: as they are, by full name.
    """

    before: dict[str, Duty] = field(default_factory=dict)
    after: dict[str, Duty] = field(default_factory=dict)


Edits = Mapping[str, Edit]


@dataclass(frozen=True, eq=False)
class Sameness:
    """Two sides, looked at as written."""

    old: Side
    new: Side

    def edit(self, activity: str) -> Edit | None:
        """Return all that an activity's answers can differ by; `None` if more than duties may.

        A duty that excepts one of another activity carries its exceptions on through that one, so
        then nothing is said.
        """
        if not self.is_one_space or not self._has_same_need(activity):
            return None
        if any(activity in side.outline.crossing for side in (self.old, self.new)):
            return None
        return self._edits.get(activity, Edit())

    @cached_property
    def is_one_space(self) -> bool:
        """Whether both sides have the same events and the same precedence."""
        old, new = self.old.pack, self.new.pack
        mine, others = old.vocabulary.dimensions, new.vocabulary.dimensions
        return (
            self.old.fixed == self.new.fixed
            and old.precedence == new.precedence
            and mine.keys() == others.keys()
            and all(_shape(mine[name]) == _shape(others[name]) for name in mine)
            and _are_same(old.vocabulary.impossible, new.vocabulary.impossible)
        )

    @cached_property
    def _edits(self) -> Edits:
        old, new = self.old.compiled, self.new.compiled
        if old is None or new is None:
            return _edits_of_packs(self.old.pack, self.new.pack)
        return _edits_of_maps(old, new)

    def _has_same_need(self, activity: str) -> bool:
        old, new = self.old.pack.vocabulary, self.new.pack.vocabulary
        if old is new:
            return True
        if activity not in old.activities or activity not in new.activities:
            return False
        needed = old.activities[activity].needed, new.activities[activity].needed
        if not old.unowned and not new.unowned:
            return _means_same(*needed)
        unowned = (
            tuple(entry.when for entry in one.unowned if entry.activity == activity)
            for one in (old, new)
        )
        return _means_same(*needed) and _are_same(*unowned)


def _edits_of_packs(old: Pack, new: Pack) -> Edits:
    """Return what differs, subject by subject: most are the same, duty by duty, in order."""
    found: dict[str, Edit] = {}
    for name in {**old.subjects, **new.subjects}:
        mine, theirs = old.subjects.get(name), new.subjects.get(name)
        if mine is not theirs:
            before, after = (() if one is None else one.duties for one in (mine, theirs))
            _note(before, after, found)
    return found


def _edits_of_maps(old: CompiledPack, new: CompiledPack) -> Edits:
    """Return what differs, activity by activity: most are the same, row by row."""
    found: dict[str, Edit] = {}
    for part in (*old.parts.values(), *new.parts.values()):
        part.table  # noqa: B018 -- all sets of atoms are to have their numbers from now on
    rows = SameRows(old.space, new.space)
    dated = old.outline.dated | new.outline.dated
    for name in {**old.parts, **new.parts}:
        mine, theirs = old.parts.get(name), new.parts.get(name)
        if mine is None or theirs is None:
            _note(mine.duties if mine else (), theirs.duties if theirs else (), found)
        elif name in dated:
            _note(mine.duties, theirs.duties, found)
        elif not rows.are_same(mine, theirs):
            _note(*_unlike(mine, theirs, rows), found)
    return found


def _unlike(old: ActivityPart, new: ActivityPart, rows: SameRows) -> tuple[list[Duty], list[Duty]]:
    """Return the duties of both but for those that surely are the same."""
    same = {
        name
        for name in rows.twins(old, new)
        if old.duties[old.place[name]].roles == new.duties[new.place[name]].roles
    }
    before, after = (
        [part.duties[place] for name, place in part.place.items() if name not in same]
        for part in (old, new)
    )
    return before, after


def _note(before: Sequence[Duty], after: Sequence[Duty], found: dict[str, Edit]) -> None:
    """Add the duties that are not the same in both, by activity."""
    low = _alike(before, after)
    before, after = before[low:], after[low:]
    high = _alike(before[::-1], after[::-1])
    before, after = before[: len(before) - high], after[: len(after) - high]
    twins = {(duty.subject, duty.id): duty for duty in after}
    for duty in before:
        twin = twins.get((duty.subject, duty.id))
        if twin is None or not _is_same(duty, twin):
            found.setdefault(duty.activity, Edit()).before[duty.name] = duty
        else:
            del twins[duty.subject, duty.id]
    for duty in twins.values():
        found.setdefault(duty.activity, Edit()).after[duty.name] = duty


def _alike(before: Sequence[Duty], after: Sequence[Duty]) -> int:
    """Return how many duties are the same from the beginning on."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, pair in pairs if not _is_same(*pair)), min(len(before), len(after)))


def _is_same(a: Duty, b: Duty) -> bool:
    return a is b or (
        a.id == b.id
        and a.subject == b.subject
        and a.activity == b.activity
        and (a.roles == b.roles or frozenset(a.roles) == frozenset(b.roles))
        and _means_same(a.when, b.when)
        and (a.unless is b.unless or _means_same(a.unless, b.unless))
        and (a.valid is b.valid or _days(a.valid) == _days(b.valid))
        and (
            a.exception_to is b.exception_to
            or {one.name for one in a.exception_to} == {one.name for one in b.exception_to}
        )
    )


def _days(valid: Validity | None) -> tuple[object, object] | None:
    return None if valid is None else (valid.start, valid.end)


def _means_same(a: Condition | None, b: Condition | None) -> bool:
    """Return whether two conditions are the same boxes in the same order, wherever written."""
    if a is b:
        return True
    if a is None or b is None or len(a.boxes) != len(b.boxes):
        return False
    for mine, other in zip(a.boxes, b.boxes, strict=True):
        ours, theirs = mine.constraints, other.constraints
        if len(ours) != len(theirs):
            return False
        for name, constraint in ours.items():
            twin = theirs.get(name)
            if twin is None or constraint.allowed.stretches != twin.allowed.stretches:
                return False
    return True


def _are_same(a: Sequence[Condition], b: Sequence[Condition]) -> bool:
    return len(a) == len(b) and all(map(_means_same, a, b))


def _shape(dimension: Dimension) -> tuple[object, ...]:
    return (
        dimension.kind,
        dimension.values,
        dimension.nodes,
        dimension.minimum,
        dimension.maximum,
    )
