"""A diff compared with the reference on every event of the joint space of two plain packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any

from remit.engine.diff.changes import Change, Fault, Move
from remit.engine.diff.compare import Difference
from tests.plain_packs import Plain, conditions, maps_of
from tests.reference import LETTERS, Cell, Reference
from tests.reference_conditions import comparable, leaves_under, representatives

__all__ = ["JointReference", "diff_disagreements"]

NUMBERS = ("integer", "decimal")
Told = tuple[str, ...]
"""A change at one event, as a tuple of words."""


class JointReference:
    """The events of two versions, and what each version says of them, by enumeration.

    `fixed` gives dimensions one value on each side, which are then none of the joint events.
    """

    def __init__(self, old: Plain, new: Plain, fixed: tuple[Plain, Plain] = ({}, {})) -> None:
        self.plain = (old, new)
        self.fixed = fixed
        self.sides = (Reference(old), Reference(new))
        self.activities = {**self.sides[1].activities, **self.sides[0].activities}

    @cached_property
    def cells(self) -> list[Mapping[str, Any]]:
        """Every joint event; a dimension that one side lacks is in it too."""
        both = {**self.sides[1].dimensions, **self.sides[0].dimensions}
        names = [name for name in both if name not in self.fixed[0]]
        choices = [self._choices(name) for name in names]
        return [dict(zip(names, values, strict=True)) for values in product(*choices)]

    def _choices(self, name: str) -> list[Any]:
        specs = [side.dimensions[name] for side in self.sides if name in side.dimensions]
        used = [
            one[name]
            for pack in self.plain
            for condition in conditions(pack)
            for one in maps_of(condition)
            if name in one
        ]
        for kind in NUMBERS:
            if kind in specs[0]:
                low = min(spec[kind]["min"] for spec in specs)
                high = max(spec[kind]["max"] for spec in specs)
                bounds = [f"{spec[kind]['min']}..{spec[kind]['max']}" for spec in specs]
                return representatives({kind: {"min": low, "max": high}}, [*used, *bounds])
        if name == "date":
            return representatives(specs[0], used)
        found = dict.fromkeys(leaf for spec in specs for leaf in representatives(spec, ()))
        finest = [leaf for leaf in found if not any(_is_inner(spec, leaf) for spec in specs)]
        # An event that one side knows, and the other has split among leaves it knew already.
        for at in range(len(specs)):
            told = {_read(specs[at], specs, leaf) for leaf in finest}
            finest += [leaf for leaf in representatives(specs[at], ()) if leaf not in told]
        return finest

    def read(self, at: int, cell: Mapping[str, Any]) -> Cell | None:
        """Return a joint event in the words of a side; `None` if it has none for it."""
        found = {}
        for name, spec in self.sides[at].dimensions.items():
            if name in self.fixed[at]:
                found[name] = self.fixed[at][name]
                continue
            specs = [side.dimensions[name] for side in self.sides if name in side.dimensions]
            value = _read(spec, specs, cell[name])
            if value is None:
                return None
            found[name] = value
        one = Cell(found)
        return None if self.sides[at].holds(self.sides[at].impossible, one) else one

    def changes(self, cell: Mapping[str, Any]) -> set[Told]:
        """Return all that changes at one event, by the definitions of the diff."""
        found: set[Told] = set()
        for activity in self.activities:
            cells = [
                self.read(at, cell) if activity in side.activities else None
                for at, side in enumerate(self.sides)
            ]
            if any(one is not None for one in cells):
                found |= self._changes(activity, cells)
        return found

    def _changes(self, activity: str, cells: list[Cell | None]) -> set[Told]:
        found: set[Told] = set()
        pairs = list(zip(self.sides, cells, strict=True))
        needs = [cell is not None and side.needed(cell, activity) for side, cell in pairs]
        exists = [cell is not None for cell in cells]
        for letter in LETTERS:
            who = [
                "+".join(sorted(side.holders(cell, activity, letter))) if cell is not None else ""
                for side, cell in pairs
            ]
            if all(exists):
                if who[0] != who[1] and any(needs):
                    found.add(("moved", activity, letter, *who))
            elif who[exists[1]] and needs[exists[1]]:
                found.add((("vanished", "appeared")[exists[1]], activity, letter, *who))
        if all(exists) and needs[0] != needs[1]:
            found.add(("need", activity, str(needs[1])))
        faults = [
            {side.fault(cell, activity)}
            | ({"missing-doer"} if side.misses_doer(cell, activity) else set())
            if cell is not None
            else set()
            for side, cell in pairs
        ]
        for at, word in ((0, "closed"), (1, "opened")):
            found |= {
                ("fault", str(kind), activity, word)
                for kind in faults[at] - faults[1 - at] - {None}
            }
        return found


def _is_inner(spec: Plain, name: str) -> bool:
    return "tree" in spec and leaves_under(spec["tree"], name) not in ([], [name])


def _read(spec: Plain, specs: list[Plain], value: Any) -> Any:
    for kind in NUMBERS:
        if kind in spec:
            inside = spec[kind]["min"] <= comparable(spec, value) <= spec[kind]["max"]
            return value if inside else None
    if "date" in spec or value in representatives(spec, ()):
        return value
    above = [
        leaf
        for leaf in representatives(spec, ())
        for other in specs
        if _is_inner(other, leaf) and value in leaves_under(other["tree"], leaf)
    ]
    return above[0] if above and "tree" in spec else None


def diff_disagreements(difference: Difference, reference: JointReference) -> Iterator[str]:
    """Yield what differs on every joint event, and changes that are nowhere."""
    changes: tuple[Change, ...] = (*difference.moves, *difference.needs, *difference.faults)
    seen: set[int] = set()
    space = difference.joint.space
    for cell in reference.cells:
        at = tuple(atoms[0][0] for atoms in space.box_of(cell))
        there = [one for one in changes if one.cells.diagram(at)]
        seen.update(map(id, there))
        expected, found = reference.changes(cell), {_told(one) for one in there}
        if expected != found or len(found) != len(there):
            yield f"should be {expected}, is {found}: {cell}"
    yield from (f"nowhere: {_told(one)}" for one in changes if id(one) not in seen)


def _told(change: Change) -> Told:
    if isinstance(change, Move):
        sides = "+".join(change.from_), "+".join(change.to)
        return (change.kind, change.activity, change.letter, *sides)
    if isinstance(change, Fault):
        return ("fault", change.kind, change.activity, "opened" if change.is_opened else "closed")
    return ("need", change.activity, str(change.is_needed))
