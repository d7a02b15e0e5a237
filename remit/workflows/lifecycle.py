"""The life of an incident, and of what is asked of people in it, as tables.

Nothing here reads a clock, a ledger or a pack: what may follow what is written once, and everything
else looks it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.engine.errors import RemitError
from remit.engine.escalation import Purpose
from remit.engine.wording import tell

__all__ = [
    "PURPOSES",
    "STATES",
    "IncidentState",
    "ItemStatus",
    "LifecycleError",
    "Outcome",
    "Purpose",
    "PurposeRules",
    "Trigger",
    "Verb",
    "transition",
]

IncidentState = Literal["reported", "notified", "responding", "recovering", "closed"]
STATES: tuple[IncidentState, ...] = ("reported", "notified", "responding", "recovering", "closed")

Trigger = Literal["notify", "escalate", "acknowledge", "hand-off", "recover", "close"]

_TRANSITIONS: Mapping[tuple[IncidentState, Trigger], IncidentState] = {
    ("reported", "notify"): "notified",
    ("notified", "notify"): "notified",
    ("notified", "escalate"): "notified",
    ("notified", "acknowledge"): "responding",
    ("responding", "notify"): "responding",
    ("responding", "escalate"): "responding",
    ("responding", "acknowledge"): "responding",
    ("responding", "hand-off"): "responding",
    ("responding", "recover"): "recovering",
    ("recovering", "notify"): "recovering",
    ("recovering", "escalate"): "recovering",
    ("recovering", "acknowledge"): "recovering",
    ("recovering", "hand-off"): "recovering",
    ("recovering", "close"): "closed",
}

Verb = Literal["ack", "done", "decline", "hand-over", "approve"]
"""What people say to an inbox item; the commands of the same names."""

Outcome = Literal[
    "acknowledged", "advised", "ordered", "approved", "done", "accepted", "signed-off", "closed",
    "settled", "dropped", "declined", "returned", "offered",
]  # fmt: skip
"""What an answer came to."""

ItemStatus = Literal["open", "taken", "answered", "withdrawn"]
"""`taken`: somebody said "mine" and is at it; `withdrawn`: the question no longer stands."""


@dataclass(frozen=True, slots=True)
class PurposeRules:
    """How items of one purpose are answered.

    Args:
        answers: what each verb comes to; a verb that is not there is refused.
        takes: outcomes after which the item stays with whoever answered, as work in hand.
        settles: outcomes after which the question is settled for good.
        moves_on: outcomes after which the next in line is asked at once.
        climbs: whether the line of command is called after the deputies.
    """

    answers: Mapping[Verb, Outcome]
    settles: frozenset[Outcome]
    takes: frozenset[Outcome] = field(default_factory=frozenset)
    moves_on: frozenset[Outcome] = frozenset({"declined"})
    climbs: bool = True


PURPOSES: Mapping[Purpose, PurposeRules] = {
    "command": PurposeRules(
        {"ack": "acknowledged", "decline": "declined", "hand-over": "offered"},
        settles=frozenset({"acknowledged"}),
        takes=frozenset({"acknowledged"}),
    ),
    "take": PurposeRules(
        {"ack": "acknowledged", "decline": "declined"}, frozenset({"acknowledged"})
    ),
    "consult": PurposeRules(
        {"ack": "advised", "done": "advised", "decline": "declined"},
        frozenset({"advised"}),
        climbs=False,
    ),
    "order": PurposeRules({"approve": "ordered", "decline": "declined"}, frozenset({"ordered"})),
    "approve": PurposeRules(
        {"approve": "approved", "decline": "declined"}, frozenset({"approved"}), climbs=False
    ),
    "do": PurposeRules(
        {"ack": "acknowledged", "done": "done", "decline": "declined", "hand-over": "offered"},
        settles=frozenset({"done"}),
        takes=frozenset({"acknowledged"}),
    ),
    "accept": PurposeRules({"ack": "accepted", "decline": "declined"}, frozenset({"accepted"})),
    "sign-off": PurposeRules(
        {"approve": "signed-off", "done": "signed-off", "decline": "returned"},
        settles=frozenset({"signed-off", "returned"}),
        moves_on=frozenset(),
    ),
    "close": PurposeRules(
        {"approve": "closed", "done": "closed"}, frozenset({"closed"}), moves_on=frozenset()
    ),
    "decide": PurposeRules(
        {"done": "settled", "decline": "dropped"},
        frozenset({"settled", "dropped"}),
        moves_on=frozenset(),
    ),
}


@dataclass(eq=True)
class LifecycleError(RemitError):
    """A trigger that the state of an incident does not allow."""

    state: IncidentState
    trigger: Trigger

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.state, self.trigger)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.state, self.trigger))

    def __str__(self) -> str:
        """Return the sentence."""
        return tell(
            "an incident that is {state} cannot {trigger}", state=self.state, trigger=self.trigger
        )


def transition(state: IncidentState, trigger: Trigger) -> IncidentState:
    """Return the state after `trigger`.

    Raises:
        LifecycleError: if the table has no such transition.
    """
    after = _TRANSITIONS.get((state, trigger))
    if after is None:
        raise LifecycleError(state, trigger)
    return after
