"""Findings that are put where their duties stand now: what an edit elsewhere in a file asks for.

A place in a finding is one of a duty, which moves with the duty; or the end of a subject's list of
duties, which moves with that; or it is of something whose places are part of the finding's key. A
line that is named in a note moves likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remit.engine.spans import Span
from remit.validators.check import Context
from remit.validators.finding import Edit, Finding
from remit.validators.finding_keys import spans_of, tail_of
from remit.validators.gaps import MOST_RELATED

if TYPE_CHECKING:
    from remit.engine.map.parts import ActivityPart

__all__ = ["Anchor", "Anchored", "Moorings"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a place moves with.

    Args:
        name: full name of a duty; or of a subject, for the end of its list of duties.
        line: where that was.
    """

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Anchored:
    """A finding, and what its places move with.

    Args:
        anchors: one for each place, in the order of `_places`; `None` for one that stays.
        named: of the duties whose file and line a note names.
    """

    finding: Finding
    anchors: tuple[Anchor | None, ...]
    named: tuple[Anchor, ...] = ()

    def moved(self, context: Context) -> Finding:
        """Return the finding with its places as they are now."""
        found = self.finding
        by = [0 if one is None else _line_of(one, context) - one.line for one in self.anchors]
        if any(by):
            steps = iter(by)
            found = replace(
                found,
                span=_shifted(found.span, next(steps)),
                related=tuple(replace(r, span=_shifted(r.span, next(steps))) for r in found.related),
                fix=found.fix
                and replace(
                    found.fix,
                    edits=tuple(
                        Edit(_shifted(edit.span, next(steps)), edit.text)
                        for edit in found.fix.edits
                    ),
                ),
            )
        return _renamed(found, self.named, context)


class Moorings:
    """What the places in findings about one activity move with.

    Args:
        part: the activity as it is.
    """

    def __init__(self, part: ActivityPart, context: Context) -> None:
        self._context = context
        self._of: dict[Span, Anchor | None] = {}
        for duty in part.duties:
            anchor = Anchor(duty.name, duty.span.line)
            ends = [_end_of(span) for span in duty.spans.values()]
            for span in {*spans_of(duty), *ends}:
                # WHY `None`: of what two duties share it cannot be told with which it moves.
                self._of[span] = None if span in self._of else anchor
        self._tails = {}
        for name in {duty.subject for duty in part.duties}:
            tail = tail_of(context.pack.subjects[name])
            if tail is not None:
                self._tails[tail] = Anchor(name, tail.line)

    def anchored(self, finding: Finding) -> Anchored | None:
        """Return a finding with what its places move with; `None` if that cannot be told."""
        anchors: list[Anchor | None] = []
        for span, edit in _places(finding):
            if edit is not None and edit.text.startswith("\n") and _adds_an_entry(edit):
                found = self._tails.get(span)
            elif span in self._of:
                found = self._of[span]
            else:
                anchors.append(None)
                continue
            if found is None:
                return None
            anchors.append(found)
        duty = self._context.map.compiled.duty
        named = [duty[name] for name in finding.narrower[:MOST_RELATED]]
        if not all(f"{one.span.file}:{one.span.line}" in " ".join(finding.notes) for one in named):
            return None
        told = tuple(Anchor(one.name, one.span.line) for one in named)
        return Anchored(finding, tuple(anchors), told)


def _places(finding: Finding) -> Iterator[tuple[Span, Edit | None]]:
    yield finding.span, None
    for related in finding.related:
        yield related.span, None
    for edit in finding.fix.edits if finding.fix else ():
        yield edit.span, edit


def _adds_an_entry(edit: Edit) -> bool:
    """Return whether an edit writes a further duty, not a further key of one."""
    return edit.text.lstrip().startswith("- ")


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
