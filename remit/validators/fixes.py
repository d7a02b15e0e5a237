"""What edit would heal a gap or an overlap: the plainest of a few that is proved to.

For a gap, in this order: a constraint of the nearest duty widened to hold the region, or one more
letter for a duty that is there already; a new duty for just that region; a new duty below all that
hold in part of it, these becoming exceptions to it. For an overlap: the narrower of the duties as
an exception to the others, then any of them. Whom a new duty falls to is a proposal: the subject
of the nearest duty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from remit.engine.conditions import Box
from remit.engine.letter_words import letter_word
from remit.engine.pack import AssistsOnly, Duty, Grant, Letter, Prohibition, Subject
from remit.engine.wording import tell
from remit.validators.check import Context
from remit.validators.edits import (
    Cure,
    Rewrite,
    new_duty,
    with_constraint,
    with_exception,
    with_letter,
)
from remit.validators.finding import Edit, Fix
from remit.validators.nearest import Bar, bars, close_duties
from remit.validators.words import names_words, when_words

if TYPE_CHECKING:
    from remit.engine.intervals import IntervalSet
    from remit.engine.map.cells import Region

__all__ = ["Wish", "gap_cures", "narrower_duties", "overlap_cures", "proved_fixes"]

MOST_TRIED = 2
"""Nearest duties whose widening is tried: past these a reader would not think of them either."""
MOST_EXCEPTIONS = 100
"""Duties that one fix makes exceptions; a longer one is no longer looked at before it is made."""


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """A finding that a fix is looked for.

    Args:
        place: which of the findings it is.
        cures: what may heal it, the plainest first.
    """

    place: int
    letter: Letter
    region: Region
    cures: Iterator[Cure]


def proved_fixes(wishes: Sequence[Wish], context: Context) -> dict[int, Fix]:
    """Return for each finding, by its place, the plainest cure that is proved, if there is one.

    What is tried first for each is proved together, then what is tried next for those left.
    """
    from remit.engine.map.trials import Trial, healing

    found: dict[int, Fix] = {}
    left = list(wishes)
    while left:
        asked = [(wish, cure) for wish in left if (cure := _next(wish, context)) is not None]
        trials = [
            Trial([(one.old, one.new) for one in cure.rewrites], wish.letter, wish.region)
            for wish, cure in asked
        ]
        verdicts = healing(trials, context.map.compiled)
        for (wish, cure), heals in zip(asked, verdicts, strict=True):
            if heals:
                edits = tuple(rewrite.edit for rewrite in cure.rewrites)
                found[wish.place] = Fix(cure.words, edits, is_safe=True)
        left = [wish for wish, _ in asked if wish.place not in found]
    return found


def gap_cures(
    activity: str, letter: Letter, region: Region, near: Sequence[Bar], context: Context
) -> Iterator[Cure]:
    """Yield what may heal a region in which nobody has a letter.

    Args:
        near: the parts that alone keep a duty from the witness, the likeliest first.
    """
    yield from _with_letter(activity, letter, region, context)
    yield from _widened(near, letter, region, context)
    yield from _added(activity, letter, region, near, context)


def overlap_cures(duties: Sequence[Duty], first: Duty) -> Iterator[Cure]:
    """Yield what may heal a region in which several subjects are accountable.

    Args:
        duties: the effective ones at the witness.
        first: the one that should go before the others, if one can.
    """
    for duty in (first, *(other for other in duties if other is not first)):
        others = [other.name for other in duties if other.subject != duty.subject]
        rewrite = with_exception(duty, others)
        if rewrite is not None:
            told = tell(
                "let `{duty}` go before {names} where they meet;"
                " that `{subject}` should answer there is a proposal",
                duty=duty.name,
                names=names_words(others),
                subject=duty.subject,
            )
            yield Cure((rewrite,), told)


def narrower_duties(
    activity: str, letter: Letter, region: Region, context: Context
) -> tuple[Duty, ...]:
    """Return the duties with a letter that match somewhere in a region."""
    part = context.map.compiled.parts[activity]
    found = []
    inside = [_sums(mask.tolist()) for mask in region.box]
    for duty, rows in zip(part.duties, part.rows, strict=True):
        if letter not in duty.roles:
            continue
        meets = any(
            all(
                any(sums[high] > sums[low] for low, high in atoms)
                for sums, atoms in zip(inside, row.box, strict=True)
            )
            for row in rows
            if not row.removes
        )
        if meets and (duty.unless is None or _matches_in(duty, region, context)):
            found.append(duty)
    return tuple(found)


def _matches_in(duty: Duty, region: Region, context: Context) -> bool:
    from remit.engine.map.cells import CellSet
    from remit.engine.map.counting import ranges_of
    from remit.engine.map.diagram import box_diagram

    box = box_diagram(context.map.compiled.space.widths, [ranges_of(mask) for mask in region.box])
    return bool(context.map.matching(duty.name) & CellSet(context.map.ground, box))


def _sums(mask: list[bool]) -> list[int]:
    sums = [0]
    for here in mask:
        sums.append(sums[-1] + here)
    return sums


def _next(wish: Wish, context: Context) -> Cure | None:
    """Return the next cure of a wish that can be written."""
    while (cure := _asked(wish)) is not None:
        # WHY: in a table of duties a cell is not written as YAML is.
        written = all(_is_yaml(rewrite.edit) for rewrite in cure.rewrites)
        if written and not any(_is_shared(rewrite, context) for rewrite in cure.rewrites):
            return cure
    return None


def _asked(wish: Wish) -> Cure | None:
    from remit.engine.map.budget import BudgetExceeded

    try:
        return next(wish.cures, None)
    except BudgetExceeded:
        return None


def _is_yaml(edit: Edit) -> bool:
    return edit.span.file.endswith((".yaml", ".yml"))


def _is_shared(rewrite: Rewrite, context: Context) -> bool:
    """Return whether an edit would change more than its duty: what an alias stands for."""
    span = rewrite.edit.span
    if rewrite.old is None or (span.line, span.column) == (span.end_line, span.end_column):
        return False
    subject = context.pack.subjects[rewrite.old.subject]
    members: tuple[Duty | Grant | Prohibition | AssistsOnly, ...] = (
        *subject.duties,
        *subject.authority,
        *subject.prohibitions,
        *subject.assists_only,
    )
    unless = [duty.unless for duty in subject.duties if duty.unless is not None]
    places = [place for member in members for place in member.spans.values()]
    places += [
        constraint.span
        for when in (*(member.when for member in members), *unless)
        for box in when.boxes
        for constraint in box.constraints.values()
    ]
    return places.count(span) > 1


def _with_letter(activity: str, letter: Letter, region: Region, context: Context) -> Iterator[Cure]:
    """Yield a letter more for each duty that already answers otherwise all over the region."""
    matching = (
        duty
        for duty in close_duties(activity, region.witness, context)
        if not bars(duty, region.witness, context.pack.vocabulary)
        and letter not in duty.roles
        and set(duty.roles) & {"accountable", "responsible"}
    )
    for duty in islice(matching, MOST_TRIED):
        rewrite = with_letter(duty, letter)
        if rewrite is not None:
            told = tell(
                "make `{subject}` {letter}, too, by `{duty}`",
                subject=duty.subject,
                letter=letter_word(letter),
                duty=duty.name,
            )
            yield Cure((rewrite,), told)


def _widened(
    near: Sequence[Bar], letter: Letter, region: Region, context: Context
) -> Iterator[Cure]:
    vocabulary = context.pack.vocabulary
    wanted = _values(region, context)
    inside: tuple[Duty, ...] = ()
    if near and region.density < 1:
        inside = narrower_duties(near[0].duty.activity, letter, region, context)
    for bar in near[:MOST_TRIED]:
        if bar.dimension is None or (box := _box_of(bar, bar.dimension)) is None:
            continue
        # WHY: told without a proof, and true of most that would fail it.
        if not _holds_beside(bar, box, wanted) or not _gives_way(bar.duty, inside, letter, context):
            continue
        allowed = box.constraints[bar.dimension].allowed
        everything = vocabulary.dimension(bar.dimension).everything()
        wider = allowed | wanted.get(bar.dimension, everything)
        rewrite = with_constraint(bar.duty, box, bar.dimension, wider, vocabulary)
        yield Cure(
            (rewrite,),
            tell(
                "let `{duty}` hold there, too: `{dimension}: {text}`",
                duty=bar.duty.name,
                dimension=bar.dimension,
                text=rewrite.edit.text,
            ),
        )


def _holds_beside(bar: Bar, box: Box, wanted: Mapping[str, IntervalSet]) -> bool:
    """Return whether a map of a duty holds the region but for the one dimension of the bar."""
    return all(
        name == bar.dimension or (name in wanted and wanted[name] <= constraint.allowed)
        for name, constraint in box.constraints.items()
    )


def _gives_way(duty: Duty, inside: Sequence[Duty], letter: Letter, context: Context) -> bool:
    return all(
        other.subject == duty.subject or context.replay.overrides(other, duty, letter)
        for other in inside
    )


def _box_of(bar: Bar, dimension: str) -> Box | None:
    for box in bar.duty.when.boxes:
        if dimension in box.constraints and box.constraints[dimension].span == bar.span:
            return box
    return None


def _added(
    activity: str, letter: Letter, region: Region, near: Sequence[Bar], context: Context
) -> Iterator[Cure]:
    for subject in _subjects(activity, letter, near, context)[:1]:
        rewrite = new_duty(
            subject,
            activity=activity,
            roles=_roles(activity, letter, region, context),
            when=_values(region, context),
            vocabulary=context.pack.vocabulary,
        )
        if rewrite is None:
            continue
        where = when_words(region.constraints)
        if region.density == 1:
            told = tell(
                "write a new duty of `{subject}` {where};"
                " that it falls to `{subject}` is a proposal",
                subject=subject.name,
                where=where,
            )
            yield Cure((rewrite,), told)
            continue
        roots = _roots(narrower_duties(activity, letter, region, context))
        changed = [
            with_exception(duty, [rewrite.new.name]) for duty in roots[: MOST_EXCEPTIONS + 1]
        ]
        if len(roots) <= MOST_EXCEPTIONS and None not in changed:
            several = (
                tell("the {number} duties that hold in part of it", number=len(roots))
                if len(roots) > 1
                else (names_words(duty.name for duty in roots))
            )
            yield Cure(
                (rewrite, *(each for each in changed if each is not None)),
                tell(
                    "write a new duty of `{subject}` {where}, below {several};"
                    " that it falls to `{subject}` is a proposal",
                    subject=subject.name,
                    where=where,
                    several=several,
                ),
            )


def _roots(duties: Sequence[Duty]) -> list[Duty]:
    """Return the duties that are exceptions to none of the others; the others follow them."""
    names = {duty.name for duty in duties}
    return [d for d in duties if not names & {one.name for one in d.exception_to}]


def _roles(activity: str, letter: Letter, region: Region, context: Context) -> tuple[Letter, ...]:
    """Return the letters of a new duty: the doer's, too, where there is none either."""
    if letter == "accountable" and region.cells <= context.map.unheld(activity, "responsible"):
        return ("accountable", "responsible")
    return (letter,)


def _subjects(
    activity: str, letter: Letter, near: Sequence[Bar], context: Context
) -> list[Subject]:
    """Return who might take a region, the likeliest first: who answers next to it, or most."""
    part = context.map.compiled.parts[activity]
    usual = Counter(duty.subject for duty in part.duties if letter in duty.roles)
    names = [*(bar.duty.subject for bar in near), *(name for name, _ in usual.most_common())]
    return [context.pack.subjects[name] for name in dict.fromkeys(names)]


def _values(region: Region, context: Context) -> dict[str, IntervalSet]:
    """Return what a region allows, by dimension in the order of its constraints."""
    from remit.engine.map.counting import ranges_of

    axes = context.map.compiled.space.axes
    allowed = {
        axis.name: axis.allowed(ranges_of(mask))
        for axis, mask in zip(axes, region.box, strict=True)
        if not mask.all()
    }
    return {name: allowed[name] for name in region.constraints}
