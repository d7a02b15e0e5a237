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
        yield Text(
            f"and {counted(len(parts) - MOST_SHOWN, 'more change')}: `--activity` and `--letter` "
            f"narrow the question, `--format json` has them all\n"
        )
    facts = [f"vocabulary: {vocabulary_words(one)}" for one in asked.difference.vocabulary]
    facts += _loads(asked)
    if facts:
        yield Text("\n".join(facts) + "\n")
    for one in asked.difference.unproved:
        letter = f" {one.letter}" if one.letter else ""
        text = Text().append("not proved", "bold yellow")
        yield text.append(f": `{one.activity}`{letter}: {one.reason}\n")
    yield Text(headline(asked))


def _part(part: Part, asked: Asked) -> Text:
    style = PLAIN
    if isinstance(part.change, Fault):
        style = BAD if part.change.is_opened else GOOD
    text = Text().append(part.label, style).append(f": {part.message}\n", "bold")
    for word, said in facts_of(asked, part.change):
        text.append("  = ", "blue").append(f"{word}: ", "bold").append(f"{said}\n")
    return text


def _loads(asked: Asked) -> list[str]:
    if not asked.is_whole or asked.difference.is_empty:
        return []
    found, reason = changed_loads(asked)
    if reason:
        return [f"loads are not proved: {reason}"]
    return [
        f"load: `{load.subject}` is {load.letter} for {' -> '.join(load_words(load))} "
        f"of what is needed"
        for load in found
    ]
