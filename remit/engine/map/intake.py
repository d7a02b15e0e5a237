"""Intake: from nothing or a partial event, what to ask until it is certain who answers.

One step a call, and no memory between calls: what is known and what nobody knows are arguments, so
that a form, a telephone dialogue or a terminal can hold the conversation.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from remit.engine.errors import EventError
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import format_constraint, parse_constraint
from remit.engine.language.flaws import FlawError
from remit.engine.language.incoming import parse_event
from remit.engine.map.ask import Split, best_split
from remit.engine.map.compiled import Share
from remit.engine.map.counting import ranges_of
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.doubt import Doubt, Flags, OpenAxis, doubt_in, entropies
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.map.restrict import seen
from remit.engine.map.space import Atoms, Axis
from remit.engine.texts import Text
from remit.engine.vocabulary import DATE, Dimension
from remit.engine.wording import tell

__all__ = ["Choice", "Decided", "Intake", "Known", "Owner", "Question", "ask", "known_of"]

Known = Mapping[str, IntervalSet]
"""What is known of an event: by dimension, what it may be."""


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """Who answers: nobody, one, or more where the pack has an overlap; or that none is needed."""

    subjects: tuple[str, ...]
    is_needed: bool = True

    def to_json(self) -> object:
        """Return the subjects, or nothing where the activity is not needed."""
        return list(self.subjects) if self.is_needed else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer to a question.

    Args:
        constraint: what it means, as LANGUAGE writes constraints; an event of `ask` takes it.
        label: its name for people, if the vocabulary has one.
        owners: who may still answer after it.
        chance: how likely it is if every cell the event may be is as likely as another.
    """

    constraint: object
    label: Text | None
    owners: tuple[Owner, ...]
    chance: float

    def to_json(self, language: str) -> dict[str, object]:
        """Return the choice as JSON has it."""
        return {
            "constraint": self.constraint,
            "label": self.label.in_language(language) if self.label else None,
            "owners": len(self.owners),
            "possible": [owner.to_json() for owner in self.owners],
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next.

    Args:
        dimension: what it is about.
        choices: possible answers, in the dimension's own order; two or more.
        possible: who may answer as things stand; two or more.
        doubt: entropy of who answers as things stand, in bits.
        bits: how much of the doubt the answer is expected to remove.
    """

    activity: str
    dimension: Dimension
    choices: tuple[Choice, ...]
    possible: tuple[Owner, ...]
    doubt: float
    bits: float

    def to_json(self, language: str = "en") -> dict[str, object]:
        """Return the question as JSON has it."""
        label = self.dimension.label
        return {
            "activity": self.activity,
            "decided": False,
            "ask": self.dimension.name,
            "label": label.in_language(language) if label else None,
            "kind": self.dimension.kind,
            "unit": self.dimension.unit,
            "choices": [choice.to_json(language) for choice in self.choices],
            "possible": [owner.to_json() for owner in self.possible],
            "doubt": round(self.doubt, 6),
            "bits": round(self.bits, 6),
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """There is nothing left to ask.

    Args:
        owner: who answers; `None` if what nobody knows would have decided it.
        possible: who may answer; one where it is certain.
        missing: the dimensions that were not to be asked and bear on it.
        duties: full names of the duties that make somebody accountable in some cell that is left.
    """

    activity: str
    owner: Owner | None
    possible: tuple[Owner, ...]
    missing: tuple[str, ...]
    duties: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the end of the questions as JSON has it."""
        return {
            "activity": self.activity,
            "decided": self.owner is not None,
            "ask": None,
            "needed": self.owner.is_needed if self.owner else None,
            "owner": list(self.owner.subjects) if self.owner else None,
            "possible": [owner.to_json() for owner in self.possible],
            "missing": list(self.missing),
            "duties": list(self.duties),
        }


@dataclass(frozen=True, eq=False)
class Intake:
    """The questions about one activity of one map."""

    map: ResponsibilityMap
    activity: str

    def next(self, known: Known, unknown: Iterable[str] = ()) -> Question | Decided:
        """Return the next question, or who answers.

        Args:
            unknown: dimensions of which no more can be known.

        Raises:
            EventError: if no event that can happen is like this.
        """
        skip = frozenset(unknown)
        box = [_touched(axis, known.get(axis.name)) for axis in self.map.compiled.space.axes]
        doubt = doubt_in(self.outcomes, _itself, self.map.compiled.space, box)
        if not doubt.outcomes:
            raise EventError((tell("no event that can happen is like this"),))
        split = best_split(doubt, self._order, skip)
        if split is None:
            return self._decided(doubt, box, skip)
        return self._question(doubt, split)

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return (*self.map.pack.vocabulary.dimensions, DATE)

    @cached_property
    def outcomes(self) -> Diagram[Owner | None]:
        """Who answers, by cell; `None` where it cannot happen."""
        compiled = self.map.compiled
        part = compiled.parts[self.activity]

        def owner(share: Share) -> Owner | None:
            return None if share is None else Owner(tuple(sorted(part.subjects(share))))

        found = compiled.answers(self.activity, "accountable").mapped(owner)
        if self.activity == self.map.pack.lead:
            # WHY: rule 7 asks who is accountable for the lead, whether or not it is needed there.
            return found
        not_needed = Owner((), is_needed=False)
        return combine(
            found,
            compiled.needed(self.activity),
            lambda held, needed: held if needed or held is None else not_needed,
        )

    def _question(self, doubt: Doubt, split: Split) -> Question:
        axis = doubt.axes[split.position]
        total = float(split.chances.sum())
        choices = tuple(
            Choice(
                _constraint(axis, chosen),
                _label(axis, chosen),
                _owners(doubt, possible),
                float(chances.sum()) / total,
            )
            for chosen, chances, possible in zip(
                split.choices, split.chances, split.possible, strict=True
            )
        )
        before = float(entropies(split.chances.sum(axis=0)[None, :] / total)[0])
        possible = _owners(doubt, split.before)
        gained = max(0.0, before - split.doubt)
        return Question(self.activity, axis.axis.dimension, choices, possible, before, gained)

    def _decided(self, doubt: Doubt, box: list[Atoms], skip: frozenset[str]) -> Decided:
        compiled = self.map.compiled
        part = compiled.parts[self.activity]
        possible = _owners(doubt, doubt.possible())
        shares = seen(compiled.answers(self.activity, "accountable"), box)
        duties = {part.duty_of(number).name for share in shares for number in share or ()}
        owner = possible[0] if len(possible) == 1 else None
        named = {name for each in possible for name in each.subjects}
        return Decided(
            self.activity,
            owner,
            possible,
            () if owner else tuple(a.axis.name for a in doubt.axes if a.axis.name in skip),
            tuple(sorted(name for name in duties if name.partition("/")[0] in named)),
        )


def ask(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event | Mapping[str, object],
    activity: str | None = None,
    unknown: Iterable[str] = (),
) -> Question | Decided:
    """Return the question that leads soonest to who answers, or who that is.

    Nothing is filled in. A question always bears on the answer: it is never one after which, for
    each of its answers, all would be as before, and it never offers what cannot happen.

    Args:
        event: what is known; a mapping may give a constraint (`"1.."`) instead of a value.
        activity: the one asked about; the pack's lead where left out.
        unknown: dimensions of which no more can be known; they are not asked.

    Raises:
        EventError: if the event does not fit the vocabulary, or cannot happen.
        KeyError: if there is no such activity.
        ValueError: if no activity is given and the pack has no lead.
    """
    chosen = map.pack.lead if activity is None else activity
    if chosen is None:
        raise ValueError(tell("the pack has no lead: name an activity"))
    if chosen not in map.compiled.parts:
        raise KeyError(chosen)
    return Intake(map, chosen).next(known_of(map, event), unknown)


def known_of(
    map: ResponsibilityMap,  # noqa: A002 -- the public name
    event: Event | Mapping[str, object],
) -> dict[str, IntervalSet]:
    """Return what an event says, by dimension.

    Raises:
        EventError: if it does not fit the vocabulary.
    """
    vocabulary = map.pack.vocabulary
    if isinstance(event, Event):
        return {name: vocabulary.dimension(name).only(v) for name, v in event.values.items()}
    found: dict[str, IntervalSet] = {}
    others: dict[str, object] = {}
    reasons: list[str] = []
    for name, raw in event.items():
        if name != DATE and name not in vocabulary.dimensions:
            others[name] = raw
            continue
        try:
            found[name] = parse_constraint(vocabulary.dimension(name), raw)
        except FlawError as error:
            reasons.extend(flaw.sentence() for flaw in error.flaws)
    try:
        parse_event(others, vocabulary)
    except EventError as error:
        reasons.extend(error.reasons)
    if reasons:
        raise EventError(tuple(reasons))
    return found


def _itself(owner: Owner | None) -> Owner | None:
    return owner


def _touched(axis: Axis, allowed: IntervalSet | None) -> Atoms:
    """Return the atoms of which some value is allowed; no condition tells their values apart."""
    if allowed is None:
        return axis.everything()
    ranges: list[tuple[int, int]] = []
    for low, high in allowed.stretches:
        first = bisect_right(axis.cuts, low) - 1
        last = bisect_left(axis.cuts, high)
        if ranges and first <= ranges[-1][1]:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return tuple(ranges)


def _owners(doubt: Doubt, possible: Flags) -> tuple[Owner, ...]:
    found = [doubt.outcomes[at] for at in np.flatnonzero(possible).tolist()]
    return tuple(sorted(owner for owner in found if isinstance(owner, Owner)))


def _constraint(axis: OpenAxis, chosen: Flags) -> object:
    node = _node(axis, chosen)
    if node is not None:
        return node
    mask = np.zeros(axis.axis.width, bool)
    mask[axis.atoms[chosen]] = True
    return format_constraint(axis.axis.dimension, axis.axis.allowed(ranges_of(mask)))


def _label(axis: OpenAxis, chosen: Flags) -> Text | None:
    node = _node(axis, chosen)
    return None if node is None else axis.axis.dimension.labels.get(node)


def _node(axis: OpenAxis, chosen: Flags) -> str | None:
    """Return the value, or the smallest tree node, that has all of some atoms and no unknown one.

    A node of which part has been ruled out before is none: to answer it would let that in again.
    """
    dimension = axis.axis.dimension
    atoms = axis.atoms[chosen]
    low, high = int(atoms.min()), int(atoms.max()) + 1
    if dimension.kind != "tree":
        return dimension.values[low] if dimension.is_named else None
    around = [name for name, (a, b) in dimension.nodes.items() if a <= low and high <= b]
    if not around:
        return None
    best = min(around, key=lambda name: dimension.nodes[name][1] - dimension.nodes[name][0])
    inside = (axis.atoms >= dimension.nodes[best][0]) & (axis.atoms < dimension.nodes[best][1])
    first, last = dimension.nodes[best]
    return best if int(inside.sum()) == last - first else None
