"""The part of an activity that an edit can reach: where its duties match, and who else does there.

Outside the boxes of the edited duties, old and new, just the same duties match on both sides, and
relate to each other as before; so only these boxes are looked into, and of the other duties only
those that match somewhere in them. Cost: a microsecond for each duty of the activity, and then that
of what is near.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from remit.engine.diff.joint import Joint, Side
from remit.engine.diff.sameness import Edit
from remit.engine.intervals import Cut
from remit.engine.map.overrides import explicit_overrides
from remit.engine.map.space import Atoms
from remit.engine.pack import Duty

__all__ = ["Area", "Nearby", "exceptions_of", "nearby"]

Area = tuple[Atoms, ...]
"""A box of the joint space."""
Exceptions = Mapping[str, frozenset[str]]
_Outer = tuple[str, Cut, Cut]
"""The outer bounds of an area on one dimension."""


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """Where an edit can change answers, and the duties that bear on them there.

    Args:
        areas: boxes of the joint space that hold every cell whose answer may differ.
        duties: before and after, all that match somewhere in the areas, by full name.
        exceptions: before and after, what each duty of the activity overrides by exception.
    """

    areas: tuple[Area, ...]
    duties: tuple[tuple[Duty, ...], tuple[Duty, ...]]
    exceptions: tuple[Exceptions, Exceptions]


def nearby(joint: Joint, activity: str, edit: Edit) -> Nearby:
    """Return what is near an edit of one activity's duties."""
    readers = joint.old, joint.new
    duties = joint.old.side.duties_of(activity), joint.new.side.duties_of(activity)
    exceptions = (
        exceptions_of(joint.old.side, duties[0]),
        exceptions_of(joint.new.side, duties[1]),
    )
    edited = set(edit.before), set(edit.after)
    changed = [[*edit.before.values()], [*edit.after.values()]]
    otherwise = _excepted_otherwise(*exceptions, edited[0] | edited[1])
    for at, some in enumerate(duties if otherwise else ()):
        changed[at] += [d for d in some if d.name in otherwise and d.name not in edited[at]]
    areas = tuple(
        dict.fromkeys(
            box
            for reader, some in zip(readers, changed, strict=True)
            for duty in some
            for box in reader.adds(duty)
        )
    )
    outer = [tuple(_outer(joint, area)) for area in areas]
    before, after = (tuple(d for d in some if _meets(d, outer)) for some in duties)
    return Nearby(areas, (before, after), exceptions)


def exceptions_of(side: Side, duties: Sequence[Duty]) -> Exceptions:
    """Return what each of some duties overrides by exception, directly or through others."""
    if not any(duty.exception_to for duty in duties):
        return {}
    known = side.outline.known
    found = {duty.name: duty for duty in duties if duty.exception_to}
    waiting = list(found.values())
    while waiting:
        for reference in waiting.pop().exception_to:
            if reference.name not in found:
                found[reference.name] = known[reference.name]
                waiting.append(found[reference.name])
    return explicit_overrides(tuple(found.values()))


def _excepted_otherwise(before: Exceptions, after: Exceptions, edited: set[str]) -> set[str]:
    """Return the unedited duties that other unedited ones except on one side alone.

    So it is where an exception was carried on through an edited duty.
    """
    pairs = [
        {(y, x) for y, excepted in one.items() if y not in edited for x in excepted - edited}
        for one in (before, after)
    ]
    return {x for _, x in pairs[0] ^ pairs[1]}


def _outer(joint: Joint, area: Area) -> Iterator[_Outer]:
    for axis, atoms in zip(joint.space.axes, area, strict=True):
        if atoms != axis.everything():
            yield axis.name, axis.cuts[atoms[0][0]], axis.cuts[atoms[-1][1]]


def _meets(duty: Duty, areas: Iterable[Sequence[_Outer]]) -> bool:
    """Return whether a duty may match somewhere in the areas, its days and `unless` aside."""
    for box in duty.when.boxes:
        constraints = box.constraints
        for area in areas:
            for name, low, high in area:
                constraint = constraints.get(name)
                if constraint is not None:
                    stretches = constraint.allowed.stretches
                    if stretches[0][0] >= high or stretches[-1][1] <= low:
                        break
            else:
                return True
    return False
