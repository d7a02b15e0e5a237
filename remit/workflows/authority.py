"""Who may stand in for whom, and who holds which power, by a pack and at one event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from remit.engine.conditions import Condition
from remit.engine.escalation import escalation_line, nearest_account
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Pack, Subject
from remit.engine.vocabulary import Vocabulary

__all__ = ["Authority", "certainly_in", "possibly_in"]


def certainly_in(condition: Condition, event: Event, vocabulary: Vocabulary) -> bool:
    """Return whether every cell the event may be lies in one box of `condition`.

    Where only several boxes together hold a partial event the answer is no: a power counts as not
    held until it is certain.
    """
    return any(
        all(
            _known(event, vocabulary, name) <= found.allowed
            for name, found in box.constraints.items()
        )
        for box in condition.boxes
    )


def possibly_in(condition: Condition, event: Event, vocabulary: Vocabulary) -> bool:
    """Return whether some cell the event may be lies in `condition`."""
    return any(
        all(
            _known(event, vocabulary, name) & found.allowed
            for name, found in box.constraints.items()
        )
        for box in condition.boxes
    )


@dataclass(frozen=True, slots=True)
class Authority:
    """Questions to a pack, and the packs above it, about their subjects at one event."""

    pack: Pack
    event: Event

    def line(
        self, subject: str, *, climbs: bool = True, may: Callable[[str], bool] | None = None
    ) -> tuple[str, ...]:
        """Return whom to ask for `subject`: itself, its deputies, then up the line of command.

        Args:
            climbs: whether to go on above the deputies.
            may: keeps only the subjects it says yes to.
        """
        found = escalation_line(self.pack, subject, climbs=climbs)
        return tuple(name for name in found if may is None or may(name))

    def holds(self, subject: str, powers: Iterable[str]) -> bool:
        """Return whether `subject` certainly holds all of `powers` here, and is forbidden none."""
        return all(
            self._granted(subject, power) and not self.is_barred(subject, power) for power in powers
        )

    def holders(self, powers: tuple[str, ...]) -> tuple[str, ...]:
        """Return every known subject that holds all of `powers` here, by name."""
        return tuple(name for name in self.subjects() if self.holds(name, powers))

    def may_answer_for(self, subject: str, activity: str) -> bool:
        """Return whether `subject` may be accountable for `activity` here, and not only assist."""
        return activity not in self.assists_only(subject)

    def assists_only(self, subject: str) -> frozenset[str]:
        """Return the activities for which `subject` may not be accountable here."""
        return frozenset(
            rule.activity
            for account in self.pack.accounts_of(subject)
            for rule in account.assists_only
            if possibly_in(rule.when, self.event, self.pack.vocabulary)
        )

    def barred(self, subject: str) -> frozenset[str]:
        """Return the powers that `subject` may be forbidden to use here."""
        return frozenset(
            rule.power
            for account in self.pack.accounts_of(subject)
            for rule in account.prohibitions
            if possibly_in(rule.when, self.event, self.pack.vocabulary)
        )

    def subjects(self) -> tuple[str, ...]:
        """Return the names of all subjects of the pack and of the packs above it."""
        return tuple(
            sorted({name for pack in (self.pack, *self.pack.higher) for name in pack.subjects})
        )

    def heads(self) -> tuple[str, ...]:
        """Return the subjects that stand under nobody."""
        return tuple(name for name in self.subjects() if self._under(name) is None)

    def account(self, subject: str, wanted: Callable[[Subject], object]) -> Subject | None:
        """Return the nearest pack's account of `subject` for which `wanted` is true."""
        return nearest_account(self.pack, subject, wanted)

    def _under(self, subject: str) -> str | None:
        account = self.account(subject, lambda found: found.under)
        return account.under if account else None

    def is_barred(self, subject: str, power: str) -> bool:
        """Return whether `subject` may be forbidden to use `power` here."""
        return power in self.barred(subject)

    def _granted(self, subject: str, power: str) -> bool:
        return any(
            grant.power == power and certainly_in(grant.when, self.event, self.pack.vocabulary)
            for account in self.pack.accounts_of(subject)
            for grant in account.authority
        )


def _known(event: Event, vocabulary: Vocabulary, name: str) -> IntervalSet:
    dimension = vocabulary.dimension(name)
    return dimension.only(event.values[name]) if name in event.values else dimension.everything()
