"""Charts in files: which reader a file needs, and text files of any encoding spreadsheets write."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Literal

from remit.cli.chart_markdown import markdown_sheets
from remit.cli.exits import UsageError
from remit.engine.charts.sheet import Sheet, clean_text
from remit.engine.wording import tell

__all__ = ["LARGEST_TEXT", "ChartKind", "read_chart_file"]

ChartKind = Literal["xlsx", "csv", "tsv", "markdown"]
LARGEST_TEXT = 32 * 2**20
"""Bytes of a text file; a chart of ten thousand rows has about one million."""
MOST_CELLS = 1_000_000
_KINDS: dict[str, ChartKind] = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
}
_SEPARATORS = ",;\t"
_LOOKED_AT = 40
_OLD = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


def read_chart_file(place: str, kind: ChartKind | None = None) -> tuple[Sheet, ...]:
    """Return the sheets of a file.

    Args:
        kind: what the file is; told by its name and its first bytes where left out.

    Raises:
        UsageError: if it cannot be read, or is larger than a chart can be.
        ImportError: if it is a workbook and the library that reads them is not installed.
    """
    path = Path(place)
    if path.is_dir():
        raise UsageError(tell("`{place}` is a folder, not a chart", place=place))
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_TEXT + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            tell("cannot read `{place}`: {reason}", place=place, reason=reason)
        ) from error
    if len(content) > LARGEST_TEXT:
        size = LARGEST_TEXT // 2**20
        raise UsageError(tell("`{place}` is larger than {size} MiB", place=place, size=size))
    found = kind or _kind_of(place, content)
    if found == "xlsx":
        from remit.cli.workbooks import workbook_sheets

        return workbook_sheets(place, content)
    text = _text(place, content)
    if found == "markdown":
        return markdown_sheets(path.name, text)
    return (_separated(path.name, place, text, "\t" if found == "tsv" else None),)


def _kind_of(place: str, content: bytes) -> ChartKind:
    if content.startswith(_OLD):
        raise UsageError(
            tell("`{place}` is an old workbook (.xls), or one with a password", place=place),
            tell("save it as .xlsx without a password, or as CSV"),
        )
    if content.startswith(_ZIP):
        return "xlsx"
    suffix = Path(place).suffix.lower()
    found = _KINDS.get(suffix)
    if found is None or found == "xlsx":
        raise UsageError(
            tell("`{place}` is no chart that can be read", place=place),
            tell("give an .xlsx, .csv, .tsv or .md file, or say which it is with `--kind`"),
        )
    return found


def _text(place: str, content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UsageError(
        tell("`{place}` is no text: neither UTF-8, UTF-16 nor GB 18030", place=place),
        tell("save it as CSV UTF-8"),
    )


def _separated(name: str, place: str, text: str, separator: str | None) -> Sheet:
    used = separator or _separator(text)
    csv.field_size_limit(LARGEST_TEXT)
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=used):
            rows.append(tuple(clean_text(cell) for cell in row))
            cells += len(row)
            if cells > MOST_CELLS:
                raise UsageError(
                    tell("`{place}` has more than {most} cells", place=place, most=MOST_CELLS)
                )
    except csv.Error as error:
        line = len(rows) + 1
        raise UsageError(
            tell(
                "`{place}`: row {line} cannot be read: {reason}",
                place=place,
                line=line,
                reason=error,
            )
        ) from error
    return Sheet(name, tuple(rows))


def _separator(text: str) -> str:
    """Return the sign that takes the first lines apart most evenly."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    found = {sign: Counter(line.count(sign) for line in lines) for sign in _SEPARATORS}

    def evenness(sign: str) -> tuple[int, int]:
        count, lines_with = max(
            ((n, times) for n, times in found[sign].items() if n),
            default=(0, 0),
            key=lambda x: x[1],
        )
        return lines_with, count

    return max(_SEPARATORS, key=evenness)
