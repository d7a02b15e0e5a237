"""redundant-duty: a duty without which every answer would be the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from remit.engine.pack import LETTERS, Duty, Letter
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import place_of
from remit.validators.words import names_words

if TYPE_CHECKING:
    from remit.engine.map.local import Area, Wording
    from remit.engine.map.overrides import Overrides
    from remit.engine.map.parts import ActivityPart
    from remit.engine.map.without import Asked, Verdict

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each duty that has an effect and could go without changing an answer."""
    from remit.engine.map.budget import BudgetExceeded

    candidates: list[tuple[ActivityPart, int]] = []
    for part in context.parts():
        surely = _decides_alone(part, context)
        candidates += [(part, me) for me in range(len(part.duties)) if me not in surely]
    # WHY asked for only now: of most packs nothing is left, and dead duties are asked one by one.
    dead = set(context.dead_duties()) if candidates else set()
    left = [
        (part, me)
        for part, me in candidates
        if part.duties[me].name not in dead and not _matters_at_a_corner(part, me, context)
    ]
    passing = [one for one in left if _passes_on(*one)]
    replaced = [one for one in left if _is_replaced(*one)]
    told = {*passing, *replaced}
    matters = _matters([one for one in left if one not in told], context)
    matters |= dict.fromkeys(replaced, False)
    matters |= {one: _matters_to_others(*one, context) for one in passing}
    for part, me in left:
        verdict = matters[part, me]
        if isinstance(verdict, BudgetExceeded):
            yield Unproved("", "", str(verdict), (part.name,), duties=verdict.duties)
        elif not verdict:
            yield _fault(part, me, context)


def _decides_alone(part: ActivityPart, context: Context) -> set[int]:
    """Return duties that some answer certainly needs, told by the answers alone.

    Where a duty is the only effective one of its subject, and none that it overrides is of that
    subject, the answer without it lacks the subject. An answer of the map says so without any cell.
    """
    from remit.engine.map.budget import BudgetExceeded
    from remit.engine.map.compiled import BY_DUTIES

    found: set[int] = set()
    over = part.overrides
    for letter in BY_DUTIES:
        try:
            shares = context.map.compiled.answers(part.name, letter).terminals
        except BudgetExceeded:
            continue  # WHY: the samples and the exact decision do without this diagram.
        for share in shares:
            mine = [number - part.first for number in share or ()]
            subjects = [part.duties[index].subject for index in mine]
            for index, subject in zip(mine, subjects, strict=True):
                if index in found or subjects.count(subject) > 1:
                    continue
                below = over.overridden(letter, index) & over.holders[letter]
                if not below & part.of_subject[subject]:
                    found.add(index)
    return found


def _matters_at_a_corner(part: ActivityPart, me: int, context: Context) -> bool:
    """Return whether the answer at some corner of the duty's boxes changes without it."""
    if _passes_on(part, me):
        return False
    return any(_changes(part, me, matching) for matching in _at_corners(part, me, context))


def _at_corners(part: ActivityPart, me: int, context: Context) -> Iterator[int]:
    """Yield what matches at possible corners of a duty's boxes where it does."""
    bitmaps = context.map.resolver.bitmaps
    for row in part.rows[me]:
        if row.removes:
            continue
        for cell in (
            tuple(atoms[0][0] for atoms in row.box),
            tuple(atoms[-1][1] - 1 for atoms in row.box),
        ):
            matching = bitmaps.matching(cell, part.name)
            if matching >> me & 1:
                yield matching


def _is_replaced(part: ActivityPart, me: int) -> bool:
    """Return whether for each letter another duty surely takes the place of this one."""
    from remit.engine.map.stand_ins import stand_ins_of

    stand_ins = stand_ins_of(part)
    letters = [letter for letter in LETTERS if _has_a_say(part, me, letter)]
    return all(stand_ins.serve(me, letter) for letter in letters)


def _changes(part: ActivityPart, me: int, matching: int) -> bool:
    from remit.engine.map.overrides import positions

    def subjects(letter: Letter, among: int) -> set[str]:
        effective = part.overrides.effective(letter, among)
        return {part.duties[index].subject for index in positions(effective)}

    without = matching & ~(1 << me)
    return any(subjects(letter, matching) != subjects(letter, without) for letter in LETTERS)


def _passes_on(part: ActivityPart, me: int) -> bool:
    """Return whether another duty is an exception to something only by way of this one."""
    return bool(part.duties[me].exception_to) and bool(_namers(part, me))


def _namers(part: ActivityPart, me: int) -> list[Duty]:
    """Return the duties that override this one by exception, directly or through others."""
    from remit.engine.map.overrides import positions

    return [part.duties[index] for index in positions(part.overrides.excepted.get(me, 0))]


def _matters(duties: Sequence[Asked], context: Context) -> dict[Asked, Verdict]:
    """Return whether some possible answer changes without a duty, for each; exact."""
    from remit.engine.map.without import changes_without

    found: dict[Asked, Verdict] = dict.fromkeys(duties, False)
    for letter in LETTERS:
        asked = [one for one in duties if not found[one] and _has_a_say(*one, letter)]
        verdicts = changes_without(context.map.compiled, asked, letter)
        found |= dict(zip(asked, verdicts, strict=True))
    return found


def _has_a_say(part: ActivityPart, me: int, letter: Letter) -> bool:
    over = part.overrides
    return bool((over.overridden(letter, me) | 1 << me) & over.holders[letter])


def _areas(part: ActivityPart, me: int) -> list[Area]:
    return [row.box for row in part.rows[me] if not row.removes]


def _matters_to_others(part: ActivityPart, me: int, context: Context) -> Verdict:
    """Return the same where without the duty others would no longer override each other."""
    from remit.engine.map.budget import BudgetExceeded

    try:
        return _changes_others(part, me, context)
    except BudgetExceeded as error:
        return error


def _changes_others(part: ActivityPart, me: int, context: Context) -> bool:
    from remit.engine.map.diagram import combine
    from remit.engine.map.local import holders_in, wording_of

    compiled = context.map.compiled
    before = wording_of(part.duties)
    duty = part.duties[me]
    after = wording_of(_without(part.duties, duty))
    areas = _areas(part, me)
    near = {other.name for other in _namers(part, me)}
    for index, other in enumerate(part.duties):
        if other.name in near:
            areas += _areas(part, index)
    for letter in LETTERS:
        kept = _with_a_say(part, me, letter, areas)
        if not kept:
            continue
        one, two = (
            holders_in(
                _only(wording, kept),
                letter,
                areas,
                lambda subjects: subjects,
                pack=compiled.pack,
                space=compiled.space,
                budget=compiled.budget,
            )
            for wording in (before, after)
        )
        changed = combine(one, two, lambda a, b: a != b)
        if True in compiled.where_possible(changed).terminals:
            return True
    return False


def _with_a_say(part: ActivityPart, me: int, letter: Letter, areas: list[Area]) -> frozenset[str]:
    """Return the duties that bear on a letter that may depend on this duty."""
    from remit.engine.map.local import meet
    from remit.engine.map.overrides import positions

    if not _has_a_say(part, me, letter):
        return frozenset()
    having = _with_overriders(part.overrides, part.overrides.holders[letter], letter)
    return frozenset(
        part.duties[index].name
        for index in positions(having | 1 << me)
        if any(meet(row.box, area) for row in part.rows[index] for area in areas if not row.removes)
    )


def _with_overriders(over: Overrides, duties: int, letter: Letter) -> int:
    from remit.engine.map.overrides import positions

    found = duties
    for index in positions(duties):
        found |= over.overriders(letter, index)
    return found


def _without(duties: tuple[Duty, ...], duty: Duty) -> tuple[Duty, ...]:
    return tuple(other for other in duties if other is not duty)


def _only(wording: Wording, names: frozenset[str]) -> Wording:
    return replace(wording, duties=tuple(d for d in wording.duties if d.name in names))


def _fault(part: ActivityPart, me: int, context: Context) -> Fault:
    duty = part.duties[me]
    same = _same_answer(part, me, context)
    named = [one for one in _namers(part, me) if duty.name in {r.name for r in one.exception_to}]
    cure = tell("delete it")
    if named:
        names = names_words(d.name for d in named)
        cure = tell("delete it, and its name in `exception_to` of {names}", names=names)
    if same:
        stay = names_words(d.name for d in same)
        cure = tell("{cure}; {names} must then stay", cure=cure, names=stay)
    draft = CHECK.draft(
        tell(
            "`{duty}` changes no answer: everywhere the same subjects answer without it",
            duty=duty.name,
        ),
        place_of(duty, "id"),
        activity=duty.activity,
        duty=duty.name,
        subjects=(duty.subject,),
        label=tell("adds nothing"),
        related=tuple(
            Related(place_of(d, "when", "id"), tell("`{d}` says it", d=d.name)) for d in same
        ),
        notes=_times(duty, same),
        help=cure,
    )
    return Fault(draft, duties=(duty.name,))


def _times(duty: Duty, same: list[Duty]) -> tuple[str, ...]:
    """Return what else would go with the duty: an answer is who, and these say by when."""
    others = [{"acknowledge": d.acknowledge, "complete": d.complete} for d in same]
    mine = {"acknowledge": duty.acknowledge, "complete": duty.complete}
    lost = [
        key
        for key, seconds in mine.items()
        if seconds is not None and any(other[key] != seconds for other in others)
    ]
    return (tell("its own {names} would go with it", names=names_words(lost)),) if lost else ()


def _same_answer(part: ActivityPart, me: int, context: Context) -> list[Duty]:
    """Return a few duties of the same subject that answer at a corner of a duty."""
    from remit.engine.map.overrides import positions

    duty = part.duties[me]
    found: dict[str, Duty] = {}
    for matching in _at_corners(part, me, context):
        for letter in duty.roles:
            for index in positions(part.overrides.effective(letter, matching & ~(1 << me))):
                if part.duties[index].subject == duty.subject:
                    found[part.duties[index].name] = part.duties[index]
    return list(islice(found.values(), MOST_RELATED))


CHECK = Check(
    code="R205",
    name="redundant-duty",
    level="warning",
    family="ownership",
    summary="a duty could go, and every answer would stay as it is",
    faults=faults,
)
