"""Whom to call in whose place, and how long each may take: what a response and its proof share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from remit.engine.pack import Pack, Subject

__all__ = ["WAITS_S", "Purpose", "escalation_line", "longest_wait", "nearest_account"]

Purpose = Literal[
    "command", "take", "consult", "order", "approve", "do", "support", "accept", "sign-off",
    "close", "decide", "supply", "spare", "receive", "pay", "review",
]  # fmt: skip
"""What an inbox item asks for.

`command`: lead this incident; `take`: say "mine" for a step one answers for; `consult`: advise
before the doer acts; `order`: use a power; `approve`: release money; `do`: do the step; `support`:
help whoever does it; `accept`: take over work that was handed on; `sign-off`: confirm finished
work; `close`: end the incident; `decide`: settle what the plan could not; `supply`: lend people, or
send stock; `spare`: give what lies below a floor; `receive`: say that they came; `pay`: pay from
what was approved; `review`: judge an act past the policy.
"""
MINUTE, HOUR = 60, 3600
WAITS_S: Mapping[Purpose, int] = {
    "command": 15 * MINUTE,
    "take": HOUR,
    "consult": 30 * MINUTE,
    "order": 30 * MINUTE,
    "approve": HOUR,
    "do": 30 * MINUTE,
    "support": HOUR,
    "accept": HOUR,
    "sign-off": 12 * HOUR,
    "close": 24 * HOUR,
    "decide": HOUR,
    "supply": HOUR,
    "spare": HOUR,
    "receive": 12 * HOUR,
    "pay": 24 * HOUR,
    "review": 24 * HOUR,
}
"""Seconds each subject in a line has to answer where its duty names no `acknowledge`."""


def nearest_account(
    pack: Pack, subject: str, wanted: Callable[[Subject], object]
) -> Subject | None:
    """Return the nearest pack's account of a subject for which `wanted` is true."""
    return next((found for found in pack.accounts_of(subject) if wanted(found)), None)


def escalation_line(pack: Pack, subject: str, *, climbs: bool = True) -> tuple[str, ...]:
    """Return whom to ask for a subject: itself, its deputies, then up the line of command.

    Args:
        climbs: whether to go on above the deputies.
    """
    found: dict[str, None] = {}
    current: str | None = subject
    bosses: set[str] = set()
    while current is not None and current not in bosses:
        bosses.add(current)
        account = nearest_account(pack, current, lambda one: one.deputies)
        found.update(dict.fromkeys((current, *(account.deputies if account else ()))))
        over = nearest_account(pack, current, lambda one: one.under) if climbs else None
        current = over.under if over else None
    return tuple(found)


def longest_wait(line: int, within: int, together: int = 1) -> int:
    """Return seconds until the last of a line has had its time.

    Each is called when the one before has had its own.

    Args:
        line: how many there are.
        within: seconds each has.
        together: how many are asked at once at first, at least 1.
    """
    return max(line - together + 1, 1) * within
