"""Findings that a pack accepts, and checks whose findings nobody may accept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from remit.engine.conditions import Condition
from remit.engine.spans import Span
from remit.engine.texts import Text

__all__ = ["Acceptance", "Mandatory"]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding accepted in a region of the event space, with who said so and why.

    `code` is a check's code or name; `activity`, `subject` and `duty` narrow it. Past `until` it
    no longer holds.
    """

    code: str
    when: Condition
    reason: Text
    span: Span
    by: str | None = None
    until: dt.date | None = None
    activity: str | None = None
    subject: str | None = None
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class Mandatory:
    """A check whose findings nobody may accept, here and in every pack that extends this.

    Args:
        code: a check's code or name.
        activities: those it is about; every finding of the check where there are none.
    """

    code: str
    span: Span
    pack: str
    activities: tuple[str, ...] = ()
    basis: Text | None = None

    def binds(self, activity: str | None) -> bool:
        """Return whether it is about findings of an activity."""
        return not self.activities or activity in self.activities
