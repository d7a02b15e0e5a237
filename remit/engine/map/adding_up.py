"""Whether an edit leaves the letters that add up as they are in every sound event.

Any number of subjects may have such a letter, so each is asked about by itself: together with those
of which one subject takes the place of another they would make far too many sets of duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from remit.engine.map.budget import Budget
from remit.engine.map.compiled import CompiledPack
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.local import Area, Wording, duty_rows, holders_in, meet, wording_of
from remit.engine.map.overrides import positions
from remit.engine.map.wordings import Rewrites
from remit.engine.pack import Letter

__all__ = ["changes_sound"]

Answer = frozenset[str] | None


def changes_sound(
    rewrites: Rewrites,
    letters: Iterable[Letter],
    areas: Sequence[Area],
    compiled: CompiledPack,
    budget: Budget,
) -> bool:
    """Return whether other subjects have one of the letters in an event with one accountable one.

    Args:
        areas: boxes outside which the edit changes nothing.

    Raises:
        BudgetExceeded: if it would cost more than the budget.
        ValueError: if the edit has a bound that the space is not cut at.
    """
    part = compiled.parts[rewrites[0][1].activity]
    new = {old.name: new for old, new in rewrites if old is not None}
    duties = tuple(new.get(duty.name, duty) for duty in part.duties)
    duties += tuple(new for old, new in rewrites if old is None)
    wordings = (wording_of(part.duties), wording_of(duties))
    before, after = (_near(wording, areas, compiled) for wording in wordings)
    owners = _holders(before, "accountable", areas, compiled, budget)
    for letter in letters:
        one, two = (_holders(each, letter, areas, compiled, budget) for each in (before, after))
        changes = combine(one, two, lambda a, b: a != b)
        harm = combine(owners, changes, lambda held, changed: changed and len(held or ()) == 1)
        if True in compiled.where_possible(harm).terminals:
            return True
    return False


def _near(wording: Wording, areas: Sequence[Area], compiled: CompiledPack) -> Wording:
    """Return the wording without the duties that meet none of the areas."""
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
    wording: Wording, letter: Letter, areas: Sequence[Area], compiled: CompiledPack, budget: Budget
) -> Diagram[Answer]:

    over = wording.overrides(compiled.pack, compiled.space)
    kept = over.with_exceptions(over.holders[letter])
    return holders_in(
        replace(wording, duties=tuple(wording.duties[index] for index in positions(kept))),
        letter,
        areas,
        lambda subjects: subjects,
        pack=compiled.pack,
        space=compiled.space,
        budget=budget,
    )
