"""A chart written in any layout comes back with the same letters, as a pack that loads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from remit.cli.chart_files import read_chart_file
from remit.cli.draft_files import draft_files
from remit.cli.pack_folders import write_pack
from remit.engine.charts.chart import Answers
from remit.engine.charts.reading import read_sheets
from remit.engine.charts.sheet import Merge, Sheet
from remit.engine.conditions import Condition
from remit.engine.intervals import IntervalSet
from remit.engine.language.loader import load
from remit.engine.pack import LETTERS, Pack
from tests.machine import missing

INITIAL = {letter[0].upper(): letter for letter in LETTERS}
"""A, R, S, C, I and what each stands for."""
SEEDS = 3
"""Charts of each layout and form; 200 of each were tried."""
VERBS = ("Check", "Deliver", "Report", "Close", "登记", "Register", "Run: all", '"Quote"', "- Dash")
THINGS = (
    "the gate",
    "food, water",
    "a case",
    "compounds",
    "人员",
    "#1 issue",
    "{x}",
    "arrivals",
    "yes",
)
BODIES = ("office", "committee", "firm", "局", "team", "委员会", "police", "clinic", "O'Neil & co")
PLACES = ("Street", "North", "城南", "River: side", "Old", "New", "#2", "City", "Fire")
HEADS = {"A": "Accountable", "R": "Responsible", "S": "Supports", "C": "Consulted", "I": "Informed"}

Cells = Mapping[tuple[str, str, str], str]
"""Letters by activity, party and stage; the stage is empty where there is none."""
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart before it is written."""

    activities: list[str]
    parties: list[str]
    stages: list[str]
    cells: Cells


def drawn(draw: Random, *, stages: bool = False) -> Drawn:
    """A chart in which every activity has an A in every stage, and every party a letter."""
    tasks = [f"{verb} {thing}" for verb in VERBS for thing in THINGS]
    bodies = [f"{place} {body}" for place in PLACES for body in BODIES]
    activities = draw.sample(tasks, draw.randint(3, 7))
    parties = draw.sample(bodies, draw.randint(3, 6))
    named = draw.sample(["Early", "Mid-term", "Normal", "早期"], 2) if stages else [""]
    cells: dict[tuple[str, str, str], str] = {}
    for activity in activities:
        for stage in named:
            for party in parties:
                letters = draw.choice(["", "", "R", "S", "C", "I", "RC", "SI"])
                cells[activity, party, stage] = letters
            cells[activity, draw.choice(parties), stage] = draw.choice(["A", "AR"])
    for party in parties:
        if not any(letters for (_, own, _), letters in cells.items() if own == party):
            cells[activities[0], party, named[0]] = "I"
    return Drawn(activities, parties, named, cells)


def shown(draw: Random, letters: str) -> str:
    return draw.choice(["/", ", ", "", " & "]).join(letters) or draw.choice(["", "", "-", "n/a"])


def grid(chart: Drawn, draw: Random) -> Rows:
    body = [
        [a, *(shown(draw, chart.cells[a, p, ""]) for p in chart.parties)] for a in chart.activities
    ]
    return [["Who does what"], [], ["Task", *chart.parties], *body]


def turned(chart: Drawn, draw: Random) -> Rows:
    body = [
        [p, *(shown(draw, chart.cells[a, p, ""]) for a in chart.activities)] for p in chart.parties
    ]
    return [["Party", *chart.activities], *body]


def names_in_cells(chart: Drawn, draw: Random) -> Rows:
    def names(activity: str, letter: str) -> str:
        own = [p for p in chart.parties if letter in chart.cells[activity, p, ""]]
        return draw.choice(["; ", "、", "\n"]).join(own)

    heads = list(HEADS)
    draw.shuffle(heads)
    body = [
        [str(n), a, *(names(a, one) for one in heads)] for n, a in enumerate(chart.activities, 1)
    ]
    return [["No.", "Activity", *(HEADS[one] for one in heads)], *body]


def one_a_row(chart: Drawn, draw: Random) -> Rows:
    cells = [(a, p, letters) for (a, p, _), letters in chart.cells.items() if letters]
    return [["Function", "Agency", "Role"], *([a, p, shown(draw, ls)] for a, p, ls in cells)]


def stages_over_columns(chart: Drawn, draw: Random) -> Rows:
    above = [""]
    heads = ["Task"]
    for stage in chart.stages:
        above += [stage, *("" for _ in chart.parties[1:])]
        heads += chart.parties
    body = [
        [a, *(shown(draw, chart.cells[a, p, s]) for s in chart.stages for p in chart.parties)]
        for a in chart.activities
    ]
    return [above, heads, *body]


def stages_down(chart: Drawn, draw: Random) -> Rows:
    rows: Rows = [["Stage", "Task", *chart.parties]]
    for stage in chart.stages:
        for at, a in enumerate(chart.activities):
            cells = [shown(draw, chart.cells[a, p, stage]) for p in chart.parties]
            rows.append(["" if at else stage, a, *cells])
    return rows


PLAIN: tuple[Callable[[Drawn, Random], Rows], ...] = (grid, turned, names_in_cells, one_a_row)
STAGED: tuple[Callable[[Drawn, Random], Rows], ...] = (stages_over_columns, stages_down)


def as_csv(rows: Rows, folder: Path, draw: Random) -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=draw.choice(",;\t")).writerows(rows)
    path = folder / "chart.csv"
    path.write_bytes(
        stream.getvalue().encode(draw.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    )
    return path


def as_markdown(rows: Rows, folder: Path, draw: Random) -> Path:
    del draw
    table = [row for row in rows if len(row) > 1]
    lines = [
        "| " + " | ".join(c.replace("|", "\\|").replace("\n", "<br>") for c in row) + " |"
        for row in table
    ]
    path = folder / "chart.md"
    path.write_text("\n".join([*lines[:1], "|" + "---|" * len(table[0]), *lines[1:]]), "utf-8")
    return path


def as_workbook(rows: Rows, folder: Path, draw: Random) -> Path:
    try:
        import xlsxwriter
    except ImportError:
        missing("the libraries of the extra `sheet` are not installed")
    path = folder / "chart.xlsx"
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "strings_to_formulas": False}
    )
    sheet = book.add_worksheet("Chart")
    down, right = draw.randint(0, 2), draw.randint(0, 2)
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(at + down, column + right, text)
    book.close()
    return path


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("layout", PLAIN + STAGED, ids=lambda one: one.__name__)
@pytest.mark.parametrize("form", [as_csv, as_markdown, as_workbook], ids=lambda one: one.__name__)
def test_a_chart_comes_back_with_the_same_letters(
    seed: int,
    layout: Callable[[Drawn, Random], Rows],
    form: Callable[[Rows, Path, Random], Path],
    tmp_path: Path,
) -> None:
    draw = Random(seed)  # noqa: S311 -- the same chart every time, nothing secret
    chart = drawn(draw, stages=layout in STAGED)
    path = form(layout(chart, draw), tmp_path, draw)
    draft = read_sheets(read_chart_file(str(path)), Answers())
    assert draft is not None
    write_pack(tmp_path / "pack", draft_files(draft, "pack", "A pack", path.name))
    assert {key: "".join(sorted(v)) for key, v in chart.cells.items() if v} == told(
        load(str(tmp_path / "pack"))
    )


def told(pack: Pack) -> dict[tuple[str, str, str], str]:
    """The letters of a pack, by the labels of the chart."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for duty in pack.duties():
        activity = pack.vocabulary.activities[duty.activity].label
        party = pack.subjects[duty.subject].label
        letters = {one[0].upper() for one in duty.roles}
        for stage in stages_of(pack, duty.when):
            found.setdefault((str(activity), str(party), stage), set()).update(letters)
    return {key: "".join(sorted(letters)) for key, letters in found.items()}


def stages_of(pack: Pack, when: Condition) -> list[str]:
    stage = pack.vocabulary.dimensions.get("stage")
    if stage is None:
        return [""]
    return [
        str(stage.labels[value])
        for at, value in enumerate(stage.values)
        if any(
            "stage" not in box.constraints
            or IntervalSet.indexes(at, at + 1) <= box.constraints["stage"].allowed
            for box in when.boxes
        )
    ]


ODD = (
    *("A", "R", "C", "I", "S", "A/R", "AR", "X", "●", "主责", "配合", "-", "n/a", "", "", ""),
    *("Task", "Role", "Responsible", "Accountable", "Phase 1", "Stage", "阶段", "部门", "街道办"),
    *("依据", "No.", "1", "2", "1.1", "A¹", "TBD", "R = Responsible", "office", "lead", "a: b"),
    *("# x", "yes", "null", "7", "2026-03-04", "é", "É", "…", "{}", "x" * 300, "command", "!", "`"),
)
"""Texts that may stand anywhere on a sheet."""


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_sheet_holds_the_draft_loads(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)  # noqa: S311 -- the same sheets every time, nothing secret
    loaded = 0
    for number in range(25):
        height, width = draw.randint(2, 8), draw.randint(2, 6)
        rows = [[draw.choice(ODD) for _ in range(width)] for _ in range(height)]
        if number % 2:
            rows[0][0] = "Task"
            for row in rows[1:]:
                row[1:] = [draw.choice(["A", "R", "", "I", draw.choice(ODD)]) for _ in row[1:]]
        edge = Merge(draw.randrange(height), draw.randrange(width), height - 1, width - 1)
        merges = (edge,) if draw.randrange(2) else ()
        draft = read_sheets([Sheet("s", tuple(map(tuple, rows)), merges=merges)], Answers())
        if draft is not None and draft.subjects:
            write_pack(tmp_path / str(number), draft_files(draft, "pack", "A pack", "s"))
            loaded += 1
    assert loaded > 5
