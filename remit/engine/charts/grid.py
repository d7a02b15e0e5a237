"""A chart with activities on one side, parties on the other, and letters in the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remit.engine.charts.axes import Axis, Line, column_axis, recurs, row_axis
from remit.engine.charts.chart import KEEP, Answers, Assignment, Chart, Question, Row, Setting
from remit.engine.charts.codes import TICKS
from remit.engine.charts.heads import head_kind, is_stage_word, looks_like_party
from remit.engine.charts.legend import legend_of
from remit.engine.charts.sheet import Sheet
from remit.engine.charts.surroundings import cell_questions
from remit.engine.charts.table import Table, find_table, with_merges_filled
from remit.engine.wording import tell

__all__ = ["read_grid"]

_STAGE = "stage"
_CLEAR = 2


@dataclass(frozen=True, slots=True)
class _Sides:
    """Which side is which, and what was asked about it."""

    activities: Axis
    parties: Axis
    is_turned: bool
    questions: tuple[Question, ...] = ()


def read_grid(sheet: Sheet, answers: Answers) -> Chart | None:
    """Return the chart on a sheet; `None` if it has no table of letters."""
    table = find_table(with_merges_filled(sheet))
    if table is None:
        return None
    rows = row_axis(table, answers)
    if not rows.lines:
        return None
    sides = _sides(table, rows, column_axis(table), answers)
    activities, asked = _grouped(sheet, sides.activities, sides, answers, is_activities=True)
    parties, asked_too = _grouped(sheet, sides.parties, sides, answers, is_activities=False)
    assignments = _assignments(table, activities, parties, sides, answers)
    questions = (
        *sides.questions,
        *asked,
        *asked_too,
        *_heading_questions(sheet, rows),
        *cell_questions(table, answers),
    )
    dimensions = [name for a in (*activities, *parties) for name, _ in a.setting]
    return Chart(
        rows=_rows(activities, parties, sides),
        assignments=tuple(assignments),
        parties=_places(parties),
        dimensions=tuple(dict.fromkeys(dimensions)),
        legend=legend_of(table.sheet, table.outside()),
        questions=questions,
        notes=_notes(sheet, rows, sides),
        groups={line.label: line.group for line in parties if line.group},
    )


def _sides(table: Table, rows: Axis, columns: Axis, answers: Answers) -> _Sides:
    key = f"orientation/{table.sheet.name}"
    answer = answers.get(key) or answers.get("orientation")
    turned, is_sure = _is_turned(table, rows, columns)
    if answer in {"rows", "columns"}:
        turned, is_sure = answer == "columns", True
    questions: tuple[Question, ...] = ()
    if not is_sure and answer != KEEP:
        questions = (
            Question(
                key,
                tell("nothing says whether the activities are the rows or the columns"),
                tell("the rows are the activities, as `{name}`", name=rows.lines[0].label),
                tell("`rows` or `columns`; or the option `--activities`"),
            ),
        )
    if turned:
        return _Sides(columns, rows, is_turned=True, questions=questions)
    return _Sides(rows, columns, is_turned=False, questions=questions)


def _is_turned(table: Table, rows: Axis, columns: Axis) -> tuple[bool, bool]:
    """Return whether the activities are the columns, and whether that is sure."""
    kind = head_kind(rows.head)
    over = head_kind(columns.head)
    for found, activities in ((kind, False), (over, True)):
        if found == "activity" and not _has_both(rows.head):
            return activities, True
        if found == "party" and not _has_both(rows.head):
            return not activities, True
    down = sum(looks_like_party(line.label) for line in rows.lines) / len(rows.lines)
    across = sum(looks_like_party(line.label) for line in columns.lines) / len(columns.lines)
    if abs(down - across) * _CLEAR >= 1:
        return down > across, True
    one_a = _singles(table, rows.lines, columns.lines)
    return False, one_a


def _has_both(head: str) -> bool:
    """Return whether the corner names both sides: "Task / Role"."""
    kinds = {head_kind(part) for part in head.replace("\\", "/").split("/")}
    return {"activity", "party"} <= kinds


def _singles(table: Table, rows: Sequence[Line], columns: Sequence[Line]) -> bool:
    """Return whether every row has one A, and the columns have not: rows are activities then."""
    down = Counter(r for (r, _), found in table.codes.items() if "A" in found.codes)
    across = Counter(c for (_, c), found in table.codes.items() if "A" in found.codes)
    has_one = all(down[line.at] == 1 for line in rows)
    return has_one and any(across[line.at] != 1 for line in columns)


def _grouped(
    sheet: Sheet, axis: Axis, sides: _Sides, answers: Answers, *, is_activities: bool
) -> tuple[list[Line], tuple[Question, ...]]:
    """Return lines with groups that are stages made settings, and what to ask about it."""
    groups = list(dict.fromkeys(line.group for line in axis.lines if line.group))
    if not groups:
        return list(axis.lines), ()
    is_columns = is_activities == sides.is_turned
    key = f"groups/{sheet.name}/{'columns' if is_columns else 'rows'}"
    answer = answers.get(key)
    is_repeated = recurs(axis.lines)
    sounds = sum(map(is_stage_word, groups)) * 2 >= len(groups)
    is_stage = is_repeated or sounds or head_kind(axis.group_head) == "stage"
    if answer in {"stage", "headings"}:
        is_stage = answer == "stage"
    shown = ", ".join(f"`{group}`" for group in groups[:4])
    questions: tuple[Question, ...] = ()
    if not answer:
        questions = (
            Question(
                key,
                tell("{groups} stand over {side}", groups=shown, side=_side(is_columns=is_columns)),
                tell("they are stages: a dimension `stage`")
                if is_stage
                else tell("they are headings, kept as comments"),
                tell("`stage` or `headings`"),
            ),
        )
    if not is_stage:
        return list(axis.lines), questions
    lines = [
        replace(line, group="", setting=_with(line.setting, line.group)) for line in axis.lines
    ]
    return lines, questions


def _side(*, is_columns: bool) -> str:
    return tell("groups of columns") if is_columns else tell("groups of rows")


def _with(setting: Setting, stage: str) -> Setting:
    if not stage:
        return setting
    name = _STAGE if _STAGE not in dict(setting) else "section"
    return ((name, stage), *setting)


def _assignments(
    table: Table,
    activities: Sequence[Line],
    parties: Sequence[Line],
    sides: _Sides,
    answers: Answers,
) -> list[Assignment]:
    found: list[Assignment] = []
    for activity in activities:
        for party in parties:
            at = (party.at, activity.at) if sides.is_turned else (activity.at, party.at)
            codes = _codes(table, at, answers)
            if codes and party.label:
                setting = _joined(activity.setting, party.setting)
                found.append(
                    Assignment(
                        activity.label or activity.place,
                        party.label,
                        codes,
                        setting,
                        table.sheet.place(*at),
                        activity.basis,
                    )
                )
    return found


def _codes(table: Table, at: tuple[int, int], answers: Answers) -> tuple[str, ...]:
    text = table.sheet.text(*at)
    if text.upper() in answers.letters:
        return (text.upper(),)
    found = table.codes.get(at)
    if found is None:
        return ()
    if table.below is not None and TICKS.issuperset(found.codes):
        own = table.codes.get((table.below, at[1]))
        return own.codes if own is not None else found.codes
    return found.codes


def _joined(one: Setting, other: Setting) -> Setting:
    both: Mapping[str, str] = {**dict(other), **dict(one)}
    return tuple(both.items())


def _places(parties: Sequence[Line]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in parties:
        if line.label:
            found.setdefault(line.label, line.place)
    return found


def _rows(activities: Sequence[Line], parties: Sequence[Line], sides: _Sides) -> tuple[Row, ...]:
    """Return the activities, each in every stage that the columns of the parties name."""
    settings = list(dict.fromkeys(line.setting for line in parties)) or [()]
    return tuple(
        Row(
            line.label or line.place,
            _joined(line.setting, setting),
            line.place if sides.is_turned else _row_place(line.place),
            line.group,
            line.basis,
        )
        for line in activities
        for setting in settings
    )


def _row_place(place: str) -> str:
    name, _, cell = place.rpartition("!")
    return f"{name}!{cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


def _heading_questions(sheet: Sheet, rows: Axis) -> tuple[Question, ...]:
    if not rows.headings:
        return ()
    shown = ", ".join(rows.headings[:6])
    return (
        Question(
            f"headings/{sheet.name}",
            tell("rows with a label and no letters: {places}", places=shown),
            tell("they are headings, not activities"),
            tell("`activities` if all are activities, or the cells of those that are, as `A5, A9`"),
        ),
    )


def _notes(sheet: Sheet, rows: Axis, sides: _Sides) -> tuple[str, ...]:
    notes = [
        tell("`{sheet}`: the activities are the columns", sheet=sheet.name)
        if sides.is_turned
        else tell("`{sheet}`: the activities are the rows", sheet=sheet.name)
    ]
    if rows.unread:
        heads = ", ".join(f"`{head}`" for head in rows.unread)
        notes.append(tell("`{sheet}`: not read: {heads}", sheet=sheet.name, heads=heads))
    return tuple(notes)
