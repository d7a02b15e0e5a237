"""What a workbook holds before any library opens it: sizes, what is hidden, colours.

An .xlsx file is a zip of XML parts. They are unpacked here once, with limits, and searched for the
few attributes needed; nothing is parsed as XML, so no entity is ever expanded.
SOURCE: ECMA-376 part 1, sections 18.2 (workbook), 18.3 (sheets) and 18.8 (styles).
INVARIANT: no part is unpacked past `LARGEST_PART`, all together not past `LARGEST_WORKBOOK`, and
what passes has at most `MOST_CELLS` cells between its corners, so that a reader which lays a sheet
out as one block has room for it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from remit.cli.exits import UsageError
from remit.engine.charts.sheet import Merge
from remit.engine.wording import tell

__all__ = ["SheetPart", "check_workbook"]

MEBIBYTE = 2**20
LARGEST_PART = 64 * MEBIBYTE
LARGEST_WORKBOOK = 128 * MEBIBYTE
MOST_PARTS = 2_000
MOST_SHEETS = 200
MOST_CELLS = 1_000_000
"""Cells between the corners of what a sheet holds."""
MOST_TEXT = 64 * MEBIBYTE
"""Characters of all cells of a sheet, shared texts counted as often as they are used."""
_CHUNK = MEBIBYTE
_LETTERS = 26
_P = rb"(?:[\w.-]+:)?"
_SHEET = re.compile(rb"<" + _P + rb"sheet\b([^>]*)>")
_RELATION = re.compile(rb"<" + _P + rb"Relationship\b([^>]*)>")
_COLUMN = re.compile(rb"<" + _P + rb"col\b([^>]*)>")
_TAG = re.compile(
    rb"<" + _P + rb"(row|c)\b([^>]*?)(/?)>(?:(<" + _P + rb"(?:v|f|is)\b[^>]*>)([^<]*))?"
)
_MERGE = re.compile(rb"<" + _P + rb"mergeCell\b([^>]*)>")
_COMMENT = re.compile(rb"<" + _P + rb"comment\b")
_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)\s*=\s*"([^"]*)"|([A-Za-z:]+)\s*=\s*\'([^\']*)\'')
_SHARED = re.compile(rb"<" + _P + rb"si\b[^>]*?(?:/>|>(.*?)</" + _P + rb"si>)", re.DOTALL)
_FILL = re.compile(rb"<" + _P + rb"fill\b[^>]*?(?:/>|>(.*?)</" + _P + rb"fill>)", re.DOTALL)
_FORMATS = re.compile(rb"<" + _P + rb"cellXfs\b.*?</" + _P + rb"cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<" + _P + rb"xf\b([^>]*)>")
_SOLID = re.compile(rb'patternType\s*=\s*["\']solid["\']')
_COLOUR = re.compile(rb"<" + _P + rb"fgColor\b([^>]*)>")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class SheetPart:
    """What a sheet's part says that readers of values leave out; indexes from 0."""

    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    fills: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    bottom: int = -1
    right: int = -1
    text: int = 0
    comments: int = 0


def check_workbook(place: str, content: bytes) -> tuple[SheetPart, ...]:
    """Return what is known of each sheet, in the workbook's order.

    Raises:
        UsageError: if it is no workbook, or larger than the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = _unpacked(place, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise UsageError(
            tell("`{place}` is damaged, or no workbook", place=place),
            tell("open it in a spreadsheet and save it as .xlsx anew"),
        ) from error
    workbook = parts.get("xl/workbook.xml")
    if workbook is None:
        raise UsageError(
            tell("`{place}` is no .xlsx workbook", place=place),
            tell("save it as .xlsx, or as CSV"),
        )
    targets = _targets(parts.get("xl/_rels/workbook.xml.rels", b""))
    colours = _colours(parts.get("xl/styles.xml", b""))
    shared = [
        len(found[1] or b"") for found in _SHARED.finditer(parts.get("xl/sharedStrings.xml", b""))
    ]
    sheets: list[SheetPart] = []
    for found in _SHEET.finditer(workbook):
        attributes = _attributes(found[1])
        part = parts.get(targets.get(attributes.get("id", ""), ""), b"")
        one = _scanned(place, part, colours, shared)
        one.is_hidden = attributes.get("state", "visible") != "visible"
        sheets.append(one)
        if len(sheets) > MOST_SHEETS:
            raise UsageError(
                tell("`{place}` has more than {most} sheets", place=place, most=MOST_SHEETS)
            )
    for name in parts.keys() - set(targets.values()):
        # WHY all: a reader that follows the relations otherwise must not meet a larger sheet.
        _scanned(place, parts[name], [], shared)
    if sheets:
        sheets[0].comments = sum(
            len(_COMMENT.findall(part))
            for name, part in parts.items()
            if "comments" in name.lower()
        )
    return tuple(sheets)


def _unpacked(place: str, file: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the parts that are looked at; all others are unpacked only to be measured."""
    infos = file.infolist()
    if len(infos) > MOST_PARTS:
        raise UsageError(tell("`{place}` has too many parts for a workbook", place=place))
    parts: dict[str, bytes] = {}
    left = LARGEST_WORKBOOK
    for info in infos:
        name = info.filename.lstrip("/")
        if name in parts:
            raise UsageError(tell("`{place}` holds a part twice: `{name}`", place=place, name=name))
        is_wanted = name.endswith((".xml", ".rels"))
        content = bytearray()
        size = 0
        with file.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > min(left, LARGEST_PART):
                    most = min(LARGEST_PART, LARGEST_WORKBOOK) // MEBIBYTE
                    raise UsageError(
                        tell("`{place}` unpacks to more than {most} MiB", place=place, most=most),
                        tell("a chart is far smaller; is this the right file?"),
                    )
                if is_wanted:
                    content += chunk
        left -= size
        if is_wanted:
            parts[name] = bytes(content)
    return parts


def _targets(relations: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for relation in _RELATION.finditer(relations):
        attributes = _attributes(relation[1])
        target = attributes.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        found[attributes.get("Id", "")] = posixpath.normpath(inside)
    return found


def _colours(styles: bytes) -> list[str]:
    """Return the colour of each cell format; nothing where it has none."""
    fills: list[str] = []
    for fill in _FILL.finditer(styles):
        colour = _COLOUR.search(fill[1] or b"")
        is_solid = _SOLID.search(fill[1] or b"") is not None
        said = " ".join(_attributes(colour[1]).values()) if colour else "solid"
        fills.append(said if is_solid else "")
    formats = _FORMATS.search(styles)
    found: list[str] = []
    for one in _FORMAT.finditer(formats[0] if formats else b""):
        number = _attributes(one[1]).get("fillId", "0")
        at = int(number) if number.isdigit() else 0
        found.append(fills[at] if at < len(fills) else "")
    return found


def _scanned(place: str, part: bytes, colours: list[str], shared: list[int]) -> SheetPart:
    found = SheetPart()
    row, column = -1, -1
    for tag in _TAG.finditer(part):
        attributes = _attributes(tag[2])
        if tag[1] == b"row":
            row = _number(attributes.get("r"), row + 2) - 1
            column = -1
            if attributes.get("hidden") in {"1", "true"}:
                found.hidden_rows.add(row)
            continue
        row, column = _at(attributes.get("r"), row, column + 1)
        colour = _number(attributes.get("s"), 0)
        if colour < len(colours) and colours[colour]:
            found.fills[row, column] = colours[colour]
        if tag[4] is not None:
            found.bottom, found.right = max(found.bottom, row), max(found.right, column)
            at = _number(tag[5].decode("ascii", "replace"), -1)
            is_shared = attributes.get("t") == "s" and 0 <= at < len(shared)
            found.text += shared[at] if is_shared else len(tag[5])
    _bound(place, found)
    for one in _COLUMN.finditer(part):
        attributes = _attributes(one[1])
        if attributes.get("hidden") in {"1", "true"}:
            first = _number(attributes.get("min"), 1) - 1
            last = min(_number(attributes.get("max"), 1), found.right + 1)
            found.hidden_columns.update(range(first, last))
    found.hidden_rows = {one for one in found.hidden_rows if one <= found.bottom}
    found.merges.extend(_merges(part, found))
    return found


def _bound(place: str, found: SheetPart) -> None:
    if (found.bottom + 1) * (found.right + 1) > MOST_CELLS:
        rows, columns = found.bottom + 1, found.right + 1
        raise UsageError(
            tell(
                "`{place}`: a sheet reaches over {rows} rows and {columns} columns",
                place=place,
                rows=rows,
                columns=columns,
            ),
            tell("delete what stands far below or right of the chart, or save the chart as CSV"),
        )
    if found.text > MOST_TEXT:
        most = MOST_TEXT // MEBIBYTE
        raise UsageError(
            tell("`{place}`: a sheet holds more than {most} MiB of text", place=place, most=most)
        )


def _merges(part: bytes, sheet: SheetPart) -> Iterator[Merge]:
    for one in _MERGE.finditer(part):
        first, _, last = _attributes(one[1]).get("ref", "").partition(":")
        top, left = _at(first, -1, -1)
        bottom, right = _at(last or first, -1, -1)
        if 0 <= top <= bottom and 0 <= left <= right and top <= sheet.bottom:
            yield Merge(top, left, min(bottom, sheet.bottom), min(right, sheet.right + 50))


def _attributes(text: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(text):
        name, value = (one[1], one[2]) if one[1] is not None else (one[3], one[4])
        found[name.rpartition(b":")[2].decode()] = unescape(value.decode("utf-8", "replace"))
    return found


def _at(reference: str | None, row: int, column: int) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference or "")
    if found is None:
        return row, column
    at = 0
    for letter in found[1]:
        at = at * _LETTERS + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, at - 1


def _number(text: str | None, otherwise: int) -> int:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= 9  # noqa: PLR2004 -- of a 32-bit whole number
    return int(text) if is_number and text is not None else otherwise
