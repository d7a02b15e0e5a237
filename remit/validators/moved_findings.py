"""Findings that are put where their duties stand now: what an edit elsewhere in a file asks for.

A place in a finding is one of a duty, which moves with the duty; or the end of a subject's list of
duties, which moves with that; or it is of something whose places are part of the finding's key. A
line that is named in a note moves likewise.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.pack import Duty
from remit.engine.spans import Span
from remit.validators.check import Context
from remit.validators.finding import Edit, Finding
from remit.validators.finding_keys import spans_of, tail_of
from remit.validators.gaps import MOST_RELATED
from remit.validators.kept_group import Anchor, Anchored

if TYPE_CHECKING:
    from remit.engine.map.parts import ActivityPart

__all__ = ["Moorings", "moved"]

RIGHTS = "A"
"""What the codes of checks about authority begin with."""


def moved(kept: Anchored, context: Context) -> Anchored:
    """Return a finding with its places as they are now, and what they move with."""
    now = tuple(one and Anchor(one.name, _line_of(one, context)) for one in kept.anchors)
    named = tuple(Anchor(one.name, _line_of(one, context)) for one in kept.named)
    if (now, named) == (kept.anchors, kept.named):
        return kept
    by = [
        here.line - there.line if here and there else 0
        for here, there in zip(now, kept.anchors, strict=True)
    ]
    finding = _renamed(_further_down(kept.finding, by), kept.named, context)
    return Anchored(finding, now, named)


class Moorings:
    """What the places in findings about one activity move with.

    Args:
        part: the activity as it is.
    """

    def __init__(self, part: ActivityPart, context: Context) -> None:
        self._context = context
        self._duties: dict[str, list[Duty]] = {}
        for duty in sorted(part.duties, key=_line):
            self._duties.setdefault(duty.span.file, []).append(duty)
        self._tails: dict[Span, Anchor] = {}
        for name in {duty.subject for duty in part.duties}:
            tail = tail_of(context.pack.subjects[name])
            if tail is not None:
                self._tails[tail] = Anchor(name, tail.line)

    def anchored(self, finding: Finding) -> Anchored | None:
        """Return a finding with what its places move with; `None` if that cannot be told."""
        anchors: list[Anchor | None] = []
        for span, edit in _places(finding):
            is_new = edit is not None and _adds_an_entry(edit)
            found = self._tails.get(span) if is_new else self._anchor(span)
            # WHY not of rights: their places are in the key, though they stand beside duties.
            is_lost = found is None and (is_new or span.file in self._duties)
            if is_lost and not finding.code.startswith(RIGHTS):
                return None
            anchors.append(found)
        duty = self._context.map.compiled.duty
        named = [duty[name] for name in finding.narrower[:MOST_RELATED]]
        told = " ".join(finding.notes)
        if not all(f"{one.span.file}:{one.span.line}" in told for one in named):
            return None
        lines = tuple(Anchor(one.name, one.span.line) for one in named)
        return Anchored(finding, tuple(anchors), lines)

    def _anchor(self, span: Span) -> Anchor | None:
        """Return what a place moves with if it is one of a duty, the nearest above or below it."""
        duties = self._duties.get(span.file, [])
        after = bisect_right(duties, span.line, key=_line)
        line = duties[after - 1].span.line if after else 0
        near = [*duties[bisect_left(duties, line, key=_line) : after], *duties[after : after + 1]]
        for duty in near:
            ends = (_end_of(one) for one in duty.spans.values())
            if span in spans_of(duty) or span in ends:
                return Anchor(duty.name, duty.span.line)
        return None


def _further_down(found: Finding, by: Sequence[int]) -> Finding:
    """Return a finding with each of its places so many lines further down."""
    if not any(by):
        return found
    steps = iter(by)
    return replace(
        found,
        span=_shifted(found.span, next(steps)),
        related=tuple(replace(one, span=_shifted(one.span, next(steps))) for one in found.related),
        fix=found.fix
        and replace(
            found.fix,
            edits=tuple(
                Edit(_shifted(edit.span, next(steps)), edit.text) for edit in found.fix.edits
            ),
        ),
    )


def _places(finding: Finding) -> Iterator[tuple[Span, Edit | None]]:
    yield finding.span, None
    for related in finding.related:
        yield related.span, None
    for edit in finding.fix.edits if finding.fix else ():
        yield edit.span, edit


def _adds_an_entry(edit: Edit) -> bool:
    """Return whether an edit writes a further duty, not a further key of one."""
    return edit.text.startswith("\n") and edit.text.lstrip().startswith("- ")


def _line(duty: Duty) -> int:
    return duty.span.line


def _line_of(anchor: Anchor, context: Context) -> int:
    duty = context.map.compiled.duty.get(anchor.name)
    if duty is not None:
        return duty.span.line
    tail = tail_of(context.pack.subjects[anchor.name])
    return anchor.line if tail is None else tail.line


def _shifted(span: Span, by: int) -> Span:
    return replace(span, line=span.line + by, end_line=span.end_line + by) if by else span


def _end_of(span: Span) -> Span:
    return Span(span.file, span.end_line, span.end_column, span.end_line, span.end_column)


def _renamed(finding: Finding, named: Sequence[Anchor], context: Context) -> Finding:
    """Return a finding whose notes name the lines as they are now."""
    lines: dict[str, str] = {}
    for one in named:
        file, line = context.map.compiled.duty[one.name].span.file, _line_of(one, context)
        if line != one.line:
            lines[f"{file}:{one.line}"] = f"{file}:{line}"
    if not lines:
        return finding
    pattern = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, lines))})(?!\d)")
    return replace(finding, notes=tuple(_with(lines, pattern, note) for note in finding.notes))


def _with(lines: Mapping[str, str], pattern: re.Pattern[str], note: str) -> str:
    return pattern.sub(lambda found: lines[found.group()], note)
