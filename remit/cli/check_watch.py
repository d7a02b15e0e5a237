"""`remit check --watch`: checks again after every change, and tells what is new or gone."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from remit.cli.budgets import proof_budget
from remit.cli.diagnostics import error_text, finding_text, message_text
from remit.cli.reports import counted, summary
from remit.cli.screen import say, show
from remit.cli.sources import lines_in_files
from remit.cli.watching import Look, Sleep, changes, look_at
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.language.stores import Memory
from remit.engine.map.budget import Budget
from remit.engine.pack import Pack
from remit.engine.wording import tell
from remit.validators.check import Check
from remit.validators.finding import Finding, Report
from remit.validators.kept_findings import KeptFindings
from remit.validators.registry import CHECKS, check

__all__ = ["watch"]

_CLEAR = "\x1b[2J\x1b[H"
"""Empties a terminal and goes to its top (ECMA-48, ED and CUP)."""
_LINE = "-" * 72


def watch(
    path: str,
    *,
    with_accepted: bool,
    today: Callable[[], dt.date],
    sleep: Sleep,
    budget: Callable[[], Budget] = proof_budget,
    checks: Sequence[Check] = CHECKS,
) -> Iterator[None]:
    """Check a pack now and after every change, for ever; yields after each check.

    Args:
        today: asked for each check, for days pass.
        sleep: waits between two looks at the files.
        budget: what the proofs of a check that begins now may cost.
        checks: those to run.
    """
    memory = Memory()
    before: Sequence[Finding] | None = None
    digest = ""
    kept = KeptFindings()

    def look() -> Look:
        return look_at([path, *(one.path for one in memory.members if one.path != path)])

    for count, _ in enumerate(changes(look, sleep)):
        if count:
            _begin()
        pack = _loaded(path, memory)
        if pack is not None and pack.digest == digest and before is not None:
            say(tell("nothing changed"))
        elif pack is not None:
            report = check(pack, today=today(), budget=budget(), checks=checks, kept=kept)
            found = report.findings if with_accepted else report.open_findings()
            _tell(before, found, report, pack)
            before, digest = found, pack.digest
        if not count:
            say(tell("watching for changes; Ctrl-C ends it"))
        yield


def _loaded(path: str, memory: Memory) -> Pack | None:
    """Return the pack, or `None` after it was told why there is none."""
    try:
        return load(path, memory)
    except PackErrors as errors:
        for error in errors.errors:
            say(error_text(error).append("\n"))
        told = counted(len(errors.errors), "error")
        say(
            message_text(
                "error",
                tell("the pack `{path}` cannot be loaded: {told}", path=errors.path, told=told),
            )
        )
    return None


def _begin() -> None:
    """Set what follows apart from what was told before."""
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
        sys.stdout.flush()
    else:
        show(_LINE)


def _tell(
    before: Sequence[Finding] | None, found: Sequence[Finding], report: Report, pack: Pack
) -> None:
    lines = lines_in_files()
    known = {} if before is None else {_identity(one): one for one in before}
    now = {_identity(one) for one in found}
    for finding in found:
        if _identity(finding) not in known:
            show(finding_text(finding, lines).append("\n"))
    for identity, finding in known.items():
        if identity not in now:
            show(
                Text().append(tell("gone"), "bold green").append(f"{tell(': ')}{_name(finding)}\n")
            )
    for reason in report.unproved:
        show(Text().append(tell("not proved"), "bold yellow").append(f"{tell(': ')}{reason}\n"))
    kept = sum(identity in now for identity in known)
    if kept:
        show(tell("{findings} as before", findings=counted(kept, "finding")))
    show(summary(report, pack))
    sys.stdout.flush()


def _identity(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings the same one, wherever it has moved to in its file."""
    return (
        finding.code,
        finding.message,
        finding.span.file,
        finding.duty,
        finding.activity,
        finding.letter,
        finding.subjects,
        finding.power,
        repr(finding.region),
        finding.accepted,
    )


def _name(finding: Finding) -> str:
    return f"{finding.code} {finding.name}: {finding.message}"
