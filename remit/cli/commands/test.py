"""`remit test`: the tests of a pack."""

from __future__ import annotations

import datetime as dt

from rich.text import Text

from remit.cli.clock import current_day
from remit.cli.diagnostics import finding_text
from remit.cli.exits import Exit
from remit.cli.reports import counted
from remit.cli.screen import show
from remit.cli.sources import lines_in_files
from remit.engine.language.loader import load
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.validators.checks import failing_test
from remit.validators.finding import Finding
from remit.validators.registry import run

__all__ = ["test"]


def test(pack: str = ".", /, *, today: dt.date | None = None) -> int:  # noqa: PT028 -- a command
    """Run the tests of a pack: each must hold in every event that its event may be.

    Ends with 0 if all pass, 1 if one fails, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the pack.
        today: Day that acceptances are held against; today's date where left out.
    """
    loaded = load(pack)
    report = run((failing_test.CHECK,), compile_pack(loaded), today=today or current_day())
    lines = lines_in_files()
    findings = report.open_findings()
    for finding in findings:
        show(finding_text(finding, lines).append("\n"))
    show(Text(_summary(loaded, findings)))
    return Exit.FINDINGS if findings else Exit.CLEAN


def _summary(pack: Pack, findings: tuple[Finding, ...]) -> str:
    tests = counted(len(pack.tests), "test")
    if not findings:
        return (
            f"{pack.name} {pack.version}: {tests} passed"
            if pack.tests
            else f"{pack.name}: no tests"
        )
    return f"{pack.name} {pack.version}: {tests}, {counted(len(findings), 'failure')}"
