"""A pack as it is written, as far as a comparison asks: its duties, and what its conditions use.

Nothing here needs the event space; each part is made when first asked for, and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from remit.engine.map.space import Bounds, bounds_of
from remit.engine.pack import Duty, Pack

__all__ = ["Outline"]


@dataclass(frozen=True, eq=False)
class Outline:
    """One pack, read but not compiled.

    Args:
        measured: its bounds, where they are known.
    """

    pack: Pack
    measured: Bounds | None = None

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
        """The activities with a duty that excepts one of another: others may relate through it."""
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
        """What the conditions use."""
        return self.measured or bounds_of(self.pack)
