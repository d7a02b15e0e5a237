"""A diff on the terminal, in the form of findings."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from remit.cli.diff_parts import Asked, Part, changed_loads, headline, parts_of, vocabulary_words
from remit.engine.diff.changes import Fault
from remit.validators.words import percent

__all__ = ["diff_text"]

GOOD, BAD, PLAIN = "bold green", "bold red", "bold cyan"


def diff_text(asked: Asked) -> Iterator[Text]:
    """Yield the changes, a blank line between, what the vocabularies differ in, loads, the sum."""
    for part in parts_of(asked):
        yield _part(part)
    facts = [f"vocabulary: {vocabulary_words(one)}" for one in asked.difference.vocabulary]
    facts += _loads(asked)
    if facts:
        yield Text("\n".join(facts) + "\n")
    for one in asked.difference.unproved:
        letter = f" {one.letter}" if one.letter else ""
        text = Text().append("not proved", "bold yellow")
        yield text.append(f": `{one.activity}`{letter}: {one.reason}\n")
    yield Text(headline(asked))


def _part(part: Part) -> Text:
    style = PLAIN
    if isinstance(part.change, Fault):
        style = BAD if part.change.is_opened else GOOD
    text = Text().append(part.label, style).append(f": {part.message}\n", "bold")
    for word, said in part.facts:
        text.append("  = ", "blue").append(f"{word}: ", "bold").append(f"{said}\n")
    return text


def _loads(asked: Asked) -> list[str]:
    if not asked.is_whole or asked.difference.is_empty:
        return []
    found, reason = changed_loads(asked)
    if reason:
        return [f"loads are not proved: {reason}"]
    return [
        f"load: `{load.subject}` is {load.letter} for {percent(load.before)} -> "
        f"{percent(load.after)} of what is needed"
        for load in found
    ]
