"""Bytes to text: size bound, byte-order marks, and an encoding that is both declared and real.

XML parsers disagree on a file whose declared encoding is not its real one, so that two of them may
read two alerts from the same bytes. Here such a file is refused, and the parser behind gets text,
never bytes.
"""

from __future__ import annotations

import codecs
import re

from remit.engine.wording import tell
from remit.workflows.intake.errors import IntakeErrors, Problems

__all__ = ["MAX_BYTES", "MAX_JSON_BYTES", "decode_json", "decode_xml"]

MAX_BYTES = 8 * 1024 * 1024
"""Largest file taken. The largest real alerts, with a spoken message inside, are under 1 MB; larger
files are refused."""
MAX_JSON_BYTES = 256 * 1024
"""Largest report taken. A report is a few hundred bytes; larger ones are refused."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# SOURCE: XML 1.0, appendix F.1: how a document without a mark shows its family by its first
# characters, `<?` or `<`.
_UNMARKED = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARATION = re.compile(r"""^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']{0,40})["']""")
_CODECS = {
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-2": "iso-8859-2",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    # WHY: files that say GB2312 use its supersets freely; GB18030 reads all three alike.
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
}
_UTF16 = {"utf-16-le": ("utf-16", "utf-16le"), "utf-16-be": ("utf-16", "utf-16be")}


def decode_xml(data: bytes, source: str) -> str:
    """Return the text of an XML file, without a byte-order mark.

    Raises:
        IntakeErrors: if it is too large, empty, not in its declared encoding, or in one that is
            not taken.
    """
    _check_size(data, source, MAX_BYTES)
    family, mark = _family(data)
    head = data[len(mark) : len(mark) + 512].decode(family or "iso-8859-1", "replace")
    written = _DECLARATION.match(head)
    declared = written.group(1).lower() if written else ""
    if family is None:
        codec = _codec_by_name(declared or "utf-8", source)
    else:
        codec = family
        _check_agreement(family, declared, source)
    return _decode(data[len(mark) :], codec, declared or codec, source)


def decode_json(data: bytes, source: str) -> str:
    """Return the text of a JSON file, without a byte-order mark.

    SOURCE: RFC 8259, section 8.1: JSON sent between systems is UTF-8.

    Raises:
        IntakeErrors: if it is too large, empty or not UTF-8.
    """
    _check_size(data, source, MAX_JSON_BYTES)
    return _decode(data.removeprefix(codecs.BOM_UTF8), "utf-8", "utf-8", source)


def _check_size(data: bytes, source: str, largest: int) -> None:
    if len(data) > largest:
        raise _refused(
            source,
            "too-large",
            tell("the file is too large"),
            tell("at most {largest} bytes", largest=largest),
            tell("{number} bytes", number=len(data)),
        )
    if not data.strip():
        raise _refused(
            source, "empty", tell("the file is empty"), tell("one alert or report"), tell("nothing")
        )


def _family(data: bytes) -> tuple[str | None, bytes]:
    for mark, family in _MARKS:
        if data.startswith(mark):
            return family, mark
    for start, family in _UNMARKED:
        if data.startswith(start) and data[2:4] != b"\x00\x00":
            return family, b""
    return None, b""


def _codec_by_name(declared: str, source: str) -> str:
    if declared in _CODECS:
        return _CODECS[declared]
    if declared.startswith("utf-16"):
        found = tell("`{declared}` declared over single bytes", declared=declared)
        raise _refused(
            source,
            "encoding-mismatch",
            tell("the declared encoding is not the real one"),
            "UTF-16",
            found,
        )
    known = ", ".join(sorted(_CODECS))
    raise _refused(
        source,
        "unknown-encoding",
        tell("this encoding is not taken"),
        tell("one of {known}, utf-16", known=known),
        f"`{declared}`",
    )


def _check_agreement(family: str, declared: str, source: str) -> None:
    if family == "utf-32":
        raise _refused(
            source,
            "unknown-encoding",
            tell("this encoding is not taken"),
            tell("UTF-8 or UTF-16"),
            "UTF-32",
        )
    allowed = _UTF16.get(family, (family,))
    if declared and declared not in allowed:
        found = tell("`{declared}` declared over {family}", declared=declared, family=family)
        message = tell("the declared encoding is not the real one")
        raise _refused(source, "encoding-mismatch", message, f"`{allowed[0]}`", found)


def _decode(data: bytes, codec: str, name: str, source: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec, "replace")
        problems = Problems(source)
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        bad = data[error.start : error.start + 4].hex(" ")
        problems.add(
            place,
            "encoding-mismatch",
            tell("the text is not in the encoding it says"),
            expected=f"`{name}`",
            found=tell("the bytes {bad}", bad=bad),
        )
        raise problems.errors() from None


def _refused(source: str, reason: str, message: str, expected: str, found: str) -> IntakeErrors:
    problems = Problems(source)
    problems.add((1, 1), reason, message, expected=expected, found=found)
    return problems.errors()
