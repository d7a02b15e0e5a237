"""Why a ruleset or a fact is not handed to the second engine, each with a code of its own.

SOURCE: each limit was found by running durable-rules 2.0.28 into it, and read again in its sources
(`rules.h`, `rete.h`, `state.h`, `events.c`). What lies past it is a crash, an endless loop in C, or
a wrong answer; ours are below the library's own by a margin.
"""

from __future__ import annotations

from dataclasses import dataclass

from remit.engine.errors import RemitError

__all__ = [
    "MOST_ALTERNATIVES",
    "MOST_ATTRIBUTES",
    "MOST_BRANCHES",
    "MOST_CHOICES",
    "MOST_GROUPS",
    "MOST_PRIORITY",
    "MOST_RULES",
    "MOST_SAME",
    "MOST_TESTS",
    "MOST_TEXT",
    "MOST_WHOLE",
    "Refusal",
    "RefusedError",
]

MOST_RULES = 4_000
"""Rules of one ruleset; past 4,096 the library refuses."""
MOST_TESTS = 500
"""Distinct tests after one prefix; at 512 the library hangs in C, where no signal reaches it."""
MOST_SAME = 250
"""Rules with one and the same condition; at 256 the library writes past a list."""
MOST_CHOICES = 120
"""Disjunctions that go on after one prefix; past 128 the library refuses."""
MOST_ALTERNATIVES = 60
"""Alternatives of one disjunction."""
MOST_GROUPS = 14
"""Conjunctions and disjunctions of one rule; past 15 the library refuses."""
MOST_BRANCHES = 60
"""Branches that may be true of one fact and wait together; past 64 no rule fires at all."""
MOST_ATTRIBUTES = 250
"""Attributes of one ruleset, and so of a fact; past 253 the library refuses the fact."""
MOST_PRIORITY = 65_535
"""Highest priority; the library keeps 16 bits and drops the rest."""
MOST_TEXT = 4_096
"""Bytes of a text; past 65,535 the library compares only what is over."""
MOST_WHOLE = 2**62 - 1
"""Largest whole number, either sign: 63 bits; past 64 the library saturates."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: a code, and a sentence without final period."""

    code: str
    message: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.code}: {self.message}"


class RefusedError(RemitError):
    """Something is outside what the second engine may be given."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(refusals)
        self.refusals = refusals

    def __str__(self) -> str:
        """Return one line a reason."""
        return "\n".join(str(refusal) for refusal in self.refusals)
