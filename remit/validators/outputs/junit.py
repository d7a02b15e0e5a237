"""JUnit XML: a suite a family of checks; a case for each finding, and for each check without one.

There is no standard; this is the part that the common readers agree on (Apache Ant's
`junitreport`, as the schemas of Jenkins and of GitLab have it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from remit.engine.errors import PackErrors
from remit.engine.spans import Span
from remit.engine.wording import tell
from remit.validators.check import Check
from remit.validators.finding import Finding, Report
from remit.validators.telling import Scene, acceptance_words, error_lines, facts_of, unproved_words

__all__ = ["errors_junit", "report_junit"]

# SOURCE: XML 1.0, fifth edition, section 2.2: characters that may not stand in a document.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case.

    Args:
        outcome: `failure`, `error`, `skipped`, or nothing where it passed.
        kind: what the outcome is, for programs.
        message: the outcome in one line.
        text: all there is to say.
    """

    name: str
    suite: str
    span: Span | None = None
    outcome: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


def report_junit(report: Report, scene: Scene) -> str:
    """Return the document; findings below the level that fails are passed cases that say more."""
    suites = []
    for family, checks in groupby(scene.checks, key=lambda check: check.family):
        cases = [case for check in checks for case in _cases(check, report, scene)]
        suites.append((family, cases))
    return _document(f"{report.pack} {report.version}", suites, scene)


def errors_junit(errors: PackErrors, scene: Scene) -> str:
    """Return why a pack cannot be loaded: one suite, a case an error."""
    suite = "loading"
    cases = []
    for error in errors.errors:
        span = error.span or scene.home
        message, *more = error_lines(error)
        text = [f"{scene.path(span.file)}:{span.line}:{span.column}: {message}", *more]
        cases.append(
            _Case(error.message, suite, span, "error", "pack-error", error.message, "\n".join(text))
        )
    return _document(errors.path, [(suite, cases)], scene)


def _cases(check: Check, report: Report, scene: Scene) -> Iterator[_Case]:
    name = f"{check.code} {check.name}"
    unproved = [one for one in report.unproved if one.code == check.code]
    found = [one for one in report.findings if one.code == check.code]
    for one in unproved:
        words = unproved_words(one)
        yield _Case(name, check.family, scene.home, "error", "not-proved", words, words)
    for finding in found:
        yield _case(name, check, finding, scene)
    if not unproved and not found:
        yield _Case(name, check.family)


def _case(name: str, check: Check, finding: Finding, scene: Scene) -> _Case:
    span = finding.span
    told = [f"{scene.path(span.file)}:{span.line}:{span.column}: {finding.message}"]
    told += [f"{word}: {said}" for word, said in facts_of(finding)]
    outcome, message = "", finding.message
    if finding.accepted:
        outcome = "skipped"
        message = tell("accepted: {reason}", reason=acceptance_words(finding))
    elif scene.fails(finding.level):
        outcome = "failure"
    return _Case(
        f"{name}: {finding.message}",
        check.family,
        span,
        outcome,
        finding.level,
        message,
        "\n".join(told),
    )


def _document(name: str, suites: Sequence[tuple[str, Sequence[_Case]]], scene: Scene) -> str:
    every = [case for _, cases in suites for case in cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f"<testsuites {_attributes({'name': name, **_counts(every)})}>")
    for suite, cases in suites:
        shown = {"name": suite, **_counts(cases), "skipped": str(_count(cases, "skipped"))}
        lines.append(f"  <testsuite {_attributes(shown)}>")
        for case in cases:
            lines += _case_lines(case, scene)
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _case_lines(case: _Case, scene: Scene) -> Iterator[str]:
    shown = {"name": case.name, "classname": case.suite}
    if case.span is not None:
        shown |= {"file": scene.path(case.span.file), "line": str(case.span.line)}
    head = f"    <testcase {_attributes(shown)}"
    if not case.text:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if case.outcome == "skipped":
        yield f"      <skipped {_attributes({'message': case.message})}/>"
    if case.outcome in {"error", "failure"}:
        about = _attributes({"message": case.message, "type": case.kind})
        yield f"      <{case.outcome} {about}>{_text(case.text)}</{case.outcome}>"
    else:
        yield f"      <system-out>{_text(case.text)}</system-out>"
    yield "    </testcase>"


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(_count(cases, "failure")),
        "errors": str(_count(cases, "error")),
    }


def _count(cases: Sequence[_Case], outcome: str) -> int:
    return sum(case.outcome == outcome for case in cases)


def _attributes(shown: dict[str, str]) -> str:
    return " ".join(f'{key}="{_escaped(value)}"' for key, value in shown.items())


def _text(text: str) -> str:
    # WHY: only in an attribute is a line end turned into a space.
    return _escaped(text).replace("&#10;", "\n")


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in _FORBIDDEN.sub("\ufffd", text))
