"""Findings: what a check says is wrong with a policy. A finding is data; outputs convert it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from remit.engine.pack import Acceptance, Letter
from remit.engine.spans import Related, Span
from remit.engine.vocabulary import Value

__all__ = ["LEVELS", "Edit", "Finding", "Fix", "Level", "Report", "Unproved"]

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""Most serious first."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file and what to write there instead; an empty stretch is an insertion."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that heal a finding.

    Args:
        description: what they do, in words.
        edits: to be made together; none overlap.
        is_safe: whether it is proved that they heal the whole region, and change who answers in no
            event that had its one accountable subject.
    """

    description: str
    edits: tuple[Edit, ...]
    is_safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Args:
        region: constraints by dimension as LANGUAGE writes them, ready to paste under `when`;
            empty is every event.
        label: what `span` shows, a few words printed beside it.
        power: the power it is about, where it is about one.
        share: cells of the finding over all possible cells of the event space; `None` where no
            region is meant.
        density: share of the region's own cells that really have the fault; 1 where all have.
        witness: one full event that shows it, replayed through the slow path.
        full: constraints of a box in the region all of whose cells have the fault; `None` where
            the region itself is such a box, or where no region is meant.
        narrower: duties that do hold in part of the region, by full name.
        notes: circumstances, a line each.
        help: what to do.
        fix: edits that do it.
        acceptances: the entries of `accept` by which it is accepted.
    """

    code: str
    name: str
    level: Level
    message: str
    span: Span
    related: tuple[Related, ...] = ()
    duty: str | None = None
    activity: str | None = None
    letter: Letter | None = None
    subjects: tuple[str, ...] = ()
    region: Mapping[str, object] = field(default_factory=dict)
    share: Fraction | None = None
    density: Fraction | None = None
    witness: Mapping[str, Value] | None = None
    notes: tuple[str, ...] = ()
    help: str = ""
    accepted: bool = False
    power: str | None = None
    label: str = ""
    full: Mapping[str, object] | None = None
    narrower: tuple[str, ...] = ()
    fix: Fix | None = None
    acceptances: tuple[Acceptance, ...] = ()

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Sort key: file, line, column, code."""
        return (self.span.file, self.span.line, self.span.column, self.code)


@dataclass(frozen=True, slots=True)
class Unproved:
    """What a check could not prove within its budget. It is no finding: nothing is known there.

    Args:
        reason: what it would have cost.
        activities: those it is about; none where it may be any.
        share: cells that remain to be proved, for one of them at least, over all possible ones;
            `None` where not even these could be told.
        duties: full names of those that make it so costly.
    """

    code: str
    name: str
    reason: str
    activities: tuple[str, ...] = ()
    share: Fraction | None = None
    duties: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the check and the reason in one line."""
        return f"{self.code} {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one pack, sorted by place.

    `proved` says whether every claim about the event space is exact; where it is not, `unproved`
    says what remains.

    Args:
        left_out: codes of the checks that were not to run.
    """

    pack: str
    version: str
    digest: str
    findings: tuple[Finding, ...]
    proved: bool = True
    unproved: tuple[Unproved, ...] = ()
    left_out: tuple[str, ...] = ()

    def open_findings(self) -> tuple[Finding, ...]:
        """Return the findings nobody has accepted."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    def at_or_above(self, level: Level) -> tuple[Finding, ...]:
        """Return the open findings at `level` or more serious."""
        serious = LEVELS[: LEVELS.index(level) + 1]
        return tuple(finding for finding in self.open_findings() if finding.level in serious)
