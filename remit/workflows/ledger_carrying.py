"""Carrying a ledger elsewhere as JSON lines: one a line, canonical, provable by itself.

The first line tells what it is and how it ends; then come the entries with their hashes, in order,
and the receipts of what came in. All else follows from them. An import is one transaction: what
does not verify to its last line leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn, TypeAlias, cast

from sqlalchemy import Connection, select

from remit.engine.wording import tell
from remit.workflows import ledger_schema as schema
from remit.workflows.entries import GENESIS, Entry, Json, canonical, from_stamp, stamp
from remit.workflows.ledger_chain import Head, entry_problems
from remit.workflows.ledger_errors import LedgerError
from remit.workflows.ledger_reading import entry_of
from remit.workflows.ledger_rebuilding import rebuild, rebuild_outbox
from remit.workflows.ledger_rows import row_of

__all__ = ["Progress", "export_lines", "import_lines", "lines_of"]

FORMAT = 1
AT_ONCE = 500
"""Entries read or written at once; bounds memory, and is large enough to be fast."""

Progress: TypeAlias = Callable[[int], None]
"""Is told, now and then, how many entries are done."""

_Record: TypeAlias = "dict[str, Json]"


def export_lines(connection: Connection, head: Head, progress: Progress) -> Iterator[str]:
    """Yield a ledger line by line, without line ends.

    Args:
        head: the last entry, as the same transaction sees it.
    """
    query = select(schema.entries).order_by(schema.entries.c.number)
    entries = map(entry_of, connection.execution_options(yield_per=AT_ONCE).execute(query))
    table = schema.receipts
    wanted = select(table.c.digest, table.c.entry).order_by(table.c.entry, table.c.digest)
    receipts = ((row.digest, row.entry) for row in connection.execute(wanted))
    yield from lines_of(head, entries, receipts, progress)


def lines_of(
    head: Head,
    entries: Iterable[Entry],
    receipts: Iterable[tuple[str, int]],
    progress: Progress = lambda count: None,  # noqa: ARG005 - tells nobody
) -> Iterator[str]:
    """Yield the lines of a ledger that has these entries and receipts, without line ends.

    Args:
        receipts: digests of what came in, each with its entry.
    """
    yield canonical({"ledger": "remit", "format": FORMAT, "head": str(head)})
    for entry in entries:
        if entry.number % AT_ONCE == 0:
            progress(entry.number)
        yield canonical({"entry": _record_of(entry)})
    for digest, number in receipts:
        yield canonical({"receipt": {"digest": digest, "entry": number}})


def import_lines(connection: Connection, lines: Iterable[str], progress: Progress) -> Head:
    """Write an exported ledger into an empty one, and return its head.

    Raises:
        LedgerError: with the number of the line, if any of it is not as it was exported.
    """
    reading = _Reading(lines)
    ending = reading.header()
    head = Head(0, GENESIS)
    batch: list[dict[str, str | int | None]] = []
    for entry in reading.entries():
        reading.check(entry, head)
        head = Head(entry.number, entry.hash)
        batch.append(row_of(entry))
        if len(batch) == AT_ONCE:
            connection.execute(schema.entries.insert(), batch)
            progress(head.number)
            batch = []
    if batch:
        connection.execute(schema.entries.insert(), batch)
    if head != ending:
        raise reading.wrong(
            tell(
                "it ends with entry {number}, its first line names entry {other}: its end was cut",
                number=head.number,
                other=ending.number,
            )
        )
    receipts = list(reading.receipts(head.number))
    if receipts:
        connection.execute(schema.receipts.insert(), receipts)
    rebuild(connection)
    rebuild_outbox(connection)
    return head


class _Reading:
    """The lines of an export, with the place of the one read last."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._records = self._read(lines)
        self._after: _Record | None = None
        self.line = 0

    def header(self) -> Head:
        record = next(self._records, {})
        head = record.get("head")
        if record.get("ledger") != "remit" or not isinstance(head, str):
            self.line = 1
            raise self.wrong(tell("this is no exported ledger"))
        if record.get("format") != FORMAT:
            raise self.wrong(
                tell(
                    "it has format {format}, this remit reads {FORMAT}",
                    format=record.get("format"),
                    FORMAT=FORMAT,
                )
            )
        try:
            return Head.parse(head)
        except ValueError:
            raise self.wrong(tell("this is no exported ledger")) from None

    def entries(self) -> Iterator[Entry]:
        for record in self._records:
            if "receipt" in record:
                self._after = record
                return
            if "entry" not in record:
                raise self.wrong(tell("this is neither an entry nor a receipt"))
            yield self._entry(record["entry"])

    def receipts(self, last: int) -> Iterator[dict[str, str | int]]:
        seen: set[str] = set()
        records = self._records if self._after is None else (self._after, *self._records)
        for record in records:
            receipt = record.get("receipt")
            digest, entry = (
                (receipt.get("digest"), receipt.get("entry"))
                if isinstance(receipt, Mapping)
                else (None, None)
            )
            if not isinstance(digest, str) or not isinstance(entry, int) or digest in seen:
                raise self.wrong(tell("this is neither an entry nor a receipt"))
            if not 0 < entry <= last:
                raise self.wrong(tell("entry {number} is not in it", number=entry))
            seen.add(digest)
            yield {"digest": digest, "entry": entry}

    def check(self, entry: Entry, head: Head) -> None:
        try:
            problems = entry_problems(entry, head.number + 1, head.hash)
        except ValueError:
            # WHY: half a character in a text, which no database keeps either.
            problems = [tell("this is not an entry as remit writes it")]
        if problems:
            raise self.wrong(problems[0])

    def wrong(self, what: str) -> LedgerError:
        return LedgerError(
            tell("line {line}: {what}", line=self.line, what=what),
            tell("nothing was written; export it again where it came from"),
        )

    def _read(self, lines: Iterable[str]) -> Iterator[_Record]:
        for self.line, line in enumerate(lines, 1):
            try:
                record = json.loads(line, parse_constant=_no_number)
            except (ValueError, RecursionError):
                raise self.wrong(tell("this is no JSON, or half a line")) from None
            if not isinstance(record, dict):
                raise self.wrong(tell("this is neither an entry nor a receipt"))
            yield cast("_Record", record)

    def _entry(self, found: Json) -> Entry:
        if not isinstance(found, Mapping) or found.keys() != _FIELDS.keys():
            raise self.wrong(tell("this is not an entry as remit writes it"))
        if any(not isinstance(found[name], kinds) for name, kinds in _FIELDS.items()):
            raise self.wrong(tell("this is not an entry as remit writes it"))
        record = cast("dict[str, Any]", dict(found))
        try:
            entry = Entry(**{**record, "time": from_stamp(record["time"])})
            stamp(entry.time)
        except ValueError:
            raise self.wrong(tell("this is not an entry as remit writes it")) from None
        return entry


_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "number": int,
    "incident": (str, type(None)),
    "kind": str,
    "actor": str,
    "time": str,
    "policy": str,
    "cause": (int, type(None)),
    "payload": dict,
    "previous": str,
    "hash": str,
}


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _record_of(entry: Entry) -> _Record:
    return {
        "number": entry.number,
        "incident": entry.incident,
        "kind": entry.kind,
        "actor": entry.actor,
        "time": stamp(entry.time),
        "policy": entry.policy,
        "cause": entry.cause,
        "payload": entry.payload,
        "previous": entry.previous,
        "hash": entry.hash,
    }
