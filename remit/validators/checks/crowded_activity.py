"""crowded-activity: more subjects do, advise or are told in one event than the pack allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.letter_words import letter_word
from remit.engine.pack import Crowd, Duty, Letter
from remit.engine.spans import Related
from remit.engine.wording import mark, tell, tell_count, tell_marked
from remit.validators.check import Cell, Check, Context, Fault, by_activity
from remit.validators.finding import Finding, Level, Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of, place_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.map.diagram import Diagram
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

LEVELS: dict[Letter, Level] = {"responsible": "warning", "consulted": "warning", "informed": "note"}
"""The letters that can be given to too many. SOURCE: RACI rules R04 to R06 (Trackplus)."""
CURES: dict[Letter, str] = {
    "responsible": mark("split the activity into more specific ones, or let some of them support"),
    "consulted": mark("inform those whose word is not waited for"),
    "informed": mark("tell those who can do nothing about it only of exceptions"),
}


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each activity and letter with too many holders somewhere."""
    return by_activity(context, lambda activity: _faults(activity, context))


def _faults(activity: str, context: Context) -> Iterator[Fault]:
    duties = context.map.compiled.parts[activity].duties
    for letter in LEVELS:
        most = _most(context.pack.checks.crowd, letter)
        # WHY: most activities name too few subjects to be crowded anywhere.
        if len({duty.subject for duty in duties if letter in duty.roles}) > most:
            cells = _crowded(activity, letter, most, context)
            if cells:
                yield _fault(activity, letter, most, cells, context)


def _most(crowd: Crowd, letter: Letter) -> int:
    if letter == "responsible":
        return crowd.responsible
    return crowd.consulted if letter == "consulted" else crowd.informed


def _crowded(activity: str, letter: Letter, most: int, context: Context) -> CellSet:
    from remit.engine.map.cells import CellSet

    compiled = context.map.compiled
    part = compiled.parts[activity]
    found: Diagram[bool]
    if letter == "responsible":
        answers = compiled.answers(activity, letter)
        found = answers.mapped(lambda share: len(part.subjects(share)) > most)
    else:
        found = compiled.where_possible(_by_adding_up(activity, letter, most, context))
    return CellSet(context.map.ground, found) & context.map.needed(activity)


def _by_adding_up(activity: str, letter: Letter, most: int, context: Context) -> Diagram[bool]:
    """Return where a letter that adds up goes to more than `most` subjects."""
    from remit.engine.map.local import holders_in, wording_of
    from remit.engine.map.overrides import positions

    compiled = context.map.compiled
    part = compiled.parts[activity]
    duties = tuple(part.duties[index] for index in positions(part.deciding(letter)))
    found = holders_in(
        replace(wording_of(part.duties), duties=duties),
        letter,
        [tuple(axis.everything() for axis in compiled.space.axes)],
        lambda subjects: len(subjects) > most,
        pack=compiled.pack,
        space=compiled.space,
        budget=compiled.budget,
    )
    return found.mapped(lambda crowded: crowded is True)


def _fault(activity: str, letter: Letter, most: int, cells: CellSet, context: Context) -> Fault:
    draft = CHECK.draft(
        tell_count(
            "more than {number} subject is {letter} for `{activity}` in some events",
            "more than {number} subjects are {letter} for `{activity}` in some events",
            most,
            letter=letter_word(letter),
            activity=activity,
        ),
        context.pack.vocabulary.activities[activity].span,
        activity=activity,
        letter=letter,
        notes=label_words(labels_of(context.pack, activity)),
        help=tell(
            "{cure}; or allow more under `checks` in pack.yaml", cure=tell_marked(CURES[letter])
        ),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        duties = context.replay.effective(activity, letter, region.witness)
        return _placed(draft, sorted(duties, key=lambda duty: duty.span))

    def holds_at(replay: Replay, cell: Cell) -> bool:
        holders = replay.holders(activity, letter, cell)
        return replay.is_needed(activity, cell) and len(holders) > most

    return Fault(replace(draft, level=LEVELS[letter]), cells, detail=detail, holds_at=holds_at)


def _placed(draft: Finding, duties: list[Duty]) -> Finding:
    """Return the finding at the last of the duties that meet at the witness, all subjects named."""
    subjects = sorted({duty.subject for duty in duties})
    last = duties[-1]
    related = [
        Related(place_of(d, "role"), tell("`{subject}` is another", subject=d.subject))
        for d in duties[:-1]
    ]
    return replace(
        draft,
        span=place_of(last, "role"),
        label=tell("`{subject}` is one", subject=last.subject),
        related=tuple(related[:MOST_RELATED]),
        notes=(*draft.notes, tell("at the witness they are {names}", names=names_words(subjects))),
    )


CHECK = Check(
    code="C307",
    name="crowded-activity",
    level="warning",
    family="command",
    summary="more subjects do, advise or are told than the pack allows",
    faults=faults,
    cells_are="crowded",
    options=frozenset({"responsible", "consulted", "informed"}),
)
