"""Duties in tables: where they lie, how cells read, and what hostile tables get."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from remit.engine.language.csv_rows import read_rows
from remit.engine.language.loader import load
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from tests.loading import errors_of, messages_of, without_places, write_pack

OFFICE = "subject: office\nduties: {table: duties.csv}\n"
HEAD = "id,activity,role,stage,level,place,cases\n"


def pack_with(folder: Path, table: str | bytes, *, subject: str = OFFICE) -> Path:
    return write_pack(folder, {"subjects/office.yaml": subject, "subjects/duties.csv": table})


def cells_of(text: str) -> tuple[list[list[str]], int]:
    problems = Problems()
    rows = list(read_rows(Source("t.csv", text), problems))
    return [row.cells for row in rows], len(problems)


@pytest.mark.parametrize(
    "cell, yaml",
    [
        ("mid", "mid"),
        ("mid..", "mid.."),
        (" low..mid ", "low..mid"),
        ("low | high", "[low, high]"),
        ('"[low, high]"', "[low, high]"),
        ("not mid", "{not: mid}"),
        ("{not: mid}", "{not: mid}"),
        ("not low | mid", "{not: [low, mid]}"),
        ('"not [low, mid]"', "{not: [low, mid]}"),
        ("not not mid", "{not: {not: mid}}"),
        (">= mid", '">= mid"'),
    ],
)
def test_a_cell_means_what_the_words_mean_in_yaml(cell: str, yaml: str, tmp_path: Path) -> None:
    table = f"id,activity,role,level\nsupply,supply,accountable,{cell}\n"
    duty = f"{{id: supply, activity: supply, role: accountable, when: {{level: {yaml}}}}}"
    one = load(pack_with(tmp_path / "csv", table))
    other = load(pack_with(tmp_path / "yaml", "", subject=f"subject: office\nduties: [{duty}]\n"))
    assert without_places(other.duties()) == without_places(one.duties())


def test_every_value_points_at_its_cell(tmp_path: Path) -> None:
    table = "id,activity,role,level,unless.stage,when.place,label.zh,label.en\r\n"
    table += 'supply,supply,accountable,mid..,early,"b1 | b2",物资,"So ""called"""\r\n'
    duty = load(pack_with(tmp_path, table)).duties()[0]
    lines = table.splitlines()
    shown = {key: lines[1][s.column - 1 : s.end_column - 1] for key, s in duty.spans.items()}
    assert {
        "id": "supply",
        "activity": "supply",
        "role": "accountable",
        "when": 'mid..,early,"b1 | b2"',
        "unless": "early",
        "label": '物资,"So ""called"""',
    } == shown
    constraint = duty.when.boxes[0].constraints["place"]
    assert (2, 39, 2, 48) == (
        constraint.span.line,
        constraint.span.column,
        constraint.span.end_line,
        constraint.span.end_column,
    )
    assert 'So "called"' == str(duty.label)


def test_a_table_of_many_subjects_is_named_by_the_pack(tmp_path: Path) -> None:
    pack = "remit: 1\npack: small\nversion: 1\nduties: {table: all.csv}\n"
    table = "subject,id,activity,role\noffice,a,supply,accountable\noffce,b,supply,supports\n"
    files = {"pack.yaml": pack, "subjects/office.yaml": "subject: office\n", "all.csv": table}
    folder = write_pack(tmp_path, files)
    assert ["all.csv:3:1: there is no subject `offce`"] == messages_of(folder)
    (folder / "all.csv").write_text(table.replace("offce", "office"), encoding="utf-8")
    assert ["office/a", "office/b"] == [duty.name for duty in load(folder).duties()]


def test_the_digest_is_over_the_tables_that_are_named_and_no_others(tmp_path: Path) -> None:
    folder = pack_with(tmp_path, HEAD + "a,supply,accountable,,,,\n")
    first = load(folder).digest
    (folder / "events.csv").write_text("stage\nearly\n", encoding="utf-8")
    assert first == load(folder).digest
    with (folder / "subjects" / "duties.csv").open("a", encoding="utf-8") as table:
        table.write("b,supply,supports,,,,\n")
    assert first != load(folder).digest


def test_what_a_spreadsheet_would_run_is_only_text(tmp_path: Path) -> None:
    table = (
        'id,activity,role,label\na,supply,accountable,"=HYPERLINK(""x"")"\n=1+1,supply,supports,\n'
    )
    folder = pack_with(tmp_path, table)
    assert ["subjects/duties.csv:3:1: `=1+1` is not the id of a duty"] == messages_of(folder)
    (folder / "subjects" / "duties.csv").write_text(table.replace("=1+1", "b"), encoding="utf-8")
    assert '=HYPERLINK("x")' == str(load(folder).duties()[0].label)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"id,activity,role\na,supply,\0\n", "the file holds a NUL character"),
        ("id,activity,role\n".encode("utf-16"), "the file is not UTF-8"),
        (
            "id,activity,role,label\na,supply,accountable,街道\n".encode("gbk"),
            "the file is not UTF-8",
        ),
        (b"", "the table has no headings"),
        (b"\n , \n", "the table has no headings"),
        (b"id\tactivity\trole\n", "the cells of this table are separated by tabs"),
        (b'"id","activity","role\n', "this quote is never closed"),
    ],
)
def test_a_table_that_is_none_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    assert [message] == [error.message for error in errors_of(pack_with(tmp_path, content))]


def test_a_table_outside_the_pack_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(HEAD + "a,supply,accountable,,,,\n", encoding="utf-8")
    folder = write_pack(tmp_path / "pack", {"subjects/office.yaml": OFFICE})
    (folder / "subjects" / "duties.csv").symlink_to(secret)
    place = "subjects/office.yaml:2:17: "
    assert [f"{place}the table `duties.csv` leads out of the pack"] == messages_of(folder)
    subject = OFFICE.replace("duties.csv", "../../secret.csv")
    write_pack(folder, {"subjects/office.yaml": subject})
    assert [f"{place}the table `../../secret.csv` lies outside the pack"] == messages_of(folder)


def test_a_folder_or_a_pipe_is_no_table(tmp_path: Path) -> None:
    import os

    folder = write_pack(tmp_path, {"subjects/office.yaml": OFFICE})
    (folder / "subjects" / "duties.csv").mkdir()
    assert ["subjects/duties.csv:1:1: this is a folder, not a file"] == messages_of(folder)
    (folder / "subjects" / "duties.csv").rmdir()
    os.mkfifo(folder / "subjects" / "duties.csv")
    assert ["subjects/duties.csv:1:1: this is a pipe, not a file"] == messages_of(folder)


@pytest.mark.slow
def test_a_huge_cell_and_a_hundred_thousand_columns_end_soon(tmp_path: Path) -> None:
    start = time.process_time()
    huge = HEAD + f"a,supply,accountable,{'x' * 3_000_000},,,\n"
    assert 1 == len(errors_of(pack_with(tmp_path / "a", huge)))
    wide = ",".join(f"column-{n}" for n in range(30_000)) + "\n"
    assert 500 <= len(errors_of(pack_with(tmp_path / "b", wide)))
    pipes = HEAD + f"a,supply,accountable,{'|'.join(['early'] * 200_000)},,,\n"
    errors_of(pack_with(tmp_path / "c", pipes))
    assert time.process_time() - start < 5


def test_rows_are_read_as_rfc_4180_has_them() -> None:
    text = 'a,b\r\n"x, ""y""\r\nz",2\r\n\r\n , \r\n"",last'
    assert ([["a", "b"], ['x, "y"\r\nz', "2"], ["", "last"]], 0) == cells_of(text)
    assert ([["a", "b"], ["c", "d"]], 0) == cells_of("a,b\rc,d\r")


def test_blank_cells_past_the_last_column_are_no_mistake(tmp_path: Path) -> None:
    table = "id,activity,role,,\na,supply,accountable,,,,\n,,,,\n"
    assert [] == messages_of(pack_with(tmp_path, table))
    table = "id,activity,role,\na,supply,accountable,x\n"
    message = "subjects/duties.csv:2:22: the column of this cell has no heading"
    assert [message] == messages_of(pack_with(tmp_path, table))


def test_a_dimension_that_is_named_as_a_key_is_written_with_when(tmp_path: Path) -> None:
    vocabulary = "dimensions:\n  role: {values: [x, y]}\nactivities: {supply: {}}\n"
    table = "id,activity,role,when.role\na,supply,accountable,x\n"
    folder = pack_with(tmp_path, table)
    write_pack(
        folder, {"vocabulary.yaml": vocabulary, "pack.yaml": "remit: 1\npack: a\nversion: 1\n"}
    )
    (folder / "subjects" / "office.yaml").write_text(OFFICE, encoding="utf-8")
    assert ["role"] == list(load(folder).duties()[0].when.boxes[0].constraints)
