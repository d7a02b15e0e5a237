"""A batch in chunks, answered side by side: each as one process would answer it alone."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from itertools import islice

from remit.cli.batches import Question, answer_lines, answer_rows
from remit.cli.diagnostics import message_text
from remit.cli.event_rows import BadRow, EventRow
from remit.cli.event_tables import event_table
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import json_lines, known_activity, parse_json, read_state
from remit.cli.packs import load_pack
from remit.cli.screen import say
from remit.engine.map.responsibility import compile_pack
from remit.engine.vocabulary import Vocabulary
from remit.engine.wording import Language, speaking, tell
from remit.workflows.bulk import DASK, Workers, map_over

__all__ = ["Asked", "answer_chunk", "answer_side_by_side", "json_rows"]

ROWS = 2_000
"""Events of a chunk: enough that a process does not wait for the next, few enough to be even."""
CLUSTER = "REMIT_DASK"
"""Environment variable: the address of a Dask scheduler."""
Rows = tuple[EventRow | BadRow, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every event, as it was typed, so that any process can ask it."""

    pack: str
    activity: str | None
    state: tuple[str, ...]
    today: dt.date
    language: Language


@dataclass(frozen=True, slots=True)
class _Chunk:
    asked: Asked
    place: str
    lines: tuple[tuple[int, str], ...] = ()
    rows: Rows = ()
    as_csv: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class _Answered:
    out: str
    told: str
    code: int


def answer_side_by_side(
    asked: Asked, place: str, vocabulary: Vocabulary, workers: Workers, *, as_csv: bool
) -> Exit:
    """Print the answers to a batch, in order, as one process would.

    Args:
        place: the file of the batch, as given.
        workers: processes, at least 1, or `dask`.
    """
    if workers != DASK and workers < 1:
        raise UsageError(tell("`--workers` wants a number from 1, or `dask`"))
    codes = {Exit.CLEAN}
    chunks = _chunks(asked, place, vocabulary, as_csv=as_csv)
    cluster = os.environ.get(CLUSTER, "")
    for found in map_over(answer_chunk, chunks, workers, _note, cluster=cluster):
        sys.stdout.write(found.out)
        sys.stderr.write(found.told)
        codes.add(Exit(found.code))
    return Exit.USAGE if Exit.USAGE in codes else max(codes)


def answer_chunk(chunk: _Chunk) -> _Answered:
    """Return what one process prints about a chunk."""
    out, told = io.StringIO(), io.StringIO()
    with speaking(chunk.asked.language), redirect_stdout(out), redirect_stderr(told):
        question = _question(chunk.asked)
        if chunk.lines:
            code = answer_lines(question, chunk.lines)
        else:
            code = answer_rows(
                question, chunk.rows, chunk.place, as_csv=chunk.as_csv, headings=chunk.first
            )
    return _Answered(out.getvalue(), told.getvalue(), int(code))


def json_rows(lines: Iterable[tuple[int, str]]) -> Iterator[EventRow | BadRow]:
    """Yield the events of JSON lines as rows."""
    for number, line in lines:
        try:
            found = parse_json(line)
        except ValueError as error:
            yield BadRow(number, 1, str(error))
            continue
        if isinstance(found, dict):
            yield EventRow(number, found)
        else:
            yield BadRow(number, 1, tell("an event is a JSON object"))


def _chunks(asked: Asked, place: str, vocabulary: Vocabulary, *, as_csv: bool) -> Iterator[_Chunk]:
    rows = event_table(place, vocabulary)
    if rows is None and as_csv:
        rows = json_rows(json_lines(place))
    if rows is None:
        lines = json_lines(place)
        while some := tuple(islice(lines, ROWS)):
            yield _Chunk(asked, place, lines=some)
        return
    first = True
    while (found := tuple(islice(rows, ROWS))) or (first and as_csv):
        yield _Chunk(asked, place, rows=found, as_csv=as_csv, first=first)
        first = False


@cache
def _question(asked: Asked) -> Question:
    pack = load_pack(asked.pack)
    activity = None if asked.activity is None else known_activity(asked.activity, pack)
    state = read_state(asked.state, pack.vocabulary)
    return Question(compile_pack(pack), activity, state, asked.today)


def _note(text: str) -> None:
    say(message_text("note", text))
