"""Workflow commands of GitHub Actions: annotations beside the lines of a change, and a summary.

SOURCE: GitHub documentation, "Workflow commands for GitHub Actions"; the escapes are those of its
toolkit (`@actions/core`, `command.ts`).
"""

from __future__ import annotations

from remit.engine.errors import PackErrors
from remit.engine.spans import Span
from remit.engine.wording import tell
from remit.validators.finding import LEVELS, Level, Report
from remit.validators.printable import clean
from remit.validators.telling import Scene, error_lines, facts_of, unproved_words, verdict

__all__ = ["errors_github", "report_github"]

MOST = 10
"""Annotations of each kind; GitHub shows no more of one step."""
COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def report_github(report: Report, scene: Scene) -> str:
    """Return the open findings as commands, the most serious first, and a line that sums up."""
    lines = []
    for level in LEVELS:
        found = [one for one in report.open_findings() if one.level == level]
        unproved = report.unproved if level == "error" else ()
        lines += [
            _command(level, scene, scene.home, one.code, one.name, unproved_words(one))
            for one in unproved[:MOST]
        ]
        for finding in found[: max(0, MOST - len(unproved))]:
            told = [finding.message, *(f"{word}: {said}" for word, said in facts_of(finding))]
            text = "\n".join(told)
            lines.append(_command(level, scene, finding.span, finding.code, finding.name, text))
    shown = len(lines)
    whole = len(report.open_findings()) + len(report.unproved)
    lines.append(_plain(verdict(report)))
    if shown < whole:
        lines.append(
            _plain(tell("{shown} of {whole} are annotated here", shown=shown, whole=whole))
        )
    return "\n".join(lines) + "\n"


def errors_github(errors: PackErrors, scene: Scene) -> str:
    """Return why a pack cannot be loaded."""
    lines = []
    for error in errors.errors[:MOST]:
        place = error.span or scene.home
        text = "\n".join(error_lines(error))
        lines.append(_command("error", scene, place, "pack", "error", text))
    whole = len(errors.errors)
    lines.append(
        _plain(
            tell(
                "the pack `{path}` cannot be loaded, errors: {number}",
                path=errors.path,
                number=whole,
            )
        )
    )
    return "\n".join(lines) + "\n"


def _command(level: Level, scene: Scene, span: Span, code: str, name: str, text: str) -> str:
    properties = {
        "file": scene.path(span.file),
        "line": str(span.line),
        "endLine": str(span.end_line),
    }
    # WHY: GitHub refuses columns of a stretch of several lines.
    if span.line == span.end_line:
        properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"{code} {name}"
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{COMMANDS[level]} {told}::{_data(text)}"


def _data(text: str) -> str:
    lines = [clean(line).replace("%", "%25") for line in text.split("\n")]
    return "%0A".join(lines)


def _property(text: str) -> str:
    # WHY no `clean`: a path must stay the one it is; what could end the command is escaped.
    quoted = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return quoted.replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    # WHY: a runner takes `##[` anywhere in a line, and `::` at its start, for a command.
    told = clean(text).replace("##[", "# #[")
    return f"\N{ZERO WIDTH SPACE}{told}" if told.lstrip().startswith("::") else told
