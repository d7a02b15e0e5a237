"""Answers to the questions of an import, from words to what the reader of charts takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean
from remit.engine.charts.chart import KEEP, Answers, GivenName
from remit.engine.charts.meanings import Meaning, word_meaning
from remit.engine.charts.sheet import cell_name
from remit.engine.language.model.names import IDENTIFIER_PATTERN, LONGEST_IDENTIFIER
from remit.engine.pack import LETTERS, Letter
from remit.engine.wording import tell

__all__ = ["letters_given", "names_given", "parsed_answers", "plain_answers"]

_CELL = re.compile(r"(?:^|[,;，；])\s*(?P<place>(?:[^,;=!]+!)?\$?[A-Za-z]{1,3}\$?[1-9]\d*)\s*=")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "orientation": ("rows", "columns"),
    "groups": ("stage", "headings"),
    "hidden": ("read", "skip"),
    "sheets": ("stages", "charts"),
    "same": ("same", "different"),
    "names-apart": ("together",),
    "column": ("stage", "basis", "skip", "activity", "party", "letter"),
}
"""The answers to questions that have a few, by kind."""
_CODES = {one[0].upper(): one for one in LETTERS}


def plain_answers(written: Mapping[str, str]) -> dict[str, str]:
    """Return answers with lists of cells and names taken apart, so that a later one loses none.

    Raises:
        UsageError: if one is none that its question can have.
    """
    found: dict[str, str] = {}
    for key, answer in written.items():
        kind, _, rest = key.partition("/")
        is_kept = answer.casefold() == KEEP
        if kind in {"letter", "text"} and (is_kept or "=" not in answer):
            found[key] = answer
        elif is_kept or kind in {"name", "cell", "lead", "headings", *_CHOICES}:
            found[key] = KEEP if is_kept and kind != "cell" else answer
        elif key == "names":
            for label, name in _names(key, answer):
                found[f"name/{label}"] = name
        else:
            sheet = "" if kind == "text" else rest.rpartition("!")[0] or rest
            for place, text in _cells(key, sheet, answer):
                found[f"cell/{place}"] = text
    return found


def parsed_answers(written: Mapping[str, str]) -> Answers:
    """Return plain answers as the reader takes them.

    Raises:
        UsageError: if one is none that its question can have.
    """
    letters: dict[str, Meaning] = {}
    names: dict[str, GivenName] = {}
    cells: dict[str, str] = {}
    settled: dict[str, str] = {}
    for key, answer in written.items():
        kind, _, rest = key.partition("/")
        if kind == "cell":
            cells[rest] = answer
        elif answer == KEEP:
            settled[key] = KEEP
        elif kind in {"letter", "text"}:
            letters[rest.upper()] = _meaning(key, answer)
        elif kind == "name":
            names[rest] = _name(key, answer)
        elif kind in _CHOICES:
            settled[key] = _choice(key, kind, answer)
        else:
            settled[key] = answer
    return Answers(letters, names, cells, settled)


def letters_given(options: Sequence[str]) -> dict[str, str]:
    """Return what `--letters C=accountable,P=responsible` answers, by key.

    Raises:
        UsageError: if a part has no `=`.
    """
    found: dict[str, str] = {}
    for part in (part.strip() for option in options for part in option.split(",")):
        code, sign, meaning = part.partition("=")
        if not sign or not code.strip() or not meaning.strip():
            raise UsageError(
                tell("`--letters {part}` says nothing", part=part),
                tell("write it as `--letters C=accountable,P=responsible`"),
            )
        word = word_meaning(code) if len(code.strip()) > 1 else None
        found[f"letter/{word[0] if word else code.strip().upper()}"] = meaning.strip()
    return found


def names_given(written: Mapping[str, object]) -> dict[str, str]:
    """Return what a file of names answers, by key: `label: id`, or `label: {id: ..., label: ...}`.

    Raises:
        UsageError: if a name is neither.
    """
    found: dict[str, str] = {}
    for label, value in written.items():
        if isinstance(value, Mapping) and value.keys() <= {"id", "label"}:
            found[f"name/{label}"] = f"{value.get('id', '')} | {value.get('label', '')}"
        elif isinstance(value, str):
            found[f"name/{label}"] = value
        else:
            raise UsageError(
                tell("the name of `{label}` is no text", label=label),
                tell(
                    "write `{label}: an-id`, or `{label}: {{id: an-id, label: A name}}`",
                    label=label,
                ),
            )
    return found


def _meaning(key: str, answer: str) -> Meaning:
    if answer.casefold() in {"none", "-", "nothing"}:
        return ()
    found: list[Letter] = []
    for part in re.split(r"\s*[+,/、]\s*", answer.strip()):
        upper = part.upper()
        letter = _CODES.get(upper) or next((one for one in LETTERS if one == part.casefold()), None)
        word = word_meaning(part) if letter is None else None
        if letter is None and (word is None or not word[1]):
            expected = tell(
                "`{key}` is one of {letters}, or none", key=key, letters=", ".join(LETTERS)
            )
            meant = did_you_mean(part, LETTERS)
            raise UsageError(
                tell("`{answer}` is no answer to `{key}`", answer=part, key=key), meant or expected
            )
        found.extend([letter] if letter is not None else word[1] if word else ())
    return tuple(letter for letter in LETTERS if letter in found)


def _name(key: str, answer: str) -> GivenName:
    written, _, label = (part.strip() for part in answer.partition("|"))
    if written and (
        not re.fullmatch(IDENTIFIER_PATTERN[1:-1], written) or len(written) > LONGEST_IDENTIFIER
    ):
        raise UsageError(
            tell("`{id}` is no id, in the answer to `{key}`", id=written, key=key),
            tell("an id is lower-case words, digits and hyphens, as `street-office`"),
        )
    return GivenName(written, label)


def _names(key: str, answer: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"\s*[,;，；]\s*", answer):
        label, sign, written = part.partition("=")
        if not sign:
            raise UsageError(
                tell("`{answer}` is no answer to `{key}`", answer=part, key=key),
                tell("write it as `居委会=residents-committee`"),
            )
        yield label.strip(), written.strip()


def _choice(key: str, kind: str, answer: str) -> str:
    chosen = answer.strip().casefold()
    if chosen not in _CHOICES[kind]:
        options = ", ".join(f"`{one}`" for one in (*_CHOICES[kind], KEEP))
        raise UsageError(
            tell("`{answer}` is no answer to `{key}`", answer=answer, key=key),
            tell("it is one of {options}", options=options),
        )
    return chosen


def _cells(key: str, sheet: str, answer: str) -> Iterator[tuple[str, str]]:
    found = list(_CELL.finditer(answer))
    if not found:
        raise UsageError(
            tell("`{answer}` is no answer to `{key}`", answer=answer, key=key),
            tell("write `keep`, or what cells should say, as `C7=R`"),
        )
    for one, following in zip(found, [*found[1:], None], strict=True):
        text = answer[one.end() : following.start() if following else len(answer)].strip()
        name, mark, cell = one["place"].strip().rpartition("!")
        corner = cell_name(cell)
        if corner is not None:
            own = name if mark else sheet
            place = f"{corner[0]}{corner[1]}"
            yield f"{own}!{place}" if own else place, text
