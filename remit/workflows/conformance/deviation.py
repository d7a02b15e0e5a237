"""One way in which what happened departs from what the policy said, with its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["KINDS", "Deviation", "DeviationKind"]

DeviationKind = Literal[
    "outside-authority", "past-policy", "self-approval", "out-of-order", "unowned", "contested",
    "not-done", "consult-skipped", "consult-unheard", "no-answer", "late-answer", "late-work",
    "hand-over-refused", "untold", "de-facto-owner",
]  # fmt: skip
KINDS: tuple[DeviationKind, ...] = get_args(DeviationKind)
"""Every kind, the gravest first."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """What departs from the policy.

    Args:
        entries: numbers of the entries that show it, in order; at least one.
        step: empty for what concerns the incident as a whole; so is `part`.
        activity: the activity it is about; the lead activity for the incident as a whole.
        subject: who departs from it, or whom it befell.
        holder: whose duty it was, where that is another.
        purpose: what was asked, such as `do` or `approve`.
        about: what else tells it apart, first word first: the act that was refused, a review's
            verdict, what was not waited for.
        seconds: how late, of what was answered or done late.
        times: how often, of a habit.
        tried: whether it was only tried, and refused.
    """

    kind: DeviationKind
    incident: str
    entries: tuple[int, ...]
    part: str = ""
    step: str = ""
    activity: str = ""
    subject: str = ""
    holder: str = ""
    purpose: str = ""
    about: str = ""
    seconds: int = 0
    times: int = 0
    tried: bool = False
