"""The responsibility chart of a compiled pack: who has which letter, along any two sides.

Every number is an exact count of cells (`Axis.weights` tells what counts as one). What an entry
counts depends on the sides:

- activity and subject: the subject's letters, in the cells where the activity is needed;
- activity and a dimension: who is accountable, in the cells of that value;
- subject and a dimension: for how much the subject is accountable there, over all activities;
- two dimensions: who is accountable for one activity.

Who is accountable or responsible everywhere is one diagram an activity, of which every entry is one
pass; other letters add up, so these cost a diagram for each subject that may have one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from remit.engine.chart.reading import Box, Reading, Witness
from remit.engine.chart.sides import Heading, Side
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS, Letter

__all__ = ["NOBODY", "Chart", "Entry", "Holding", "chart_of"]

NOBODY = ""
"""Name of the row or column that tells where nobody is accountable."""
_ORDER = ("activity", "subject", "dimension")


@dataclass(frozen=True, slots=True)
class Holding:
    """A subject's letter, and in how many cells of the entry it has it."""

    letter: Letter
    subject: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the chart.

    Args:
        needed: cells where the activity is needed; of several activities, their sum.
        holdings: by letter, then the largest first.
        gaps: cells of `needed` where nobody is accountable.
        overlaps: cells where two or more are; of a subject, where it is one of them.
        gap: one of the cells of `gaps`, as a full event.
        overlap: one of the cells of `overlaps`.
        activities: how many activities `holdings` are about.
    """

    needed: int = 0
    holdings: tuple[Holding, ...] = ()
    gaps: int = 0
    overlaps: int = 0
    gap: Witness | None = None
    overlap: Witness | None = None
    activities: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows and columns with an entry for each pair of them.

    Args:
        entries: by row, then by column.
        activity: the one it is about, where that stands along neither side.
        idle: activities of the side that are needed nowhere in the box; they have no row.
        needed: cells where activities are needed, summed over these.
        gaps: those where nobody is accountable.
        overlaps: those where several are.
        unproved: activities that could not be told within the budget, with the reason.
    """

    rows: Side
    columns: Side
    entries: tuple[tuple[Entry, ...], ...]
    activity: str | None = None
    idle: tuple[str, ...] = ()
    needed: int = 0
    gaps: int = 0
    overlaps: int = 0
    unproved: Mapping[str, str] = field(default_factory=dict)


def chart_of(
    map_: ResponsibilityMap,
    rows: Side,
    columns: Side,
    box: Box,
    *,
    activities: Sequence[str],
    letters: Iterable[Letter] = LETTERS,
) -> Chart:
    """Return a chart of the cells of a box.

    Args:
        rows: neither both sides of activities nor both of subjects.
        box: a mask an axis, in the order of the map's space.
        activities: those it is about; just one where both sides are dimensions.
        letters: those shown where the sides are activities and subjects.

    Raises:
        ValueError: if both sides are of activities, or both of subjects.
    """
    if _ORDER.index(rows.kind) > _ORDER.index(columns.kind):
        turned = chart_of(map_, columns, rows, box, activities=activities, letters=letters)
        entries = tuple(zip(*turned.entries, strict=True)) or tuple(() for _ in rows.headings)
        return replace(turned, rows=turned.columns, columns=turned.rows, entries=entries)
    wanted = frozenset(letters)
    counting = _Counting(
        Reading(map_, box, activities), tuple(each for each in LETTERS if each in wanted)
    )
    reading = counting.reading
    if rows.kind == "activity":
        kept = tuple(each for each in rows.headings if each.name in reading.activities)
        rows = replace(rows, headings=kept)
    totals = [reading.total(activity) for activity in reading.activities]
    gaps = sum(total.gaps for total in totals)
    if gaps and rows.kind == "subject":
        rows = _with_nobody(rows)
    if gaps and columns.kind == "subject":
        columns = _with_nobody(columns)
    entry_of = counting.way(rows, columns)
    return Chart(
        rows,
        columns,
        tuple(tuple(entry_of(row, column) for column in columns.headings) for row in rows.headings),
        activity=activities[0] if rows.kind == columns.kind == "dimension" else None,
        idle=reading.idle,
        needed=sum(total.needed for total in totals),
        gaps=gaps,
        overlaps=sum(total.overlaps for total in totals),
        unproved=reading.unproved,
    )


def _with_nobody(side: Side) -> Side:
    return replace(side, headings=(*side.headings, Heading(NOBODY)))


@dataclass(frozen=True, slots=True)
class _Counting:
    """The ways of making an entry, each with its row and its column."""

    reading: Reading
    letters: tuple[Letter, ...]

    def way(self, rows: Side, columns: Side) -> Callable[[Heading, Heading], Entry]:
        """Return the way of two sides, in the order of `_ORDER`."""
        match rows.kind, columns.kind:
            case "activity", "subject":
                return self._of_subject
            case "activity", "dimension":
                return lambda row, column: self._of_value(
                    row.name, self.reading.at(columns.name, column)
                )
            case "subject", "dimension":
                loads = {
                    column: self._loads(self.reading.at(columns.name, column))
                    for column in columns.headings
                }
                return lambda row, column: loads[column].get(row.name, loads[column][None])
            case "dimension", "dimension":
                activity = self.reading.about[0]
                return lambda row, column: self._of_value(
                    activity,
                    self.reading.at(columns.name, column, self.reading.at(rows.name, row)),
                )
        raise ValueError(f"{rows.kind} and {columns.kind}")

    def _of_subject(self, row: Heading, column: Heading) -> Entry:
        """Return the letters of a subject for an activity."""
        activity, subject = row.name, column.name
        reading = self.reading
        total = reading.total(activity)
        if subject == NOBODY:
            gap = reading.gap(activity) if total.gaps else None
            return Entry(total.needed, gaps=total.gaps, gap=gap)
        holdings = tuple(
            Holding(letter, subject, count)
            for letter in self.letters
            if (count := reading.held(activity, letter, subject))
        )
        overlaps = 0
        if any(holding.letter == "accountable" for holding in holdings):
            overlaps = total.shared.get(subject, 0)
        overlap = reading.overlap(activity, subject=subject) if overlaps else None
        return Entry(total.needed, holdings, overlaps=overlaps, overlap=overlap, activities=1)

    def _of_value(self, activity: str, box: Box) -> Entry:
        """Return who is accountable for an activity in a box."""
        reading = self.reading
        found = reading.counted(activity, box)
        return Entry(
            found.needed,
            _ranked(found.held),
            found.gaps,
            found.overlaps,
            reading.gap(activity, box) if found.gaps else None,
            reading.overlap(activity, box) if found.overlaps else None,
            activities=1,
        )

    def _loads(self, box: Box) -> dict[str | None, Entry]:
        """Return how much each subject is accountable for in a box; `None` is anybody else."""
        reading = self.reading
        needed = 0
        found: dict[str, Entry] = {}
        for activity in reading.activities:
            here = reading.counted(activity, box)
            needed += here.needed
            if here.gaps:
                before = found.get(NOBODY, Entry())
                gap = before.gap or reading.gap(activity, box)
                found[NOBODY] = replace(before, gaps=before.gaps + here.gaps, gap=gap)
            for subject, count in here.held.items():
                shared = here.shared.get(subject, 0)
                found[subject] = self._heavier(found, activity, subject, count, shared, box)
        loads: dict[str | None, Entry] = {None: Entry(needed)}
        loads.update((name, replace(entry, needed=needed)) for name, entry in found.items())
        return loads

    def _heavier(
        self,
        found: Mapping[str, Entry],
        activity: str,
        subject: str,
        count: int,
        shared: int,
        box: Box,
    ) -> Entry:
        before = found.get(subject, Entry())
        sum_ = count + sum(holding.count for holding in before.holdings)
        witness = before.overlap
        if shared and witness is None:
            witness = self.reading.overlap(activity, box, subject)
        return replace(
            before,
            holdings=(Holding("accountable", subject, sum_),),
            overlaps=before.overlaps + shared,
            overlap=witness,
            activities=before.activities + 1,
        )


def _ranked(by_subject: Mapping[str, int]) -> tuple[Holding, ...]:
    ranked = sorted(by_subject.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Holding("accountable", subject, count) for subject, count in ranked)
