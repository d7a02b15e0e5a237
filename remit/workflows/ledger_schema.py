"""The tables of the ledger, and the triggers that keep its entries as they were written.

`entries` and `chain` are the record. All other tables can be derived from the entries; they exist
so that a question over all incidents (what waits for this subject, which deadline comes next, what
is left of this fund) needs no folding.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "SCHEMA_VERSION",
    "SQLITE_TRIGGERS",
    "TABLES",
    "chain",
    "entries",
    "incidents",
    "items",
    "outbox",
    "receipts",
    "reservations",
    "schema_version",
    "steps",
    "timers",
]

SCHEMA_VERSION = 1

TABLES = MetaData()

schema_version = Table(
    "schema_version",
    TABLES,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("version", Integer, nullable=False),
)

entries = Table(
    "entries",
    TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("incident", String(40)),
    Column("kind", String(40), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("time", String(40), nullable=False),
    Column("policy", String(64), nullable=False),
    Column("cause", Integer),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Index("entries_by_incident", "incident", "number"),
)

chain = Table(
    "chain",
    TABLES,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

receipts = Table(
    "receipts",
    TABLES,
    Column("digest", String(64), primary_key=True),
    Column("entry", Integer, ForeignKey("entries.number"), nullable=False),
)

incidents = Table(
    "incidents",
    TABLES,
    Column("id", String(40), primary_key=True),
    Column("origin", String(500), nullable=False, unique=True),
    Column("pack", String(200), nullable=False),
    Column("policy", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("commander", String(200)),
    Column("opened", String(40), nullable=False),
    Column("changed", String(40), nullable=False),
    Column("closed", String(40)),
    Column("offset", Integer, nullable=False),
)

steps = Table(
    "steps",
    TABLES,
    Column("incident", String(40), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("step", String(200), primary_key=True),
    Column("activity", String(200), nullable=False),
    Column("state", String(20), nullable=False),
)

items = Table(
    "items",
    TABLES,
    Column("incident", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject", String(200), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("part", String(20), nullable=False),
    Column("step", String(200), nullable=False),
    Column("status", String(20), nullable=False),
    Column("outcome", String(20)),
    Column("by", String(200)),
    Column("asked", String(40), nullable=False),
    Column("due", String(40), nullable=False),
    Index("items_by_subject", "subject", "status"),
)

timers = Table(
    "timers",
    TABLES,
    Column("incident", String(40), primary_key=True),
    Column("name", String(500), primary_key=True),
    Column("due", String(40), nullable=False),
    Index("timers_by_due", "due"),
)

outbox = Table(
    "outbox",
    TABLES,
    Column("key", String(300), primary_key=True),
    Column("incident", String(40), nullable=False),
    Column("entry", Integer, ForeignKey("entries.number"), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("status", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_by", String(200)),
    Column("lease", String(40)),
    Column("problem", Text),
    Index("outbox_by_status", "status", "incident", "entry"),
)

reservations = Table(
    "reservations",
    TABLES,
    Column("incident", String(40), primary_key=True),
    Column("step", String(200), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("pack", String(200), nullable=False),
    Column("amount", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    UniqueConstraint("incident", "step", "kind", "name"),
)

SQLITE_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS entries_keep BEFORE UPDATE ON entries
       BEGIN SELECT RAISE(ABORT, 'entries of a ledger are never changed'); END""",
    """CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries
       BEGIN SELECT RAISE(ABORT, 'entries of a ledger are never removed'); END""",
    """CREATE TRIGGER IF NOT EXISTS entries_follow BEFORE INSERT ON entries
       WHEN NEW.number <> (SELECT number + 1 FROM chain WHERE id = 1)
       BEGIN SELECT RAISE(ABORT, 'entries of a ledger are written in order'); END""",
    """CREATE TRIGGER IF NOT EXISTS chain_stays BEFORE DELETE ON chain
       BEGIN SELECT RAISE(ABORT, 'the head of a ledger is never removed'); END""",
    """CREATE TRIGGER IF NOT EXISTS chain_grows BEFORE UPDATE ON chain
       WHEN NEW.number < OLD.number
       BEGIN SELECT RAISE(ABORT, 'the head of a ledger only moves on'); END""",
)
