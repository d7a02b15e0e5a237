"""The JSON of `remit check`: a report, or why a pack cannot be loaded, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from remit.engine.errors import PackError, PackErrors
from remit.engine.pack import Acceptance
from remit.engine.spans import Related, Span
from remit.engine.vocabulary import plain
from remit.validators.finding import LEVELS, Finding, Fix, Report, Unproved

__all__ = ["errors_json", "report_json"]


def report_json(report: Report) -> dict[str, object]:
    """Return the object of `remit check --output json`; the summary counts open findings."""
    counted = [finding.level for finding in report.open_findings()]
    return {
        "pack": report.pack,
        "version": report.version,
        "digest": report.digest,
        "proved": report.proved,
        "unproved": [_unproved(one) for one in report.unproved],
        "left_out": list(report.left_out),
        "summary": {level: counted.count(level) for level in LEVELS},
        "findings": [_finding(finding) for finding in report.findings],
    }


def errors_json(errors: PackErrors) -> dict[str, object]:
    """Return the object printed where a pack cannot be loaded."""
    return {"path": errors.path, "errors": [_error(error) for error in errors.errors]}


def _finding(finding: Finding) -> dict[str, object]:
    witness = finding.witness
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        "message": finding.message,
        "span": _span(finding.span),
        "label": finding.label,
        "related": [_related(related) for related in finding.related],
        "duty": finding.duty,
        "activity": finding.activity,
        "letter": finding.letter,
        "subjects": list(finding.subjects),
        "power": finding.power,
        "region": _region(finding.region),
        "share": _number(finding.share),
        "density": _number(finding.density),
        "witness": None if witness is None else {n: plain(value) for n, value in witness.items()},
        "notes": list(finding.notes),
        "help": finding.help,
        "full": None if finding.full is None else _region(finding.full),
        "narrower": list(finding.narrower),
        "fix": None if finding.fix is None else _fix(finding.fix),
        "accepted": finding.accepted,
        "acceptances": [_acceptance(entry) for entry in finding.acceptances],
    }


def _acceptance(entry: Acceptance) -> dict[str, object]:
    return {
        "reason": str(entry.reason),
        "by": entry.by,
        "until": None if entry.until is None else entry.until.isoformat(),
        "span": _span(entry.span),
    }


def _unproved(one: Unproved) -> dict[str, object]:
    return {
        "code": one.code,
        "name": one.name,
        "activities": list(one.activities),
        "share": _number(one.share),
        "duties": list(one.duties),
        "message": one.reason,
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "description": fix.description,
        "safe": fix.is_safe,
        "file": fix.edits[0].span.file,
        "line": fix.edits[0].span.line,
        "edits": [{**_span(edit.span), "text": edit.text} for edit in fix.edits],
    }


def _region(region: Mapping[str, object]) -> dict[str, object]:
    return {name: _constraint(value) for name, value in region.items()}


def _error(error: PackError) -> dict[str, object]:
    return {
        "message": error.message,
        "span": None if error.span is None else _span(error.span),
        "expected": error.expected,
        "found": error.found,
        "help": error.help,
        "related": [_related(related) for related in error.related],
    }


def _span(span: Span) -> dict[str, object]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _related(related: Related) -> dict[str, object]:
    return {**_span(related.span), "message": related.message}


def _number(share: Fraction | None) -> float | None:
    return None if share is None else float(share)


def _constraint(written: object) -> object:
    if isinstance(written, list | tuple):
        return [_constraint(item) for item in written]
    if isinstance(written, dict):
        return {key: _constraint(value) for key, value in written.items()}
    if isinstance(written, Decimal | dt.date | int | str):
        return plain(written)
    return str(written)
