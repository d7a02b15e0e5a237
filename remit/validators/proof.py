"""Whether an edit heals a fault and changes nothing else: proved, by answering anew.

Only the boxes of the duties that an edit touches can change, so the answers before and after are
compared there, letter by letter, in every cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Duty, Letter
from remit.validators.check import Context
from remit.validators.edits import Rewrite

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.diagram import Diagram
    from remit.engine.map.local import Area, Wording

__all__ = ["heals"]

MEMBERSHIPS = 200_000
"""What one proof may cost: past it no fix is offered, and the finding stands as it is."""
Answer = frozenset[str] | None


def heals(rewrites: Sequence[Rewrite], letter: Letter, cells: CellSet, context: Context) -> bool:
    """Return whether an edit gives each of the cells one holder, and changes no sound event.

    A sound event is a possible one that has one accountable subject before: it keeps its holders in
    every letter. Other events may only go from nobody, or from several, to one.
    """
    from remit.engine.map.budget import BudgetExceeded

    try:
        return _heals(rewrites, letter, cells, context)
    except (BudgetExceeded, ValueError):
        return False


def _heals(rewrites: Sequence[Rewrite], letter: Letter, cells: CellSet, context: Context) -> bool:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.diagram import combine
    from remit.engine.map.local import duty_rows, wording_of

    compiled = context.map.compiled
    part = compiled.parts[rewrites[0].new.activity]
    new = {rewrite.old.name: rewrite.new for rewrite in rewrites if rewrite.old is not None}
    duties = tuple(new.get(duty.name, duty) for duty in part.duties)
    duties += tuple(rewrite.new for rewrite in rewrites if rewrite.old is None)
    whole = wording_of(part.duties)
    touched = _touched(rewrites, whole)
    areas = [
        row.box for duty in touched for row in duty_rows(duty, compiled.space) if not row.removes
    ]
    before, after = (_near(wording, areas, context) for wording in (whole, wording_of(duties)))
    owners = _holders(before, "accountable", areas, context)
    heals_it = _gives_an_owner if letter == "accountable" else _gives_a_doer
    changes = _changes(before, after, letter, areas, context)
    healed = changes.mapped(lambda change: heals_it(*change))
    if not cells <= CellSet(context.map.ground, compiled.where_possible(healed)):
        return False
    harm = [changes.mapped(lambda change: change[0] != change[1] and not heals_it(*change))]
    # WHY: a duty that overrides another does so for every letter of that one.
    adds = any(rewrite.old is None for rewrite in rewrites)
    bearing = touched if adds else (*before.duties, *after.duties)
    for other in sorted({each for duty in bearing for each in duty.roles} - {letter}):
        further = _changes(before, after, other, areas, context)
        harm.append(combine(owners, further, _touches_sound))
    return not any(True in compiled.where_possible(each).terminals for each in harm)


def _changes(
    before: Wording, after: Wording, letter: Letter, areas: Sequence[Area], context: Context
) -> Diagram[tuple[Answer, Answer]]:
    from remit.engine.map.diagram import combine

    one, two = (_holders(wording, letter, areas, context) for wording in (before, after))
    return combine(one, two, lambda a, b: (a, b))


def _touched(rewrites: Sequence[Rewrite], before: Wording) -> list[Duty]:
    """Return the duties outside whose boxes the edits change nothing."""
    added = [rewrite.new for rewrite in rewrites if rewrite.old is None]
    if added:
        # WHY: an exception to a new duty can only tell where the new duty holds.
        return added
    found = [duty for rewrite in rewrites for duty in (rewrite.old, rewrite.new) if duty]
    names = {duty.name for duty in found}
    # WHY: what overrides a duty overrides all that this one comes to override.
    return found + [duty for duty in before.duties if before.explicit[duty.name] & names]


def _gives_an_owner(before: Answer, after: Answer) -> bool:
    return before is not None and after is not None and len(before) != 1 and len(after) == 1


def _gives_a_doer(before: Answer, after: Answer) -> bool:
    return before is not None and after is not None and not before and len(after) == 1


def _touches_sound(owners: Answer, change: tuple[Answer, Answer]) -> bool:
    return owners is not None and len(owners) == 1 and change[0] != change[1]


def _near(wording: Wording, areas: Sequence[Area], context: Context) -> Wording:
    """Return the wording without the duties that meet none of the areas."""
    from remit.engine.map.local import duty_rows, meet

    compiled = context.map.compiled
    part = compiled.parts[wording.duties[0].activity]
    known = {id(duty): rows for duty, rows in zip(part.duties, part.rows, strict=True)}
    near = tuple(
        duty
        for duty in wording.duties
        if any(
            meet(row.box, area)
            for row in known.get(id(duty)) or duty_rows(duty, compiled.space)
            if not row.removes
            for area in areas
        )
    )
    return replace(wording, duties=near)


def _holders(
    wording: Wording, letter: Letter, areas: Sequence[Area], context: Context
) -> Diagram[Answer]:
    from remit.engine.map.budget import Budget
    from remit.engine.map.local import holders_in
    from remit.engine.map.overrides import positions

    compiled = context.map.compiled
    over = wording.overrides(compiled.pack, compiled.space)
    kept = over.with_exceptions(over.holders[letter])
    return holders_in(
        replace(wording, duties=tuple(wording.duties[index] for index in positions(kept))),
        letter,
        areas,
        lambda subjects: subjects,
        pack=compiled.pack,
        space=compiled.space,
        budget=Budget(MEMBERSHIPS),
    )
