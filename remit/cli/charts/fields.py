"""What stands in each field of a chart, and the notes below it, before any format draws them.

A field is a few pieces: letters with their share, subjects with theirs, a gap, an overlap. Each has
its words, its kind and its exact share, so that no format tells anything by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from remit.cli.pages.phrases import label_of, listed, values_phrase, witness_phrase
from remit.engine.chart.chart import NOBODY, Chart, Entry, Holding
from remit.engine.chart.reading import Witness
from remit.engine.chart.sides import Heading, Side
from remit.engine.language.constraints import format_constraint
from remit.engine.pack import Letter, Pack
from remit.engine.texts import Text
from remit.engine.wording import tell, tell_count
from remit.validators.words import flow, percent, witness_words

__all__ = ["Field", "Fields", "Note", "Piece", "fields_of"]

PieceKind = Literal["held", "part", "gap", "overlap", "load", "idle"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a field.

    Args:
        words: what is shown.
        share: of the cells of the field; `None` where there is none to tell.
        title: the same in a sentence, with the exact share.
        exact: the words for a table that is compared: names and fractions.
        note: number of the note with an event that shows it.
    """

    kind: PieceKind
    words: str
    title: str = ""
    share: Fraction | None = None
    exact: str = ""
    note: int | None = None

    @property
    def marked(self) -> str:
        """The words, with the number of the note."""
        return f"{self.words} [{self.note}]" if self.note else self.words


@dataclass(frozen=True, slots=True)
class Note:
    """A gap or an overlap, with an event that shows it.

    Args:
        where: row and column.
        words: how much of the field it is.
        witness: the event.
    """

    number: int
    kind: Literal["gap", "overlap"]
    where: tuple[str, str]
    words: str
    witness: str


@dataclass(frozen=True, slots=True)
class Field:
    """Pieces from top to bottom."""

    pieces: tuple[Piece, ...] = ()

    @property
    def fault(self) -> Literal["gap", "overlap"] | None:
        """The worst that is in it."""
        kinds = {piece.kind for piece in self.pieces}
        return "gap" if "gap" in kinds else "overlap" if "overlap" in kinds else None


@dataclass(frozen=True, slots=True)
class Fields:
    """A chart in words.

    Args:
        corner: what the rows are, and what the columns are.
        rows: labels.
        names: of the rows, as the policy has them.
        fields: by row, then by column.
        legend: what signs mean, a line each.
        summary: one line: how large the chart is, and what is wrong in it.
    """

    corner: tuple[str, str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    fields: tuple[tuple[Field, ...], ...]
    notes: tuple[Note, ...]
    legend: tuple[str, ...]
    summary: str
    remarks: tuple[str, ...]

    @property
    def has_faults(self) -> bool:
        """Whether there is any gap or overlap."""
        return bool(self.notes)


def fields_of(chart: Chart, pack: Pack, *, by_label: bool) -> Fields:
    """Return a chart in words.

    Args:
        by_label: whether activities, subjects and values are shown by their labels in the language
            spoken here, or by their names.
    """
    words = _Words(pack, by_label=by_label)
    rows = tuple(words.heading(chart.rows, each) for each in chart.rows.headings)
    columns = tuple(words.heading(chart.columns, each) for each in chart.columns.headings)
    notes: list[Note] = []
    fields: list[tuple[Field, ...]] = []
    for row, entries in zip(rows, chart.entries, strict=True):
        line = []
        for column, entry in zip(columns, entries, strict=True):
            pieces = []
            for piece in _pieces(entry, chart, words):
                note = _note(piece, entry, len(notes) + 1, (row, column), words)
                if note is not None:
                    notes.append(note)
                pieces.append(piece if note is None else replace(piece, note=note.number))
            line.append(Field(tuple(pieces)))
        fields.append(tuple(line))
    named = _Words(pack, by_label=False)
    return Fields(
        (words.side(chart.rows), words.side(chart.columns)),
        rows,
        columns,
        tuple(named.heading(chart.rows, each) for each in chart.rows.headings),
        tuple(named.heading(chart.columns, each) for each in chart.columns.headings),
        tuple(fields),
        tuple(notes),
        tuple(_legend(chart, fields)),
        _summary(chart),
        tuple(_remarks(chart, words)),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    pack: Pack
    by_label: bool

    def text(self, label: Text | None, name: str) -> str:
        return label_of(label, name) if self.by_label else name

    def heading(self, side: Side, heading: Heading) -> str:
        if side.kind == "subject" and heading.name == NOBODY:
            return tell("(nobody)") if self.by_label else "(nobody)"
        if heading.name:
            return self.text(heading.label, heading.name)
        dimension = self.pack.vocabulary.dimension(side.name)
        allowed = heading.allowed or dimension.everything()
        if self.by_label:
            return values_phrase(dimension, allowed)
        return flow(format_constraint(dimension, allowed))

    def side(self, side: Side) -> str:
        if not self.by_label:
            return side.name
        if side.kind == "activity":
            return tell("Activity")
        return tell("Subject") if side.kind == "subject" else label_of(side.label, side.name)

    def event(self, witness: Witness) -> str:
        if self.by_label:
            return witness_phrase(witness, self.pack.vocabulary)
        return witness_words(witness)

    def subject(self, name: str) -> str:
        found = self.pack.subjects.get(name)
        return self.text(None if found is None else found.label, name)

    def activity(self, name: str) -> str:
        return self.text(self.pack.vocabulary.activities[name].label, name)


def _pieces(entry: Entry, chart: Chart, words: _Words) -> list[Piece]:
    kinds = {chart.rows.kind, chart.columns.kind}
    if not entry.needed:
        return [Piece("idle", "–", tell("not needed here"), exact="not needed")]
    if kinds == {"activity", "subject"}:
        found = _letters(entry)
    elif kinds == {"subject", "dimension"}:
        found = _load(entry)
    else:
        found = [_holder(holding, entry.needed, words) for holding in entry.holdings]
    if entry.overlaps:
        share = Fraction(entry.overlaps, entry.needed)
        found.append(
            Piece(
                "overlap",
                tell("shared {share}", share=percent(share)),
                tell("several are accountable in {share}", share=_exactly(share)),
                share,
                f"overlap {share}",
            )
        )
    if entry.gaps:
        share = Fraction(entry.gaps, entry.needed)
        found.append(
            Piece(
                "gap",
                tell("gap {share}", share=percent(share)),
                tell("nobody is accountable in {share}", share=_exactly(share)),
                share,
                f"gap {share}",
            )
        )
    return found


def _letters(entry: Entry) -> list[Piece]:
    """Return the letters of a subject: those it has everywhere together, then the others.

    Who is accountable and responsible in as many cells has these two together, as most duties do.
    """
    whole = [each.letter for each in entry.holdings if each.count == entry.needed]
    counts = {each.letter: each.count for each in entry.holdings if each.letter not in whole}
    groups: list[tuple[int, list[Letter]]] = [(entry.needed, whole)] if whole else []
    for letter, count in counts.items():
        if letter == "responsible" and counts.get("accountable") == count:
            groups[-1][1].append(letter)
        else:
            groups.append((count, [letter]))
    found = []
    for count, letters in groups:
        signs = "".join(letter[0].upper() for letter in letters)
        share = Fraction(count, entry.needed)
        if share == 1:
            title = tell("everywhere")
            found.append(Piece("held", signs, title, share, signs))
        else:
            title = tell("in {share}", share=_exactly(share))
            words = f"{signs}* {percent(share)}"
            found.append(Piece("part", words, title, share, f"{signs}* {share}"))
    return found


def _holder(holding: Holding, needed: int, words: _Words) -> Piece:
    share = Fraction(holding.count, needed)
    subject = words.subject(holding.subject)
    if share == 1:
        return Piece("held", subject, tell("everywhere"), share, holding.subject)
    title = tell("in {share}", share=_exactly(share))
    shown = tell("{subject} {share}", subject=subject, share=percent(share))
    return Piece("part", shown, title, share, f"{holding.subject} {share}")


def _load(entry: Entry) -> list[Piece]:
    found = []
    for holding in entry.holdings:
        share = Fraction(holding.count, entry.needed)
        title = tell_count(
            "accountable for {number} activity, {share} of all that is needed",
            "accountable for {number} activities, {share} of all that is needed",
            entry.activities,
            share=_exactly(share),
        )
        words = tell("{number}: {share}", number=entry.activities, share=percent(share))
        found.append(Piece("load", words, title, share, f"{entry.activities}: {share}"))
    return found


def _exactly(share: Fraction) -> str:
    """Return a share with the fraction it is exactly, where the words round it."""
    if share in {0, 1}:
        return percent(share)
    return tell("{share} ({fraction})", share=percent(share), fraction=share)


def _note(
    piece: Piece, entry: Entry, number: int, where: tuple[str, str], words: _Words
) -> Note | None:
    """Return the note of a gap or an overlap; `None` for anything else."""
    if piece.kind == "gap" and entry.gap is not None:
        told = tell("nobody is accountable in {share}", share=_of(entry.gaps, entry))
        return Note(number, "gap", where, told, words.event(entry.gap))
    if piece.kind == "overlap" and entry.overlap is not None:
        told = tell("several are accountable in {share}", share=_of(entry.overlaps, entry))
        return Note(number, "overlap", where, told, words.event(entry.overlap))
    return None


def _of(count: int, entry: Entry) -> str:
    return tell(
        "{share} ({number} of {whole} cells)",
        share=percent(Fraction(count, entry.needed)),
        number=f"{count:,}",
        whole=f"{entry.needed:,}",
    )


def _legend(chart: Chart, fields: list[tuple[Field, ...]]) -> list[str]:
    kinds = {chart.rows.kind, chart.columns.kind}
    shown = {piece.kind for line in fields for field in line for piece in field.pieces}
    found = []
    if kinds == {"activity", "subject"}:
        found.append(tell("A accountable, R responsible, S supports, C consulted, I informed"))
    elif kinds == {"subject", "dimension"}:
        found.append(
            tell(
                "the number of activities for which a subject is accountable there, and its share "
                "of all that is needed"
            )
        )
    elif kinds == {"activity", "dimension"}:
        found.append(tell("who is accountable"))
    if "part" in shown:
        found.append(
            tell("* or a share: not everywhere, but in that share of where the activity is needed")
        )
    if "overlap" in shown:
        found.append(
            tell("shared: an overlap, several subjects are accountable for the same event")
        )
    if "gap" in shown:
        found.append(tell("gap: nobody is accountable"))
    if "idle" in shown:
        found.append(tell("–: not needed here"))
    return found


def _summary(chart: Chart) -> str:
    size = tell(
        "{rows} × {columns} fields",
        rows=len(chart.rows.headings),
        columns=len(chart.columns.headings),
    )
    gaps, overlaps = (_fault(part, chart.needed) for part in (chart.gaps, chart.overlaps))
    return tell(
        "{size}; gaps: {gaps}; overlaps: {overlaps}", size=size, gaps=gaps, overlaps=overlaps
    )


def _fault(part: int, whole: int) -> str:
    if not part:
        return tell("none")
    return tell("{share} of what is needed", share=percent(Fraction(part, whole)))


def _remarks(chart: Chart, words: _Words) -> list[str]:
    found = []
    if chart.activity is not None:
        found.append(
            tell("who is accountable for {activity}", activity=words.activity(chart.activity))
        )
    if chart.idle:
        found.append(
            tell(
                "not needed here: {activities}", activities=listed(map(words.activity, chart.idle))
            )
        )
    for name, reason in chart.unproved.items():
        found.append(
            tell("not proved: {activity}: {reason}", activity=words.activity(name), reason=reason)
        )
    return found
