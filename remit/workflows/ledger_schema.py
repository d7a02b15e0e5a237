"""The tables of the ledger, the same in every database.

`entries`, `chain` and `receipts` are the record. `outbox`, `wakes` and `claims` know what processes
are to do, and which of them does it. The others follow from the entries; they exist so that a
question over all incidents (what waits for this subject, which deadline comes next, what is left of
this fund) needs no folding.

To add a table that follows from the entries: define it here with `info=FOLLOWS` and a column
`incident`, and let `ledger_rows.rows_of` give its rows. To add a column to one: add it here and in
`rows_of`. To add a column to another table: add it here, `nullable` or with a `server_default`.
Nothing else: `SCHEMA_VERSION` goes up once a release, and a ledger of an earlier format then gets
what it lacks, its rows made anew from its entries (`ledger_migrations.py`). A released table's
columns are never renamed, and `entries` keeps its columns for ever: hashes are taken over them.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from remit.workflows.entries import storable
from remit.workflows.ledger_means import add_tables

__all__ = [
    "FOLLOWS",
    "SCHEMA_VERSION",
    "TABLES",
    "chain",
    "claims",
    "entries",
    "following",
    "incidents",
    "items",
    "outbox",
    "receipts",
    "schema_version",
    "steps",
    "timers",
    "wakes",
]

SCHEMA_VERSION = 2

TABLES = MetaData()

FOLLOWS = {"follows": True}
"""Marks a table whose rows follow from the entries of one incident each."""

# WHY the collation: texts sort by their bytes, as in SQLite, whatever language the server speaks.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


class Foreign(TypeDecorator[str]):
    """A text that strangers wrote: Postgres keeps none with a NUL, so it is written as its sign."""

    impl = TEXT
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the text as it is kept and looked up."""
        return None if value is None else storable(value)


schema_version = Table(
    "schema_version",
    TABLES,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)

entries = Table(
    "entries",
    TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("incident", TEXT),
    Column("kind", TEXT, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("time", TEXT, nullable=False),
    Column("policy", TEXT, nullable=False),
    Column("cause", Integer),
    Column("payload", TEXT, nullable=False),
    Column("previous", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False, unique=True),
    Index("entries_by_incident", "incident", "number"),
    Index("entries_by_kind", "kind", "number"),
    Index("entries_by_cause", "cause", "kind"),
)

chain = Table(
    "chain",
    TABLES,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", TEXT, nullable=False),
)

receipts = Table(
    "receipts",
    TABLES,
    Column("digest", TEXT, primary_key=True),
    Column("entry", Integer, ForeignKey("entries.number"), nullable=False),
)

incidents = Table(
    "incidents",
    TABLES,
    Column("id", TEXT, primary_key=True),
    Column("origin", Foreign, nullable=False, unique=True),
    Column("pack", TEXT, nullable=False),
    Column("policy", TEXT, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("commander", TEXT),
    Column("opened", TEXT, nullable=False),
    Column("changed", TEXT, nullable=False),
    Column("closed", TEXT),
    Column("offset", Integer, nullable=False),
    info=FOLLOWS,
)

steps = Table(
    "steps",
    TABLES,
    Column("incident", TEXT, primary_key=True),
    Column("part", TEXT, primary_key=True),
    Column("step", TEXT, primary_key=True),
    Column("activity", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    info=FOLLOWS,
)

items = Table(
    "items",
    TABLES,
    Column("incident", TEXT, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject", TEXT, nullable=False),
    Column("purpose", TEXT, nullable=False),
    Column("part", TEXT, nullable=False),
    Column("step", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("outcome", TEXT),
    Column("by", TEXT),
    Column("asked", TEXT, nullable=False),
    Column("due", TEXT, nullable=False),
    Index("items_by_subject", "subject", "status"),
    info=FOLLOWS,
)

timers = Table(
    "timers",
    TABLES,
    Column("incident", TEXT, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("due", TEXT, nullable=False),
    Index("timers_by_due", "due"),
    info=FOLLOWS,
)

outbox = Table(
    "outbox",
    TABLES,
    Column("key", TEXT, primary_key=True),
    Column("incident", TEXT, nullable=False),
    Column("entry", Integer, ForeignKey("entries.number"), nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_by", TEXT),
    Column("lease", TEXT),
    Column("problem", TEXT),
    Index("outbox_by_status", "status", "incident", "entry"),
)

wakes = Table(
    "wakes",
    TABLES,
    Column("incident", TEXT, primary_key=True),
    Column("entry", Integer, nullable=False),
    Index("wakes_by_entry", "entry"),
)

claims = Table(
    "claims",
    TABLES,
    Column("incident", TEXT, primary_key=True),
    Column("owner", TEXT, nullable=False),
    Column("lease", TEXT, nullable=False),
    Column("attempt", Integer, nullable=False),
    Index("claims_by_owner", "owner"),
)

add_tables(TABLES, TEXT, FOLLOWS)


def following() -> tuple[tuple[Table, str], ...]:
    """Return the tables that follow from entries, each with its column of incident names."""
    return tuple(
        (table, "incident" if "incident" in table.columns else "id")
        for table in TABLES.sorted_tables
        if table.info.get("follows")
    )
