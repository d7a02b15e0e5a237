"""A diff on the terminal, in the form of findings."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from remit.cli.diff_parts import (
    Asked,
    Part,
    changed_loads,
    facts_of,
    headline,
    load_words,
    parts_of,
    vocabulary_words,
)
from remit.cli.reports import counted
from remit.engine.diff.changes import Fault
from remit.engine.letter_words import letter_word
from remit.engine.wording import tell

__all__ = ["diff_text"]

MOST_SHOWN = 200
"""Changes shown, the largest moves first; past these nobody reads on."""
GOOD, BAD, PLAIN = "bold green", "bold red", "bold cyan"


def diff_text(asked: Asked) -> Iterator[Text]:
    """Yield the changes, a blank line between, what the vocabularies differ in, loads, the sum."""
    parts = list(parts_of(asked))
    for part in parts[:MOST_SHOWN]:
        yield _part(part, asked)
    if len(parts) > MOST_SHOWN:
        said = tell(
            "and {more}: `--activity` and `--letter` narrow the question,"
            " `--format json` has them all",
            more=counted(len(parts) - MOST_SHOWN, "more change"),
        )
        yield Text(said + "\n")
    facts = [
        tell("vocabulary: {change}", change=vocabulary_words(one))
        for one in asked.difference.vocabulary
    ]
    facts += _loads(asked)
    if facts:
        yield Text("\n".join(facts) + "\n")
    for one in asked.difference.unproved:
        letter = f" {letter_word(one.letter)}" if one.letter else ""
        colon = tell(": ")
        text = Text().append(tell("not proved"), "bold yellow")
        yield text.append(f"{colon}`{one.activity}`{letter}{colon}{one.reason}\n")
    yield Text(headline(asked))


def _part(part: Part, asked: Asked) -> Text:
    style = PLAIN
    if isinstance(part.change, Fault):
        style = BAD if part.change.is_opened else GOOD
    colon = tell(": ")
    text = Text().append(part.label, style).append(f"{colon}{part.message}\n", "bold")
    for word, said in facts_of(asked, part.change):
        text.append("  = ", "blue").append(word + colon, "bold").append(f"{said}\n")
    return text


def _loads(asked: Asked) -> list[str]:
    if not asked.is_whole or asked.difference.is_empty:
        return []
    found, reason = changed_loads(asked)
    if reason:
        return [tell("loads are not proved: {reason}", reason=reason)]
    return [
        tell(
            "load: `{subject}` is {letter} for {shares} of what is needed",
            subject=load.subject,
            letter=letter_word(load.letter),
            shares=" -> ".join(load_words(load)),
        )
        for load in found
    ]
