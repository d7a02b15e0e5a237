"""Which files of events are tables, by their names, and who reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from remit.cli.arrow_rows import arrow_events
from remit.cli.event_rows import BadRow, EventRow, csv_events
from remit.engine.vocabulary import Vocabulary

__all__ = ["event_table"]

ARROW = (".parquet", ".feather", ".arrow", ".ipc")
"""Endings of the files that pyarrow reads."""


def event_table(place: str, vocabulary: Vocabulary) -> Iterator[EventRow | BadRow] | None:
    """Return the events of a file if it is a table by its name; `None` if it is none.

    Raises:
        UsageError: if it cannot be read, or its headings are no fields of an event.
        ImportError: if it is an Arrow file and pyarrow is not installed.
    """
    ending = Path(place).suffix.lower()
    if ending == ".csv":
        return csv_events(place, vocabulary)
    if ending in ARROW:
        return arrow_events(place, vocabulary)
    return None
