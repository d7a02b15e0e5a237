"""From the bytes of a file to text: UTF-8 and nothing else, without what no author means to write.

A byte-order mark at the beginning is passed over, for some editors write one. Refused, each at its
place: other encodings, control characters, and the line breaks of YAML that editors do not show.
"""

from __future__ import annotations

import re

from remit.engine.errors import PackError
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from remit.engine.spans import Span
from remit.engine.wording import mark, tell, tell_marked

__all__ = ["UNWELCOME", "decode"]

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# SOURCE: YAML 1.1, section 5.1, less NEL and the separators: YAML breaks lines there, editors not.
UNWELCOME = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""A character that no text of a pack may hold."""
_UNWELCOME_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
# WHY these: the first byte of C1 controls, and the other unwelcome characters, as UTF-8.
_SUSPECT = (b"\xc2", *(char.encode() for char in "\u2028\u2029\ufeff\ufffe\uffff"))
_NAMES = {
    "\x00": mark("a NUL character"),
    "\ufeff": mark("a byte-order mark past its beginning"),
    "\u2028": mark("a line separator"),
    "\u2029": mark("a paragraph separator"),
}
_HELP = mark("save the file as UTF-8")
LONGEST_SHOWN = 200
"""Bytes shown after the one that is no UTF-8."""


def decode(shown: str, content: bytes, problems: Problems) -> Source | None:
    """Return the text of a file, or `None` after the reason was recorded.

    Args:
        shown: the file's path as people see it.
    """
    if content.startswith(_UTF16_MARKS):
        place = Span(shown, 1, 1, 1, 1)
        found = tell("the byte-order mark of UTF-16 or UTF-32")
        problems.add(
            PackError(tell("the file is not UTF-8"), place, "UTF-8", found, tell_marked(_HELP))
        )
        return None
    try:
        source = Source(shown, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        _refuse_bytes(shown, content, error.start, problems)
        return None
    if _is_surely_welcome(content):
        return source
    unwelcome = UNWELCOME.search(source.text)
    if unwelcome is None:
        return source
    _refuse_character(source, unwelcome, problems)
    return None


def _is_surely_welcome(content: bytes) -> bool:
    # WHY: nearly every file is; this asks many times faster than a pattern over the text.
    if len(content.translate(None, _UNWELCOME_BYTES)) != len(content):
        return False
    return not any(sequence in content for sequence in _SUSPECT)


def _refuse_character(source: Source, found: re.Match[str], problems: Problems) -> None:
    name = tell_marked(_NAMES.get(found[0], mark("a control character")))
    # WHY: a NUL after every character is how UTF-16 looks to a reader of bytes.
    help_ = tell_marked(_HELP) if found[0] == "\x00" else tell("remove it")
    message = tell("the file holds {name}", name=name)
    seen = f"U+{ord(found[0]):04X}"
    problems.at(source, found.span(), message, expected="text", found=seen, help=help_)


def _refuse_bytes(shown: str, content: bytes, at: int, problems: Problems) -> None:
    # WHY: what stands before is sound and shows the place; the byte itself has no character.
    before = content[:at].decode("utf-8-sig")
    line_end = content.find(b"\n", at, at + LONGEST_SHOWN)
    rest = content[at : line_end if line_end >= 0 else at + LONGEST_SHOWN]
    source = Source(shown, UNWELCOME.sub("\ufffd", before + rest.decode("utf-8", "replace")))
    place = (len(before), len(before) + 1)
    found = tell("the byte 0x{byte:02X}", byte=content[at])
    problems.at(
        source,
        place,
        tell("the file is not UTF-8"),
        expected="UTF-8",
        found=found,
        help=tell_marked(_HELP),
    )
