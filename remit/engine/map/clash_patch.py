"""Who is accountable together after an edit, from what was found before it.

Cells in no box of an edited duty, old or new, have the answers they had. So a clash none of whose
duties an edited box reaches stays as it is, and only boxes where duties may clash are looked into
that meet an edited one, or that belong to a clash of which some cells may be gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import or_

from remit.engine.map.compiled import CompiledPack
from remit.engine.map.conflicts import MOST_MEETINGS, clashes_inside
from remit.engine.map.diagram import combine
from remit.engine.map.overrides import mask_of
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rivalry import Box, Clash, Columns, Rivals, meet, rival_boxes

__all__ = ["ClashPatch"]


@dataclass(frozen=True, slots=True, eq=False)
class ClashPatch:
    """What an edit may change of one activity's clashes.

    The duties that were not edited must override each other as they did.

    Args:
        old: the activity before the edit.
        part: the activity after it, as in `compiled`.
        areas: the boxes of the edited duties, old and new.
    """

    compiled: CompiledPack
    old: ActivityPart
    part: ActivityPart
    areas: Sequence[Box]

    def clashes(self, known: Sequence[Clash]) -> tuple[Clash, ...] | None:
        """Return the clashes as they are now; `None` if there are too many places to look.

        Args:
            known: those before the edit.

        Raises:
            BudgetExceeded: if it would cost more than the pack's budget.
        """
        touched = self._touched(known)
        boxes = self._boxes(touched)
        if boxes is None:
            return None
        fresh = clashes_inside(self.compiled, boxes)
        if fresh is None:
            return None
        gone = {clash.subjects for clash in touched}
        kept = {clash.subjects: clash for clash in known if clash.subjects not in gone}
        for clash in fresh.get(self.part.name, ()):
            was = kept.get(clash.subjects)
            kept[clash.subjects] = clash if was is None else _both(was, clash)
        return tuple(clash for _, clash in sorted(kept.items()))

    def _touched(self, known: Sequence[Clash]) -> list[Clash]:
        """Return the clashes that may have lost cells: duties of two subjects reach an area."""
        part = self.old
        near = _near_by_area(part, self.areas)
        return [
            clash
            for clash in known
            if any(
                len({part.duties[each].subject for each in mine & items}) > 1
                for mine in [{part.place[name] for name in clash.duties}]
                for items in near
            )
        ]

    def _boxes(self, touched: Sequence[Clash]) -> Rivals | None:
        """Return the boxes to look into; `None` if they are too many."""
        part, place = self.part, self.part.place
        again = [{place[name] for name in clash.duties if name in place} for clash in touched]
        near = _near_by_area(part, self.areas)
        duties = mask_of(set().union(*near, *again))
        found = rival_boxes(
            part, duties=(duties,), most=MOST_MEETINGS, budget=self.compiled.budget
        ).get(part.name, {})
        if len(found) >= MOST_MEETINGS:
            return None
        pairs = {pair for mine in again for pair in combinations(sorted(mine), 2)}
        left = {
            box: meeting
            for box, meeting in found.items()
            if meeting & pairs or any(meet(box, area) is not None for area in self.areas)
        }
        return {part.name: left} if left else {}


def _near_by_area(part: ActivityPart, areas: Sequence[Box]) -> list[set[int]]:
    """Return for each area the accountable duties that may match in it."""
    columns = Columns.of((part,), (part.overrides.holders["accountable"],))
    return [set(columns.item[columns.near(area) & ~columns.removes].tolist()) for area in areas]


def _both(one: Clash, other: Clash) -> Clash:
    """Return two clashes of the same subjects as one."""
    duties = tuple(sorted({*one.duties, *other.duties}))
    return Clash(one.subjects, duties, combine(one.cells, other.cells, or_))
