"""What a table of letters holds besides letters: texts, footnotes, days, merges, colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from remit.engine.charts.chart import Answers, Question
from remit.engine.charts.codes import is_nothing
from remit.engine.charts.sheet import Sheet, column_name
from remit.engine.charts.table import Table
from remit.engine.wording import tell, tell_count

__all__ = ["cell_questions", "places_words", "sheet_questions"]

MOST_SHOWN = 6
"""Places named in one question; the rest are counted."""


def cell_questions(table: Table, answers: Answers) -> Iterator[Question]:
    """Yield what to ask about the cells of a table."""
    yield from _unread_texts(table, answers)
    yield from _footnotes(table)
    yield from _days(table)
    yield from _merged_letters(table)
    yield from _colours(table)


def sheet_questions(sheet: Sheet) -> Iterator[Question]:
    """Yield what to ask about comments, and about rows and columns that are not shown."""
    if sheet.comments:
        yield Question(
            f"comments/{sheet.name}",
            tell_count(
                "{number} cell of the workbook has a comment",
                "{number} cells of the workbook have a comment",
                sheet.comments,
            ),
            tell("comments say nothing"),
            tell("`keep`, or cells that are otherwise, as `C7=A, D7=R`"),
        )
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return
    places = [str(row + sheet.first_row) for row in sorted(sheet.hidden_rows)]
    columns = [column_name(column) for column in sorted(sheet.hidden_columns)]
    yield Question(
        f"hidden/{sheet.name}",
        tell("rows or columns are hidden: {places}", places=places_words([*places, *columns])),
        tell("they are read as if they were shown"),
        tell("`skip` leaves them out; or the option `--hidden skip`"),
    )


def places_words(places: Sequence[str], most: int = MOST_SHOWN) -> str:
    """Return places in a line, of many only the first."""
    shown = ", ".join(places[:most])
    more = len(places) - most
    return tell("{places} and {more} more", places=shown, more=more) if more > 0 else shown


def _unread_texts(table: Table, answers: Answers) -> Iterator[Question]:
    found: dict[str, list[str]] = {}
    for row in table.rows:
        for column in table.letters:
            text = table.sheet.text(row, column)
            is_head = text == table.sheet.text(table.head, column)
            if not text or is_head or is_nothing(text) or (row, column) in table.codes:
                continue
            if text.upper() not in answers.letters:
                found.setdefault(text, []).append(table.sheet.place(row, column))
    for text, places in found.items():
        yield Question(
            f"text/{text}",
            tell("`{text}` is no letter: {places}", text=text, places=places_words(places)),
            tell("nobody has a part by it"),
            tell(
                "what it means, as `consulted`, or `none`; or `CELL=LETTERS`, as `{cell}=R`",
                cell=places[0].rpartition("!")[2],
            ),
        )


def _footnotes(table: Table) -> Iterator[Question]:
    rows, letters = table.rows, set(table.letters)
    places = [
        f"{table.sheet.place(*at)} `{table.sheet.text(*at)}`"
        for at, found in table.codes.items()
        if found.mark and at[0] in rows and at[1] in letters
    ]
    if places:
        yield Question(
            f"footnotes/{table.sheet.name}",
            tell("letters carry a mark: {places}", places=places_words(places)),
            tell("the letters count, the marks are left out"),
            tell("`keep`, or cells that are otherwise, as `C7=A, D7=-`"),
        )


def _days(table: Table) -> Iterator[Question]:
    inside = {*table.labels, *table.letters}
    places = [
        f"{table.sheet.place(*at)} `{table.sheet.text(*at)}`"
        for at in sorted(table.sheet.dates)
        if table.head <= at[0] < table.rows.stop and at[1] in inside
    ]
    if places:
        yield Question(
            f"dates/{table.sheet.name}",
            tell("cells hold a day where a text was meant: {places}", places=places_words(places)),
            tell("the day is the text"),
            tell("what the cells should say, as `A4=3-4`"),
        )


def _merged_letters(table: Table) -> Iterator[Question]:
    letters = set(table.letters)
    places = [
        f"{table.sheet.place(one.top, one.left)} `{table.sheet.text(one.top, one.left)}`"
        for one in table.sheet.merges
        if one.top in table.rows and one.left in letters and (one.top, one.left) in table.codes
    ]
    if places:
        yield Question(
            f"merged/{table.sheet.name}",
            tell("letters stand in merged cells: {places}", places=places_words(places)),
            tell("each holds for every row and column that the merge covers"),
            tell("`keep`, or cells that are otherwise, as `C7=A, C8=-`"),
        )


def _colours(table: Table) -> Iterator[Question]:
    """Ask where a colour may say something that no letter says."""
    fills = {
        at: colour
        for at, colour in table.sheet.fills.items()
        if at[0] in table.rows and at[1] in table.letters
    }
    if not fills or _is_decoration(table, fills):
        return
    places = [table.sheet.place(*at) for at in sorted(fills)]
    yield Question(
        f"colours/{table.sheet.name}",
        tell("cells are coloured: {places}", places=places_words(places)),
        tell("colours say nothing"),
        tell("`keep`, or cells that are otherwise, as `C7=A, D7=R`"),
    )


def _is_decoration(table: Table, fills: Mapping[tuple[int, int], str]) -> bool:
    """Return whether the colour follows from the text, the row, or the column."""
    cells = [(row, column) for row in table.rows for column in table.letters]
    for part in (
        lambda at: table.sheet.text(*at),
        lambda at: at[0],
        lambda at: at[1],
    ):
        seen: dict[object, str] = {}
        if all(seen.setdefault(part(at), fills.get(at, "")) == fills.get(at, "") for at in cells):
            return True
    return False
