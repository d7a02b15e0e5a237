"""A diff as Markdown for a comment on a pull request: short first, the rest folded, never too long.

Forges cut or refuse long comments (GitHub at 65,536 characters), so rows and details stop well
before, and say how many are left.
"""

from __future__ import annotations

from collections.abc import Iterator

from remit.cli.diff_parts import (
    Asked,
    Part,
    changed_loads,
    facts_of,
    headline,
    load_words,
    names_of,
    parts_of,
    vocabulary_words,
)
from remit.cli.reports import counted
from remit.cli.screen import clean
from remit.engine.diff.changes import Move
from remit.engine.letter_words import letter_word
from remit.engine.wording import tell
from remit.validators.words import listed, percent, region_words

__all__ = ["MOST_CHARACTERS", "diff_markdown"]

MOST_ROWS = 40
"""Rows of the table."""
MOST_CHARACTERS = 40_000
"""Characters of the folded details."""
MOST_LISTED = 60
"""Lines of each list: faults, needs, vocabulary, loads."""


def diff_markdown(asked: Asked) -> str:
    """Return the comment; its first line stands alone."""
    parts = list(parts_of(asked))
    moves = [part for part in parts if isinstance(part.change, Move)]
    others = [part for part in parts if not isinstance(part.change, Move)]
    colon = tell(": ")
    blocks = [f"**{_cell(headline(asked))}**"]
    if moves:
        blocks.append("\n".join(_table(asked, moves)))
    blocks.append("\n".join(_listed([f"**{one.label}**{colon}{one.message}" for one in others])))
    notes = [vocabulary_words(one) for one in asked.difference.vocabulary]
    blocks.append("\n".join(_listed([f"**{tell('vocabulary')}**{colon}{note}" for note in notes])))
    unproved = [
        f"**{tell('not proved')}**{colon}`{one.activity}`"
        f" {letter_word(one.letter) if one.letter else ''}{colon}{one.reason}"
        for one in asked.difference.unproved
    ]
    blocks.append("\n".join(_listed(unproved)))
    blocks.extend(
        _folded(tell("Where, and by which duties"), _details(asked, parts)) if parts else ()
    )
    blocks.extend(_folded(tell("Load by party"), _loads(asked)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _table(asked: Asked, moves: list[Part]) -> Iterator[str]:
    heads = (
        tell("activity"),
        tell("letter"),
        tell("from"),
        tell("to"),
        tell("share"),
        tell("where"),
    )
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|---|---:|---|"
    for part in moves[:MOST_ROWS]:
        move = part.change
        if not isinstance(move, Move):
            continue
        regions = asked.difference.regions(move)
        where = region_words(regions[0].constraints)
        if len(regions) > 1:
            more = counted(len(regions) - 1, "more region")
            where = tell("{where}, and {more}", where=where, more=more)
        old = f"*{tell('new event')}*" if move.kind == "appeared" else names_of(move.from_)
        new = f"*{tell('event gone')}*" if move.kind == "vanished" else names_of(move.to)
        letters = listed(map(letter_word, part.letters))
        row = (f"`{move.activity}`", letters, old, new, percent(move.cells.share()), where)
        yield f"| {' | '.join(map(_cell, row))} |"
    if len(moves) > MOST_ROWS:
        more = counted(len(moves) - MOST_ROWS, "more move")
        yield "\n" + tell("{more}: `remit diff` lists them.", more=more)


def _listed(lines: list[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines[:MOST_LISTED])
    if len(lines) > MOST_LISTED:
        yield "- " + tell("and {more}", more=counted(len(lines) - MOST_LISTED, "more line"))


def _details(asked: Asked, parts: list[Part]) -> Iterator[str]:
    room, colon = MOST_CHARACTERS, tell(": ")
    for at, part in enumerate(parts):
        lines = [f"- **{part.label}**{colon}{part.message}"]
        lines += [f"  - {word}{colon}{_code(said)}" for word, said in facts_of(asked, part.change)]
        room -= sum(len(line) + 1 for line in lines)
        if room < 0:
            more = counted(len(parts) - at, "more change")
            yield "- " + tell("and {more}: `remit diff` lists them", more=more)
            return
        yield from lines


def _loads(asked: Asked) -> Iterator[str]:
    if not asked.is_whole or asked.difference.is_empty:
        return
    found, reason = changed_loads(asked)
    if reason:
        yield tell("not proved") + tell(": ") + reason
    if found:
        heads = (tell("subject"), tell("letter"), tell("before"), tell("after"))
        yield f"| {' | '.join(heads)} |"
        yield "|---|---|---:|---:|"
    for load in found[:MOST_LISTED]:
        shares = " | ".join(load_words(load))
        yield f"| `{load.subject}` | {letter_word(load.letter)} | {shares} |"
    if len(found) > MOST_LISTED:
        more = counted(len(found) - MOST_LISTED, "more load")
        yield "\n" + tell("{more}: `remit diff` lists them.", more=more)


def _folded(summary: str, lines: Iterator[str]) -> Iterator[str]:
    inside = "\n".join(lines)
    if inside:
        yield f"<details>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _cell(text: str) -> str:
    return clean(text).replace("|", "\\|").replace("<", "&lt;")


def _code(said: str) -> str:
    """Return a fact as code, unless it has code in it."""
    return _cell(said) if "`" in said else f"`{clean(said)}`"
