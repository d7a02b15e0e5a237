"""What a pack means for one claim: its rules, and the answer where just some of them hold.

LANGUAGE, section 4, read anew; its rules are named by number. A set of rules or duties is a mask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from remit.engine.conditions import Box, Condition
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.verifier.form import FAULTS
from remit.engine.verifier.tree import Answer
from remit.engine.vocabulary import DATE

__all__ = ["Book", "Claim", "Rule"]


class Rule(NamedTuple):
    """One box: what it speaks for, of which duty or entry, and what each dimension may be."""

    kind: str
    which: int
    allowed: Mapping[str, IntervalSet]


class Book:
    """A pack's duties, and which overrides which."""

    def __init__(self, pack: Pack, day: dt.date) -> None:
        """Take a pack, and the day that acceptances are held against."""
        self.pack = pack
        self.day = day
        self.duties = pack.duties()
        self.of: dict[str, list[int]] = {name: [] for name in pack.vocabulary.activities}
        for number, duty in enumerate(self.duties):
            self.of[duty.activity].append(number)
        self._named = {d.name: [one.name for one in d.exception_to] for d in self.duties}
        self._narrower: dict[tuple[IntervalSet, IntervalSet], bool] = {}

    def beaten(self, duties: Sequence[Duty], letter: Letter) -> list[int]:
        """Return for each duty of an activity the mask of those it overrides (rule 2)."""
        sets = [
            [self._constraint_set(duty, name) for name in self.pack.precedence] for duty in duties
        ]
        excepted = [self._excepted(duty.name) for duty in duties]
        has = [letter in duty.roles for duty in duties]
        found = []
        for y, mine in enumerate(duties):
            mask = 0
            for x, other in enumerate(duties):
                by_exception = other.name in excepted[y]
                may = has[y] and has[x] and mine.name not in excepted[x]
                if by_exception or (may and self._precedes(sets[y], sets[x])):
                    mask |= 1 << x
            found.append(mask)
        return found

    def _excepted(self, name: str) -> frozenset[str]:
        """Return all that a duty overrides by exception: what it names, and what these override."""
        found: set[str] = set()
        waiting = list(self._named[name])
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._named[one]
        return frozenset(found)

    def _constraint_set(self, duty: Duty, dimension: str) -> IntervalSet:
        """Return what all maps of `when` together allow on a dimension."""
        everything = self.pack.vocabulary.dimension(dimension).everything()
        parts = [_allowed(box, duty).get(dimension, everything) for box in duty.when.boxes]
        return IntervalSet.of(*(stretch for part in parts for stretch in part.stretches))

    def _precedes(self, mine: Sequence[IntervalSet], theirs: Sequence[IntervalSet]) -> bool:
        pair = next(((a, b) for a, b in zip(mine, theirs, strict=True) if a != b), None)
        if pair is None:
            return False
        if pair not in self._narrower:
            self._narrower[pair] = pair[0] < pair[1]
        return self._narrower[pair]


class Claim:
    """The rules that bear on who has a letter for an activity, and what follows from them."""

    def __init__(self, book: Book, activity: str, letter: Letter) -> None:
        """Gather the rules."""
        self._book, self._activity, self._letter = book, activity, letter
        self._numbers = book.of[activity]
        self._duties = [book.duties[number] for number in self._numbers]
        self._beats = book.beaten(self._duties, letter)
        self._has = _mask(letter in duty.roles for duty in self._duties)
        self.rules = [rule for rule in self._gathered() if all(rule.allowed.values())]
        kinds = ("impossible", "needed", "unowned", "accept")
        self._of = {kind: _mask(rule.kind == kind for rule in self.rules) for kind in kinds}
        self._when, self._unless = ([0] * len(self._duties) for _ in range(2))
        for number, rule in enumerate(self.rules):
            if rule.kind in {"when", "unless"}:
                side = self._when if rule.kind == "when" else self._unless
                side[rule.which] |= 1 << number
        self._yielding = [self._yielding_to(at) for at in range(len(self._duties))]

    def everything(self) -> int:
        """Return the mask of all rules."""
        return (1 << len(self.rules)) - 1

    def open_after(self, names: Sequence[str]) -> int:
        """Return the rules that say nothing of some dimensions."""
        return _mask(not set(rule.allowed) & set(names) for rule in self.rules)

    def kept(self, live: int, sure: int) -> int:
        """Return those of the rules that may still hold that can change the answer.

        Args:
            live: rules that hold as far as is known.
            sure: those among them that hold whatever comes.
        """
        cannot_happen = sure & self._of["impossible"]
        if cannot_happen:
            return cannot_happen & -cannot_happen
        for when, unless in zip(self._when, self._unless, strict=True):
            if sure & unless or not live & when:
                live &= ~(when | unless)
        for at, (when, unless) in enumerate(zip(self._when, self._unless, strict=True)):
            certain = sure & live & when
            if certain and not live & unless:
                live &= ~(when | self._yielding[at]) | certain & -certain
        return live

    def answer(self, live: int) -> Answer:
        """Return the answer where just the rules in `live` hold."""
        if live & self._of["impossible"]:
            return Answer("impossible", ())
        if not live & self._of["needed"] or live & self._of["unowned"]:
            return Answer("unneeded", ())  # rule 5
        pairs = enumerate(zip(self._when, self._unless, strict=True))
        matching = [
            at for at, (when, unless) in pairs if live & when and not live & unless
        ]  # rule 1
        overridden = 0
        for at in matching:
            overridden |= self._beats[at]
        effective = [at for at in matching if self._has & ~overridden & 1 << at]  # rule 3
        numbers = tuple(self._numbers[at] for at in effective)
        subjects = frozenset(self._duties[at].subject for at in effective)  # rule 4
        is_accepted = self._is_accepted(live, numbers, subjects)
        return Answer("accepted" if is_accepted else "needed", numbers)

    def words(self, answer: Answer) -> str:
        """Return an answer for people."""
        names = (self._book.duties[number].name for number in answer.duties)
        return f"{answer.state}, by {' and '.join(names) or 'nobody'}"

    def _gathered(self) -> Iterator[Rule]:
        vocabulary = self._book.pack.vocabulary
        for when in vocabulary.impossible:
            yield from _boxes("impossible", 0, when)
        yield from _boxes("needed", 0, vocabulary.activities[self._activity].needed)
        for unowned in vocabulary.unowned:
            if unowned.activity == self._activity:
                yield from _boxes("unowned", 0, unowned.when)
        for number, entry in enumerate(self._book.pack.accept):
            is_over = entry.until is not None and entry.until < self._book.day
            if (
                entry.activity in {None, self._activity}
                and entry.code in self._codes()
                and not is_over
            ):
                yield from _boxes("accept", number, entry.when)
        for at, duty in enumerate(self._duties):
            if self._has >> at & 1 or self._beats[at]:
                yield from (Rule("when", at, _allowed(box, duty)) for box in duty.when.boxes)
                if duty.unless is not None:
                    yield from _boxes("unless", at, duty.unless)

    def _codes(self) -> frozenset[str]:
        mine = (codes for (letter, _), codes in FAULTS.items() if letter == self._letter)
        return frozenset[str]().union(*mine)

    def _yielding_to(self, y: int) -> int:
        """Return the rules of duties that matter no more where `y` surely matches.

        Such a duty has not the letter or is overridden by `y`, and overrides nothing that `y` does
        not: so what it does to others is done without it.
        """
        return sum(
            self._when[x] | self._unless[x]
            for x in range(len(self._duties))
            if x != y
            and (self._beats[y] >> x & 1 or not self._has >> x & 1)
            and not self._beats[x] & ~self._beats[y]
        )

    def _is_accepted(self, live: int, numbers: Sequence[int], subjects: frozenset[str]) -> bool:
        """Return whether there is a fault (rule 6), and the pack accepts it (section 7)."""
        codes = FAULTS.get((self._letter, len(subjects) > 1))
        if len(subjects) == 1 or codes is None:
            return False
        names = {self._book.duties[number].name for number in numbers}
        mask = live & self._of["accept"]
        entries = {rule.which for number, rule in enumerate(self.rules) if mask >> number & 1}
        return any(
            entry.code in codes
            and (entry.subject is None or entry.subject in subjects)
            and (entry.duty is None or entry.duty in names)
            for entry in (self._book.pack.accept[which] for which in entries)
        )


def _allowed(box: Box, duty: Duty | None = None) -> dict[str, IntervalSet]:
    """Return what a box allows by dimension, within the days that a duty is valid (rule 1)."""
    found = {name: constraint.allowed for name, constraint in box.constraints.items()}
    if duty is not None and duty.valid is not None:
        first, last = duty.valid.start or dt.date.min, duty.valid.end or dt.date.max
        days = IntervalSet.indexes(first.toordinal(), last.toordinal() + 1)
        found[DATE] = found[DATE] & days if DATE in found else days
    return found


def _boxes(kind: str, which: int, when: Condition) -> Iterator[Rule]:
    return (Rule(kind, which, _allowed(box)) for box in when.boxes)


def _mask(chosen: Iterable[bool]) -> int:
    return sum(1 << number for number, is_in in enumerate(chosen) if is_in)
