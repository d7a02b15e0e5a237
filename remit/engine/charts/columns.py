"""Charts that are lists: parties named under heads such as `Accountable`, or one assignment a row.

The first has one activity a row and a column for each letter, with names in the cells; the second
has a column of activities, one of parties, and one of letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from remit.engine.charts.chart import Answers, Assignment, Chart, Question, Row, Setting
from remit.engine.charts.codes import is_nothing, is_strict, read_codes
from remit.engine.charts.heads import Kind, dimension_name, head_kind
from remit.engine.charts.legend import legend_of
from remit.engine.charts.meanings import word_meaning
from remit.engine.charts.sheet import Sheet, column_name
from remit.engine.charts.surroundings import places_words
from remit.engine.charts.table import with_merges_filled
from remit.engine.wording import tell

__all__ = ["read_columns"]

MOST_HEADS = 40
"""Rows looked at for the heads."""
MOST_LOOKED_AT = 500
"""Rows that tell what a column holds."""
_FEWEST = 2
_MOSTLY = 0.8
_HALF = 0.5
_SHORT = re.compile(r"[A-Z0-9][A-Z0-9/&.\-]{0,9}")
EVERY = {"all", "any", "every", "全部", "所有", "各阶段", "全过程", "全程"}
"""Words in a column of stages that leave the stage open."""
_BETWEEN = re.compile(r"\s*[,;、，；\n]\s*")


@dataclass(slots=True)
class _Heads:
    """What each column of a list holds."""

    row: int
    texts: Mapping[int, str]
    activity: int = -1
    party: int = -1
    letter: int = -1
    roles: dict[int, str] = field(default_factory=dict)
    stages: dict[int, str] = field(default_factory=dict)
    basis: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    rows: list[Row] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    parties: dict[str, str] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)


def read_columns(sheet: Sheet, answers: Answers) -> Chart | None:
    """Return the chart on a sheet that is a list; `None` if it is none."""
    filled = with_merges_filled(sheet)
    heads = _heads(filled, answers)
    if heads is None:
        return None
    body = _body(filled, heads)
    found = _Found()
    questions: list[Question] = []
    if heads.letter >= 0:
        _read_long(filled, heads, body, found, answers)
    else:
        split, asked = _splitter(filled, heads, body, answers)
        questions += asked
        _read_named(filled, heads, body, found, split)
    if not found.assignments:
        return None
    questions += _unread_questions(found)
    questions += _unread_columns(filled, heads, answers)
    aside = [
        (row, column)
        for row in filled.filled_rows()
        for column in range(len(filled.rows[row]))
        if (row < heads.row or row not in body) and filled.text(row, column)
    ]
    return Chart(
        rows=tuple(found.rows),
        assignments=tuple(found.assignments),
        parties=found.parties,
        dimensions=tuple(dict.fromkeys(heads.stages.values())),
        legend={**_head_legend(heads), **legend_of(filled, aside)},
        questions=tuple(questions),
        notes=_notes(sheet, heads),
    )


def _heads(sheet: Sheet, answers: Answers) -> _Heads | None:
    for row in list(sheet.filled_rows())[:MOST_HEADS]:
        texts = {
            column: text
            for column in range(len(sheet.rows[row]))
            if (text := sheet.text(row, column))
        }
        if len(texts) < _FEWEST + 1:
            continue
        found = _long(sheet, row, texts, answers) or _named(sheet, row, texts, answers)
        if found is not None:
            return found
    return None


def _kinds(sheet: Sheet, texts: Mapping[int, str], answers: Answers) -> dict[int, Kind | None]:
    """Return what each column holds, by its head or by what was answered."""
    kinds: dict[int, Kind | None] = {column: head_kind(text) for column, text in texts.items()}
    known: Mapping[str, Kind | None] = {
        "stage": "stage",
        "basis": "basis",
        "skip": "note",
        "activity": "activity",
        "party": "party",
        "letter": "letter",
    }
    for column in kinds:
        answer = answers.get(f"column/{sheet.name}!{column_name(column)}")
        if answer in known:
            kinds[column] = known[answer]
    return kinds


def _long(sheet: Sheet, row: int, texts: Mapping[int, str], answers: Answers) -> _Heads | None:
    kinds = _kinds(sheet, texts, answers)
    letters = [
        column
        for column, kind in kinds.items()
        if kind in {"letter", "party"} and _share_of_letters(sheet, row, column) >= _MOSTLY
    ]
    texts_in = [c for c in kinds if _share_of_letters(sheet, row, c, is_sure=True) < _HALF]
    parties = [c for c in texts_in if kinds[c] == "party" and c not in letters]
    activities = [c for c in texts_in if kinds[c] == "activity"]
    if len(letters) != 1 or not parties or not activities:
        return None
    found = _Heads(row, texts, activities[0], parties[0], letters[0])
    _others(found, kinds)
    return found


def _named(sheet: Sheet, row: int, texts: Mapping[int, str], answers: Answers) -> _Heads | None:
    kinds = _kinds(sheet, texts, answers)
    roles = {column: code for column, text in texts.items() if (code := _role_of(text)) is not None}
    roles = {
        column: code
        for column, code in roles.items()
        if _share_of_letters(sheet, row, column, is_sure=True) < _HALF
    }
    if len(set(roles.values())) < _FEWEST:
        return None
    activities = [c for c, kind in kinds.items() if kind == "activity" and c not in roles]
    if not activities and all(len(code) == 1 for code in roles.values()):
        # WHY: a row of letters in the middle of a chart looks like heads, too.
        return None
    if all(_share_of_letters(sheet, row, column) >= _MOSTLY for column in roles):
        return None
    rest = [c for c in texts if c not in roles and c < min(roles) and kinds[c] != "number"]
    if not activities and not rest:
        return None
    found = _Heads(row, texts, activities[0] if activities else rest[-1], roles=roles)
    _others(found, kinds)
    return found


def _others(found: _Heads, kinds: Mapping[int, Kind | None]) -> None:
    taken = {found.activity, found.party, found.letter, *found.roles}
    for column, kind in kinds.items():
        if column in taken or kind == "number":
            continue
        if kind == "stage":
            found.stages[column] = dimension_name(found.texts[column])
        elif kind == "basis":
            found.basis.append(column)
        else:
            found.unread.append(column)


def _role_of(text: str) -> str | None:
    """Return the letter or word of responsibility that a head is."""
    single = re.fullmatch(r"([A-Za-z])(?:\s*[(（:：=\-].*)?", text.strip())
    if single:
        return single[1].upper()
    word = word_meaning(text)
    return None if word is None else word[0]


def _head_legend(heads: _Heads) -> dict[str, str]:
    """Return what heads such as `R (Responsible)` say of their letter."""
    found: dict[str, str] = {}
    for column, code in heads.roles.items():
        rest = re.sub(r"^[A-Za-z]\s*[(（:：=\-]\s*", "", heads.texts[column]).strip("()（） ")
        if len(code) == 1 and word_meaning(rest) is not None:
            found[code] = rest
    return found


def _share_of_letters(sheet: Sheet, head: int, column: int, *, is_sure: bool = False) -> float:
    end = min(len(sheet.rows), head + 1 + MOST_LOOKED_AT)
    texts = [text for row in range(head + 1, end) if (text := sheet.text(row, column))]
    texts = [text for text in texts if not is_nothing(text)]
    codes = [(read_codes(text), text) for text in texts]
    letters = [text for found, text in codes if found and (not is_sure or is_strict(found, text))]
    return len(letters) / len(texts) if texts else 0.0


def _body(sheet: Sheet, heads: _Heads) -> set[int]:
    """Return the rows of the list: those with an activity and something beside it."""
    columns = [*heads.roles, *([heads.party, heads.letter] if heads.letter >= 0 else [])]
    rows = [row for row in sheet.filled_rows() if row > heads.row]
    filled = [row for row in rows if any(sheet.text(row, column) for column in columns)]
    last = filled[-1] if filled else heads.row
    named = {
        row
        for row in rows
        if row <= last and (sheet.text(row, heads.activity) or row in set(filled))
    }
    return {row for row in named if not _repeats(sheet, row, heads)}


def _repeats(sheet: Sheet, row: int, heads: _Heads) -> bool:
    return all(sheet.text(row, column) == text for column, text in heads.texts.items())


def _lines(sheet: Sheet, heads: _Heads, body: set[int]) -> Iterator[tuple[int, Row]]:
    last = ""
    stages: dict[int, str] = {}
    for row in sorted(body):
        last = sheet.text(row, heads.activity) or last or sheet.row_place(row)
        for column in heads.stages:
            stages[column] = sheet.text(row, column) or (
                stages.get(column, "") if not sheet.text(row, heads.activity) else ""
            )
        setting: Setting = tuple(
            (name, stages[column])
            for column, name in heads.stages.items()
            if stages[column].casefold() not in EVERY and not is_nothing(stages[column])
        )
        basis = "; ".join(filter(None, (sheet.text(row, column) for column in heads.basis)))
        yield row, Row(last, setting, sheet.row_place(row), "", basis)


def _read_long(
    sheet: Sheet, heads: _Heads, body: set[int], found: _Found, answers: Answers
) -> None:
    rows: dict[tuple[str, Setting], Row] = {}
    for at, row in _lines(sheet, heads, body):
        rows.setdefault((row.activity, row.setting), row)
        party, text = sheet.text(at, heads.party), sheet.text(at, heads.letter)
        place = sheet.place(at, heads.letter)
        codes = read_codes(text)
        if text.upper() in answers.letters:
            _add(found, row, party, (text.upper(),), place)
        elif codes is not None and party:
            _add(found, row, party, codes.codes, place)
        elif not is_nothing(text):
            found.unread.setdefault(text, []).append(place)
    found.rows.extend(rows.values())


def _add(found: _Found, row: Row, party: str, codes: tuple[str, ...], place: str) -> None:
    if not party:
        return
    found.parties.setdefault(party, place)
    found.assignments.append(Assignment(row.activity, party, codes, row.setting, place, row.basis))


def _read_named(
    sheet: Sheet,
    heads: _Heads,
    body: set[int],
    found: _Found,
    split: Callable[[str], Sequence[str]],
) -> None:
    for at, row in _lines(sheet, heads, body):
        found.rows.append(row)
        for column, code in heads.roles.items():
            text = sheet.raw(at, column).strip()
            if is_nothing(text):
                continue
            for party in split(text):
                _add(found, row, party, (code,), sheet.place(at, column))


def _splitter(
    sheet: Sheet, heads: _Heads, body: set[int], answers: Answers
) -> tuple[Callable[[str], Sequence[str]], tuple[Question, ...]]:
    """Return what takes a cell of names apart, and what to ask about it."""
    cells = [
        text
        for row in body
        for column in heads.roles
        if (text := sheet.raw(row, column).strip()) and not is_nothing(text)
    ]
    words = Counter(word for text in cells for word in re.split(r"[\s,;、，；]+", text) if word)
    short = [word for word in words if _SHORT.fullmatch(word)]
    is_short = len(short) >= _MOSTLY * len(words) > 0
    has_spaces = any(re.search(r"\S[ \t]+\S", text) for text in cells)
    key = f"names-apart/{sheet.name}"
    answer = answers.get(key)
    by_spaces = is_short and has_spaces and answer != "together"
    questions: tuple[Question, ...] = ()
    if is_short and has_spaces and not answer:
        questions = (
            Question(
                key,
                tell(
                    "names stand in one cell with spaces between, as `{cell}`", cell=_long_of(cells)
                ),
                tell("each word is a party, for they are short names in capitals"),
                tell("`keep`, or `together` if a cell is one name"),
            ),
        )
    return (_by_spaces if by_spaces else _by_signs), questions


def _long_of(cells: Sequence[str]) -> str:
    return max((" ".join(text.split()) for text in cells), key=len)


def _by_spaces(text: str) -> Sequence[str]:
    return [part for part in re.split(r"[\s,;、，；]+", text) if part]


def _by_signs(text: str) -> Sequence[str]:
    parts = _BETWEEN.split(text)
    return [" ".join(part.split()) for part in parts if part.strip() and not is_nothing(part)]


def _unread_questions(found: _Found) -> Iterator[Question]:
    for text, places in found.unread.items():
        yield Question(
            f"text/{text}",
            tell("`{text}` is no letter: {places}", text=text, places=places_words(places)),
            tell("nobody has a part by it"),
            tell(
                "what it means, as `consulted`, or `none`; or `CELL=LETTERS`, as `{cell}=R`",
                cell=places[0].rpartition("!")[2],
            ),
        )


def _notes(sheet: Sheet, heads: _Heads) -> tuple[str, ...]:
    note = (
        tell("`{sheet}`: one assignment a row", sheet=sheet.name)
        if heads.letter >= 0
        else tell("`{sheet}`: one activity a row, names under letters", sheet=sheet.name)
    )
    found = {
        text
        for column in heads.stages
        for row in range(heads.row + 1, len(sheet.rows))
        if (text := sheet.text(row, column)).casefold() in EVERY
    }
    words = ", ".join(f"`{text}`" for text in sorted(found))
    told = tell("`{sheet}`: {words} is every stage", sheet=sheet.name, words=words)
    return (note, told) if found else (note,)


def _unread_columns(sheet: Sheet, heads: _Heads, answers: Answers) -> Iterator[Question]:
    """Yield what to ask about columns that nothing is known of."""
    for column in heads.unread:
        if answers.get(f"column/{sheet.name}!{column_name(column)}"):
            continue
        yield Question(
            f"column/{sheet.name}!{column_name(column)}",
            tell("the column `{head}` is not known", head=heads.texts[column]),
            tell("it is not read"),
            tell("`stage` for a dimension, `basis` for the clause, or `skip`"),
        )
