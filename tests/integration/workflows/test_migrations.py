"""Ledgers of earlier formats open, are brought to this one, and tell the same story."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from remit.workflows import ledger_migrations
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.ledger_chain import Head
from tests.databases import Places, run_sql
from tests.desk import NOON
from tests.integration.workflows.conftest import Office, office_at

OLD = Path(__file__).resolve().parents[2] / "ledgers"
HEAD_1 = Head(334, "aea65e6fbe29b11177a4acb4f77456c1bb053286dcffacdd0791f97bd4e6594c")


def restored(folder: Path, name: str = "version-1.sql") -> Path:
    """Return a file with a ledger of an earlier format."""
    path = folder / "ledger.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript((OLD / name).read_text(encoding="utf-8"))
    connection.close()
    return path


def test_a_ledger_of_the_first_format_is_whole_after_it_was_brought_to_this_one(
    tmp_path: Path,
) -> None:
    with Ledger.at(restored(tmp_path), create=False) as ledger:
        verdict = ledger.verify(HEAD_1)
        assert (verdict.problems, verdict.head) == ((), HEAD_1)
        assert {found.id: found.state for found in ledger.incidents()} == {
            "gn33": "closed",
            "7r4h": "working",
            "g97n": "notified",
        }
        assert ledger.undelivered() == ("g97n",)


def test_the_ledger_as_it_was_is_kept_beside_it(tmp_path: Path) -> None:
    path = restored(tmp_path)
    before = _dump(path)
    Ledger.at(path).close()
    assert _dump(tmp_path / "ledger.db.format-1") == before
    assert _version(path) == 2


def test_work_goes_on_in_a_ledger_of_the_first_format(tmp_path: Path) -> None:
    restored(tmp_path)
    office = office_at(tmp_path)
    office.clock.jump_to(NOON.replace(year=2027))
    for name in ("7r4h", "g97n"):
        assert office.driver.drive(name) > 0
    assert {message.subject for message in office.notifier.sent} >= {"warden", "mate"}
    verdict = office.ledger.verify(HEAD_1)
    assert verdict.problems == ()
    office.ledger.close()


def test_an_upgrade_that_fails_leaves_the_ledger_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = restored(tmp_path)
    before = _dump(path)

    def fail(_connection: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(ledger_migrations, "rebuild", fail)
        with pytest.raises(ZeroDivisionError):
            Ledger.at(path)
    assert _dump(path) == before
    Ledger.at(path).close()
    assert _version(path) == 2


def test_no_upgrade_begins_where_the_copy_cannot_be_kept(tmp_path: Path) -> None:
    path = restored(tmp_path)
    (tmp_path / "ledger.db.format-1").mkdir()
    with pytest.raises(LedgerError) as caught:
        Ledger.at(path)
    assert "is not brought to format 2: its copy cannot be kept" in caught.value.message
    assert _version(path) == 1


@pytest.mark.usefixtures("backend")
def test_a_ledger_that_lacks_tables_columns_and_indexes_gets_them(office: Office) -> None:
    name = office.open().incident
    office.driver.drive(name)
    office.ledger.close()
    run_sql(
        office.place,
        "DROP TABLE timers",
        "DROP INDEX entries_by_kind",
        "DROP INDEX outbox_by_status",
        "ALTER TABLE outbox DROP COLUMN problem",
        "ALTER TABLE items DROP COLUMN outcome",
        "UPDATE schema_version SET version = 1",
    )
    with Ledger.at(office.place) as ledger:
        assert ledger.verify().problems == ()
        assert ledger.overdue(NOON.replace(hour=13)) == (name,)
        assert ledger.undelivered() == ()


def test_a_process_of_the_earlier_format_is_stopped_by_the_upgrade(
    office: Office, backend: Places
) -> None:
    """What an old program would write into new tables is not written."""
    del backend
    run_sql(office.place, "UPDATE schema_version SET version = 3")
    with pytest.raises(LedgerError, match="has format 3, this remit writes 2"):
        office.open()


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection, connection:
        found = list(connection.iterdump())
    connection.close()
    return found


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection, connection:
        ((found,),) = connection.execute("SELECT version FROM schema_version")
    connection.close()
    return int(found)


def test_every_old_ledger_is_listed_where_they_are_told_of() -> None:
    told = (OLD / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in OLD.glob("*.sql") if path.name not in told] == []
