"""A pack as it is written, as far as a comparison asks: its duties, and what its conditions use.

Nothing here needs the event space; each part is made when first asked for, and kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from remit.engine.conditions import Condition, Constraint
from remit.engine.intervals import Cut
from remit.engine.map.space import valid_days
from remit.engine.pack import Duty, Pack
from remit.engine.vocabulary import DATE

__all__ = ["Bounds", "Outline"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the conditions use that bear on who answers, and on where anybody must.

    Args:
        used: the bounds by dimension, of numbers and days alone: the atoms of others need none.
        spoken: how often each dimension is spoken of.
    """

    used: Mapping[str, frozenset[Cut]]
    spoken: Counter[str]


@dataclass(frozen=True, eq=False)
class Outline:
    """One pack, read but not compiled."""

    pack: Pack

    @cached_property
    def by_activity(self) -> dict[str, list[Duty]]:
        """The duties of each activity, in no order."""
        found: dict[str, list[Duty]] = {name: [] for name in self.pack.vocabulary.activities}
        for subject in self.pack.subjects.values():
            for duty in subject.duties:
                found[duty.activity].append(duty)
        return found

    @cached_property
    def known(self) -> dict[str, Duty]:
        """All duties in force by full name."""
        return {duty.name: duty for duties in self.by_activity.values() for duty in duties}

    @cached_property
    def crossing(self) -> frozenset[str]:
        """The activities of which a duty excepts one of another, through which others may relate."""
        duties = chain.from_iterable(self.by_activity.values())
        return frozenset(
            duty.activity
            for duty in duties
            if duty.exception_to
            and any(self.known[one.name].activity != duty.activity for one in duty.exception_to)
        )

    @cached_property
    def dated(self) -> frozenset[str]:
        """The activities of which a duty is not valid on every day."""
        duties = chain.from_iterable(self.by_activity.values())
        return frozenset(duty.activity for duty in duties if duty.valid is not None)

    @cached_property
    def bounds(self) -> Bounds:
        """What the conditions use. Cost: a quarter of a microsecond a constraint."""
        dimensions = self.pack.vocabulary.dimensions.values()
        numbers = [DATE, *(one.name for one in dimensions if not one.is_named)]
        boxes = [box.constraints for one in self._conditions() for box in one.boxes]
        spoken = Counter(chain.from_iterable(boxes))
        used = {name: _cuts(name, boxes) for name in numbers if name in spoken}
        validities = [
            duty.valid
            for duties in self.by_activity.values()
            for duty in duties
            if duty.valid is not None
        ]
        if validities:
            spoken[DATE] += len(validities)
            spans = {(one.start, one.end) for one in validities}
            days = (cut for start, end in spans for cut in valid_days(start, end).cuts())
            used[DATE] = used.get(DATE, frozenset()) | frozenset(days)
        return Bounds(used, spoken)

    def _conditions(self) -> Iterator[Condition]:
        vocabulary = self.pack.vocabulary
        yield from (activity.needed for activity in vocabulary.activities.values())
        yield from (entry.when for entry in vocabulary.unowned)
        yield from vocabulary.impossible
        for duties in self.by_activity.values():
            for duty in duties:
                yield duty.when
                if duty.unless is not None:
                    yield duty.unless


def _cuts(name: str, boxes: list[Mapping[str, Constraint]]) -> frozenset[Cut]:
    found = (box[name].allowed for box in boxes if name in box)
    # WHY by identity: a pack holds few sets of values, each many times.
    distinct = {id(allowed): allowed for allowed in found}
    return frozenset(cut for allowed in distinct.values() for cut in allowed.cuts())
