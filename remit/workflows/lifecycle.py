"""What is asked of people, and what their answers come to, as a table.

Nothing here reads a clock, a ledger or a pack. The states of incidents and of work are in
`states.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.engine.escalation import Purpose

__all__ = ["PURPOSES", "ItemStatus", "Outcome", "Purpose", "PurposeRules", "Verb"]

Verb = Literal["ack", "done", "decline", "hand-over", "approve"]
"""What people say to an inbox item; the commands of the same names."""

Outcome = Literal[
    "acknowledged", "advised", "ordered", "approved", "done", "accepted", "signed-off", "closed",
    "settled", "dropped", "declined", "returned", "offered", "reassigned", "undone", "granted",
    "sent", "received", "missing", "paid", "justified", "unjustified",
]  # fmt: skip
"""What an answer came to, or what was done about it since."""

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
    "support": PurposeRules(
        {"ack": "acknowledged", "decline": "declined"}, frozenset({"acknowledged"}), climbs=False
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
    "supply": PurposeRules(
        {"approve": "granted", "done": "sent", "decline": "declined"},
        settles=frozenset({"sent"}),
        takes=frozenset({"granted"}),
        climbs=False,
    ),
    "spare": PurposeRules(
        {"approve": "granted", "decline": "declined"}, frozenset({"granted"}), climbs=False
    ),
    "receive": PurposeRules(
        {"ack": "received", "done": "received", "decline": "missing"},
        frozenset({"received", "missing"}),
        moves_on=frozenset(),
        climbs=False,
    ),
    "pay": PurposeRules(
        {"ack": "acknowledged", "done": "paid", "decline": "declined"},
        settles=frozenset({"paid"}),
        takes=frozenset({"acknowledged"}),
        climbs=False,
    ),
    "review": PurposeRules(
        {"approve": "justified", "decline": "unjustified"},
        frozenset({"justified", "unjustified"}),
        moves_on=frozenset(),
    ),
}
