"""What a diff says, in words, for the terminal and for Markdown alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.cli.reports import counted, noun
from remit.cli.screen import clean
from remit.cli.versions import Version
from remit.engine.diff.changes import Change, Fault, FaultKind, Move, MoveKind, NeedChange
from remit.engine.diff.compare import Difference
from remit.engine.diff.load import Load
from remit.engine.diff.vocabulary_changes import VocabularyChange
from remit.engine.letter_words import letter_word
from remit.engine.map.budget import BudgetExceeded
from remit.engine.pack import Duty, Letter
from remit.engine.vocabulary import Value, plain
from remit.engine.wording import tell
from remit.validators.words import (
    count_words,
    listed,
    names_words,
    percent,
    region_words,
    when_words,
    witness_words,
)

__all__ = [
    "Asked",
    "Part",
    "changed_loads",
    "facts_of",
    "headline",
    "load_words",
    "names_of",
    "parts_of",
    "title",
    "vocabulary_words",
]

MOST_REGIONS = 3
"""Regions of one change shown; past these a reader is better served by the sum."""
MOST_DIGITS = 9
"""Digits after the point by which two loads are told apart."""
FEWEST_STAYING = 3
"""Subjects that stay from which only those that come and go are named."""
MOST_DUTIES = 4
"""Duties shown that decide at the witness."""
MOVES: Mapping[MoveKind, str] = {
    "moved": noun("move"),
    "appeared": noun("appearance"),
    "vanished": noun("disappearance"),
}
FAULTS: Mapping[FaultKind, str] = {
    "gap": noun("gap"),
    "overlap": noun("overlap"),
    "missing-doer": noun("missing doer"),
}


@dataclass(frozen=True)
class Asked:
    """What was compared, and how it came out.

    Args:
        at: the states compared, as `stage=early`; empty where two packs were.
        is_whole: whether all activities and letters were asked for.
    """

    difference: Difference
    old: Version
    new: Version
    at: tuple[str, ...] = ()
    is_whole: bool = True

    @cached_property
    def moves(self) -> tuple[tuple[Move, ...], ...]:
        """The moves, those of several letters that are alike otherwise together."""
        return tuple(map(tuple, _alike(self.difference.moves)))


@dataclass(frozen=True, slots=True)
class Part:
    """One change in words: a line that stands alone; `facts_of` has what stands below it.

    Args:
        letters: of a move, all the letters that move alike.
    """

    change: Change
    label: str
    message: str
    letters: tuple[Letter, ...] = ()


def title(asked: Asked) -> str:
    """Return what was compared: "harbour 1 -> 2", "harbour 1, stage=early -> stage=late".

    Versions of one number go by what the user called them: "harbour 1 (main:harbour -> harbour)".
    """
    old, new = asked.old.pack, asked.new.pack
    if asked.at:
        return f"{old.name} {old.version}, {' -> '.join(asked.at)}"
    if (old.name, old.version) == (new.name, new.version):
        return f"{old.name} {old.version} ({clean(asked.old.named)} -> {clean(asked.new.named)})"
    if old.name == new.name:
        return f"{old.name} {old.version} -> {new.version}"
    return f"{old.name} {old.version} -> {new.name} {new.version}"


def headline(asked: Asked) -> str:
    """Return the line that stands alone: what was compared, and all that changed, counted."""
    told = listed(_counts(asked)) or tell("nothing changes hands")
    if asked.difference.is_proved:
        return tell(
            "{title}: {told} (proved over the whole event space)", title=title(asked), told=told
        )
    return tell("{title}: {told} (not all proved)", title=title(asked), told=told)


def parts_of(asked: Asked) -> Iterator[Part]:
    """Yield every change in words: moves first, then needs, then faults.

    Moves of several letters between the same subjects in the same events are told as one.
    """
    difference = asked.difference
    for alike in asked.moves:
        letters = listed(letter_word(move.letter) for move in alike)
        label = f"{_kind(alike[0])}[{letters}]"
        yield Part(alike[0], label, _move(alike[0]), tuple(move.letter for move in alike))
    others: tuple[NeedChange | Fault, ...] = (*difference.needs, *difference.faults)
    for change in others:
        label, message = _fault(change) if isinstance(change, Fault) else _need(change)
        yield Part(change, label, message)


def _kind(move: Move) -> str:
    words: Mapping[MoveKind, str] = {
        "moved": tell("moved"),
        "appeared": tell("appeared"),
        "vanished": tell("vanished"),
    }
    return words[move.kind]


def _alike(moves: Iterable[Move]) -> list[list[Move]]:
    groups: list[list[Move]] = []
    known: dict[tuple[object, ...], list[list[Move]]] = {}
    for move in moves:
        key = (move.kind, move.activity, move.from_, move.to, move.cells.count())
        same = (group for group in known.get(key, ()) if group[0].cells.same_as(move.cells))
        group = next(same, None)
        if group is None:
            group = []
            groups.append(group)
            known.setdefault(key, []).append(group)
        group.append(move)
    return groups


def names_of(subjects: Sequence[str]) -> str:
    """Return subjects in backticks, or "nobody"."""
    return names_words(subjects) if subjects else tell("nobody")


def changed_loads(asked: Asked) -> tuple[tuple[Load, ...], str]:
    """Return the loads that changed, and why there are none, if they cost too much."""
    try:
        found = asked.difference.loads()
    except BudgetExceeded as error:
        return (), str(error)
    return tuple(load for load in found if load.before != load.after), ""


def load_words(load: Load) -> tuple[str, str]:
    """Return a load before and after, with as many digits as tell them apart."""
    before, after = percent(load.before), percent(load.after)
    digits = 1
    while before == after and load.before != load.after and digits < MOST_DIGITS:
        before, after = (
            f"{float(share * 100):.{digits}f} %" for share in (load.before, load.after)
        )
        digits += 1
    return before, after


def vocabulary_words(change: VocabularyChange) -> str:
    """Return a change of the vocabulary as a phrase."""
    name = change.name
    sides = {"before": change.before, "after": change.after}
    if change.what == "bounds":
        return tell("the bounds of `{name}` were {before}, and are {after}", name=name, **sides)
    if change.what == "kind":
        return tell(
            "the dimension `{name}` was of the kind {before}, and is {after}", name=name, **sides
        )
    if change.what == "node":
        return tell(
            "`{name}` of `{dimension}` stood under {before}, and stands under {after}",
            name=name,
            dimension=change.dimension,
            before=change.before or tell("the top"),
            after=change.after or tell("the top"),
        )
    return _come_or_gone(change)


def _come_or_gone(change: VocabularyChange) -> str:
    words = {"activity": tell("activity"), "dimension": tell("dimension"), "value": tell("value")}
    parts = {"what": words[change.what], "name": change.name, "dimension": change.dimension}
    if change.what == "value":
        if change.before:
            return tell("the {what} `{name}` of `{dimension}` is gone", **parts)
        return tell("the {what} `{name}` of `{dimension}` is new", **parts)
    if change.before:
        return tell("the {what} `{name}` is gone", **parts)
    return tell("the {what} `{name}` is new", **parts)


def _counts(asked: Asked) -> Iterator[str]:
    difference = asked.difference
    alike = [moves[0].kind for moves in asked.moves]
    for kind, word in MOVES.items():
        number = alike.count(kind)
        if number:
            yield counted(number, word)
    if difference.needs:
        yield tell("{needs} changed", needs=counted(len(difference.needs), "need"))
    for fault, word in FAULTS.items():
        if number := len(difference.of(fault, opened=True)):
            yield tell("{faults} opened", faults=counted(number, word))
        if number := len(difference.of(fault, opened=False)):
            yield tell("{faults} closed", faults=counted(number, word))
    if difference.unproved:
        questions = counted(len(difference.unproved), "question")
        yield tell("{questions} not proved", questions=questions)


def _move(move: Move) -> str:
    activity, before, after = move.activity, names_of(move.from_), names_of(move.to)
    if move.kind == "appeared":
        return tell(
            "`{activity}` has {after}, in events that are new", activity=activity, after=after
        )
    if move.kind == "vanished":
        return tell(
            "`{activity}` had {before}, in events that are gone", activity=activity, before=before
        )
    stay = _staying(move)
    if stay < FEWEST_STAYING:
        return tell(
            "`{activity}` goes from {before} to {after}",
            activity=activity,
            before=before,
            after=after,
        )
    lost, gained = map(names_words, _exchanged(move))
    parts = {"activity": activity, "lost": lost, "gained": gained, "stay": stay}
    if not gained:
        return tell("`{activity}` loses {lost}; {stay} others stay", **parts)
    if not lost:
        return tell("`{activity}` gains {gained}; {stay} others stay", **parts)
    return tell("`{activity}` loses {lost} and gains {gained}; {stay} others stay", **parts)


def _staying(move: Move) -> int:
    return len({*move.from_} & {*move.to})


def _exchanged(move: Move) -> tuple[list[str], list[str]]:
    """Return the subjects that a move takes out, and those that it brings in."""
    return sorted({*move.from_} - {*move.to}), sorted({*move.to} - {*move.from_})


def _need(change: NeedChange) -> tuple[str, str]:
    if change.is_needed:
        return tell("needed"), tell(
            "`{activity}` is needed in events that did not need it", activity=change.activity
        )
    return tell("not needed"), tell(
        "`{activity}` is no longer needed in events that needed it", activity=change.activity
    )


def _fault(fault: Fault) -> tuple[str, str]:
    words: Mapping[FaultKind, str] = {
        "gap": tell("gap"),
        "overlap": tell("overlap"),
        "missing-doer": tell("missing doer"),
    }
    word, activity = words[fault.kind], fault.activity
    if fault.is_opened:
        label = tell("{fault} opened", fault=word)
    else:
        label = tell("{fault} closed", fault=word)
    if fault.kind == "overlap":
        return label, _overlap(fault)
    letter = letter_word("accountable" if fault.kind == "gap" else "responsible")
    if fault.is_opened:
        said = tell("nobody is {letter} for `{activity}`", letter=letter, activity=activity)
    else:
        said = tell("nobody was {letter} for `{activity}`", letter=letter, activity=activity)
    return label, said


def _overlap(fault: Fault) -> str:
    parts = {"names": names_words(fault.subjects), "activity": fault.activity}
    is_pair = len(fault.subjects) == 2  # noqa: PLR2004 -- a pair
    if fault.is_opened and is_pair:
        return tell("{names} are both accountable for `{activity}`", **parts)
    if fault.is_opened:
        return tell("{names} are all accountable for `{activity}`", **parts)
    if is_pair:
        return tell("{names} were both accountable for `{activity}`", **parts)
    return tell("{names} were all accountable for `{activity}`", **parts)


def facts_of(asked: Asked, change: Change) -> Iterator[tuple[str, str]]:
    """Yield what is known of a change, each fact with its name: where it is, who decides there."""
    regions = asked.difference.regions(change)
    for region in regions[:MOST_REGIONS]:
        yield tell("region"), region_words(region.constraints)
    if len(regions) > MOST_REGIONS:
        more = counted(len(regions) - MOST_REGIONS, "more region")
        yield tell("region"), tell("and {more}", more=more)
    part, whole = change.cells.count(), change.cells.ground.size
    said = count_words(part, whole)
    if part != whole:
        said = tell("{cells} ({share})", cells=said, share=percent(change.cells.share()))
    yield tell("cells"), said
    witness = regions[0].witness
    yield tell("witness"), witness_words(witness) or tell("any event")
    letter = _letter(change)
    if letter is not None:
        yield from _deciding(asked, change, letter, witness)
    if isinstance(change, Fault) and change.is_opened:
        state = {n: plain(v) for n, v in asked.difference.joint.new.side.fixed.items()}
        yield tell("help"), _help(change, {**regions[0].constraints, **state})


def _letter(change: Change) -> Letter | None:
    """Return the letter whose duties explain a change; a closed fault needs no explanation."""
    if isinstance(change, Move):
        return change.letter
    if isinstance(change, Fault) and change.is_opened:
        return "responsible" if change.kind == "missing-doer" else "accountable"
    return None


def _help(fault: Fault, region: Mapping[str, object]) -> str:
    if fault.kind == "overlap":
        return tell("narrow the `when` of one duty, or let one be an `exception_to` the other")
    where = when_words(region)
    if fault.kind == "gap":
        return tell("write an accountable duty {where}, or widen one that is near", where=where)
    return tell("write a responsible duty {where}, or widen one that is near", where=where)


def _deciding(
    asked: Asked, change: Change, letter: Letter, witness: Mapping[str, Value]
) -> Iterator[tuple[str, str]]:
    decided = asked.difference.second_look.deciding(change.activity, letter, witness)
    is_exchange = isinstance(change, Move) and _staying(change) >= FEWEST_STAYING
    if isinstance(change, Move) and is_exchange:
        # WHY: who stays explains nothing of the change.
        lost, gained = _exchanged(change)
        decided = (_of(decided[0], lost), _of(decided[1], gained))
    for word, version, duties in zip(
        (tell("before"), tell("after")), (asked.old, asked.new), decided, strict=True
    ):
        if not duties and not is_exchange:
            yield word, tell("no duty")
        for duty in duties[:MOST_DUTIES]:
            yield word, _duty(duty, version)
        if len(duties) > MOST_DUTIES:
            more = counted(len(duties) - MOST_DUTIES, "more duty")
            yield word, tell("and {more}", more=more)


def _of(duties: Iterable[Duty], subjects: Sequence[str]) -> tuple[Duty, ...]:
    return tuple(duty for duty in duties if duty.subject in subjects)


def _duty(duty: Duty, version: Version) -> str:
    return tell("`{duty}` at {place}", duty=duty.name, place=clean(version.place(duty.span)))
