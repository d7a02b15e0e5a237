"""The fast forms of a map: made of its diagrams by activity and letter, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from remit.engine.errors import EventError
from remit.engine.language.incoming import parse_event
from remit.engine.map.batch import Decisions, EventByEvent, batch_of
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.columns import Column
from remit.engine.map.compiled import BY_DUTIES, CompiledPack, Share, positions
from remit.engine.map.decide import Decider, Decision, Leads, decider_of
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.masks import FEWEST, mask_decider
from remit.engine.map.resolve import Resolver
from remit.engine.pack import Letter
from remit.engine.wording import tell

__all__ = ["Deciders"]


@dataclass(frozen=True, eq=False)
class Deciders:
    """The deciders of one compiled pack."""

    compiled: CompiledPack
    resolver: Resolver

    @cached_property
    def one(self) -> Callable[[str, Letter], Decider]:
        """For one event: by activity and letter."""
        return lru_cache(None)(self._one)

    @cached_property
    def batch(self) -> Callable[[str, Letter], Callable[[Mapping[str, Column]], Decisions]]:
        """For columns of events: by activity and letter."""
        return lru_cache(None)(self._batch)

    def _batch(self, activity: str, letter: Letter) -> Callable[[Mapping[str, Column]], Decisions]:
        try:
            decisions = self._decisions(activity, letter)
        except BudgetExceeded:
            return EventByEvent(activity, self.one(activity, letter), self.compiled.pack.vocabulary)
        return batch_of(activity, decisions, self.compiled.space)

    def _one(self, activity: str, letter: Letter) -> Decider:
        space, vocabulary = self.compiled.space, self.compiled.pack.vocabulary
        part = self.compiled.parts[activity]
        if len(part.duties) >= FEWEST and self.compiled.needed(activity).terminals == (True,):
            slow = self._without_diagram(activity, letter)
            found = mask_decider(part, letter, space, self._leads.numbers, slow)
            if found is not None:
                return found
        try:
            decisions = self._decisions(activity, letter)
        except BudgetExceeded:
            return self._without_diagram(activity, letter)
        return decider_of(decisions, space, vocabulary, self._leads)

    def _without_diagram(self, activity: str, letter: Letter) -> Decider:
        """Return the decider of an activity whose diagram cannot be held: some 20 us an event."""
        compiled, part = self.compiled, self.compiled.parts[activity]

        def decide(event: Mapping[str, object]) -> Decision:
            known = parse_event(event, compiled.pack.vocabulary).values
            box = compiled.space.box_of(known)
            sizes = [sum(high - low for low, high in atoms) for atoms in box]
            open_ = [
                f"`{axis.name}`"
                for axis, size in zip(compiled.space.axes, sizes, strict=True)
                if size != 1
            ]
            if open_:
                raise EventError(
                    (
                        tell(
                            "who answers is left open: it may depend on {names}",
                            names=", ".join(open_),
                        ),
                    )
                )
            situation = self.resolver.bitmaps.at([atoms[0][0] for atoms in box])
            matching = situation.matching.get(activity, 0) if situation.possible else 0
            duties = [part.duties[i] for i in positions(part.overrides.effective(letter, matching))]
            return Decision(
                activity,
                activity in situation.needed,
                tuple(sorted({duty.subject for duty in duties})),
                tuple(sorted(duty.name for duty in duties)),
            )

        return decide

    @cached_property
    def _leads(self) -> Leads:
        return Leads(self.compiled.space)

    def _decisions(self, activity: str, letter: Letter) -> Diagram[Decision]:
        part = self.compiled.parts[activity]
        if letter not in BY_DUTIES:
            raise ValueError(
                tell(
                    "`{letter}` adds up: only {by_duties} are decided by one diagram",
                    letter=letter,
                    by_duties=BY_DUTIES,
                )
            )
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
