"""The rows that an entry changes are those by which all rows of before and after differ."""

from __future__ import annotations

from dataclasses import replace

from remit.workflows.folding import fold
from remit.workflows.ledger_rows import Key, Row, row_changes, rows_of
from remit.workflows.ledger_schema import TABLES
from tests.desk import Desk


def test_what_changes_is_what_all_rows_differ_by(feeding: Desk) -> None:
    """Followed through a whole story, the rows put and taken out lead to the rows that follow."""
    feeding.later(600)
    rows: dict[Key, Row] = {}
    incident = None
    for entry in feeding.entries:
        before, incident = incident, fold(incident, entry)
        changed, gone = row_changes(before, incident)
        for table, keys in gone.items():
            for key in keys:
                del rows[table, tuple(key.values())]
        for table, found in changed.items():
            for row in found:
                names = (column.name for column in TABLES.tables[table].primary_key.columns)
                key = (table, tuple(row[name] for name in names))
                assert rows.get(key) != row
                rows[key] = row
        assert rows_of(incident) == rows


def test_a_receipt_changes_one_row(feeding: Desk) -> None:
    """What somebody received moves no work on, so that a thousand receipts cost little."""
    before = feeding.incident
    after = replace(before, last=before.last + 1)
    assert ({}, {}) == row_changes(before, after)
