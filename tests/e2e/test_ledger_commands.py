"""`remit ledger` and `remit audit` as people use them: proofs, copies, and what they refuse."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.cli import main
from tests.databases import Places, on_postgres
from tests.integration.workflows.test_migrations import HEAD_1, restored


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the ledger of an earlier run, named by the environment."""
    restored(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REMIT_LEDGER", "ledger.db")
    return tmp_path


@pytest.fixture
def server() -> Iterator[Places]:
    """Places on the server of the tests."""
    with on_postgres() as found:
        yield found


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(list(words))
    told = capsys.readouterr()
    return code, told.out + told.err


def test_an_export_comes_back_as_the_same_ledger_from_either_database(
    folder: Path, server: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    place = server.at(Path.cwd())
    assert _run(capsys, "ledger", "export", "one.jsonl")[0] == 0
    assert _run(capsys, "ledger", "import", "one.jsonl", "--ledger", place)[0] == 0
    assert _run(capsys, "ledger", "export", "two.jsonl", "--ledger", place)[0] == 0
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()
    code, told = _run(capsys, "ledger", "verify", "--ledger", place, "--head", str(HEAD_1))
    assert (code, "is whole" in told) == (0, True)
    assert _run(capsys, "ledger", "backup", "pg.jsonl", "--ledger", place)[0] == 0
    assert _run(capsys, "ledger", "restore", "pg.jsonl", "--ledger", "back.db")[0] == 0
    assert _run(capsys, "ledger", "head", "--ledger", "back.db") == (0, f"{HEAD_1}\n")


@pytest.mark.parametrize(
    "line,old,new,told",
    [
        (50, "gn33", "gn34", "line 50: entry 49 was changed"),
        (50, '"number":49', '"number":48', "line 50: entry 49 is missing"),
        (2, '"kind":"received"', '"kind":7', "line 2: this is not an entry as remit writes it"),
        (2, '{"entry"', "{", "line 2: this is no JSON, or half a line"),
        (2, '{"entry"', '{"poem"', "this is neither an entry nor a receipt"),
        (1, '"format":1', '"format":9', "line 1: it has format 9, this remit reads 1"),
        (1, '"ledger":"remit"', '"ledger":"x"', "line 1: this is no exported ledger"),
        (1, "334:a", "335:a", "its first line names entry 335: its end was cut"),
    ],
)
def test_an_export_that_was_changed_is_refused_with_its_line_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], line: int, old: str, new: str, told: str
) -> None:
    _run(capsys, "ledger", "export", "one.jsonl")
    path = folder / "one.jsonl"
    lines = path.read_text("utf-8").splitlines()
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    code, said = _run(capsys, "ledger", "import", "one.jsonl", "--ledger", "new.db")
    assert (code, told in said) == (2, True), said
    assert _run(capsys, "ledger", "head", "--ledger", "new.db")[1].startswith("0:")


def test_a_ledger_with_entries_takes_no_import(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    _run(capsys, "ledger", "export", "one.jsonl")
    code, told = _run(capsys, "ledger", "import", "one.jsonl")
    assert (code, "is not empty" in told) == (2, True)


def test_a_backup_made_while_somebody_writes_is_whole_and_restores(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(capsys, "ledger", "head")
    with sqlite3.connect("ledger.db") as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert _run(capsys, "ledger", "backup", "copy.db")[0] == 0
        writer.rollback()
        code, told = _run(capsys, "ledger", "restore", "copy.db", "--force")
        assert (code, "is held by another process" in told) == (2, True)
    writer.close()
    assert _run(capsys, "ledger", "backup", "copy.db")[0] == 2
    code, told = _run(capsys, "ledger", "restore", "copy.db")
    assert (code, "is there already" in told) == (2, True)
    (folder / "ledger.db").write_bytes(b"spoilt" * 1000)
    assert _run(capsys, "ledger", "restore", "copy.db", "--force")[0] == 0
    assert _run(capsys, "ledger", "verify", "--head", str(HEAD_1))[0] == 0
    assert (folder / "ledger.db.replaced").read_bytes().startswith(b"spoilt")
    assert sorted(path.name for path in folder.glob(".*")) == []


def test_a_copy_that_is_not_whole_replaces_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(capsys, "ledger", "backup", "copy.db")
    with sqlite3.connect("copy.db") as connection:
        connection.execute("DROP TRIGGER entries_keep")
        connection.execute("UPDATE entries SET actor = 'x' WHERE number = 9")
    connection.close()
    before = (folder / "ledger.db").read_bytes()
    code, told = _run(capsys, "ledger", "restore", "copy.db", "--force")
    assert (code, "is not whole: entry 9 was changed" in told) == (2, True)
    assert (folder / "ledger.db").read_bytes() == before


def test_an_anchor_shows_an_end_that_was_cut(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    assert _run(capsys, "ledger", "anchor", "anchors.txt")[0] == 0
    assert _run(capsys, "ledger", "verify", "--anchor", "anchors.txt")[0] == 0
    with sqlite3.connect("ledger.db") as connection:
        for name in ("entries_stay", "chain_grows"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM outbox WHERE entry = 334")
        connection.execute("DELETE FROM entries WHERE number = 334")
        last = connection.execute("SELECT hash FROM entries WHERE number = 333").fetchone()
        connection.execute("UPDATE chain SET number = 333, hash = ?", last)
    connection.close()
    code, told = _run(capsys, "ledger", "verify", "--anchor", "anchors.txt")
    assert (code, "entry 334, noted before, is missing" in told) == (1, True)
    assert _run(capsys, "ledger", "anchor", "anchors.txt")[0] == 1
    assert len(Path("anchors.txt").read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    "text,told",
    [
        ("# none\n", "anchors.txt: it holds no anchor"),
        ("# none\n\nmoon\n", "anchors.txt:3: this is no anchor"),
    ],
)
def test_a_file_of_anchors_is_told_wrong_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (folder / "anchors.txt").write_text(text, encoding="utf-8")
    code, said = _run(capsys, "ledger", "verify", "--anchor", "anchors.txt")
    assert (code, told in said) == (2, True)


def test_the_auditor_tells_what_was_left_undone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del folder
    code, told = _run(capsys, "audit", "--record")
    assert code == 1
    assert "incident g97n: `warden` kept silent past its time (entry 334)" in told
    code, told = _run(capsys, "audit", "--format", "json")
    kinds = {one["omission"] for one in json.loads(told)["omissions"]}
    assert "passed-deadline" in kinds
    assert _run(capsys, "ledger", "verify", "--head", str(HEAD_1))[0] == 0
