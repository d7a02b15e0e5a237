"""A ledger on Postgres: what can go wrong with a server is told, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from remit.workflows import ledger_postgres
from remit.workflows.entries import Draft
from remit.workflows.ledger import Ledger, LedgerError, LedgerLostError
from remit.workflows.ledger_writing import Writing
from remit.workflows.wiring import messages_folder
from tests.databases import SERVER, Places, on_postgres, run_sql
from tests.desk import NOON

BARE = SERVER.partition("://")[2].rpartition("@")[2]
HOST = BARE.partition("/")[0]


@pytest.fixture
def places() -> Iterator[Places]:
    """Places on the server."""
    with on_postgres() as found:
        yield found


@pytest.fixture
def ledger(places: Places, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on the server."""
    with Ledger.at(places.at(tmp_path)) as found:
        yield found


def _note(writing: Writing) -> None:
    writing.append([Draft("received", {"source": "json"})], time=NOON)


def _cut(connection: Connection) -> None:
    """End a session as a server that is shut down does."""
    own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(SERVER, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (own,))


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    "where,told,advice",
    [
        (f"postgresql://postgres:geheim@{HOST}/no_such_db", "cannot be reached", "createdb"),
        (f"postgresql://no_such:geheim@{HOST}/test", "cannot be reached", "user and password"),
        ("postgresql://me:geheim@127.0.0.1:1/test", "cannot be reached", "database runs"),
        ("postgres://me:geheim@127.0.0.1:x/test", "is no path and no database URL", "name a file"),
        ("mysql://me:geheim@db/remit", "cannot be kept in `mysql`", "postgresql://"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    where: str, told: str, advice: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger.at(where)
    assert told in caught.value.message
    assert advice in caught.value.help
    assert "geheim" not in f"{caught.value.message} {caught.value.help}"


def test_a_database_without_a_ledger_is_told_and_left_as_it_is(
    places: Places, tmp_path: Path
) -> None:
    where = places.at(tmp_path)
    with pytest.raises(LedgerError, match="there is no ledger at `postgresql://"):
        Ledger.at(where, create=False)
    run_sql(where, "CREATE TABLE incidents (x integer)")
    with pytest.raises(LedgerError, match="is a database of something else"):
        Ledger.at(where)


def test_tables_of_others_beside_it_do_no_harm(places: Places, tmp_path: Path) -> None:
    where = places.at(tmp_path)
    run_sql(where, "CREATE TABLE alembic_version (x integer)", "CREATE TABLE flow_run (x integer)")
    with Ledger.at(where) as ledger:
        assert ledger.verify().is_whole


def test_a_schema_that_is_not_there_is_told(places: Places) -> None:
    del places
    with pytest.raises(LedgerError, match="cannot be used: no schema has been selected"):
        Ledger.at(f"{SERVER}?options=-csearch_path%3Dno_such_schema")


def test_what_the_server_forbids_is_told(places: Places, tmp_path: Path) -> None:
    where = places.at(tmp_path)
    Ledger.at(where).close()
    reading = where + "%20-cdefault_transaction_read_only%3Don"
    with Ledger.at(reading) as ledger:
        assert ledger.verify().is_whole
        with pytest.raises(LedgerError, match=r"cannot be used: cannot execute .* read-only"):
            ledger.transact(_note)


def test_a_statement_that_the_server_cuts_short_is_told(places: Places, tmp_path: Path) -> None:
    with Ledger.at(places.at(tmp_path)) as ledger:

        def work(writing: Writing) -> None:
            _note(writing)
            writing.connection.execute(text("SET LOCAL statement_timeout = 1"))
            writing.connection.execute(text("SELECT pg_sleep(10)"))

        with pytest.raises(LedgerError, match="cannot be used: canceling statement"):
            ledger.transact(work)
        assert ledger.head().number == 0


def test_work_that_lost_its_connection_before_it_was_written_is_done_once(ledger: Ledger) -> None:
    tries: list[int] = []

    def work(writing: Writing) -> None:
        _note(writing)
        tries.append(1)
        if len(tries) == 1:
            _cut(writing.connection)
            _note(writing)

    ledger.transact(work)
    assert (len(tries), ledger.head().number) == (2, 1)
    assert ledger.verify().is_whole


def test_a_connection_that_breaks_twice_is_told(ledger: Ledger) -> None:
    def work(writing: Writing) -> None:
        _cut(writing.connection)
        _note(writing)

    with pytest.raises(LedgerLostError, match=r"the connection to the ledger .* broke"):
        ledger.transact(work)
    assert ledger.head().number == 0


def test_a_commit_nobody_answered_is_looked_up(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Connection.commit

    def unanswered(connection: Connection) -> None:
        commit(connection)
        _cut(connection)
        connection.execute(text("SELECT 1"))

    tries: list[int] = []

    def work(writing: Writing) -> None:
        tries.append(1)
        _note(writing)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "commit", unanswered)
        ledger.transact(work)
    assert (len(tries), ledger.head().number) == (1, 1)


def test_a_server_that_was_away_between_two_writes_is_not_noticed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.transact(_note)
    with ledger.write() as writing:
        query = text("SELECT pg_backend_pid()")
        own = writing.connection.execute(query).scalar_one()
    with psycopg.connect(SERVER, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (own,))
    with monkeypatch.context() as patch:
        patch.setattr(ledger_postgres, "IDLE_S", 0)
        with ledger.write() as writing:
            _note(writing)
    assert ledger.head().number == 2


def test_messages_of_a_ledger_on_a_server_have_a_folder_of_their_own(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REMIT_MESSAGES", raising=False)
    assert messages_folder(ledger) == Path(".remit/messages")
    monkeypatch.setenv("REMIT_MESSAGES", "/var/spool/remit")
    assert messages_folder(ledger) == Path("/var/spool/remit")
