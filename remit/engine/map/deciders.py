"""The fast forms of a map: made of its diagrams by activity and letter, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from remit.engine.map.batch import BatchDecider, batch_of
from remit.engine.map.compiled import BY_DUTIES, CompiledPack, Share
from remit.engine.map.decide import Decider, Decision, NumberAtoms, decider_of
from remit.engine.map.diagram import Diagram, combine
from remit.engine.pack import Letter

__all__ = ["Deciders"]


@dataclass(frozen=True, eq=False)
class Deciders:
    """The deciders of one compiled pack."""

    compiled: CompiledPack

    @cached_property
    def one(self) -> Callable[[str, Letter], Decider]:
        """For one event: by activity and letter."""
        space, vocabulary = self.compiled.space, self.compiled.pack.vocabulary
        return lru_cache(None)(
            lambda activity, letter: decider_of(
                self._decisions(activity, letter), space, vocabulary, self._numbers
            )
        )

    @cached_property
    def batch(self) -> Callable[[str, Letter], BatchDecider]:
        """For columns of events: by activity and letter."""
        return lru_cache(None)(
            lambda activity, letter: batch_of(
                activity, self._decisions(activity, letter), self.compiled.space
            )
        )

    @cached_property
    def _numbers(self) -> Callable[[int], NumberAtoms]:
        return lru_cache(None)(lambda axis: NumberAtoms(self.compiled.space.axes[axis]))

    def _decisions(self, activity: str, letter: Letter) -> Diagram[Decision]:
        part = self.compiled.parts[activity]
        if letter not in BY_DUTIES:
            raise ValueError(f"`{letter}` adds up: only {BY_DUTIES} are decided by one diagram")
        decisions: dict[tuple[bool, Share], Decision] = {}

        def decision(needed: bool, share: Share) -> Decision:  # noqa: FBT001 -- a terminal
            key = (needed, share)
            if key not in decisions:
                names = tuple(sorted(part.duty_of(number).name for number in share or ()))
                subjects = tuple(sorted(part.subjects(share)))
                decisions[key] = Decision(activity, needed, subjects, names)
            return decisions[key]

        return combine(
            self.compiled.needed(activity), self.compiled.answers(activity, letter), decision
        )
