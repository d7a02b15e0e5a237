"""All that departs from the policy in one incident, or in many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from remit.workflows.conformance import authority, duties, limits, order, separation
from remit.workflows.conformance.deviation import KINDS, Deviation
from remit.workflows.conformance.habits import LEAST, Habit, habits_of
from remit.workflows.conformance.history import History
from remit.workflows.entries import Entry

__all__ = ["Conformance", "conformance_of", "deviations_of"]

_RULES: tuple[Callable[[History], Iterator[Deviation]], ...] = (
    authority.outside_authority,
    authority.past_policy,
    authority.who_owns,
    separation.self_approvals,
    order.out_of_order,
    duties.not_done,
    duties.consultations,
    duties.hand_overs,
    duties.messages,
    limits.answers,
    limits.work,
)


@dataclass(frozen=True, slots=True)
class Conformance:
    """What was found in some incidents.

    Args:
        incidents: which were looked at.
        habits: who regularly acts in another's place.
    """

    incidents: tuple[str, ...]
    deviations: tuple[Deviation, ...]
    habits: tuple[Habit, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing departs from the policy."""
        return not self.deviations and not self.habits


def conformance_of(
    histories: Iterable[History], least: int = LEAST, community: Iterable[Entry] = ()
) -> Conformance:
    """Return what departs from the policy in some incidents, and the habits of all together.

    Args:
        community: entries of no incident that tell of acts that were refused.
        least: how often somebody must have stood in for another to be told of, at least 1.
    """
    known = tuple(histories)
    outside = authority.denied(community)
    found = (*outside, *(one for history in known for one in deviations_of(history)))
    return Conformance(tuple(history.incident for history in known), found, habits_of(known, least))


def deviations_of(history: History) -> tuple[Deviation, ...]:
    """Return what departs from the policy in one incident, as it happened."""
    found = dict.fromkeys(one for rule in _RULES for one in rule(history))
    return tuple(sorted(found, key=lambda one: (one.entries[-1], KINDS.index(one.kind))))
