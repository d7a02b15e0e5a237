"""An edit of a duty as text: written into its file at the places the loader kept, and tried out.

The files of the pack are never touched. The edited text goes into a copy of the pack in a temporary
folder, which is loaded and compiled like any other; only what holds there is shown.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from remit.engine.conditions import Box, Condition
from remit.engine.errors import PackErrors
from remit.engine.language.constraints import format_constraint
from remit.engine.language.loader import load
from remit.engine.pack import Duty, Pack
from remit.engine.spans import Span
from remit.engine.vocabulary import Vocabulary
from remit.validators.nearest_edit import Edit
from remit.validators.words import flow

__all__ = ["FileEdit", "edited_pack", "file_edit"]


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One file before and after an edit; a new file is empty before.

    Args:
        line: the first line that is otherwise, in the text before, from 1.
    """

    file: str
    before: str
    after: str

    @property
    def line(self) -> int:
        """The first line that is otherwise, from 1."""
        old, new = self.before.splitlines(), self.after.splitlines()
        pairs = enumerate(zip(old, new, strict=False), 1)
        return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)) + 1)

    def diff(self) -> tuple[str, ...]:
        """Return what is otherwise, as a unified diff with a line around."""
        old, new = self.before.splitlines(), self.after.splitlines()
        return tuple(unified_diff(old, new, self.file, self.file, n=1, lineterm=""))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text to put in the place of a stretch of a file."""

    start: int
    end: int
    text: str


def file_edit(edit: Edit, pack: Pack) -> FileEdit | None:
    """Return an edit as text; `None` where the file is not as it was when it was loaded."""
    if edit.before is None:
        return _with_new_duty(edit.after, pack)
    file = edit.before.span.file
    text = _read(file)
    if text is None:
        return None
    pieces = list(_pieces(edit, edit.before, text, pack.vocabulary))
    after = text
    for piece in sorted(pieces, key=lambda each: -each.start):
        after = after[: piece.start] + piece.text + after[piece.end :]
    return FileEdit(file, text, after)


@contextmanager
def edited_pack(edit: FileEdit, pack: Pack) -> Iterator[Pack | None]:
    """Load a copy of a pack with an edit made; `None` if it cannot be loaded."""
    folders = [os.path.realpath(each.path) for each in (pack, *pack.higher)]
    base = os.path.commonpath([str(Path(folder).parent) for folder in folders])
    with tempfile.TemporaryDirectory(prefix="remit-") as temporary:
        for folder in folders:
            target = Path(temporary) / os.path.relpath(folder, base)
            shutil.copytree(folder, target, symlinks=True, dirs_exist_ok=True, ignore=_unread)
        home = Path(temporary) / os.path.relpath(folders[0], base)
        place = home / os.path.relpath(os.path.realpath(edit.file), folders[0])
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(edit.after, encoding="utf-8", newline="")
        try:
            yield load(home)
        except PackErrors:
            yield None


def _unread(folder: str, names: list[str]) -> list[str]:
    """Return what the loader passes over, which may be anything, and large."""
    return [
        name
        for name in names
        if name.startswith(".")
        or not (name.endswith((".yaml", ".yml")) or Path(folder, name).is_dir())
    ]


def _read(file: str) -> str | None:
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return None


def _pieces(edit: Edit, before: Duty, text: str, vocabulary: Vocabulary) -> Iterator[_Piece]:
    after, spans = edit.after, before.spans
    if after.roles != before.roles:
        yield _replaced(text, spans["role"], flow(list(after.roles)))
    yield from _when_pieces(before, after, text, vocabulary)
    if before.unless is not None and after.unless != before.unless:
        if after.unless is None:
            yield _without_key(text, spans["unless"], "unless")
        else:
            yield _replaced(text, spans["unless"], _condition(after.unless, vocabulary))
    if before.valid is not None and after.valid != before.valid:
        if after.valid is None:
            yield _without_key(text, spans["valid"], "valid")
        else:
            ends = {"from": after.valid.start, "until": after.valid.end}
            days = {key: day.isoformat() for key, day in ends.items() if day is not None}
            yield _replaced(text, spans["valid"], flow(days))
    if after.exception_to != before.exception_to:
        names = flow([reference.name for reference in after.exception_to])
        if "exception_to" in spans:
            yield _replaced(text, spans["exception_to"], names)
        else:
            anchor = "when" if "when" in spans else "role"
            yield _before_key(text, spans[anchor], anchor, f"exception_to: {names}")


def _when_pieces(before: Duty, after: Duty, text: str, vocabulary: Vocabulary) -> Iterator[_Piece]:
    for old, new in zip(before.when.boxes, after.when.boxes, strict=True):
        if set(old.constraints) != set(new.constraints):
            yield _replaced(text, old.span, _box(new, vocabulary))
            continue
        for name, constraint in new.constraints.items():
            if constraint.allowed != old.constraints[name].allowed:
                written = flow(format_constraint(vocabulary.dimension(name), constraint.allowed))
                yield _replaced(text, old.constraints[name].span, written)


def _box(box: Box, vocabulary: Vocabulary) -> str:
    return flow(
        {
            name: format_constraint(vocabulary.dimension(name), constraint.allowed)
            for name, constraint in box.constraints.items()
        }
    )


def _condition(condition: Condition, vocabulary: Vocabulary) -> str:
    boxes = [_box(box, vocabulary) for box in condition.boxes]
    return boxes[0] if len(boxes) == 1 else f"[{', '.join(boxes)}]"


def _offset(text: str, line: int, column: int) -> int:
    """Return where a place is in a text, counted from 0."""
    start = 0
    for found in re.finditer("\r\n|\n|\r", text):
        line -= 1
        if line == 0:
            break
        start = found.end()
    return start + column - 1


def _bounds(text: str, span: Span) -> tuple[int, int]:
    start = _offset(text, span.line, span.column)
    return start, _offset(text, span.end_line, span.end_column)


def _replaced(text: str, span: Span, written: str) -> _Piece:
    start, end = _bounds(text, span)
    return _Piece(start, end, written)


def _without_key(text: str, span: Span, key: str) -> _Piece:
    """Return the piece that takes a key and its value out, and the comma or line with them."""
    (_, end), start = _bounds(text, span), _key_start(text, span, key)
    before = re.search(r",[ \n]*\Z", text[:start])
    if before is not None and _is_flow(text, start):
        return _Piece(before.start(), end, "")
    rest = re.match(r",[ ]*|[ ]*(#[^\n]*)?\r?\n[ ]*|", text[end:])
    return _Piece(start, end + (rest.end() if rest else 0), "")


def _before_key(text: str, span: Span, key: str, written: str) -> _Piece:
    """Return the piece that puts another key before one, in the form its map is written in."""
    start = _key_start(text, span, key)
    if _is_flow(text, start):
        return _Piece(start, start, f"{written}, ")
    dent = " " * (start - text.rfind("\n", 0, start) - 1)
    return _Piece(start, start, f"{written}\n{dent}")


def _key_start(text: str, span: Span, key: str) -> int:
    """Return where the key of a value begins; where it cannot be found, where the value does."""
    start = _bounds(text, span)[0]
    head = re.search(rf"[\"']?{key}[\"']?\s*:(?:\s|#[^\n]*\n|&\w+)*\Z", text[:start])
    return start if head is None else head.start()


def _is_flow(text: str, start: int) -> bool:
    """Return whether the key at a place is in a map written in braces."""
    return text[:start].rstrip()[-1:] in {"{", ","}


def _with_new_duty(duty: Duty, pack: Pack) -> FileEdit | None:
    subject = pack.subjects.get(duty.subject)
    lines = _lines(duty, pack.vocabulary)
    if subject is None:
        file = str(Path(pack.path) / "subjects" / f"{duty.subject}.yaml")
        body = "".join(f"  {line}\n" for line in lines)
        fresh = f"subject: {duty.subject}\nduties:\n{body}"
        return None if Path(file).exists() else FileEdit(file, "", fresh)
    # WHY: a subject may be split over files; a duty goes into the list its span is kept of.
    duties = subject.spans.get("duties")
    file = subject.span.file if duties is None else duties.file
    text = _read(file)
    return None if text is None else FileEdit(file, text, _inserted(text, lines, duties))


def _inserted(text: str, lines: list[str], duties: Span | None) -> str:
    if duties is None:
        end = "" if not text or text.endswith("\n") else "\n"
        return text + end + "duties:\n" + "".join(f"  {line}\n" for line in lines)
    start, end_at = _bounds(text, duties)
    if text[start] == "[":
        sign = "" if text[start + 1 : end_at - 1].strip() == "" else ", "
        one_line = "{" + ", ".join(line[2:] for line in lines) + "}"
        return text[: end_at - 1] + sign + one_line + text[end_at - 1 :]
    dent = " " * (duties.column - 1)
    line_end = text.find("\n", end_at)
    place = len(text) if line_end < 0 else line_end
    body = "".join(f"\n{dent}{line}" for line in lines)
    return text[:place] + body + text[place:]


def _lines(duty: Duty, vocabulary: Vocabulary) -> list[str]:
    """Return a duty as lines of YAML, the first with its dash."""
    roles: object = list(duty.roles) if len(duty.roles) > 1 else duty.roles[0]
    found = [f"- id: {duty.id}", f"  activity: {duty.activity}", f"  role: {flow(roles)}"]
    if not duty.when.is_always:
        found.append(f"  when: {_condition(duty.when, vocabulary)}")
    if duty.exception_to:
        names = [reference.name for reference in duty.exception_to]
        found.append(f"  exception_to: {flow(names)}")
    return found
