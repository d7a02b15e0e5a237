"""Who has a letter in a set of cells, and in how much of it."""

from __future__ import annotations

from collections.abc import Mapping

from remit.engine.chart.sides import whole_box
from remit.engine.chart.tally import tally
from remit.engine.map.cells import CellSet
from remit.engine.map.compiled import BY_DUTIES
from remit.engine.map.counting import count
from remit.engine.map.diagram import combine
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Letter

__all__ = ["holders_in"]


def holders_in(
    map_: ResponsibilityMap, activity: str, letter: Letter, cells: CellSet
) -> Mapping[str, int]:
    """Return the subjects with a letter somewhere in a set of cells, and in how many of them.

    The largest comes first. Whether the activity is needed there is not asked.

    Raises:
        BudgetExceeded: if a diagram would cost more than the map's budget.
    """
    compiled = map_.compiled
    part = compiled.parts[activity]
    found: dict[str, int] = {}
    if letter in BY_DUTIES:
        here = combine(
            compiled.answers(activity, letter),
            cells.diagram,
            lambda share, is_in: share if is_in else None,
        )
        for share, number in tally(here, compiled.space, whole_box(compiled.space)).items():
            for subject in part.subjects(share):
                found[subject] = found.get(subject, 0) + number
    else:
        for subject in {duty.subject for duty in part.duties if letter in duty.roles}:
            held = compiled.holding(activity, letter, subject)
            both = combine(held, cells.diagram, lambda holds, is_in: holds is True and is_in)
            number = count(both, compiled.space)
            if number:
                found[subject] = number
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
