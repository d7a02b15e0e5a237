"""The ledger on disk: what is written stays, what is cut or changed shows."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from remit.workflows.entries import Draft
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.ledger_chain import Head
from tests.databases import Places, run_sql
from tests.desk import NOON
from tests.integration.workflows.conftest import Office, office_at

pytestmark = pytest.mark.usefixtures("backend")


def _filled(office: Office) -> str:
    name = office.open().incident
    office.driver.drive(name)
    return name


TRIGGERS = (
    ("entries", "entries_keep"),
    ("entries", "entries_stay"),
    ("entries", "entries_follow"),
    ("chain", "chain_stays"),
    ("chain", "chain_grows"),
)


def _edit(place: str, *statements: str) -> None:
    """Change the record behind the ledger's back, as somebody with a database tool would."""
    where = " ON {}" if "://" in place else ""
    drops = [f"DROP TRIGGER {name}{where.format(table)}" for table, name in TRIGGERS]
    run_sql(place, *drops, *statements)


def test_a_ledger_that_nobody_touched_is_whole(office: Office) -> None:
    _filled(office)
    verdict = office.ledger.verify()
    assert verdict.problems == ()
    assert verdict.head == office.ledger.head()


def test_an_empty_ledger_is_whole(office: Office) -> None:
    assert office.ledger.verify().is_whole


@pytest.mark.parametrize(
    "statement,told",
    [
        ("UPDATE entries SET actor = 'mate' WHERE number = 2", "entry 2 was changed"),
        ("UPDATE entries SET payload = '{}' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE entries SET payload = '{' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE entries SET payload = ' ' || payload WHERE number = 3", "entry 3 was changed"),
        (
            "UPDATE entries SET time = '2026-03-02T12:00:00Z' WHERE number = 3",
            "entry 3 was changed",
        ),
        ("UPDATE entries SET time = 'noon' WHERE number = 3", "entry 3 was changed"),
        ("DELETE FROM entries WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM entries WHERE number = 1", "entry 1 is missing"),
        ("DELETE FROM entries WHERE number = 4", "the end was cut or changed"),
    ],
)
def test_whatever_is_changed_or_cut_is_found(office: Office, statement: str, told: str) -> None:
    _filled(office)
    assert office.ledger.head().number == 4
    _edit(office.place, "DELETE FROM outbox", "DELETE FROM receipts", statement)
    assert any(told in problem for problem in office.ledger.verify().problems)


def test_two_entries_that_change_places_are_found(office: Office) -> None:
    _filled(office)
    _edit(
        office.place,
        "DELETE FROM outbox",
        "UPDATE entries SET number = 99 WHERE number = 3",
        "UPDATE entries SET number = 3 WHERE number = 4",
        "UPDATE entries SET number = 4 WHERE number = 99",
    )
    assert "entry 3 does not follow the entry before it" in office.ledger.verify().problems


def test_a_history_rewritten_to_its_end_is_found_by_a_head_noted_elsewhere(
    office: Office, backend: Places, tmp_path: Path
) -> None:
    _filled(office)
    noted = office.ledger.head()
    with Ledger.at(backend.at(tmp_path, "other.db")) as other:
        with other.write() as writing:
            writing.append([Draft("received", {"source": "json"})] * 5, time=NOON)
        assert other.verify().is_whole
        assert other.verify(noted).problems == (
            "entry 4 is not the one that was noted before: history was rewritten",
        )
        assert other.verify(Head(9, noted.hash)).problems == ("entry 9, noted before, is missing",)


def test_a_derived_row_that_was_changed_is_found(office: Office) -> None:
    name = _filled(office)
    run_sql(office.place, "UPDATE items SET subject = 'crew'")
    (problem,) = office.ledger.verify().problems
    assert problem == f"table `items`, row {name}/1: differs from the entries"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET actor = 'x'",
        "DELETE FROM entries",
        "INSERT INTO entries VALUES (9, NULL, 'x', 'x', 'x', 'x', NULL, '{}', 'x', 'x')",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE number = 1",
        "DELETE FROM chain",
        "UPDATE chain SET number = 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(
    office: Office, backend: Places, statement: str
) -> None:
    _filled(office)
    if statement.startswith("INSERT OR") and backend.on_postgres:
        statement = "TRUNCATE entries CASCADE"
    with pytest.raises((sqlite3.Error, psycopg.Error), match="ledger"):
        run_sql(office.place, statement)


def _write_and_fail(office: Office, name: str) -> None:
    with office.ledger.write() as writing:
        writing.append([Draft("joined", {"source": "x"})], time=NOON, incident=name)
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_nothing(office: Office) -> None:
    name = _filled(office)
    before = office.ledger.head()
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(office, name)
    assert office.ledger.head() == before
    assert office.incident(name).last == before.number


def test_what_was_folded_before_is_not_shown_after_another_process_wrote(
    office: Office, tmp_path: Path
) -> None:
    name = _filled(office)
    office.incident(name)
    other = office_at(tmp_path, owner="host/2/1")
    other.clock.jump_to(NOON.replace(minute=11))
    other.driver.drive(name)
    assert [item.subject for item in office.incident(name).items.values()] == ["warden", "mate"]
    other.ledger.close()


def test_writers_of_several_threads_wait_for_each_other(office: Office) -> None:
    problems: list[BaseException] = []

    def write() -> None:
        try:
            with Ledger.at(office.place) as ledger:
                for _ in range(20):
                    with ledger.write() as writing:
                        writing.append([Draft("received", {"source": "json"})], time=NOON)
        except BaseException as error:  # noqa: BLE001 -- told below, in the test's own thread
            problems.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert office.ledger.head().number == 80
    assert office.ledger.verify().is_whole


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database, but long enough to be looked at as one" * 20)


def _other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()


def _newer(path: Path) -> None:
    Ledger.at(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()


@pytest.mark.parametrize(
    "make,told",
    [
        (_garbage, "is not a ledger, or is damaged"),
        (_other, "is a database of something else"),
        (_newer, "has format 99, this remit writes 2"),
        (Path.mkdir, "is a folder, not a ledger"),
    ],
)
def test_what_is_no_ledger_of_ours_is_refused(
    tmp_path: Path, make: Callable[[Path], None], told: str
) -> None:
    path = tmp_path / "ledger.db"
    make(path)
    with pytest.raises(LedgerError) as caught:
        Ledger.at(path)
    assert told in str(caught.value)


@pytest.mark.parametrize("where", ["mysql://db/remit", "sqlite://", "x://["])
def test_a_place_that_cannot_hold_a_ledger_is_refused(where: str) -> None:
    with pytest.raises(LedgerError):
        Ledger.at(where)


def test_a_ledger_that_is_not_there_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger.at(tmp_path / "none.db", create=False)
    assert "there is no ledger at" in caught.value.message
    assert not (tmp_path / "none.db").exists()


def test_a_url_names_the_same_ledger_as_its_path(office: Office) -> None:
    name = _filled(office)
    url = office.place if "://" in office.place else f"sqlite:///{office.place}"
    with Ledger.at(url) as same:
        assert [summary.id for summary in same.incidents()] == [name]
