"""XML text to a tree of elements with places, safe against hostile files.

INVARIANT: no document type is read, so there is no entity to expand and none to fetch; nothing
outside the text is opened; depth and number of elements are bounded; the content of signatures is
passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from remit.engine.wording import mark, tell, tell_marked
from remit.workflows.intake.errors import IntakeErrors, Problems

__all__ = ["MAX_DEPTH", "MAX_ELEMENTS", "SIGNATURES", "Element", "parse"]

MAX_DEPTH = 40
"""Nesting of a file. An alert nests 5 deep, a signed one about 12; deeper files are refused."""
MAX_ELEMENTS = 100_000
"""Elements of a file. A warning for every district of a large country has a few thousand; more are
refused."""
SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
"""Namespace of XML signatures."""

_SEPARATOR = "\n"
# WHY: no element name has a line end, so the last one splits namespace from name whatever the
# namespace holds.
_ENDED_EARLY = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
)
_WORDS = {
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: mark(
        "a character that cannot stand here"
    )
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element: name, namespace, its own text without blanks around, and its children.

    `place` is the line and column of its tag, `text_place` of the first character of its text that
    is not blank.
    """

    name: str
    namespace: str
    place: tuple[int, int]
    text: str
    text_place: tuple[int, int]
    children: tuple[Element, ...]

    def named(self, name: str) -> tuple[Element, ...]:
        """Return the children of that name, in order."""
        return tuple(child for child in self.children if child.name == name)


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    namespace: str
    place: tuple[int, int]
    texts: list[str]
    text_place: tuple[int, int] | None
    children: list[Element]


def parse(text: str, source: str) -> Element:
    """Return the root element of an XML document.

    Raises:
        IntakeErrors: if the document has a document type, is not well-formed, nests or grows past
            the bounds, or is followed by another one. One error: what comes after such a place
            cannot be trusted.
    """
    return _Tree(source).read(text)


class _Tree:
    def __init__(self, source: str) -> None:
        self._source = source
        self._open: list[_Open] = []
        self._skipped = 0
        self._count = 0
        self._text_read = ""
        self._root: Element | None = None
        self._parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, text: str) -> Element:
        self._text_read = text
        try:
            self._parser.Parse(text, True)  # noqa: FBT003 - the parser takes no keyword
        except expat.ExpatError as error:
            raise self._not_well_formed(error) from None
        if self._root is None:
            raise self._refused(
                "not-well-formed", tell("there is no element"), tell("one `alert`"), tell("none")
            )
        return self._root

    def _place(self) -> tuple[int, int]:
        return (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _refuse_doctype(self, name: str, *_: object) -> None:
        problems = Problems(self._source)
        problems.add(
            self._doctype_place(),
            "doctype",
            tell("a document type is refused: its entities can fetch files or grow without end"),
            expected=tell("`<alert ...>` without `<!DOCTYPE`"),
            found=f"`<!DOCTYPE {name}`",
        )
        raise problems.errors()

    def _doctype_place(self) -> tuple[int, int]:
        """Return where the document type starts; the parser tells of it only further on."""
        before = self._text_read.encode()[: self._parser.CurrentByteIndex].decode(errors="replace")
        start = before.rfind("<!DOCTYPE")
        return (before.count("\n", 0, start) + 1, start - before.rfind("\n", 0, start))

    def _start(self, qualified: str, _: Mapping[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise self._refused(
                "too-large",
                tell("too many elements"),
                tell("at most {max_elements}", max_elements=MAX_ELEMENTS),
                tell("more"),
            )
        if len(self._open) + self._skipped >= MAX_DEPTH:
            raise self._refused(
                "too-deep",
                tell("elements nest too deep"),
                tell("at most {max_depth} deep", max_depth=MAX_DEPTH),
                tell("deeper"),
            )
        if self._skipped or (self._open and self._open[-1].namespace == SIGNATURES):
            self._skipped += 1
            return
        namespace, _sep, name = qualified.rpartition(_SEPARATOR)
        self._open.append(_Open(name, namespace, self._place(), [], None, []))

    def _text(self, chunk: str) -> None:
        if self._skipped or not self._open:
            return
        current = self._open[-1]
        current.texts.append(chunk)
        if current.text_place is None and not chunk.isspace():
            line, column = self._place()
            current.text_place = (line, column + len(chunk) - len(chunk.lstrip()))

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        done = self._open.pop()
        text = "".join(done.texts).strip()
        place = done.text_place or done.place
        element = Element(done.name, done.namespace, done.place, text, place, tuple(done.children))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element

    def _not_well_formed(self, error: expat.ExpatError) -> IntakeErrors:
        problems = Problems(self._source)
        place = (error.lineno, error.offset + 1)
        if self._root is not None:
            problems.add(
                place,
                "more-than-one-document",
                tell("something follows the end of `{element}`", element=self._root.name),
                expected=tell("nothing after `</{element}>`", element=self._root.name),
                found=tell("more text or a second document"),
                advice=tell("send each alert by itself"),
            )
        elif self._open and error.code in _ENDED_EARLY:
            name = self._open[-1].name
            message = tell("the file ends inside `{name}`", name=name)
            problems.add(
                place,
                "truncated",
                message,
                expected=f"`</{name}>`",
                found=tell("the end of the file"),
            )
        else:
            what = (
                tell_marked(_WORDS.get(error.code, ""))
                or expat.ErrorString(error.code)
                or tell("an unknown fault")
            )
            problems.add(
                place,
                "not-well-formed",
                tell("not well-formed XML"),
                expected=tell("well-formed XML"),
                found=what,
            )
        return problems.errors()

    def _refused(self, reason: str, message: str, expected: str, found: str) -> IntakeErrors:
        problems = Problems(self._source)
        problems.add(self._place(), reason, message, expected=expected, found=found)
        return problems.errors()
