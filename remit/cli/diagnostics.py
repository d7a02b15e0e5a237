"""Findings, pack errors and other messages as a terminal shows them; one form for all of them.

```text
error[R201 unowned-event]: no subject is accountable for `supply` in some events
  --> subjects/office.yaml:41:37
   |
41 |     when: {hazard: epidemic, stage: [early, mid-term]}
   |                                     ^^^^^^^^^^^^^^^^^ stops here
   = region: hazard: epidemic, stage: normalised
   = witness: hazard=epidemic stage=normalised
   = help: add `normalised` here
```
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from remit.cli.excerpts import Mark, excerpt, gutter_width
from remit.cli.screen import clean
from remit.cli.sources import Lines, lines_of_error
from remit.engine.errors import PackError
from remit.engine.pack import Pack
from remit.engine.spans import Related, Span
from remit.engine.wording import tell
from remit.validators.finding import Finding, Fix, Unproved
from remit.validators.telling import acceptance_words, facts_of, level_word
from remit.validators.words import names_words, percent, with_more

__all__ = ["STYLES", "error_text", "finding_text", "fix_text", "message_text", "unproved_text"]

STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan", "accepted": "bold"}
RELATED = "cyan"
MOST_NAMED = 5
"""Activities named where one thing could not be proved for many."""
MOST_EDITS = 3
"""Edits of a fix shown on the terminal."""


def finding_text(finding: Finding, lines: Lines) -> Text:
    """Return a finding with its place, region, witness and advice."""
    level = "accepted" if finding.accepted else finding.level
    style = STYLES[level]
    head = _head(f"{level_word(level)}[{finding.code} {finding.name}]", finding.message, style)
    marks = _marks(finding.span, finding.label, finding.related, style)
    facts = [*facts_of(finding)]
    if finding.accepted:
        # WHY no advice: whoever accepted it has decided, and says why.
        facts = [fact for fact in facts if fact[0] != tell("help")]
        facts.append((tell("accepted"), acceptance_words(finding)))
    told = _joined(head, marks, facts, lines)
    if finding.fix is not None and not finding.accepted:
        told.append("\n").append(fix_text(finding.fix, lines, gutter_width(marks)))
    docs = [(tell("docs"), f"remit explain {finding.code}")]
    return told.append("\n").append(Text("\n").join(_fact_lines(docs, gutter_width(marks))))


def fix_text(fix: Fix, lines: Lines, width: int) -> Text:
    """Return what a fix does, and the lines it changes before and after."""
    said = fix.description
    if fix.is_safe:
        said = tell(
            "{fix} (proved: it heals this region, and no event that has its owner changes)",
            fix=said,
        )
    told = _fact_lines([(tell("fix"), said)], width)
    indent = " " * (width + 3)
    for edit in fix.edits[:MOST_EDITS]:
        told.append(Text(f"{indent}{clean(edit.span.file)}:{edit.span.line}"))
        first, last = edit.span.line, edit.span.end_line
        old = [lines.line(edit.span.file, number) for number in range(first, last + 1)]
        if None in old:
            continue
        before = [line.rstrip("\n") for line in old if line is not None]
        new = before[0][: edit.span.column - 1] + edit.text + before[-1][edit.span.end_column - 1 :]
        after = new.split("\n")
        if after[0] == before[0]:
            before, after = [], after[1:]
        told += [Text(f"{indent}- {clean(line)}", "red") for line in before]
        told += [Text(f"{indent}+ {clean(line)}", "green") for line in after]
    if len(fix.edits) > MOST_EDITS:
        more = len(fix.edits) - MOST_EDITS
        said = tell("and {number} more edits; `--output json` has them all", number=more)
        told.append(Text(indent + said))
    return Text("\n").join(told)


def unproved_text(unproved: Unproved, pack: Pack) -> Text:
    """Return what could not be proved: of what, how much remains, and which duties are to blame."""
    few = names_words(unproved.activities[:MOST_NAMED])
    few = with_more(few, len(unproved.activities) - MOST_NAMED)
    kind = f"{tell('not proved')}[{unproved.code} {unproved.name}]"
    said = tell("could not be decided for {few}", few=few) if few else tell("could not be decided")
    head = _head(kind, said, STYLES["warning"])
    places = {duty.name: duty.span for duty in pack.duties() if duty.name in unproved.duties}
    blamed = ", ".join(f"`{name}` ({span.file}:{span.line})" for name, span in places.items())
    remains = tell("every event in which any is needed")
    if len(unproved.activities) <= 1:
        one = tell("every event in which it is needed")
        remains = one if unproved.activities else tell("every event")
    if unproved.share is not None:
        share = percent(unproved.share)
        remains = tell("{remains}, {share} of all", remains=remains, share=share)
    facts = [(tell("remains"), remains), (tell("note"), unproved.reason)]
    if blamed:
        facts.append((tell("blame"), blamed))
    cure = tell("narrow these duties, or split the activity; `remit resolve` still works")
    facts.append((tell("help"), cure))
    return _joined(head, (), facts, Lines())


def error_text(error: PackError) -> Text:
    """Return a pack error with its place, what was expected and what was found."""
    head = _head(level_word("error"), error.message, STYLES["error"])
    marks = []
    if error.span is not None:
        marks = _marks(error.span, "", error.related, STYLES["error"])
    facts = [
        (word, said)
        for word, said in (
            (tell("expected"), error.expected),
            (tell("found"), error.found),
            (tell("help"), error.help),
        )
        if said
    ]
    return _joined(head, marks, facts, lines_of_error(error))


def message_text(level: str, message: str, help: str = "") -> Text:  # noqa: A002 -- the word shown
    """Return a message that is about no file."""
    facts = [(tell("help"), help)] if help else []
    return _joined(_head(level_word(level), message, STYLES[level]), (), facts, Lines())


def _head(kind: str, message: str, style: str) -> Text:
    return Text().append(kind, style).append(tell(": ") + clean(message), "bold")


def _marks(span: Span, label: str, related: Sequence[Related], style: str) -> list[Mark]:
    others = [Mark(each.span, each.message, is_primary=False, style=RELATED) for each in related]
    return [Mark(span, label, is_primary=True, style=style), *others]


def _joined(
    head: Text, marks: Sequence[Mark], facts: Sequence[tuple[str, str]], lines: Lines
) -> Text:
    width = gutter_width(marks)
    told = [head, *excerpt(marks, lines, width)]
    return Text("\n").join([*told, *_fact_lines(facts, width)])


def _fact_lines(facts: Sequence[tuple[str, str]], width: int) -> list[Text]:
    return [
        Text(" " * (width + 1))
        .append("= ", "blue")
        .append((word + tell(": ")).rstrip(" "), "bold")
        .append((" " if tell(": ").endswith(" ") else "") + clean(said))
        for word, said in facts
    ]
