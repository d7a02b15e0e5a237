"""The states of an incident and of a piece of work, and what may lead from which to which.

Two tables in one vocabulary, and no more than tables: nothing here reads a clock, a ledger, a pack
or Prefect. Folding holds every entry against them (`folding.py`), the diagram in the documents is
drawn from them (`tools/lifecycle.py`), and the tests walk through them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.engine.errors import RemitError
from remit.engine.wording import tell

__all__ = [
    "ENDED",
    "INCIDENT",
    "UNDER_WAY",
    "WORK",
    "IncidentState",
    "LifecycleError",
    "Move",
    "Table",
    "Trigger",
    "WorkState",
]

IncidentState = Literal[
    "received", "triaged", "joined", "set-aside", "opened", "notified", "acknowledged", "working",
    "recovering", "closed", "reviewed", "cancelled", "merged",
]  # fmt: skip
"""What came in is `received` and `triaged`; the rest are the states of an incident."""

WorkState = Literal[
    "planned", "waiting-consultation", "waiting-approval", "notified", "waiting-resource",
    "working", "waiting-hand-over", "done", "signed-off", "dropped", "cancelled",
]  # fmt: skip
"""`notified`: the doer is asked; `dropped`: left out by decision; `cancelled`: its incident was."""

Trigger = Literal[
    "triage", "join", "set-aside", "open", "notify", "escalate", "skip", "alarm", "remind",
    "acknowledge", "agree", "decline", "give-up", "begin", "work", "advise", "order", "approve",
    "supply", "assign", "complete", "overdue", "offer", "lapse", "hand-over", "reassign",
    "accept", "finish", "inform", "sign-off", "return", "settle", "drop", "undo", "recover",
    "close", "review", "reopen", "cancel", "merge", "absorb", "split", "note",
    "change",
]  # fmt: skip
"""What moves them; one word for each kind of entry, the outcome of an answer among them."""

ENDED: frozenset[str] = frozenset({"closed", "reviewed", "cancelled", "merged"})
"""States of an incident in which nothing is asked of anybody any more."""

UNDER_WAY: frozenset[str] = frozenset(
    {"waiting-approval", "notified", "waiting-resource", "working", "waiting-hand-over"}
)
"""States of a step whose doers may be asked: which of them is what it waits for first.

A step may wait for several things at once, so what ends one wait may show any other.
"""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a table."""

    before: str
    trigger: str
    after: str


@dataclass(eq=True)
class LifecycleError(RemitError):
    """A trigger that the state of an incident, or of a piece of work, does not allow.

    Args:
        about: `incident`, `work` or `item`.
    """

    state: str
    trigger: str
    about: str = "incident"

    def __post_init__(self) -> None:
        """Keep the fields as the exception's arguments, so that it can be pickled."""
        super().__init__(self.state, self.trigger, self.about)

    def __hash__(self) -> int:
        """Return a hash by fields."""
        return hash((self.state, self.trigger, self.about))

    def __str__(self) -> str:
        """Return the sentence."""
        names = {"state": self.state, "trigger": self.trigger}
        if self.about == "work":
            return tell("a piece of work that is {state} cannot {trigger}", **names)
        if self.about == "item":
            return tell("an item that is {state} cannot {trigger}", **names)
        return tell("an incident that is {state} cannot {trigger}", **names)


@dataclass(frozen=True, slots=True)
class Table:
    """States, what may move them, and where each move may lead.

    Args:
        about: `incident` or `work`.
        start: the state before anything has happened.
        finals: states from which nothing needs to follow.
        moves: each with the states it may lead to; one trigger may lead to several, where what else
            is known decides.
        group: states of which each may lead to each other, by the same triggers.
    """

    about: str
    start: str
    finals: frozenset[str]
    moves: frozenset[Move]
    group: frozenset[str] = frozenset()
    _afters: Mapping[tuple[str, str], frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the moves by what they begin with: every entry is held against them."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for one in self.moves:
            begin = (one.before, one.trigger)
            found[begin] = found.get(begin, frozenset()) | {one.after}
        object.__setattr__(self, "_afters", found)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, by name."""
        return tuple(sorted({name for move in self.moves for name in (move.before, move.after)}))

    @property
    def triggers(self) -> tuple[str, ...]:
        """Every trigger, by name."""
        return tuple(sorted({move.trigger for move in self.moves}))

    def check(self, before: str, trigger: str, after: str) -> None:
        """See that a move is in the table.

        Raises:
            LifecycleError: if it is not.
        """
        if after not in self._afters.get((before, trigger), ()):
            raise LifecycleError(before, trigger, self.about)

    def after(self, before: str, trigger: str) -> str:
        """Return the one state that `trigger` leads to.

        Raises:
            LifecycleError: if the table has no such move, or one that may lead to several states.
        """
        found = self._afters.get((before, trigger), frozenset())
        if len(found) != 1:
            raise LifecycleError(before, trigger, self.about)
        return next(iter(found))


def _table(
    about: str, start: str, finals: str, rows: str, group: frozenset[str] = frozenset()
) -> Table:
    """Return the table written as rows of `states > state: triggers`; `=` is the same state."""
    moves: set[Move] = set()
    for row in rows.strip().splitlines():
        moves.update(_row(row))
    return Table(about, start, frozenset(finals.split()), frozenset(moves), group)


def _row(row: str) -> Iterator[Move]:
    befores, _, rest = row.partition(">")
    afters, _, triggers = rest.partition(":")
    for before in _states(befores):
        for after in _states(afters):
            for trigger in triggers.split():
                yield Move(before, trigger, before if after == "=" else after)


def _states(names: str) -> Iterator[str]:
    for name in names.split():
        yield from sorted(UNDER_WAY) if name == "under-way" else (name,)


INCIDENT = _table(
    "incident",
    "received",
    "set-aside joined closed reviewed cancelled merged",
    """
    received > triaged: triage
    received triaged > set-aside: set-aside
    triaged > joined: join
    triaged > opened: open
    opened notified > notified: notify escalate
    opened notified > =: skip alarm
    notified > =: remind decline reassign agree offer lapse accept hand-over settle
    notified > acknowledged: acknowledge
    acknowledged working > working: work
    acknowledged working recovering > =: notify escalate skip alarm remind acknowledge decline
    acknowledged working recovering > =: agree accept offer hand-over settle reassign advise give-up
    acknowledged working recovering > =: inform lapse
    recovering > =: work sign-off
    acknowledged working > recovering: recover
    recovering > closed: close
    opened notified acknowledged working recovering > =: split absorb note change
    opened notified acknowledged working recovering > cancelled: cancel
    opened notified acknowledged working recovering > merged: merge
    closed reviewed cancelled > reviewed: review
    closed reviewed > working recovering: reopen
    cancelled reviewed > opened notified acknowledged working recovering: reopen
    closed reviewed cancelled merged > =: note inform
    """,
)
"""The life of an incident: what came in, the incident, its end, and its way back."""

WORK = _table(
    "work",
    "planned",
    "signed-off dropped cancelled",
    """
    planned > waiting-consultation under-way: begin
    waiting-consultation > under-way: advise decline give-up skip
    under-way > under-way: notify escalate skip acknowledge decline give-up settle order approve
    under-way > under-way: supply complete accept hand-over reassign
    waiting-consultation > =: notify escalate alarm remind reassign acknowledge overdue
    waiting-consultation > =: advise decline give-up skip settle
    under-way > =: alarm remind offer lapse overdue assign advise
    waiting-consultation under-way > dropped: drop
    under-way > done: finish
    done > signed-off: sign-off
    done > notified working: return
    done signed-off waiting-hand-over > notified waiting-approval waiting-resource working: undo
    working > notified: undo
    waiting-consultation waiting-approval notified > planned: undo
    done > =: notify escalate skip alarm remind inform acknowledge advise decline settle
    done > =: reassign supply approve
    planned waiting-consultation under-way done > cancelled: cancel merge
    cancelled > planned waiting-consultation under-way done: reopen
    dropped signed-off > planned waiting-consultation under-way: reopen
    """,
    UNDER_WAY,
)
"""The life of one step of a response."""
