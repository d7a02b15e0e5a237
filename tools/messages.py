"""Keeps the catalogues of what the program says: `remit/locale/zh/*.po` and the `.mo` made of them.

    python tools/messages.py            bring the catalogues in line with the code, and compile them
    python tools/messages.py --missing  print what is not translated, as entries to fill in
    python tools/messages.py --fill F   take translations from F, a file of such entries

A template is the first argument of `tell` or `mark`, or the first two of `tell_count`: literals.
There is one `.po` for each room of the code that a template is first met in, sorted by template,
without places and dates, so that changes are small and merges seldom meet. A translation whose
template is gone is dropped; one whose template moved to another room moves with it.
"""

from __future__ import annotations

import argparse
import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from remit.cli.app import COMMANDS
from remit.cli.command_help import docstring_parts

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "remit"
FOLDER = CODE / "locale" / "zh"
COMPILED = FOLDER / "LC_MESSAGES" / "remit.mo"
ROOMS = ("engine", "validators", "cli", "workflows", "web")
"""The parts of the code, lowest first: what two of them say is kept with the lower one."""

Id = str | tuple[str, str]
"""A template, or the one for 1 and the one for more."""

_SAYS = {"tell": 1, "mark": 1, "tell_count": 2}
"""How many arguments of a function are templates."""
_NAMES: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "Check": ((), ("family", "summary", "cells_are")),
    "Choice": ((0,), ("what",)),
    "Identifier": ((0,), ("what",)),
    "ListOf": ((1,), ("what",)),
    "MapOf": ((2,), ("what",)),
    "NamedMap": ((2,), ("what",)),
    "OneOrMany": ((1,), ("what",)),
    "Parameter": ((), ("help",)),
    "Phrase": ((0,), ("what", "expected")),
    "Record": ((0,), ("what",)),
    "_by_name": ((1,), ()),
    "join_names": ((1,), ()),
}
"""What is made of texts that it marks itself: their positions and names among its arguments."""
_COUNTS = {"counted": 1, "noun": 0}
"""Which argument is a noun that is counted."""
_PLACE = re.compile(r"\{(\w+)[^{}]*\}")


class NoLiteralError(Exception):
    """A template is no literal, so that it cannot be found in the code."""


def templates(code: Path = CODE) -> dict[str, set[Id]]:
    """Return the templates of each room.

    Raises:
        NoLiteralError: if one is computed.
    """
    found: dict[str, set[Id]] = {}
    known: set[Id] = set()
    for room in ROOMS:
        said = {one for file in sorted((code / room).rglob("*.py")) for one in _said(file)}
        # WHY: a plural has its singular as the key, so that one template serves both.
        counted = {one[0] for one in said | known if isinstance(one, tuple)}
        found[room] = {one for one in said - known if one not in counted}
        known |= found[room]
    return found


def _said(file: Path) -> Iterator[Id]:
    if file.name == "wording.py":
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if file.parent.name == "commands":
        yield from _docstrings(tree)
    if file == CODE / "cli" / "app.py":
        yield from (line for _, _, _, line in COMMANDS)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        yield from _named(node, node.func.id)
        if (counts := _COUNTS.get(node.func.id)) is not None and len(node.args) > counts:
            yield from _counted(node.args[counts])
        taken = node.args[: _SAYS.get(node.func.id, 0)]
        if not taken:
            continue
        texts = [arg.value for arg in taken if isinstance(arg, ast.Constant)]
        if len(texts) < len(taken) or not all(isinstance(text, str) for text in texts):
            where = f"{file}:{node.lineno}"
            raise NoLiteralError(f"{where}: `{node.func.id}` is given no literal")
        yield str(texts[0]) if len(texts) == 1 else (str(texts[0]), str(texts[1]))


def _docstrings(tree: ast.Module) -> Iterator[str]:
    """Yield what the help of a command says, as `remit.cli.command_help` looks it up."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            paragraphs, arguments = docstring_parts(ast.get_docstring(node, clean=False) or "")
            yield from (*paragraphs, *arguments.values())


def _counted(what: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(what, ast.Constant) and isinstance(what.value, str):
        word = what.value
        plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
        yield f"{{number:,}} {word}", f"{{number:,}} {plural}"


def _named(call: ast.Call, function: str) -> Iterator[str]:
    positions, keywords = _NAMES.get(function, ((), ()))
    given = [call.args[at] for at in positions if at < len(call.args)]
    given += [keyword.value for keyword in call.keywords if keyword.arg in keywords]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value
    if function == "Reference" and len(call.args) == 1 and isinstance(call.args[0], ast.Constant):
        kind = str(call.args[0].value)
        yield kind
        yield f"the name of {'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def catalogues(folder: Path = FOLDER) -> dict[str, Catalog]:
    """Return the catalogues as they are written, by room; an empty one where there is none."""
    found = {}
    for room in ROOMS:
        file = folder / f"{room}.po"
        content = file.read_bytes() if file.is_file() else b""
        found[room] = read_po(BytesIO(content), locale="zh", ignore_obsolete=True)
    return found


def updated(
    wanted: Mapping[str, set[Id]], written: Iterable[Catalog], filled: Catalog | None = None
) -> dict[str, Catalog]:
    """Return catalogues of just the wanted templates, with the translations that are known."""
    known = {_key(one): one for catalogue in written for one in catalogue if one.id}
    known |= {_key(one): one for one in filled or () if one.id and _text(one)}
    made = {}
    for room, ids in wanted.items():
        made[room] = _empty()
        for each in sorted(ids, key=_sorted_by):
            had = known.get(each if isinstance(each, str) else each[0])
            text = _text(had) if had is not None else ""
            made[room].add(each, (text,) if isinstance(each, tuple) else text)
    return made


def compiled(written: Iterable[Catalog]) -> bytes:
    """Return the `.mo` of catalogues: the same bytes for the same words."""
    entries = {b"": _FACTS.encode()}
    for catalogue in written:
        for one in catalogue:
            if one.id and _text(one):
                key = one.id if isinstance(one.id, str) else "\0".join(one.id)
                entries[key.encode()] = _text(one).encode()
    return _binary(sorted(entries.items()))


def _binary(entries: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return a `.mo` of sorted entries.

    SOURCE: GNU gettext manual, section 10.3. WHY not Babel's: it writes its version and the day.
    """
    count = len(entries)
    keys, texts = 7 * 4, 7 * 4 + count * 8
    at = texts + count * 8
    tables: list[list[int]] = [[], []]
    strings = []
    for table, words in zip(tables, zip(*entries, strict=True), strict=True):
        for word in words:
            table += [len(word), at]
            strings.append(word + b"\0")
            at += len(word) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, keys, texts, 0, at)
    numbers = [*tables[0], *tables[1]]
    return head + struct.pack(f"<{len(numbers)}I", *numbers) + b"".join(strings)


def mistakes(wanted: Mapping[str, set[Id]], written: Mapping[str, Catalog]) -> list[str]:
    """Return what is wrong with catalogues, a line each."""
    found = []
    for room, catalogue in written.items():
        entries = {one.id: one for one in catalogue if one.id}
        found += [f"{room}.po has no {each!r}" for each in wanted[room] - set(entries)]
        found += [
            f"{room}.po has {each!r}, which nothing says" for each in set(entries) - wanted[room]
        ]
        for one in entries.values():
            found += [f"{room}.po: {_key(one)!r} {fault}" for fault in _faults(one)]
    return sorted(found)


def as_po(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file is written."""
    out = BytesIO()
    write_po(out, catalogue, width=100, omit_header=True, no_location=True)
    return _HEADER + out.getvalue()


_FACTS = (
    "Language: zh\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)
"""What a catalogue says of itself. WHY by hand: Babel adds its version and the day."""
_HEADER = (
    'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in _FACTS.splitlines()) + "\n"
).encode()


def _empty() -> Catalog:
    return Catalog(locale="zh", fuzzy=False, header_comment="")


def _faults(one: Message) -> Iterator[str]:
    text = _text(one)
    if not text:
        yield "is not translated"
        return
    if one.fuzzy:
        yield "is fuzzy"
    for template in [one.id] if isinstance(one.id, str) else one.id:
        had, has = set(_PLACE.findall(template)), set(_PLACE.findall(text))
        # WHY: "one cell" may leave its number out.
        if had - {"number"} != has - {"number"} or ("number" in had and "number" not in has):
            yield f"has the places {sorted(had)}, and its translation {sorted(has)}"


def _key(one: Message) -> str:
    return one.id if isinstance(one.id, str) else one.id[0]


def _text(one: Message) -> str:
    return one.string if isinstance(one.string, str) else one.string[0]


def _sorted_by(each: Id) -> str:
    return each if isinstance(each, str) else each[0]


def main() -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description="Keep the catalogues in line with the code.")
    parser.add_argument("--missing", action="store_true", help="print what is not translated")
    parser.add_argument("--fill", type=Path, help="a .po to take translations from")
    options = parser.parse_args()
    try:
        wanted = templates()
    except NoLiteralError as error:
        print(error, file=sys.stderr)
        return 1
    filled = None
    if options.fill:
        filled = read_po(BytesIO(options.fill.read_bytes()), locale="zh")
    made = updated(wanted, catalogues().values(), filled)
    if options.missing:
        rest = _empty()
        for catalogue in made.values():
            for one in catalogue:
                if one.id and not _text(one):
                    rest.add(one.id, one.string)
        sys.stdout.buffer.write(as_po(rest).removeprefix(_HEADER))
        return 1 if len(rest) else 0
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    for room, catalogue in made.items():
        (FOLDER / f"{room}.po").write_bytes(as_po(catalogue))
    COMPILED.write_bytes(compiled(made.values()))
    left = [fault for fault in mistakes(wanted, made) if fault]
    print("\n".join(left) or "the catalogues are complete")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
