"""`remit matrix` as those who read charts meet it, in every format."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.cells import cell_len

from remit.cli import main
from remit.cli.charts import asking
from remit.cli.charts.tables import is_formula
from remit.cli.charts.terminal import wrapped
from remit.cli.pages.markup import tag, text
from remit.engine.map.budget import Budget
from tests.small_town import write_town

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_town(tmp_path_factory.mktemp("charts")))


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    """Run a command and return how it ended, and what it printed where."""
    code = main(arguments)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def rows(capsys: Captured, *arguments: str) -> list[list[str]]:
    code, out, _ = run(capsys, "matrix", *arguments, "--format", "csv")
    assert code == 0
    return list(csv.reader(io.StringIO(out)))


def test_the_chart_tells_what_holds_after_all_exceptions(town: str, capsys: Captured) -> None:
    """Exact fractions; gaps in a column of nobody's, overlaps with whom they are; an event each."""
    assert rows(capsys, town) == [
        [
            "activity \\ subject",
            "guard",
            "street",
            "team",
            "(nobody)",
            "gap: event",
            "overlap: event",
        ],
        ["command", "", "AR", "", "", "", ""],
        [
            "gate",
            "AR* 11/39; overlap 11/39",
            "A* 2/3; I* 1/3; overlap 11/39",
            "",
            "gap 1/3",
            "stage=early place=south cases=10 date=2025-12-31",
            "stage=early place=n1 cases=20 date=2025-12-31",
        ],
        [
            "report",
            "S* 1/3",
            "",
            "AR* 1/2",
            "gap 1/2",
            "stage=early place=n1 cases=0 date=2025-12-31",
            "",
        ],
    ]


def test_a_filter_narrows_what_is_counted_and_leaves_out_what_is_not_needed(
    town: str, capsys: Captured
) -> None:
    """A bound that no duty has is cut into the event space."""
    found = rows(
        capsys, town, "--where", "cases=..14", "--where", "place=n1", "--where", "cases=15"
    )
    assert [row[0] for row in found[1:]] == ["command", "gate", "report"]
    assert found[2] == ["gate", "", "A", "", "", "", ""]
    assert [row[0] for row in rows(capsys, town, "--where", "cases=..9")[1:]] == [
        "command",
        "report",
    ]


def test_the_same_chart_stands_either_way(town: str, capsys: Captured) -> None:
    """Rows and columns change places, and nothing else does."""
    down = [row[:5] for row in rows(capsys, town)]
    across = [row[:4] for row in rows(capsys, town, "--rows", "subject", "--columns", "activity")]
    assert list(zip(*down, strict=True))[1:] == [tuple(row) for row in across[1:]]


@pytest.mark.parametrize(
    "columns, heads",
    [
        ("place", ["north", "south"]),
        ("place:1", ["north", "south"]),
        ("place:2", ["n1", "n2", "south"]),
        ("place:leaves", ["n1", "n2", "south"]),
        ("stage", ["early", "late"]),
        ("cases", ["..9", "10..19", "20..49", "50.."]),
        ("date", ["..2025-12-31", "2026-01-01.."]),
    ],
)
def test_a_dimension_stands_with_its_values_or_its_stretches(
    town: str, capsys: Captured, columns: str, heads: list[str]
) -> None:
    """A tree at the first depth that branches, numbers where duties divide them."""
    assert rows(capsys, town, "--columns", columns)[0][1:-2] == heads


def test_two_dimensions_show_who_answers_for_one_activity(town: str, capsys: Captured) -> None:
    """The lead activity where none is named."""
    found = rows(capsys, town, "--rows", "place:2", "--columns", "stage")
    assert [row[:3] for row in found[1:]] == [
        [place, "street", "street"] for place in ("n1", "n2", "south")
    ]
    gate = rows(capsys, town, "--rows", "place", "--columns", "stage", "--where", "activity=gate")
    assert gate[2][1] == "gap 1"


def test_a_load_is_the_number_of_activities_and_the_share_of_all_that_is_needed(
    town: str, capsys: Captured
) -> None:
    found = rows(capsys, town, "--rows", "subject", "--columns", "stage", "--where", "cases=..9")
    assert found[1][:3] == ["guard", "", ""]
    assert found[2][:3] == ["street", "1: 1/2", "1: 1/2"]
    assert found[4][:3] == ["(nobody)", "gap 1/4", "gap 1/4"]


@pytest.mark.parametrize(
    "arguments, message, help_",
    [
        (("--rows", "plaec"), "there is no dimension `plaec`", "did you mean `place`?"),
        (
            ("--columns", "place:7"),
            "`7` is no depth of `place`",
            "a number from 1 to 2, or `leaves`",
        ),
        (("--columns", "stage:1"), "`stage` is no tree, so it has no depth", ""),
        (("--columns", "activity"), "rows and columns are both `activity`", ""),
        (("--where", "stage"), "`--where stage` has no `=`", "write it as `--where stage=early`"),
        (("--where", "stage=erly"), "`stage` has no value `erly`", "did you mean `early`?"),
        (("--where", "cases=100"), "`100` is out of bounds", "`cases` goes from 0 to 99"),
        (("--where", "subject=gard"), "there is no subject `gard`", "did you mean `guard`?"),
        (("--where", "activity=gat"), "there is no activity `gat`", "did you mean `gate`?"),
        (("--letters", "AX"), "there is no letter `X`", "known: `A`, `R`, `S`, `C`, `I`"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_advice(
    town: str, capsys: Captured, arguments: tuple[str, ...], message: str, help_: str
) -> None:
    code, out, err = run(capsys, "matrix", town, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert help_ in err


@pytest.mark.parametrize("width", [24, 40, 61, 100])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_the_terminal(
    town: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch, width: int, language: str
) -> None:
    """Chinese letters take two cells; what does not fit is on the next page or line."""
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, _ = run(capsys, "matrix", town, "--lang", language)
    assert code == 0
    lines = out.splitlines()
    assert max(map(cell_len, lines[:-1])) <= width
    assert {"[1]", "[3]"} <= set(out.split())


def test_a_text_is_broken_without_losing_a_letter() -> None:
    """Between words, behind hyphens, between Chinese letters, and else anywhere."""
    for words in ("community-health-centre of Old Town", "物业服务企业 and 街道办", "x" * 50, ""):
        for width in (2, 3, 7, 12):
            lines = wrapped(words, width)
            assert max(map(cell_len, lines)) <= width
            assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_a_spreadsheet_reads_no_cell_as_a_formula(town: str, tmp_path: Path) -> None:
    """The label `=1+1` is a text in CSV and in a workbook, and marked as such."""
    assert [is_formula(each) for each in ("=1", "+1", "-1", "@x", "a=1")] == [True] * 4 + [False]
    out = tmp_path / "chart.xlsx"
    assert main(["matrix", town, "--out", str(out)]) == 0
    with zipfile.ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        styles = book.read("xl/styles.xml").decode()
        comments = book.read("xl/comments1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in strings
    assert 'quotePrefix="1"' in styles
    assert '<pane xSplit="1" ySplit="1"' in sheet
    assert "<autoFilter" in sheet
    assert "FFF8CFCB" in styles
    assert "FFFCE8B8" in styles
    assert "28 % (11/39)" in comments
    assert "for example Stage: Early; place: n1; cases: 20 persons" in comments


def test_a_csv_field_that_looks_like_a_formula_is_marked_as_text(
    tmp_path: Path, capsys: Captured
) -> None:
    """A range of negative numbers begins with a sign."""
    files = {
        "pack.yaml": "remit: 1\npack: cold\nversion: 1\n",
        "vocabulary.yaml": (
            "dimensions: {degrees: {integer: {min: -30, max: 40}}}\nactivities: {warm: {}}\n"
        ),
        "subjects/a.yaml": (
            "subject: a\nduties:\n"
            "  - {id: warm, activity: warm, role: accountable, when: {degrees: -10..0}}\n"
        ),
    }
    (tmp_path / "subjects").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = rows(capsys, str(tmp_path), "--columns", "degrees")
    assert found[0][1:4] == ["..-11", "'-10..0", "1.."]


def test_equal_charts_are_equal_workbooks(town: str, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        assert main(["matrix", town, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_workbook_without_its_library_tells_what_installs_it(
    town: str, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    code, out, err = run(capsys, "matrix", town, "--out", str(tmp_path / "chart.xlsx"))
    assert (code, out) == (3, "")
    assert "python -m pip install 'remit[sheet]'" in err
    assert not (tmp_path / "chart.xlsx").exists()


class Page(HTMLParser):
    """The tags of a page, their texts, and whether each is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_a_page_is_one_table_with_headings_and_a_note_for_each_fault(
    town: str, capsys: Captured
) -> None:
    """What authors wrote stays text; faults have signs and words, and lead to their event."""
    _, out, _ = run(capsys, "matrix", town, "--format", "html")
    page = Page(out)
    assert page.open == []
    scopes = [found.get("scope") for name, found in page.tags if name == "th"]
    assert scopes == ["col"] * 5 + ["row"] * 3
    assert "Who answers for what: Town <b>" in page.texts
    assert 'Street "office"' in page.texts
    assert "✗ gap 33 %" in page.texts
    assert "≠ shared 28 %" in page.texts
    links = [found["href"] for name, found in page.tags if name == "a"]
    ids = {found["id"] for _, found in page.tags if "id" in found}
    assert {str(link).removeprefix("#") for link in links} <= ids
    assert not [name for name, _ in page.tags if name in {"script", "img", "link"}]


def test_text_in_a_page_is_never_markup() -> None:
    nasty = "<script>'\"&\x00\x1b\ud800"
    assert text(nasty).html == "&lt;script&gt;&#x27;&quot;&amp;\ufffd\ufffd\ufffd"
    assert '"' not in tag("p", attributes={"title": nasty}).html[10:-6]


def test_markdown_takes_nothing_an_author_wrote_for_markup(town: str, capsys: Captured) -> None:
    _, out, _ = run(capsys, "matrix", town, "--format", "markdown", "--lang", "en")
    assert "# Who answers for what: Town &lt;b>" in out
    assert "| Gate & check | AR\\* 28 %, **shared 28 % \\[1\\]** |" in out


@pytest.mark.parametrize("most", [0, 2])
def test_what_is_not_proved_in_time_is_told_and_the_rest_is_shown(
    town: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """However little may be spent, the chart stands, and says which activities it does not know."""
    monkeypatch.setattr(asking, "proof_budget", lambda: Budget(memberships=most))
    code, out, _ = run(capsys, "matrix", town)
    assert code == 1
    assert "not proved: " in out
    assert "activity \\ subject" in out


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(
    town: str, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "no" / "chart.html"
    code, _, err = run(capsys, "matrix", town, "--out", str(out))
    assert code == 2
    assert f"cannot write `{out}`" in err
    assert list(tmp_path.iterdir()) == []
