"""Workbooks: what they hold, what they hide, and those that are made to do harm."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import remit
from remit.cli import workbook_parts
from remit.cli.chart_files import read_chart_file
from remit.cli.exits import UsageError
from remit.cli.run import main
from tests.machine import missing

try:
    import python_calamine  # noqa: F401 -- asked for, not used
    import xlsxwriter
except ImportError:
    missing("the libraries of the extra `sheet` are not installed")


def workbook(path: Path, fill: Callable[[Any], None]) -> str:
    book = xlsxwriter.Workbook(str(path))
    fill(book)
    book.close()
    return str(path)


def parts_of(sheet: str, **others: str) -> bytes:
    """A workbook of one sheet with this XML as its part."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    main_ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types"/>',
        "xl/workbook.xml": f'{head}<workbook {main_ns} xmlns:r="{relations}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"{head}<worksheet {main_ns}>{sheet}</worksheet>",
        **others,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return stream.getvalue()


def fill_all(book: Any) -> None:
    red = book.add_format({"bg_color": "#ff0000"})
    sheet = book.add_worksheet("Early")
    sheet.merge_range(0, 0, 0, 4, "Who does what, 2026")
    sheet.merge_range("B2:C2", "District")
    sheet.merge_range("D2:E2", "Community")
    sheet.merge_range("A2:A3", "Task")
    sheet.write_row(2, 1, ["HQ", "SD", "RC", "PM"])
    sheet.write_row(3, 0, ["Gate check", "A", "R", "S", "C"])
    sheet.write_row(4, 0, ["Deliver", "", "A", "R", "S"])
    sheet.write(5, 0, "Report")
    sheet.write(5, 1, "R", red)
    sheet.write_formula(5, 2, "=B4", None, "A")
    sheet.write_datetime(6, 0, dt.datetime(2026, 3, 4), book.add_format({"num_format": "m-d"}))  # noqa: DTZ001 -- a day
    sheet.write_row(6, 1, ["I", "A", "R"])
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column("E:E", None, None, {"hidden": True})
    sheet.write(9, 0, "S = Support")
    sheet.write_comment("B4", "by night only")
    sheet.write_comment("C4", "so it was said")
    other = book.add_worksheet("old")
    other.write_row(0, 0, ["Task", "Office"])
    other.write_row(1, 0, ["Gate", "A/R"])
    other.hide()


def test_a_workbook_is_read_with_its_merges_what_it_hides_and_its_values(tmp_path: Path) -> None:
    early, old = read_chart_file(workbook(tmp_path / "a.xlsx", fill_all))
    assert (early.name, old.name, early.is_hidden, old.is_hidden) == ("Early", "old", False, True)
    assert early.text(5, 2) == "A"
    assert early.text(6, 0) == "2026-03-04"
    assert early.dates == {(6, 0)}
    assert early.hidden_rows == {4}
    assert early.comments == 2
    assert early.hidden_columns == {4}
    assert early.fills == {(5, 1): "FFFF0000"}
    assert {(one.top, one.left, one.bottom, one.right) for one in early.merges} == {
        (0, 0, 0, 4),
        (1, 1, 1, 2),
        (1, 3, 1, 4),
        (1, 0, 2, 0),
    }


def test_a_workbook_becomes_a_pack_and_its_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = workbook(tmp_path / "a.xlsx", fill_all)
    assert main(["import", place, "--into", str(tmp_path / "p")]) == 0
    told = capsys.readouterr().out
    assert "`old` is hidden and was not read" in told
    text = (tmp_path / "p" / "QUESTIONS.md").read_text("utf-8")
    for key in (
        "hidden/Early",
        "groups/Early/columns",
        "dates/Early",
        "colours/Early",
        "comments/Early",
    ):
        assert f". {key}\n" in text
    pack = remit.load(tmp_path / "p")
    assert {"hq", "sd", "rc", "pm"} == set(pack.subjects)
    assert "role: accountable # Early!C6" in (tmp_path / "p/subjects/sd.yaml").read_text("utf-8")
    again = ["import", place, "--into", str(tmp_path / "q"), "--sheet", "old"]
    assert main(again) == 0
    assert {"office"} == set(remit.load(tmp_path / "q").subjects)


CORNER = (
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
)
PREFIXED = '<x:sheetData><x:row r="1"><x:c r="XFD900000"><x:v>1</x:v></x:c></x:row></x:sheetData>'
SHARED = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3000))
HOSTILE = {
    "far corner": (CORNER, "reaches over"),
    "far corner elsewhere": ("<sheetData/>", "reaches over"),
    "far corner by prefix": (PREFIXED, "reaches over"),
    "shared text": (f"<sheetData>{SHARED}</sheetData>", "MiB of text"),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_sheet_that_would_fill_the_memory_is_refused(kind: str, tmp_path: Path) -> None:
    sheet, said = HOSTILE[kind]
    others = {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 30_000}</t></si></sst>"}
    if kind == "far corner elsewhere":
        others["xl/worksheets/other.xml"] = HOSTILE["far corner"][0]
    path = tmp_path / "h.xlsx"
    path.write_bytes(parts_of(sheet, **others))
    with pytest.raises(UsageError, match=said):
        read_chart_file(str(path))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_parts, "LARGEST_PART", 2**20)
    path = tmp_path / "b.xlsx"
    path.write_bytes(parts_of("<sheetData/>", **{"xl/media/bomb.bin": "\0" * (3 * 2**20)}))
    with pytest.raises(UsageError, match="unpacks to more than 1 MiB"):
        read_chart_file(str(path))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\0" * 100,
        parts_of("<sheetData/>")[:-30],
        parts_of("<sheetData><row><c r='A1' t='s'><v>9</v></c></row></sheetData>"),
        parts_of("<sheetData><row><c><v></c></sheetData>"),
    ],
)
def test_damaged_workbooks_are_told_in_words(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.xlsx"
    path.write_bytes(content)
    assert main(["import", str(path)]) == 2
    assert "error: " in capsys.readouterr().err


def test_a_format_down_the_whole_sheet_is_no_size(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("s")
        sheet.write(0, 0, "Task")
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "#ff0000"}))

    sheets = read_chart_file(workbook(tmp_path / "f.xlsx", fill))
    assert sheets[0].rows == (("Task",),)


def test_without_the_library_one_line_says_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "python_calamine", None)
    place = workbook(tmp_path / "a.xlsx", fill_all)
    assert main(["import", place]) == 3
    assert "pip install 'remit[sheet]'" in capsys.readouterr().err
