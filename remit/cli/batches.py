"""Answers to many events: as JSON lines, or as a table of who owns what."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from remit.cli.destinations import json_text
from remit.cli.diagnostics import message_text
from remit.cli.event_rows import BadRow, EventRow
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import completed, parse_json
from remit.cli.screen import say
from remit.engine.errors import EventError
from remit.engine.language.incoming import parse_event
from remit.engine.map.decide import Decision
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.resolution import Resolution
from remit.engine.vocabulary import DATE, Value
from remit.engine.wording import tell

__all__ = ["Question", "answer_lines", "answer_rows", "is_unowned", "write_answer"]

ROWS_AT_ONCE = 16_384
"""Rows that are answered together."""
HEADINGS = ("line", "activity", "needed", "accountable", "responsible", "ask", "error")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every event of one run."""

    map: ResponsibilityMap
    activity: str | None
    state: Mapping[str, Value]
    today: dt.date

    def answer(self, data: object, activity: str | None = None) -> Resolution:
        """Return who answers for one event, for all activities or one.

        Raises:
            EventError: if it does not fit the vocabulary.
        """
        event = completed(data, self.map.pack, state=self.state, today=self.today)
        return self.map.resolve(event, activity or self.activity)


def is_unowned(resolution: Resolution, question: Question) -> bool:
    """Return whether nobody can be accountable for what was asked.

    That is the activity asked for, else the pack's lead; without one, any activity needed.
    """
    if question.activity is None and question.map.pack.lead is not None:
        lead = resolution.activities.get(question.map.pack.lead)
        return not resolution.owner and (lead is None or not lead.accountable.possible)
    asked = resolution.activities.values()
    return any(not answer.accountable.possible for answer in asked)


def write_answer(answer: Mapping[str, object], *, flush: bool = False) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json_text(answer, indent=None) + "\n")
    if flush:
        sys.stdout.flush()


def answer_rows(
    question: Question,
    rows: Iterable[EventRow | BadRow],
    place: str,
    *,
    as_csv: bool,
    headings: bool = True,
) -> Exit:
    """Print an answer for each row, and tell on standard error which rows are no events.

    Args:
        place: the file they are from, as given.
        as_csv: whether to print a table of the lead or the activity asked for, not JSON.
        headings: whether a table begins with its headings.
    """
    if as_csv:
        return _csv_answers(question, rows, place, headings=headings)
    return _json_answers(question, rows, place)


def answer_lines(
    question: Question, lines: Iterable[tuple[int, str]], *, flush: bool = False
) -> Exit:
    """Print an answer for each line: the resolution, or what is wrong with the line.

    Args:
        flush: whether each is to be seen at once.
    """
    worst = Exit.CLEAN
    for number, line in lines:
        try:
            resolution = question.answer(parse_json(line))
        except (EventError, ValueError) as error:
            said = "; ".join(str(error).splitlines())
            write_answer({"error": said, "line": number})
            worst = Exit.USAGE
            continue
        write_answer(resolution.to_json(), flush=flush)
        if worst is Exit.CLEAN and is_unowned(resolution, question):
            worst = Exit.FINDINGS
    return worst


def _json_answers(question: Question, rows: Iterable[EventRow | BadRow], place: str) -> Exit:
    worst = Exit.CLEAN
    for row in rows:
        found = row if isinstance(row, BadRow) else _resolved(question, row, None)
        if isinstance(found, BadRow):
            _tell(found, place)
            write_answer({"error": found.message, "line": found.number})
            worst = Exit.USAGE
            continue
        write_answer(found.to_json())
        if worst is Exit.CLEAN and is_unowned(found, question):
            worst = Exit.FINDINGS
    return worst


def _csv_answers(
    question: Question, rows: Iterable[EventRow | BadRow], place: str, *, headings: bool
) -> Exit:
    activity = question.activity or question.map.pack.lead
    if activity is None:
        help_ = tell("name one with `--activity`")
        raise UsageError(tell("a table is about one activity, and the pack has no lead"), help_)
    worst = Exit.CLEAN
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if headings:
        writer.writerow(HEADINGS)
    rest = iter(rows)
    while chunk := list(islice(rest, ROWS_AT_ONCE)):
        for answer in _answers(question, chunk, activity):
            if answer.error is not None:
                _tell(answer.error, place)
                worst = Exit.USAGE
            elif worst is Exit.CLEAN and answer.is_unowned:
                worst = Exit.FINDINGS
            writer.writerow(answer.cells(activity))
    return worst


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a row of the table says."""

    number: int
    needed: bool = False
    accountable: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    ask: str = ""
    is_unowned: bool = False
    error: BadRow | None = None

    def cells(self, activity: str) -> tuple[object, ...]:
        """Return the cells below `HEADINGS`."""
        if self.error is not None:
            return (self.number, activity, "", "", "", "", self.error.message)
        accountable, responsible = " | ".join(self.accountable), " | ".join(self.responsible)
        needed = "true" if self.needed else "false"
        return (self.number, activity, needed, accountable, responsible, self.ask, "")


def _answers(
    question: Question, chunk: list[EventRow | BadRow], activity: str
) -> Iterator[_Answer]:
    decided = _decided(question, chunk, activity)
    for row, both in zip(chunk, decided, strict=True):
        # WHY: for the lead, who is accountable matters also where it is not needed.
        if both is None or isinstance(row, BadRow) or not both[0].needed:
            yield _slow_answer(question, row, activity)
            continue
        owner, doer = both
        nobody = not owner.subjects
        yield _Answer(row.number, True, owner.subjects, doer.subjects, "", nobody)  # noqa: FBT003


def _slow_answer(question: Question, row: EventRow | BadRow, activity: str) -> _Answer:
    found = row if isinstance(row, BadRow) else _resolved(question, row, activity)
    if isinstance(found, BadRow):
        return _Answer(found.number, error=found)
    answer = found.activities.get(activity)
    is_lead = activity == question.map.pack.lead
    return _Answer(
        row.number,
        answer is not None,
        answer.accountable.certain if answer else found.owner if is_lead else (),
        answer.responsible.certain if answer else (),
        found.ask or "",
        is_unowned(found, question),
    )


def _decided(
    question: Question, chunk: list[EventRow | BadRow], activity: str
) -> list[tuple[Decision, Decision] | None]:
    """Return the decisions of rows that are all full events with the same fields; else `None`s."""
    nothing: list[tuple[Decision, Decision] | None] = [None] * len(chunk)
    columns = _columns(question, chunk)
    if columns is None:
        return nothing
    try:
        for name, column in columns.items():
            for value in set(column):
                parse_event({name: value}, question.map.pack.vocabulary)
        owners = question.map.resolve_batch(columns, activity)
        doers = question.map.resolve_batch(columns, activity, "responsible")
    # WHY: whatever does not fit is told row by row.
    except (EventError, KeyError, TypeError):
        return nothing
    return list(zip(owners, doers, strict=True))


def _columns(question: Question, chunk: list[EventRow | BadRow]) -> dict[str, list[object]] | None:
    first = chunk[0]
    if isinstance(first, BadRow):
        return None
    names = first.values.keys()
    pack = question.map.pack
    known = {**pack.state, **question.state, DATE: question.today}
    missing = [one for one in (*pack.vocabulary.dimensions, DATE) if one not in names]
    dimensions = pack.vocabulary.dimensions
    is_open = any(
        name not in known or (name != DATE and dimensions[name].derive) for name in missing
    )
    if is_open or "time" in names:
        return None
    rows = [row for row in chunk if isinstance(row, EventRow) and row.values.keys() == names]
    if len(rows) < len(chunk):
        return None
    columns = {name: [row.values[name] for row in rows] for name in names if name != "id"}
    return columns | {name: [known[name]] * len(rows) for name in missing}


def _resolved(question: Question, row: EventRow, activity: str | None) -> Resolution | BadRow:
    try:
        return question.answer(row.values, activity)
    except EventError as error:
        said = "; ".join(str(error).splitlines())
        return BadRow(row.number, _column(question, row), said)


def _column(question: Question, row: EventRow) -> int:
    """Return where the first field stands that does not fit."""
    for name, value in row.values.items():
        try:
            parse_event({name: value}, question.map.pack.vocabulary)
        except EventError:
            return row.columns.get(name, 1)
    return 1


def _tell(bad: BadRow, place: str) -> None:
    say(message_text("error", f"{place}:{bad.number}:{bad.column}: {bad.message}"))
