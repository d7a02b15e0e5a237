"""What a diff says, in words, for the terminal and for Markdown alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from remit.cli.reports import counted
from remit.cli.screen import clean
from remit.cli.versions import Version
from remit.engine.diff.changes import Change, Fault, FaultKind, Move, MoveKind, NeedChange
from remit.engine.diff.compare import Difference
from remit.engine.diff.load import Load
from remit.engine.diff.vocabulary_changes import VocabularyChange
from remit.engine.map.budget import BudgetExceeded
from remit.engine.pack import Duty, Letter
from remit.engine.vocabulary import Value, plain
from remit.validators.words import (
    count_words,
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
    "moved": "move",
    "appeared": "appearance",
    "vanished": "disappearance",
}
FAULTS: Mapping[FaultKind, str] = {
    "gap": "gap",
    "overlap": "overlap",
    "missing-doer": "missing doer",
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
    proof = "proved over the whole event space" if asked.difference.is_proved else "not all proved"
    told = ", ".join(_counts(asked)) or "nothing changes hands"
    return f"{title(asked)}: {told} ({proof})"


def parts_of(asked: Asked) -> Iterator[Part]:
    """Yield every change in words: moves first, then needs, then faults.

    Moves of several letters between the same subjects in the same events are told as one.
    """
    difference = asked.difference
    for alike in asked.moves:
        label = f"{alike[0].kind}[{', '.join(move.letter for move in alike)}]"
        yield Part(alike[0], label, _move(alike[0]), tuple(move.letter for move in alike))
    others: tuple[NeedChange | Fault, ...] = (*difference.needs, *difference.faults)
    for change in others:
        label, message = _fault(change) if isinstance(change, Fault) else _need(change)
        yield Part(change, label, message)


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
    return names_words(subjects) if subjects else "nobody"


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
    name, inside = f"`{change.name}`", f" of `{change.dimension}`"
    if change.what == "bounds":
        return f"the bounds of {name} were {change.before}, and are {change.after}"
    if change.what == "kind":
        return f"the dimension {name} was of the kind {change.before}, and is {change.after}"
    if change.what == "node":
        had, has = (node or "the top" for node in (change.before, change.after))
        return f"{name}{inside} stood under {had}, and stands under {has}"
    where = inside if change.what == "value" else ""
    return f"the {change.what} {name}{where} is {'gone' if change.before else 'new'}"


def _counts(asked: Asked) -> Iterator[str]:
    difference = asked.difference
    alike = [moves[0].kind for moves in asked.moves]
    for kind, word in MOVES.items():
        number = alike.count(kind)
        if number:
            yield counted(number, word)
    if difference.needs:
        yield counted(len(difference.needs), "need") + " changed"
    for fault, word in FAULTS.items():
        for opened, verb in ((True, "opened"), (False, "closed")):
            number = len(difference.of(fault, opened=opened))
            if number:
                yield f"{counted(number, word)} {verb}"
    if difference.unproved:
        yield f"{counted(len(difference.unproved), 'question')} not proved"


def _move(move: Move) -> str:
    activity, from_, to = f"`{move.activity}`", names_of(move.from_), names_of(move.to)
    if move.kind == "appeared":
        return f"{activity} has {to}, in events that are new"
    if move.kind == "vanished":
        return f"{activity} had {from_}, in events that are gone"
    stay = _staying(move)
    if stay < FEWEST_STAYING:
        return f"{activity} goes from {from_} to {to}"
    lost, gained = _exchanged(move)
    sides = (("loses", lost), ("gains", gained))
    told = [f"{verb} {names_words(who)}" for verb, who in sides if who]
    return f"{activity} {' and '.join(told)}; {stay} others stay"


def _staying(move: Move) -> int:
    return len({*move.from_} & {*move.to})


def _exchanged(move: Move) -> tuple[list[str], list[str]]:
    """Return the subjects that a move takes out, and those that it brings in."""
    return sorted({*move.from_} - {*move.to}), sorted({*move.to} - {*move.from_})


def _need(change: NeedChange) -> tuple[str, str]:
    if change.is_needed:
        return "needed", f"`{change.activity}` is needed in events that did not need it"
    return "not needed", f"`{change.activity}` is no longer needed in events that needed it"


def _fault(fault: Fault) -> tuple[str, str]:
    label = f"{FAULTS[fault.kind]} {'opened' if fault.is_opened else 'closed'}"
    if fault.kind == "overlap":
        verb = "are" if fault.is_opened else "were"
        together = "both" if len(fault.subjects) == 2 else "all"  # noqa: PLR2004 -- a pair
        who = f"{names_words(fault.subjects)} {verb} {together}"
        return label, f"{who} accountable for `{fault.activity}`"
    letter = "accountable" if fault.kind == "gap" else "responsible"
    return label, f"nobody {'is' if fault.is_opened else 'was'} {letter} for `{fault.activity}`"


def facts_of(asked: Asked, change: Change) -> Iterator[tuple[str, str]]:
    """Yield what is known of a change, each fact with its name: where it is, who decides there."""
    regions = asked.difference.regions(change)
    for region in regions[:MOST_REGIONS]:
        yield "region", region_words(region.constraints)
    if len(regions) > MOST_REGIONS:
        yield "region", f"and {counted(len(regions) - MOST_REGIONS, 'more region')}"
    part, whole = change.cells.count(), change.cells.ground.size
    share = "" if part == whole else f" ({percent(change.cells.share())})"
    yield "cells", f"{count_words(part, whole)}{share}"
    witness = regions[0].witness
    yield "witness", witness_words(witness) or "any event"
    letter = _letter(change)
    if letter is not None:
        yield from _deciding(asked, change, letter, witness)
    if isinstance(change, Fault) and change.is_opened:
        state = {n: plain(v) for n, v in asked.difference.joint.new.side.fixed.items()}
        yield "help", _help(change, {**regions[0].constraints, **state})


def _letter(change: Change) -> Letter | None:
    """Return the letter whose duties explain a change; a closed fault needs no explanation."""
    if isinstance(change, Move):
        return change.letter
    if isinstance(change, Fault) and change.is_opened:
        return "responsible" if change.kind == "missing-doer" else "accountable"
    return None


def _help(fault: Fault, region: Mapping[str, object]) -> str:
    if fault.kind == "overlap":
        return "narrow the `when` of one duty, or let one be an `exception_to` the other"
    letter = "an accountable" if fault.kind == "gap" else "a responsible"
    return f"write {letter} duty {when_words(region)}, or widen one that is near"


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
        ("before", "after"), (asked.old, asked.new), decided, strict=True
    ):
        if not duties and not is_exchange:
            yield word, "no duty"
        for duty in duties[:MOST_DUTIES]:
            yield word, _duty(duty, version)
        if len(duties) > MOST_DUTIES:
            yield word, f"and {counted(len(duties) - MOST_DUTIES, 'more duty')}"


def _of(duties: Iterable[Duty], subjects: Sequence[str]) -> tuple[Duty, ...]:
    return tuple(duty for duty in duties if duty.subject in subjects)


def _duty(duty: Duty, version: Version) -> str:
    return f"`{duty.name}` at {clean(version.place(duty.span))}"
