"""`remit test`: the tests of a pack, and what they exercise."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from remit.cli.budgets import MOST_SECONDS_TO_WRITE, proof_budget
from remit.cli.clock import current_day
from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import finding_text, unproved_text
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import STDIN
from remit.cli.packs import load_or_tell
from remit.cli.reports import counted
from remit.cli.screen import clean, say, show
from remit.cli.sources import lines_in_files
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Pack
from remit.engine.wording import tell
from remit.validators.checks import failing_test
from remit.validators.finding import Report
from remit.validators.registry import run

__all__ = ["test"]

Format = Literal["text", "json", "markdown"]


def test(
    pack: str = ".",
    /,
    *,
    coverage: Annotated[bool, Parameter(negative=())] = False,
    format: Format = "text",  # noqa: A002 -- the name of the option
    fail_under: float | None = None,
    show_untested: int = 5,
    generate: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    today: dt.date | None = None,
) -> int:
    """Run the tests of a pack: each must hold in every event that its event may be.

    With --coverage: which duties decided a test, and which part of the event space the tests
    exercise: events decided by the same duties as one of a test. The largest untested region is
    shown first, with a test to paste.

    With --generate: write tests instead of running any, one on each side of every boundary where
    the answer changes, with the answers as they are now.

    Ends with 0 if all pass, 1 if one fails or coverage is under --fail-under, 4 if the pack cannot
    be loaded.

    Args:
        pack: Folder of the pack.
        coverage: Tell what the tests exercise.
        format: How to print the coverage.
        fail_under: Least percentage that the tests must exercise.
        show_untested: How many untested regions to show.
        generate: Folder to write tests to, or - for standard output.
        today: Day that acceptances are held against; today's date where left out.
    """
    _refuse_misfits(coverage=coverage, format_=format, fail_under=fail_under, generate=generate)
    if show_untested < 0:
        raise UsageError(tell("`--show-untested` must not be negative"))
    loaded = load_or_tell(pack, as_json=format == "json")
    if generate is not None:
        from remit.cli.generated import generate_tests

        budget = proof_budget(MOST_SECONDS_TO_WRITE)
        return generate_tests(compile_pack(loaded, budget=budget), generate)
    map_ = compile_pack(loaded, budget=proof_budget())
    report = run((failing_test.CHECK,), map_, today=today or current_day())
    passed = report.proved and not report.open_findings()
    _tell_failures(report, loaded, as_result=format == "text")
    if coverage:
        enough = _tell_coverage(map_, report, format, fail_under, show_untested)
        passed = passed and enough
    return Exit.CLEAN if passed else Exit.FINDINGS


def _refuse_misfits(
    *, coverage: bool, format_: str, fail_under: float | None, generate: str | None
) -> None:
    if generate is not None and generate.startswith("-") and generate != STDIN:
        raise UsageError(
            tell("`--generate` needs a folder, or `-`, and found `{generate}`", generate=generate)
        )
    if coverage and generate is not None:
        raise UsageError(tell("`--coverage` and `--generate` do not go together"))
    if not coverage and format_ != "text":
        raise UsageError(tell("`--format` is for `--coverage`"))
    if not coverage and fail_under is not None:
        raise UsageError(tell("`--fail-under` is for `--coverage`"))
    if fail_under is not None and not 0 <= fail_under <= 100:  # noqa: PLR2004 -- percent
        raise UsageError(tell("`--fail-under` is a percentage, from 0 to 100"))


def _tell_failures(report: Report, pack: Pack, *, as_result: bool) -> None:
    """Print each failure and the sum; beside other data, where it does not mix with it."""
    print_ = show if as_result else say
    lines = lines_in_files()
    for finding in report.open_findings():
        print_(finding_text(finding, lines).append("\n"))
    for reason in report.unproved:
        print_(unproved_text(reason, pack).append("\n"))
    print_(Text(_summary(pack, report)))


def _tell_coverage(
    map_: ResponsibilityMap,
    report: Report,
    format_: Format,
    fail_under: float | None,
    most: int,
) -> bool:
    """Print the coverage, and return whether it is proved and enough."""
    from remit.cli.coverage_words import covered, covered_json, covered_lines, covered_markdown
    from remit.engine.map.budget import BudgetExceeded

    try:
        found = covered(map_, most)
    except BudgetExceeded as error:
        say(_not_proved(tell("coverage: {reason}", reason=error)))
        if format_ == "json":
            write_json(
                Destination("json"), _json(report, {"proved": False, "unproved": str(error)})
            )
        return False
    if format_ == "json":
        proved = {"proved": report.proved, **covered_json(found)}
        write_json(Destination("json"), _json(report, proved))
    elif format_ == "markdown":
        show("\n".join(map(clean, covered_markdown(found))))
    else:
        show("\n" + "\n".join(map(clean, covered_lines(found))))
    if fail_under is None or found.coverage.share() * 100 >= Fraction(str(fail_under)):
        return True
    say(Text(tell("coverage is under {share:g} %", share=fail_under)))
    return False


def _json(report: Report, coverage: dict[str, object]) -> dict[str, object]:
    return {
        "pack": report.pack,
        "version": report.version,
        "digest": report.digest,
        "failures": len(report.open_findings()),
        **coverage,
    }


def _not_proved(reason: str) -> Text:
    return Text().append(tell("not proved"), "bold yellow").append(f"{tell(': ')}{reason}\n")


def _summary(pack: Pack, report: Report) -> str:
    tests = counted(len(pack.tests), "test")
    findings = report.open_findings()
    if not pack.tests:
        return tell("{pack}: no tests", pack=pack.name)
    parts = {"pack": pack.name, "version": pack.version, "tests": tests}
    if not findings and report.proved:
        return tell("{pack} {version}: {tests} passed", **parts)
    failures = counted(len(findings), "failure")
    return tell("{pack} {version}: {tests}, {failures}", failures=failures, **parts)
