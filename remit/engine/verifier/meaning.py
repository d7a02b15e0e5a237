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
from remit.engine.wording import tell

__all__ = ["Book", "Claim", "Rule", "bits"]


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

    def beaten(self, duties: Sequence[Duty], letter: Letter) -> list[int]:
        """Return for each duty of an activity the mask of those it overrides (rule 2)."""
        position = {duty.name: at for at, duty in enumerate(duties)}
        named = [
            sum(1 << position[name] for name in self._excepted(duty.name) if name in position)
            for duty in duties
        ]
        narrower = [0] * len(duties)
        if self.pack.precedence:
            having = [at for at, duty in enumerate(duties) if letter in duty.roles]
            self._precede(duties, having, self.pack.precedence, narrower)
        for y, mask in enumerate(named):
            for x in bits(mask):
                narrower[x] &= ~(1 << y)
        return [mask | narrower[y] for y, mask in enumerate(named)]

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

    def _precede(
        self, duties: Sequence[Duty], among: list[int], names: Sequence[str], narrower: list[int]
    ) -> None:
        """Note who overrides whom where the sets first differ, among duties alike so far."""
        if not names or len(among) == 1:
            return
        alike: dict[IntervalSet, list[int]] = {}
        for at in among:
            alike.setdefault(self._constraint_set(duties[at], names[0]), []).append(at)
        masks = {allowed: sum(1 << at for at in group) for allowed, group in alike.items()}
        for mine, group in alike.items():
            wider = sum(mask for theirs, mask in masks.items() if mine < theirs)
            for at in group:
                narrower[at] |= wider
            self._precede(duties, group, names[1:], narrower)


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
        self._of_duties = sum(self._when) | sum(self._unless)
        self._mute = _mask(
            bool(self._when[at]) and not self._has >> at & 1 for at in range(len(self._duties))
        )
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
        duties = self._spoken_of(live)
        for at in duties:
            if sure & self._unless[at] or not live & self._when[at]:
                live &= ~(self._when[at] | self._unless[at])
        for at in duties:
            certain = sure & live & self._when[at]
            if certain and not live & self._unless[at]:
                live &= ~(self._when[at] | self._yielding[at]) | certain & -certain
        return live

    def answer(self, live: int) -> Answer:
        """Return the answer where just the rules in `live` hold."""
        if live & self._of["impossible"]:
            return Answer("impossible", ())
        if not live & self._of["needed"] or live & self._of["unowned"]:
            return Answer("unneeded", ())  # rule 5
        matching = [
            at
            for at in self._spoken_of(live)
            if live & self._when[at] and not live & self._unless[at]
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
        return tell(
            "{state}, by {names}",
            state=answer.state,
            names=tell(" and ").join(names) or tell("nobody"),
        )

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
        if not self._beats[y]:
            return 0
        return sum(
            self._when[x] | self._unless[x]
            for x in bits(self._beats[y] | self._mute)
            if x != y and not self._beats[x] & ~self._beats[y]
        )

    def _spoken_of(self, live: int) -> list[int]:
        """Return the duties that some rule is about."""
        found = (self.rules[number].which for number in bits(live & self._of_duties))
        return sorted(set(found))

    def _is_accepted(self, live: int, numbers: Sequence[int], subjects: frozenset[str]) -> bool:
        """Return whether there is a fault (rule 6), and the pack accepts it (section 7)."""
        codes = FAULTS.get((self._letter, len(subjects) > 1))
        if len(subjects) == 1 or codes is None:
            return False
        mandatory = self._book.pack.binding_mandatory()
        if any(one.code in codes and one.binds(self._activity) for one in mandatory):
            return False
        names = {self._book.duties[number].name for number in numbers}
        entries = {self.rules[number].which for number in bits(live & self._of["accept"])}
        return any(
            entry.code in codes
            and (entry.subject is None or entry.subject in subjects)
            and (entry.duty is None or entry.duty in names)
            for entry in (self._book.pack.accept[which] for which in entries)
        )


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers in a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


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
