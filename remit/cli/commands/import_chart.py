"""`remit import`: a responsibility chart from a spreadsheet as a draft pack and its questions."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.cells import cell_len
from rich.text import Text

from remit.cli.chart_answers import letters_given, names_given, parsed_answers, plain_answers
from remit.cli.chart_files import ChartKind, read_chart_file
from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import message_text
from remit.cli.draft_files import draft_files
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.pack_folders import refuse_taken, write_pack
from remit.cli.question_files import QUESTIONS, questions_text, read_answers, read_map
from remit.cli.schema_files import with_schemas
from remit.cli.screen import clean, say, show
from remit.engine.charts.draft import Draft
from remit.engine.charts.names import ascii_words
from remit.engine.charts.reading import read_sheets
from remit.engine.charts.scheme import meaning_words
from remit.engine.charts.sheet import Sheet
from remit.engine.errors import PackErrors
from remit.engine.wording import tell, tell_count

__all__ = ["import_chart"]

LONGEST_LINE = 240
"""Characters printed of a question."""
MOST_TOLD = 12
"""Questions printed; all are in the file."""
Many = Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)]


def import_chart(  # noqa: PLR0913 -- one for each option
    file: str,
    /,
    *,
    into: str | None = None,
    sheet: Many = (),
    letters: Many = (),
    names: str | None = None,
    answers: str | None = None,
    activities: Literal["rows", "columns"] | None = None,
    sheets: Literal["stages", "charts"] | None = None,
    hidden: Literal["read", "skip"] | None = None,
    lead: str | None = None,
    kind: ChartKind | None = None,
    format: Literal["text", "json"] = "text",  # noqa: A002 -- the name of the option
    force: Annotated[bool, Parameter(negative=())] = False,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Make a draft pack of a responsibility chart, and a list of questions about it.

    FILE is a workbook (.xlsx), a table as .csv or .tsv, or tables in Markdown. Activities may be
    the rows or the columns, parties may stand in the heads or in the cells, or each row may be one
    assignment. The draft always loads, every duty names its cell, and what the chart does not
    decide is a question in QUESTIONS.md, with what the draft says meanwhile.

    Answer in that file, and import again with `--answers` and `--force`: earlier answers are kept.
    Ends with 0 if a draft was made, 2 if the file holds no chart, 3 if a workbook needs the extra
    `sheet`.

    Args:
        file: The chart.
        into: Folder of the pack; named after the file where left out.
        sheet: Only this sheet, as often as wanted; also one that is hidden.
        letters: What letters mean, as C=accountable,P=responsible.
        names: YAML file with ids for names, as `居委会: residents-committee`.
        answers: The edited QUESTIONS.md, or a YAML map of question and answer.
        activities: Whether the activities are the rows or the columns.
        sheets: Whether several sheets are stages or separate charts.
        hidden: Whether hidden rows and columns are read.
        lead: The activity whose accountable subject owns an incident.
        kind: What the file is, where its name does not tell.
        format: How to print what was understood.
        force: Write over a folder that is there; if it was changed by hand, it is kept as .old.
        dry_run: Write nothing.
    """
    folder = Path(into) if into else Path(_folder_name(file))
    if not force and not dry_run:
        _refuse(folder)
    given = {
        "orientation": activities,
        "sheets": sheets,
        "hidden": hidden,
        "lead": lead,
    }
    options = {key: value for key, value in given.items() if value}
    written = _answers(folder, answers, is_forced=force)
    written |= plain_answers({**letters_given(letters), **options})
    written |= names_given(read_map(names)) if names else {}
    known = parsed_answers(written)
    found = read_chart_file(file, kind)
    _tell_strays(known.cells, found)
    draft = read_sheets(_chosen(found, sheet, file), known)
    if draft is None or not draft.activities or not draft.subjects:
        raise UsageError(
            tell("no chart was found in `{file}`", file=file),
            tell("a chart has activities on one side, parties on the other, and letters between"),
        )
    _check_lead(lead, draft)
    command = _command(file, folder)
    files = with_schemas(_files(draft, folder, file))
    files[QUESTIONS] = questions_text(draft.questions, written, Path(file).name, command)
    kept = None if dry_run else _written(folder, files, file)
    if format == "json":
        write_json(Destination("json"), _json(draft, folder, files, is_written=not dry_run))
        return Exit.CLEAN
    for line in _told(draft, file):
        show(line)
    for line in _next_steps(draft, folder, command, kept, is_written=not dry_run):
        show(line)
    return Exit.CLEAN


def _folder_name(file: str) -> str:
    stem = Path(file).stem
    return ascii_words(stem) or re.sub(r"\s+", "-", stem.strip()) or "chart"


def _refuse(folder: Path) -> None:
    try:
        refuse_taken(folder)
    except UsageError as error:
        help_ = tell("name another with `--into`, or write it anew with `--force`")
        raise UsageError(error.message, error.help or help_) from error


def _answers(folder: Path, place: str | None, *, is_forced: bool) -> dict[str, str]:
    """Return the answers of a file, and those in the folder that is written over."""
    earlier = folder / QUESTIONS
    found: dict[str, str] = {}
    if is_forced and earlier.is_file():
        found |= plain_answers(read_answers(str(earlier)))
    if place is not None:
        found |= plain_answers(read_answers(place))
    return found


def _tell_strays(cells: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    """Tell which answers are about cells of another file or sheet."""
    names = {sheet.name for sheet in sheets}
    for place in cells:
        sheet, mark, _ = place.rpartition("!")
        if mark and sheet not in names:
            message = tell("the answer about `{place}` is about no sheet of this file", place=place)
            say(message_text("note", message, did_you_mean(sheet, names)))


def _chosen(sheets: Sequence[Sheet], wanted: Sequence[str], file: str) -> Sequence[Sheet]:
    if not wanted:
        return sheets
    by_name = {sheet.name: sheet for sheet in sheets}
    for name in wanted:
        if name not in by_name:
            raise UsageError(
                tell("`{file}` has no sheet `{name}`", file=file, name=name),
                did_you_mean(name, by_name),
            )
    return [replace(by_name[name], is_hidden=False) for name in wanted]


def _check_lead(lead: str | None, draft: Draft) -> None:
    ids = [one.id for one in draft.activities]
    if lead is not None and draft.lead not in {lead, draft.named.get(lead)}:
        raise UsageError(
            tell("there is no activity `{name}` in the chart", name=lead), did_you_mean(lead, ids)
        )


def _files(draft: Draft, folder: Path, file: str) -> dict[str, str]:
    name = ascii_words(folder.resolve().name) or "chart"
    return draft_files(draft, name, Path(file).stem.strip() or name, Path(file).name)


def _written(folder: Path, files: Mapping[str, str], file: str) -> Path | None:
    try:
        return write_pack(folder, files)
    except PackErrors as errors:
        # WHY: the files are not there to be looked at; past the bounds of the language, no pack is.
        raise UsageError(
            tell(
                "the draft of `{file}` would be no pack: {reason}",
                file=file,
                reason=errors.errors[0].message,
            ),
            tell("import the chart in parts, with `--sheet` or as several files"),
        ) from errors


def _command(file: str, folder: Path) -> str:
    place = shlex.quote(str(folder))
    return f"remit import {shlex.quote(file)} --into {place} --force"


def _told(draft: Draft, file: str) -> Iterator[Text | str]:
    duties = sum(len(one.duties) for one in draft.subjects)
    counts = (
        tell_count("{number} activity", "{number} activities", len(draft.activities)),
        tell_count("{number} subject", "{number} subjects", len(draft.subjects)),
        tell_count("{number} duty", "{number} duties", duties),
    )
    yield Text(clean(f"{file}: {', '.join(counts)}"), "bold")
    yield ""
    for note in draft.notes:
        yield clean(note)
    for dimension in draft.dimensions:
        values = ", ".join(dimension.values.values())
        yield clean(tell("dimension `{name}`: {values}", name=dimension.name, values=values))
    yield tell("letters:")
    scheme = draft.scheme
    width = max((cell_len(code) for code in scheme.meanings), default=0)
    for code, meaning in scheme.meanings.items():
        space = " " * (width - cell_len(code))
        yield clean(f"  {code}{space}  {meaning_words(meaning)}  ({scheme.reasons[code]})")
    yield tell("other meanings: `--letters {example}`", example=_example(scheme.meanings))
    yield ""
    if not draft.questions:
        yield tell("no question is open")
        return
    yield Text(
        tell_count(
            "{number} question is open:", "{number} questions are open:", len(draft.questions)
        ),
        "bold",
    )
    for number, one in enumerate(draft.questions[:MOST_TOLD], 1):
        yield clean(f"  {number}. {_short(one.found)}")
        yield clean(f"     {tell('assumed')}: {one.assumed}")
    more = len(draft.questions) - MOST_TOLD
    if more > 0:
        yield tell_count("  and {number} more in the file", "  and {number} more in the file", more)


def _short(found: str) -> str:
    return found if len(found) <= LONGEST_LINE else f"{found[: LONGEST_LINE - 1]}…"


def _example(meanings: Mapping[str, Sequence[str]]) -> str:
    code = next(iter(meanings), "C")
    return f"{code}={'+'.join(meanings.get(code, ())) or 'consulted'}"


def _next_steps(
    draft: Draft, folder: Path, command: str, kept: Path | None, *, is_written: bool
) -> Iterator[Text | str]:
    yield ""
    if not is_written:
        yield tell("nothing was written; without `--dry-run` it goes to `{folder}`", folder=folder)
        return
    if kept is not None:
        yield tell(
            "the folder had been changed by hand; it is kept as `{folder}`", folder=kept.name
        )
    yield Text(tell("the draft is in `{folder}`", folder=folder), "bold")
    place = shlex.quote(str(folder))
    if draft.questions:
        yield tell("next: answer in {file}, then", file=f"{folder}/{QUESTIONS}")
        yield f"  {command}"
        yield tell("and see what the chart leaves open: `remit check {folder}`", folder=place)
    else:
        yield tell("next: `remit check {folder}`", folder=place)


def _json(
    draft: Draft, folder: Path, files: Mapping[str, str], *, is_written: bool
) -> dict[str, object]:
    return {
        "pack": str(folder),
        "written": is_written,
        "files": sorted(files),
        "activities": [
            {"id": one.id, "label": one.label, "place": one.place} for one in draft.activities
        ],
        "subjects": [
            {"id": one.id, "label": one.label, "place": one.place, "duties": len(one.duties)}
            for one in draft.subjects
        ],
        "dimensions": {one.name: dict(one.values) for one in draft.dimensions},
        "lead": draft.lead or None,
        "letters": {
            code: {"meaning": list(meaning), "because": draft.scheme.reasons[code]}
            for code, meaning in draft.scheme.meanings.items()
        },
        "notes": list(draft.notes),
        "questions": [
            {"key": one.key, "found": one.found, "assumed": one.assumed, "answer": one.answer}
            for one in draft.questions
        ],
    }
