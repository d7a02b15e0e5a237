"""One cell at a time: by atom, the mask of rows that allow it; one AND an axis leaves what matches.

Works for every pack, however its diagrams grow, because its size is rows times atoms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from remit.engine.map.compiled import CompiledPack
from remit.engine.map.overrides import mask_of, positions
from remit.engine.map.space import Atoms

__all__ = ["Bitmaps", "Situation", "masks_of"]


class _Kind(IntEnum):
    MATCHES = 0
    UNLESS = 1
    NEEDED = 2
    UNOWNED = 3
    IMPOSSIBLE = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: _Kind
    activity: str
    duty: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """What holds at one cell.

    Args:
        possible: whether the cell can happen.
        needed: activities needed there.
        matching: by activity, the mask of its duties that match.
    """

    possible: bool
    needed: frozenset[str]
    matching: dict[str, int]


class Bitmaps:
    """The rows of a whole pack as masks by atom."""

    def __init__(self, compiled: CompiledPack) -> None:
        self._entries: list[_Entry] = []
        self._boxes: list[tuple[Atoms, ...]] = []
        self._places: dict[str, range] = {}
        for name, part in compiled.parts.items():
            first = len(self._entries)
            for index, rows in enumerate(part.rows):
                for row in rows:
                    kind = _Kind.UNLESS if row.removes else _Kind.MATCHES
                    self._add(_Entry(kind, name, index), row.box)
            self._places[name] = range(first, len(self._entries))
        first = len(self._entries)
        self._add_vocabulary(compiled)
        self._impossible = mask_of(
            place
            for place in range(first, len(self._entries))
            if self._entries[place].kind is _Kind.IMPOSSIBLE
        )
        self._tables = [
            masks_of([box[axis] for box in self._boxes], width)
            for axis, width in enumerate(compiled.space.widths)
        ]
        self._boxes.clear()

    def at(self, cell: Sequence[int]) -> Situation:
        """Return what holds at a cell, given as an atom an axis."""
        live = self._live(cell)
        found: list[list[_Entry]] = [[] for _ in _Kind]
        entries = self._entries
        for position in positions(live):
            entry = entries[position]
            found[entry.kind].append(entry)
        matching: dict[str, int] = {}
        for entry in found[_Kind.MATCHES]:
            matching[entry.activity] = matching.get(entry.activity, 0) | 1 << entry.duty
        for entry in found[_Kind.UNLESS]:
            if entry.activity in matching:
                matching[entry.activity] &= ~(1 << entry.duty)
        unowned = {entry.activity for entry in found[_Kind.UNOWNED]}
        possible = not found[_Kind.IMPOSSIBLE]
        needed = {entry.activity for entry in found[_Kind.NEEDED]} - unowned if possible else set()
        return Situation(possible, frozenset(needed), matching)

    def matching(self, cell: Sequence[int], activity: str) -> int:
        """Return the mask of an activity's duties that match at a cell; none if it cannot happen.

        It is what `at` says of one activity, without a look at the others.
        """
        live = self._live(cell)
        if live & self._impossible:
            return 0
        places = self._places[activity]
        found, removed = 0, 0
        for position in positions(live >> places.start & (1 << len(places)) - 1):
            entry = self._entries[places.start + position]
            if entry.kind is _Kind.MATCHES:
                found |= 1 << entry.duty
            else:
                removed |= 1 << entry.duty
        return found & ~removed

    def _live(self, cell: Sequence[int]) -> int:
        """Return the mask of the rows that hold at a cell."""
        live = (1 << len(self._entries)) - 1
        for table, atom in zip(self._tables, cell, strict=True):
            live &= table[atom]
        return live

    def _add(self, entry: _Entry, box: tuple[Atoms, ...]) -> None:
        self._entries.append(entry)
        self._boxes.append(box)

    def _add_vocabulary(self, compiled: CompiledPack) -> None:
        vocabulary, space = compiled.pack.vocabulary, compiled.space
        for activity in vocabulary.activities.values():
            for box in space.boxes(activity.needed):
                self._add(_Entry(_Kind.NEEDED, activity.name), box)
        for unowned in vocabulary.unowned:
            for box in space.boxes(unowned.when):
                self._add(_Entry(_Kind.UNOWNED, unowned.activity), box)
        for when in vocabulary.impossible:
            for box in space.boxes(when):
                self._add(_Entry(_Kind.IMPOSSIBLE, ""), box)


def masks_of(sets: Sequence[Atoms], width: int) -> list[int]:
    """Return for each atom the rows that allow it: a bit changes where a range begins or ends."""
    changes = [0] * (width + 1)
    for row, atoms in enumerate(sets):
        for low, high in atoms:
            changes[low] ^= 1 << row
            changes[high] ^= 1 << row
    found, live = [], 0
    for change in changes[:width]:
        live ^= change
        found.append(live)
    return found
