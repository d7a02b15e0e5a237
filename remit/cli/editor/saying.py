"""What is wrong with a pack, file by file, as an editor shows it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from remit.cli.editor.checking import Checked
from remit.cli.editor.desk import Desk
from remit.cli.editor.places import Place, Range
from remit.engine.errors import PackError
from remit.engine.language.documents import PACK_FILES
from remit.engine.spans import Related, Span
from remit.engine.wording import tell
from remit.validators.finding import Finding, Unproved
from remit.validators.pages import section_of
from remit.validators.registry import find_check
from remit.validators.words import region_words, witness_words

__all__ = ["Note", "Remark", "explanation", "remarks"]

Severity = Literal["error", "warning", "note"]
EXPLAINED = ("What it checks", "Why it matters")
"""What of a check's page is shown beside its finding."""
_FADED = frozenset({"dead-duty", "redundant-duty", "unneeded-duty", "idle-exception"})
"""Findings about what might as well not be there; editors show it faded."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A second place that belongs to a note."""

    path: str
    range: Range
    message: str


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is wrong, at its place.

    Args:
        code: of a finding; empty for what cannot be read.
        name: of the check that found it.
    """

    path: str
    range: Range
    severity: Severity
    message: str
    code: str = ""
    name: str = ""
    is_faded: bool = False
    remarks: tuple[Remark, ...] = ()


def remarks(folder: str, checked: Checked, desk: Desk) -> Iterator[Note]:
    """Yield all that is wrong with a pack; findings only where it can be loaded as it is."""
    for error in checked.errors:
        yield _error(error, folder, desk)
    if checked.errors or checked.report is None:
        return
    for finding in checked.report.open_findings():
        yield _finding(finding, desk)
    for unproved in checked.report.unproved:
        yield _unproved(unproved, folder, desk)


def explanation(path: str, place: Place, notes: Iterable[Note]) -> str:
    """Return the checks that found something at a place, as Markdown: what each is, and why."""
    told: dict[str, str] = {}
    for note in notes:
        check = find_check(note.code) if note.code else None
        if check is None or note.path != path or not note.range[0] <= place <= note.range[1]:
            continue
        what, why = (section_of(check, heading) for heading in EXPLAINED)
        told[check.code] = f"**{check.code} {check.name}**\n\n{what}\n\n{why}"
    return "\n\n---\n\n".join(told.values())


def _error(error: PackError, folder: str, desk: Desk) -> Note:
    parts = [error.message]
    if error.expected:
        parts.append(tell("expected: {expected}", expected=error.expected))
    if error.found:
        parts.append(tell("found: {found}", found=error.found))
    if error.help:
        parts.append(tell("help: {help}", help=error.help))
    span = error.span or Span(_pack_file(folder), 1, 1, 1, 1)
    return Note(
        os.path.realpath(span.file),
        desk.places(span.file).of_span(span),
        "error",
        "\n".join(parts),
        remarks=tuple(_remark(one, desk) for one in error.related),
    )


def _finding(finding: Finding, desk: Desk) -> Note:
    parts = [finding.message]
    if finding.witness is not None:
        parts.append(tell("witness: {event}", event=witness_words(finding.witness)))
    if finding.region:
        parts.append(tell("where: {region}", region=region_words(finding.region)))
    parts += [tell("note: {note}", note=note) for note in finding.notes]
    if finding.help:
        parts.append(tell("help: {help}", help=finding.help))
    return Note(
        os.path.realpath(finding.span.file),
        desk.places(finding.span.file).of_span(finding.span),
        finding.level,
        "\n".join(parts),
        finding.code,
        finding.name,
        is_faded=finding.name in _FADED,
        remarks=tuple(_remark(one, desk) for one in finding.related),
    )


def _unproved(unproved: Unproved, folder: str, desk: Desk) -> Note:
    path = _pack_file(folder)
    return Note(
        path,
        desk.places(path).range(0, 0),
        "note",
        tell("not proved: {reason}", reason=unproved),
        unproved.code,
        unproved.name,
    )


def _remark(related: Related, desk: Desk) -> Remark:
    span = related.span
    return Remark(
        os.path.realpath(span.file), desk.places(span.file).of_span(span), related.message
    )


def _pack_file(folder: str) -> str:
    files = [str(Path(folder) / name) for name in PACK_FILES]
    return next((file for file in files if Path(file).is_file()), files[0])
