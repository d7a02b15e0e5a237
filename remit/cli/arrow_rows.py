"""Events from Parquet, Feather and Arrow files; the one door to pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remit.cli.event_rows import BadRow, EventRow, known_fields
from remit.cli.exits import UsageError
from remit.engine.system_words import why_not
from remit.engine.vocabulary import Vocabulary
from remit.engine.wording import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["arrow_events"]

ROWS_AT_ONCE = 16_384
"""Rows of Parquet held at a time; other files bring batches of their own."""
_STREAM_MARK = b"\xff\xff\xff\xff"
"""SOURCE: Arrow columnar format, IPC: a stream begins with a continuation, a file with `ARROW1`."""


def arrow_events(place: str, vocabulary: Vocabulary) -> Iterator[EventRow | BadRow]:
    """Yield the events of a file whose columns are dimensions; a null is unknown.

    Raises:
        UsageError: if it cannot be read, or its columns are no fields of an event.
        ImportError: if pyarrow is not installed.
    """
    import pyarrow as pa

    number = 0
    try:
        with Path(place).open("rb") as file:
            names, batches = _opened(place, file)
            known_fields(names, vocabulary, place)
            for batch in batches:
                for row in _rows(batch, names):
                    number += 1
                    yield EventRow(number, row)
    except OSError as error:
        raise UsageError(
            tell("cannot read `{place}`: {reason}", place=place, reason=why_not(error))
        ) from error
    except pa.ArrowException as error:
        said = " ".join(str(error).split())
        raise UsageError(tell("cannot read `{place}`: {said}", place=place, said=said)) from error


def _opened(place: str, file: Any) -> tuple[list[str], Iterable[Any]]:
    import pyarrow.ipc
    import pyarrow.parquet

    if place.lower().endswith(".parquet"):
        parquet = pyarrow.parquet.ParquetFile(file)
        return list(parquet.schema_arrow.names), parquet.iter_batches(batch_size=ROWS_AT_ONCE)
    mark = file.read(len(_STREAM_MARK))
    file.seek(0)
    if mark == _STREAM_MARK:
        stream = pyarrow.ipc.open_stream(file)
        return list(stream.schema.names), stream
    found = pyarrow.ipc.open_file(file)
    batches = (found.get_batch(at) for at in range(found.num_record_batches))
    return list(found.schema.names), batches


def _rows(batch: Any, names: list[str]) -> Iterator[dict[str, object]]:
    for start in range(0, batch.num_rows, ROWS_AT_ONCE):
        part = batch.slice(start, ROWS_AT_ONCE)
        columns = [column.to_pylist() for column in part.columns]
        for values in zip(*columns, strict=True):
            pairs = zip(names, values, strict=True)
            yield {name: value for name, value in pairs if value is not None}
