"""What one transaction has yet to write: what goes out together takes few ways to the database.

On a server every statement is a way there and back, on a busy machine two waits for a processor
each; all of them while the head of the ledger is held. So entries and the rows that follow from
them gather here, and go out at the end, a statement a table; or sooner, before something is read
that they would change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection, Update

from remit.workflows import ledger_schema as schema
from remit.workflows.entries import Entry
from remit.workflows.ledger_rows import Row, row_of
from remit.workflows.ledger_statements import put, take_out
from remit.workflows.ledger_watching import tell_watchers
from remit.workflows.messages import incident_of
from remit.workflows.stores import Stores

__all__ = ["Pending", "Seen"]

_Keyed: TypeAlias = "dict[str, dict[tuple[str | int | None, ...], Row]]"
"""By table, and by primary key in it."""
_Layer: TypeAlias = "dict[Update, list[Mapping[str, object]]]"


@dataclass(slots=True)
class Seen:
    """What a transaction read of people, stock and money; emptied by whoever changes it.

    Args:
        stores: by pack.
        wanting: the incidents that wait for something that is free; `None` before it was asked.
    """

    stores: dict[str, Stores] = field(default_factory=dict)
    wanting: tuple[str, ...] | None = None

    def clear(self) -> None:
        """Forget it."""
        self.stores.clear()
        self.wanting = None


@dataclass(slots=True)
class Pending:
    """Entries in their order, messages, and the last that is to become of each row.

    INVARIANT: of one row there is either what it becomes or that it goes, never both.
    """

    entries: dict[int, Entry] = field(default_factory=dict)
    messages: list[Row] = field(default_factory=list)
    is_news: bool = False
    """Whether those who watch are to be told."""
    _updates: list[_Layer] = field(default_factory=list)
    """Changes of messages: the first of each, the second of each, and so on."""
    _updated: dict[str, int] = field(default_factory=dict)
    """How many there are, by the key of the message."""
    _put: _Keyed = field(default_factory=dict)
    _gone: _Keyed = field(default_factory=dict)

    @property
    def is_filled(self) -> bool:
        """Whether there is anything to write."""
        rows = (*self._put.values(), *self._gone.values())
        return bool(self.entries or self.messages or self._updated or self.is_news or any(rows))

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Note that rows are to be made, or brought up to date."""
        self._note(self._put, self._gone, table, rows)

    def take_out(self, table: str, keys: Sequence[Row]) -> None:
        """Note that the rows with some keys, if they are there, are to go."""
        self._note(self._gone, self._put, table, keys)

    def holds(self, table: str) -> bool:
        """Return whether rows of a table have yet to be written."""
        return bool(self._put.get(table) or self._gone.get(table))

    def update(self, statement: Update, rows: Sequence[Mapping[str, object]]) -> None:
        """Note what is to change of messages, each by its `key_`, after all that was noted before.

        INVARIANT: a later change of a message builds on the earlier ones: a try on its claim.
        """
        for row in rows:
            key = str(row["key_"])
            depth = self._updated.get(key, 0)
            if depth == len(self._updates):
                self._updates.append({})
            self._updates[depth].setdefault(statement, []).append(row)
            self._updated[key] = depth + 1

    def has_messages(self, incident: str) -> bool:
        """Return whether messages of an incident, or changes of them, have yet to be written."""
        return any(row["incident"] == incident for row in self.messages) or any(
            incident_of(key) == incident for key in self._updated
        )

    def known(self, numbers: Collection[int]) -> dict[int, Entry]:
        """Return those of some entries that have yet to be written."""
        return {number: self.entries[number] for number in numbers if number in self.entries}

    def add(self, later: Pending) -> None:
        """Take over what somebody else wants written after this."""
        self.entries.update(later.entries)
        self.messages += later.messages
        for layer in later._updates:
            for statement, changes in layer.items():
                self.update(statement, changes)
        self.is_news = self.is_news or later.is_news
        for table, rows in later._put.items():
            self.put(table, [*rows.values()])
        for table, keys in later._gone.items():
            self.take_out(table, [*keys.values()])

    def flush(self, connection: Connection) -> None:
        """Write all of it, and begin anew."""
        if self.entries:
            # The head moves on with each: a trigger on `entries` sees to it.
            rows = [row_of(entry) for entry in self.entries.values()]
            connection.execute(schema.entries.insert(), rows)
        if self.messages:
            connection.execute(schema.outbox.insert(), self.messages)
        for layer in self._updates:
            for statement, changes in layer.items():
                connection.execute(statement, changes)
        dialect = connection.dialect.name
        # WHY sorted: two that lock rows in one order never wait for each other.
        for table, changed in self._put.items():
            if changed:
                rows = [changed[key] for key in sorted(changed, key=str)]
                connection.execute(put(dialect, table), rows)
        for table, gone in self._gone.items():
            if gone:
                keys = [gone[key] for key in sorted(gone, key=str)]
                connection.execute(take_out(table), keys)
        if self.is_news:
            tell_watchers(connection)
        self.entries, self.messages, self.is_news = {}, [], False
        self._updates, self._updated = [], {}
        self._put, self._gone = {}, {}

    def _note(self, here: _Keyed, there: _Keyed, table: str, rows: Sequence[Row]) -> None:
        names = _KEYS[table]
        mine, other = here.setdefault(table, {}), there.get(table, {})
        for row in rows:
            key = tuple(row[name] for name in names)
            other.pop(key, None)
            mine[key] = row


_KEYS: Mapping[str, tuple[str, ...]] = {
    table.name: tuple(column.name for column in table.primary_key.columns)
    for table in schema.TABLES.sorted_tables
}
