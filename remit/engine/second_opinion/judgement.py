"""Who answers, from which clauses hold: LANGUAGE section 4, rules 2 to 7, a second time.

It shares with the map and the replay the values of a pack alone; overrides are found anew, on sets
of positions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from remit.engine.pack import LETTERS, Duty, Letter
from remit.engine.second_opinion.clauses import plain_boxes, within
from remit.engine.second_opinion.lines import Stretches
from remit.engine.second_opinion.translation import Translation
from remit.engine.vocabulary import DATE

__all__ = ["Answer", "Judge", "Opinion"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Subjects by letter for one activity, sorted, and the effective duties by full name."""

    holders: Mapping[Letter, tuple[str, ...]]
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second engine makes of one full event: the owner, and each needed activity."""

    owner: tuple[str, ...]
    activities: Mapping[str, Answer]


class Judge:
    """Turns clauses that hold into opinions, for one pack."""

    def __init__(self, translation: Translation) -> None:
        self._translation = translation
        self._lines = translation.lines
        self._precedence = translation.pack.precedence
        self._duties = {duty.name: duty for duty in translation.pack.duties()}
        self._excepted = {name: self._closure(name) for name in self._duties}
        self._allowed = cache(self._allowed_on)

    def opinion(self, holding: Collection[int]) -> Opinion:
        """Return who answers where just these clauses hold, given by position."""
        clauses = [self._translation.clauses[index] for index in holding]
        names: dict[str, set[str]] = {}
        for clause in clauses:
            names.setdefault(clause.kind, set()).add(clause.name)
        lead = self._translation.pack.lead
        if "impossible" in names:
            return Opinion((), {})
        matching = names.get("duty", set()) - names.get("unless", set())
        by_activity: dict[str, list[Duty]] = {}
        for name in sorted(matching):
            by_activity.setdefault(self._duties[name].activity, []).append(self._duties[name])
        needed = names.get("needed", set()) - names.get("unowned", set())
        answers = {name: self._answer(by_activity.get(name, [])) for name in sorted(needed)}
        owner = self._answer(by_activity.get(lead, [])) if lead is not None else None
        return Opinion(() if owner is None else owner.holders["accountable"], answers)

    def _answer(self, matching: list[Duty]) -> Answer:
        holders: dict[Letter, tuple[str, ...]] = {}
        effective: set[str] = set()
        for letter in LETTERS:
            standing = [
                x
                for x in matching
                if letter in x.roles and not any(self._beats(y, x, letter) for y in matching)
            ]
            holders[letter] = tuple(sorted({duty.subject for duty in standing}))
            effective |= {duty.name for duty in standing}
        return Answer(holders, tuple(sorted(effective)))

    def _beats(self, y: Duty, x: Duty, letter: Letter) -> bool:
        """Return whether `y` overrides `x` for a letter; both match, for one activity."""
        if x.name in self._excepted[y.name]:
            return True
        if y.name in self._excepted[x.name]:
            return False
        if letter not in ("accountable", "responsible"):
            return False
        if not (letter in x.roles and letter in y.roles):
            return False
        for dimension in self._precedence:
            narrow, wide = self._allowed(y.name, dimension), self._allowed(x.name, dimension)
            if narrow != wide:
                return _inside(narrow, wide)
        return False

    def _closure(self, name: str) -> frozenset[str]:
        """Return all that a duty overrides by exception, directly or through others."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = {one.name for one in self._duties[waiting.pop()].exception_to} - found
            found |= new
            waiting += new
        return frozenset(found)

    def _allowed_on(self, name: str, dimension: str) -> Stretches:
        """Return a duty's constraint set on a dimension: what all its maps together allow."""
        duty, line = self._duties[name], self._lines[dimension]
        found: list[tuple[int, int]] = []
        for box in plain_boxes(duty.when, self._lines):
            found += box.get(dimension, line.everything())
        merged = _merged(found)
        if dimension != DATE or duty.valid is None:
            return merged
        return _clipped(merged, within(duty.valid, line))


def _merged(stretches: list[tuple[int, int]]) -> Stretches:
    found: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def _clipped(stretches: Stretches, days: Stretches) -> Stretches:
    return tuple(
        (max(low, first), min(high, last))
        for low, high in stretches
        for first, last in days
        if max(low, first) <= min(high, last)
    )


def _inside(narrow: Stretches, wide: Stretches) -> bool:
    """Return whether every stretch of `narrow` lies in one of `wide`; the two differ."""
    return all(any(a <= low and high <= b for a, b in wide) for low, high in narrow)
