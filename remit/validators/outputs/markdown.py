"""A report as Markdown, for a comment on a pull request or the summary of a job.

Forges cut or refuse long comments (GitHub at 65,536 characters), so rows and details stop well
before, and say how many are left. What authors wrote stays text: it makes no table, link or
mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from remit.engine.errors import PackErrors
from remit.engine.spans import Span
from remit.engine.wording import tell, tell_count
from remit.validators.finding import LEVELS, Finding, Report
from remit.validators.printable import clean
from remit.validators.telling import (
    Scene,
    acceptance_words,
    facts_of,
    level_word,
    unproved_words,
    verdict,
)

__all__ = ["errors_markdown", "report_markdown"]

MOST_ROWS = 40
"""Rows of a table."""
MOST_CHARACTERS = 30_000
"""Characters of a table, and of the folded details."""
LONGEST = 500
"""Characters of one cell."""
_CODE = re.compile(r"`([^`]*)`")
_SPECIAL = re.compile(r"([\\*_{}\[\]#~!|])")


def report_markdown(report: Report, scene: Scene) -> str:
    """Return the comment; its first line stands alone."""
    found = sorted(report.open_findings(), key=lambda one: LEVELS.index(one.level))
    accepted = [finding for finding in report.findings if finding.accepted]
    blocks = [f"**{_text(verdict(report))}**"]
    blocks += [
        f"- {_text(f'{one.code} {one.name}')}: {_text(unproved_words(one))}"
        for one in report.unproved
    ]
    if found:
        rows = [(one.level, f"{one.code} {one.name}", one.message, one.span) for one in found]
        blocks.append("\n".join(_table(rows, scene)))
        blocks.append(_folded(tell("Witnesses and advice"), _details(found)))
    if accepted:
        title = tell_count("{number} accepted finding", "{number} accepted findings", len(accepted))
        blocks.append(_folded(title, _accepted(accepted)))
    return "\n\n".join(blocks) + "\n"


def errors_markdown(errors: PackErrors, scene: Scene) -> str:
    """Return why a pack cannot be loaded."""
    told = tell("the pack `{path}` cannot be loaded", path=errors.path)
    rows = [
        (
            "error",
            "pack error",
            f"{error.message}; {error.help}" if error.help else error.message,
            error.span or scene.home,
        )
        for error in errors.errors
    ]
    return f"**{_text(told)}**\n\n" + "\n".join(_table(rows, scene)) + "\n"


def _table(rows: Sequence[tuple[str, str, str, Span]], scene: Scene) -> Iterator[str]:
    yield f"| {tell('level')} | {tell('check')} | {tell('what')} | {tell('where')} |"
    yield "|---|---|---|---|"
    room = MOST_CHARACTERS
    for at, (level, check, message, span) in enumerate(rows):
        place = _literal(f"{scene.path(span.file)}:{span.line}")
        row = f"| {level_word(level)} | {check} | {_text(message)} | {place} |"
        room -= len(row) + 1
        if at == MOST_ROWS or room < 0:
            yield ""
            yield _more(len(rows) - at)
            return
        yield row


def _details(found: Sequence[Finding]) -> Iterator[str]:
    room = MOST_CHARACTERS
    for at, finding in enumerate(found):
        lines = [f"- **{finding.code} {finding.name}**: {_text(finding.message)}"]
        lines += [f"  - {word}: {_said(said)}" for word, said in facts_of(finding)]
        if finding.fix is not None:
            lines.append(f"  - {tell('fix')}: {_text(finding.fix.description)}")
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            yield f"- {_more(len(found) - at)}"
            return
        yield from lines


def _accepted(found: Sequence[Finding]) -> Iterator[str]:
    for finding in found[:MOST_ROWS]:
        why = _text(acceptance_words(finding))
        yield f"- {finding.code} {finding.name}: {_text(finding.message)} ({why})"
    if len(found) > MOST_ROWS:
        yield f"- {_more(len(found) - MOST_ROWS)}"


def _folded(title: str, lines: Iterator[str]) -> str:
    inside = "\n".join(lines)
    return f"<details>\n<summary>{_text(title)}</summary>\n\n{inside}\n\n</details>"


def _more(number: int) -> str:
    return tell_count(
        "and {number} more: `remit check` lists it",
        "and {number} more: `remit check` lists them",
        number,
    )


def _said(text: str) -> str:
    return _text(text) if "`" in text else _literal(text)


def _text(text: str) -> str:
    """Return a sentence of ours with its names as code, and everything else as plain letters."""
    line = clean(" ".join(text.split()))
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rstrip("`") + "…"
    parts = _CODE.split(line)
    # WHY by turns: what stands between two backticks is every second part.
    return "".join(_literal(part) if at % 2 else _plain(part) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    quoted = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    quoted = _SPECIAL.sub(r"\\\1", quoted).replace("`", "\\`")
    # WHY: a name behind this sign is told of the comment.
    return quoted.replace("@", "&#64;")


def _literal(text: str) -> str:
    """Return text as code; within it only the bar, which ends a cell, needs an escape."""
    if not text.strip():
        return ""
    return f"`{clean(text).replace('`', chr(0x2019)).replace('|', chr(92) + '|')}`"
