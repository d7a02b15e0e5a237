"""Packs written as text, checked in memory."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import remit
from remit.validators.finding import Finding, Report

__all__ = ["PACK", "TODAY", "found", "report_on", "text_at", "the_one"]

TODAY = dt.date(2026, 11, 23)
PACK = "remit: 1\npack: sample\nversion: '1'\n"


def report_on(folder: Path, files: dict[str, str], *, today: dt.date = TODAY) -> Report:
    """Write the files of a pack and return what the checks find; `pack.yaml` may be left out."""
    for name, text in {"pack.yaml": PACK, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return remit.check(remit.load(folder), today=today)


def found(report: Report, name: str) -> list[Finding]:
    """Return the findings of one check, accepted ones too."""
    return [finding for finding in report.findings if finding.name == name]


def the_one(report: Report, name: str) -> Finding:
    """Return the only finding of one check."""
    (finding,) = found(report, name)
    return finding


def text_at(finding: Finding) -> str:
    """Return what stands at the place of a finding."""
    span = finding.span
    lines = Path(span.file).read_text(encoding="utf-8").splitlines()
    return lines[span.line - 1][span.column - 1 : span.end_column - 1]
