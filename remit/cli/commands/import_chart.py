"""`remit import`: a responsibility chart from a spreadsheet as a draft pack and its questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.chart_answers import letters_given, names_given, parsed_answers, plain_answers
from remit.cli.chart_files import ChartKind, read_chart_file
from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import message_text
from remit.cli.draft_files import draft_files
from remit.cli.exits import Exit, UsageError
from remit.cli.import_words import Imported, import_json, import_text
from remit.cli.inputs import did_you_mean
from remit.cli.pack_folders import refuse_taken, write_pack
from remit.cli.question_files import QUESTIONS, questions_text, read_answers, read_map
from remit.cli.schema_files import with_schemas
from remit.cli.screen import say, show
from remit.engine.charts.chart import Answers
from remit.engine.charts.draft import Draft
from remit.engine.charts.names import ascii_words
from remit.engine.charts.reading import read_sheets
from remit.engine.charts.sheet import Sheet
from remit.engine.errors import PackErrors
from remit.engine.wording import tell

__all__ = ["import_chart"]

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
    said = {"orientation": activities, "sheets": sheets, "hidden": hidden, "lead": lead}
    options = {key: value for key, value in said.items() if value}
    folder = Path(into or _folder_name(file))
    if not force and not dry_run:
        _refuse(folder)
    written = _answers(folder, answers, is_forced=force)
    written |= plain_answers({**letters_given(letters), **options})
    written |= names_given(read_map(names)) if names else {}
    draft = _draft(file, kind, sheet, parsed_answers(written))
    _check_lead(lead, draft)
    made = Imported(draft, file, folder, is_written=not dry_run)
    return _made(made, written, as_json=format == "json")


def _made(made: Imported, answered: Mapping[str, str], *, as_json: bool) -> int:
    """Write a draft, if it is to be written, and tell what was understood."""
    draft, source = made.draft, Path(made.file).name
    name = ascii_words(made.folder.resolve().name) or "chart"
    label = Path(made.file).stem.strip() or name
    files = with_schemas(draft_files(draft, name, label, source))
    files[QUESTIONS] = questions_text(draft.questions, answered, source, made.command)
    kept = _written(made.folder, files, made.file) if made.is_written else None
    if as_json:
        write_json(Destination("json"), import_json(made, files))
        return Exit.CLEAN
    for line in import_text(made, kept):
        show(line)
    return Exit.CLEAN


def _draft(file: str, kind: ChartKind | None, wanted: Sequence[str], answers: Answers) -> Draft:
    sheets = read_chart_file(file, kind)
    _tell_strays(answers.cells, sheets)
    draft = read_sheets(_chosen(sheets, wanted, file), answers)
    if draft is None or not draft.activities or not draft.subjects:
        raise UsageError(
            tell("no chart was found in `{file}`", file=file),
            tell("a chart has activities on one side, parties on the other, and letters between"),
        )
    return draft


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
