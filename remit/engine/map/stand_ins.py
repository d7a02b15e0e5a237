"""Duties whose place another of the same subject takes wherever they hold: told by boxes alone.

It is a reason why a duty can go, quick to find and enough; without such a duty it may still be able
to (`without`).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from remit.engine.map.local import rows_near
from remit.engine.map.overrides import mask_of_flags, positions
from remit.engine.map.parts import ActivityPart
from remit.engine.map.rows import single_ranged
from remit.engine.pack import Letter

__all__ = ["StandIns", "stand_ins_of"]

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class StandIns:
    """The duties of one activity that can take each other's place."""

    def __init__(self, part: ActivityPart) -> None:
        self._part = part
        owners = part.table.tags // 2
        removes = part.table.tags % 2 == 1
        self._low, self._high = part.bounds
        self._owners: Ints = owners
        self._adds: Bools = ~removes
        single = single_ranged(part.table.ids, part.table.sets)
        self._is_whole: Bools = self._adds & single & ~np.isin(owners, owners[removes])

    def serve(self, me: int, letter: Letter) -> bool:
        """Return whether one of them surely takes a duty's place: no answer changes without it.

        Such a one is of the same subject, has the letter and holds all over the duty's box.
        Of the duties of other subjects that may match with both, it overrides whatever the duty
        overrides, and whatever overrides it overrides the duty. So where the duty is effective
        none of them overrides the one, whose subject answers then; and none of them answers only
        because the duty is gone. Where the duty is overridden, what it overrides is so too:
        precedence is transitive, and with exceptions about nothing is said.
        """
        over, duty = self._part.overrides, self._part.duties[me]
        boxes = [row.box for row in self._part.rows[me] if not row.removes]
        if len(boxes) != 1:
            return False
        low = np.array([atoms[0][0] for atoms in boxes[0]], np.int64)
        high = np.array([atoms[-1][1] for atoms in boxes[0]], np.int64)
        meets = rows_near(self._part, boxes) & self._adds
        near = self._duties(meets)
        if near & over.excepting:
            return False
        mine = self._part.of_subject[duty.subject]
        covers = meets & self._is_whole
        covers &= ((self._low <= low) & (high <= self._high)).all(axis=1)
        able = self._duties(covers) & mine & over.holders[letter] & ~(1 << me)
        others = near & ~mine & over.holders[letter]
        below = others & over.overridden(letter, me)
        not_above = others & ~over.overriders(letter, me)
        return any(
            not below & ~over.overridden(letter, one)
            and not not_above & over.overriders(letter, one)
            for one in positions(able)
        )

    def _duties(self, rows: Bools) -> int:
        flags = np.zeros(len(self._part.duties), bool)
        flags[self._owners[rows]] = True
        return mask_of_flags(flags)


@lru_cache(8)
def stand_ins_of(part: ActivityPart) -> StandIns:
    """Return those of an activity; kept for the activities asked about last."""
    return StandIns(part)
