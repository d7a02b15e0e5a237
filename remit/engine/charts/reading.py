"""From sheets of cells to a draft pack and its questions: the way in to everything here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from remit.engine.charts.chart import Answers, Chart, Question, Setting
from remit.engine.charts.columns import read_columns
from remit.engine.charts.draft import Draft, draft_of
from remit.engine.charts.grid import read_grid
from remit.engine.charts.heads import is_stage_word
from remit.engine.charts.legend import legend_of
from remit.engine.charts.meanings import folded
from remit.engine.charts.sheet import Sheet
from remit.engine.charts.surroundings import sheet_questions
from remit.engine.wording import tell

__all__ = ["read_sheets"]

_STAGE = "stage"
_HALF = 0.5


def read_sheets(sheets: Sequence[Sheet], answers: Answers) -> Draft | None:
    """Return the draft of what sheets say together; `None` if none of them has a chart.

    Args:
        sheets: of one file; a hidden one is passed over, and told.
    """
    questions: list[Question] = []
    notes: list[str] = []
    charts: list[tuple[Sheet, Chart]] = []
    legend: dict[str, str] = {}
    for sheet in sheets:
        if sheet.is_hidden:
            notes.append(
                tell("`{sheet}` is hidden and was not read; `--sheet` reads it", sheet=sheet.name)
            )
            continue
        known, asked = _prepared(sheet, answers)
        chart = read_columns(known, answers) or read_grid(known, answers)
        if chart is None:
            cells = [(r, c) for r in known.filled_rows() for c in range(len(known.rows[r]))]
            legend |= legend_of(known, cells)
            if cells:
                notes.append(tell("`{sheet}` holds no chart", sheet=sheet.name))
            continue
        questions += asked
        charts.append((known, chart))
    if not charts:
        return None
    joined, asked_too = _joined(charts, answers)
    joined = replace(
        joined,
        legend={**legend, **joined.legend},
        questions=(*questions, *asked_too, *joined.questions),
        notes=(*notes, *joined.notes),
    )
    draft = draft_of(joined, answers)
    open_ = tuple(one for one in draft.questions if not answers.get(one.key))
    return replace(draft, questions=open_)


def _prepared(sheet: Sheet, answers: Answers) -> tuple[Sheet, Iterable[Question]]:
    """Return a sheet as it is to be read, and what to ask about what it hides."""
    known = sheet.with_cells(answers.cells)
    answer = answers.get(f"hidden/{sheet.name}") or answers.get("hidden")
    if answer == "skip":
        known = _shown(known)
    asked = tuple(sheet_questions(known))
    return known, [one for one in asked if not (answer and one.key.startswith("hidden/"))]


def _shown(sheet: Sheet) -> Sheet:
    """Return a sheet with what is hidden blank."""
    rows = tuple(
        ()
        if at in sheet.hidden_rows
        else tuple(
            "" if column in sheet.hidden_columns else text for column, text in enumerate(row)
        )
        for at, row in enumerate(sheet.rows)
    )
    return replace(sheet, rows=rows, hidden_rows=frozenset(), hidden_columns=frozenset())


def _joined(
    charts: Sequence[tuple[Sheet, Chart]], answers: Answers
) -> tuple[Chart, tuple[Question, ...]]:
    """Return several charts as one: sheets as stages, or side by side."""
    if len(charts) == 1:
        return charts[0][1], ()
    names = [sheet.name for sheet, _ in charts]
    answer = answers.get("sheets")
    is_stages = _are_stages(charts) if answer not in {"stages", "charts"} else answer == "stages"
    shown = ", ".join(f"`{name}`" for name in names)
    questions: tuple[Question, ...] = ()
    if not answer:
        questions = (
            Question(
                "sheets",
                tell("several sheets hold a chart: {sheets}", sheets=shown),
                tell("each is a stage: a dimension `stage`")
                if is_stages
                else tell("all belong to one pack, side by side"),
                tell("`stages` or `charts`; or the option `--sheets`; `--sheet` takes one alone"),
            ),
        )
    parts = [
        _staged(chart, name) if is_stages else chart
        for name, (_, chart) in zip(names, charts, strict=True)
    ]
    return _sum(parts), questions


def _are_stages(charts: Sequence[tuple[Sheet, Chart]]) -> bool:
    """Return whether sheets hold the same activities, most of them at least."""
    first = {folded(row.activity) for row in charts[0][1].rows}
    shares = [
        len(first & {folded(row.activity) for row in chart.rows}) / max(len(first), 1)
        for _, chart in charts[1:]
    ]
    sounds = all(is_stage_word(sheet.name) for sheet, _ in charts)
    return all(share > _HALF for share in shares) or (sounds and any(shares))


def _staged(chart: Chart, stage: str) -> Chart:
    def with_stage(setting: Setting) -> Setting:
        own: Mapping[str, str] = dict(setting)
        name = _STAGE if _STAGE not in own else "sheet"
        return ((name, stage), *setting)

    return replace(
        chart,
        rows=tuple(replace(row, setting=with_stage(row.setting)) for row in chart.rows),
        assignments=tuple(
            replace(one, setting=with_stage(one.setting)) for one in chart.assignments
        ),
    )


def _sum(charts: Sequence[Chart]) -> Chart:
    parties: dict[str, str] = {}
    legend: dict[str, str] = {}
    groups: dict[str, str] = {}
    for chart in charts:
        parties = {**chart.parties, **parties}
        legend = {**chart.legend, **legend}
        groups = {**chart.groups, **groups}
    rows = tuple(row for chart in charts for row in chart.rows)
    assignments = tuple(one for chart in charts for one in chart.assignments)
    return Chart(
        rows,
        assignments,
        parties,
        tuple(dict.fromkeys(_dimensions(rows, assignments))),
        legend,
        tuple(one for chart in charts for one in chart.questions),
        tuple(one for chart in charts for one in chart.notes),
        groups,
    )


def _dimensions(*several: Iterable[object]) -> Iterator[str]:
    for found in several:
        for one in found:
            setting: Setting = getattr(one, "setting", ())
            yield from (name for name, _ in setting)
