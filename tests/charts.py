"""Charts for tests: sheets from text, and what a draft says in the letters people write."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import product

from remit.engine.charts.chart import Answers
from remit.engine.charts.draft import Draft, Region
from remit.engine.charts.reading import read_sheets
from remit.engine.charts.sheet import Sheet

__all__ = ["draft", "keys", "letters", "sheet"]

INITIALS = {
    "accountable": "A",
    "responsible": "R",
    "supports": "S",
    "consulted": "C",
    "informed": "I",
}


def sheet(text: str, name: str = "s") -> Sheet:
    """A sheet of rows of cells with `|` between; spaces around a cell are taken off."""
    rows = csv.reader(text.strip("\n").splitlines(), delimiter="|")
    return Sheet(name, tuple(tuple(cell.strip() for cell in row) for row in rows))


def draft(*texts: str, answers: Answers | None = None) -> Draft:
    """The draft of the sheets `s`, `s2`, ... with these texts."""
    sheets = [sheet(text, "s" if not at else f"s{at + 1}") for at, text in enumerate(texts)]
    found = read_sheets(sheets, answers or Answers())
    assert found is not None
    return found


def letters(found: Draft) -> dict[str, dict[str, str]]:
    """What each activity's parties have: `gate@early` to `{"rc": "AR"}`; labels, not ids."""
    labels = {one.id: one.label for one in found.activities}
    told: dict[str, dict[str, str]] = {}
    for subject in found.subjects:
        for duty in subject.duties:
            for cell in _cells(found, duty.when):
                name = "@".join(filter(None, (labels[duty.activity], cell)))
                written = "".join(INITIALS[letter] for letter in duty.letters)
                had = told.setdefault(name, {}).get(subject.label, "")
                told[name][subject.label] = "".join(
                    one for one in INITIALS.values() if one in had + written
                )
    return told


def keys(found: Draft) -> set[str]:
    """The keys of the open questions."""
    return {one.key for one in found.questions}


def _cells(found: Draft, when: Region) -> list[str]:
    if not found.dimensions:
        return [""]
    boxes: list[Mapping[str, tuple[str, ...]]] = [*when] or [{}]
    cells: list[str] = []
    for box in boxes:
        sides = [
            [one.values[value] for value in box.get(one.name, tuple(one.values))]
            for one in found.dimensions
        ]
        cells.extend("/".join(cell) for cell in product(*sides))
    return list(dict.fromkeys(cells))
