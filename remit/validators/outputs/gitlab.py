"""The code quality report of GitLab: one entry an open finding.

SOURCE: GitLab documentation, "Code Quality", section "Code Quality report format".
"""

from __future__ import annotations

import hashlib

from remit.engine.errors import PackErrors
from remit.engine.spans import Span
from remit.validators.finding import Level, Report
from remit.validators.printable import clean
from remit.validators.telling import Scene, fingerprints, unproved_words

__all__ = ["errors_gitlab", "report_gitlab"]

SEVERITIES: dict[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def report_gitlab(report: Report, scene: Scene) -> list[dict[str, object]]:
    """Return the open findings, and first what could not be proved."""
    found = [
        _entry(unproved_words(one), one.code, one.name, "major", scene.home, scene)
        for one in report.unproved
    ]
    # WHY over all: so that an acceptance changes the fingerprint of no other finding.
    marks = fingerprints(report.pack, report.findings)
    for finding, mark in zip(report.findings, marks, strict=True):
        if not finding.accepted:
            severity = SEVERITIES[finding.level]
            entry = _entry(
                finding.message, finding.code, finding.name, severity, finding.span, scene
            )
            found.append({**entry, "fingerprint": mark})
    return found


def errors_gitlab(errors: PackErrors, scene: Scene) -> list[dict[str, object]]:
    """Return why a pack cannot be loaded."""
    return [
        _entry(error.message, "pack", "error", "blocker", error.span or scene.home, scene)
        for error in errors.errors
    ]


def _entry(
    message: str, code: str, name: str, severity: str, span: Span, scene: Scene
) -> dict[str, object]:
    path = scene.path(span.file)
    content = f"{code}\0{message}\0{path}\0{span.line}\0{span.column}"
    return {
        "description": f"{code} {name}: {clean(message)}",
        "check_name": f"{code} {name}",
        "fingerprint": hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": span.line, "end": span.end_line}},
    }
