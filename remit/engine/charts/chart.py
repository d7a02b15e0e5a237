"""A chart as it was understood: activities, parties, who has which letter, and what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.engine.pack import Letter

__all__ = [
    "KEEP",
    "Answers",
    "Assignment",
    "Chart",
    "GivenName",
    "Question",
    "Row",
    "Setting",
]

Setting = tuple[tuple[str, str], ...]
"""What a row or column of the chart holds in: pairs of a dimension and a value, as labels."""

KEEP = "keep"
"""The answer that settles a question as it was assumed."""


@dataclass(frozen=True, slots=True)
class Row:
    """An activity in a setting: one row of the chart, or one column if it is turned.

    Args:
        activity: its label.
        place: of the row, or of the cell that names it.
        section: the heading above it, or empty.
        basis: the clause named beside it, or empty.
    """

    activity: str
    setting: Setting
    place: str
    section: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one cell says: a party has letters for an activity.

    Args:
        codes: the letters as the chart has them: `A`, `R`, or a word.
        place: the cell.
    """

    activity: str
    party: str
    codes: tuple[str, ...]
    setting: Setting
    place: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something the chart does not decide.

    Args:
        key: its name, the same in every run: `letter/S`, `cell/Sheet1!C7`.
        found: what the chart says.
        assumed: what the draft says meanwhile.
        answer: how to answer, in words.
    """

    key: str
    found: str
    assumed: str
    answer: str


@dataclass(frozen=True, slots=True)
class GivenName:
    """The name of a party, an activity or a stage, as a person gave it; empty parts are open."""

    id: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, on the command line or in a file.

    Args:
        letters: meaning of a letter or word, by code in upper case.
        names: what to call the things of the chart, by label.
        cells: corrected texts, by place.
        settled: all other answers, by the key of the question; `keep` settles it as assumed.
    """

    letters: Mapping[str, tuple[Letter, ...]] = field(default_factory=dict)
    names: Mapping[str, GivenName] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str:
        """Return the answer to a question, or nothing."""
        return self.settled.get(key, "")


@dataclass(frozen=True, slots=True)
class Chart:
    """What was read of one sheet, or of several together.

    Args:
        parties: labels in the order of the chart, with the place of each.
        dimensions: names of dimensions that settings use, in order.
        legend: what the chart itself says a letter means, by code.
        questions: in the order of the chart.
        notes: what was understood and needs no answer, one sentence each.
        groups: the heading above a party, by party.
    """

    rows: tuple[Row, ...]
    assignments: tuple[Assignment, ...]
    parties: Mapping[str, str]
    dimensions: tuple[str, ...] = ()
    legend: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
