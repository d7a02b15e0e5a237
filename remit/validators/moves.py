"""What changes hands when a duty is written otherwise: exactly, over the whole event space."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.map.cells import CellSet
from remit.engine.map.compiled import Share
from remit.engine.map.diagram import combine
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.map.space import valid_days
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.replay import Replay
from remit.engine.vocabulary import DATE, Value

__all__ = ["Move", "moves"]

BY_ALL: tuple[Letter, ...] = ("accountable", "responsible")
BY_ONE: tuple[Letter, ...] = ("supports", "consulted", "informed")
Names = frozenset[str]
_ANY_DAY = dt.date(2000, 1, 1)
"""For witnesses of a pack in which nothing depends on the day."""


@dataclass(frozen=True, slots=True)
class Move:
    """Cells in which other subjects have a letter after an edit.

    Args:
        cells: how many there are; see `Axis.weights` for what counts as one.
        of: how many cells the activity is needed in; for the owner, how many can happen.
        witness: one of them, as a full event.
    """

    activity: str
    letter: Letter
    before: tuple[str, ...]
    after: tuple[str, ...]
    cells: int
    of: int
    witness: Mapping[str, Value]

    @property
    def share(self) -> Fraction:
        """The cells over those they are of."""
        return Fraction(self.cells, self.of)


def moves(before: Pack, after: Pack, old: Duty | None, new: Duty) -> tuple[Move, ...]:
    """Return all that changes hands between two packs that differ in one duty, by activity.

    Only what is needed counts; for the owner, all that can happen.

    Args:
        old: the duty as it is in `before`; `None` if `after` has one more.
    """
    # WHY: each map is cut by the other's conditions too, so that both have the same atoms in the
    # same order of axes.
    one = compile_pack(before, further=_conditions(new))
    two = compile_pack(after, further=() if old is None else _conditions(old))
    excepted = {reference.name.partition("/")[0] for reference in new.exception_to}
    found: list[Move] = []
    for activity in before.vocabulary.activities:
        for letter in BY_ALL:
            found += _of_all(one, two, activity, letter)
    for letter in BY_ONE:
        for subject in sorted({new.subject, *excepted}):
            found += _of_one(one, two, new.activity, letter, subject)
    replays = Replay(before), Replay(after)
    for move in found:
        _check(move, replays)
    return tuple(sorted(found, key=lambda m: (m.activity, m.letter, -m.share, m.before, m.after)))


def _conditions(duty: Duty) -> tuple[Condition, ...]:
    found = [duty.when] if duty.unless is None else [duty.when, duty.unless]
    if duty.valid is not None:
        days = valid_days(duty.valid.start, duty.valid.end)
        box = Box({DATE: Constraint(days, duty.span)}, duty.span)
        found.append(Condition((box,), duty.span))
    return tuple(found)


def _where(map: ResponsibilityMap, activity: str, letter: Letter) -> CellSet:  # noqa: A002 -- as elsewhere
    owner = activity == map.pack.lead and letter == "accountable"
    return map.possible() if owner else map.needed(activity)


def _of_all(
    one: ResponsibilityMap, two: ResponsibilityMap, activity: str, letter: Letter
) -> Iterator[Move]:
    parts = one.compiled.parts[activity], two.compiled.parts[activity]

    def both(before: Share, after: Share) -> tuple[Names, Names] | None:
        pair = parts[0].subjects(before), parts[1].subjects(after)
        return None if before is None or pair[0] == pair[1] else pair

    found = combine(
        one.compiled.answers(activity, letter), two.compiled.answers(activity, letter), both
    )
    where = _where(one, activity, letter)
    for pair in found.terminals:
        if pair is not None:
            cells = CellSet(one.ground, found.mapped(_equals(pair))) & where
            hands = tuple(sorted(pair[0])), tuple(sorted(pair[1]))
            yield from _move(activity, letter, hands, cells, where)


def _equals(wanted: object) -> Callable[[object], bool]:
    return lambda found: found == wanted


def _of_one(
    one: ResponsibilityMap,
    two: ResponsibilityMap,
    activity: str,
    letter: Letter,
    subject: str,
) -> Iterator[Move]:
    before, after = (map_.holding(activity, letter, subject) for map_ in (one, two))
    where = _where(one, activity, letter)
    after = CellSet(one.ground, after.diagram)
    yield from _move(activity, letter, ((subject,), ()), (before - after) & where, where)
    yield from _move(activity, letter, ((), (subject,)), (after - before) & where, where)


def _move(
    activity: str,
    letter: Letter,
    hands: tuple[tuple[str, ...], tuple[str, ...]],
    cells: CellSet,
    where: CellSet,
) -> Iterator[Move]:
    if cells:
        yield Move(activity, letter, *hands, cells.count(), where.count(), cells.witness())


def _check(move: Move, replays: tuple[Replay, Replay]) -> None:
    """Judge a witness by the slow path.

    Raises:
        RuntimeError: if it does not agree, which is a fault of this program.
    """
    cell = {DATE: _ANY_DAY, **move.witness}
    for replay, told in zip(replays, (move.before, move.after), strict=True):
        held = replay.holders(move.activity, move.letter, cell)
        agrees = held == set(told) if move.letter in BY_ALL else set(told) <= held
        if not agrees:
            raise RuntimeError(f"{cell} does not move as told: {move}")
