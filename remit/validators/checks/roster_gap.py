"""roster-gap: nobody is on duty in hours in which a subject may have to answer."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING

from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Roster
from remit.engine.rosters import covered, meant
from remit.engine.vocabulary import DATE, Dimension
from remit.engine.wall_clock import DAY_S, Wall, points, wall_of
from remit.engine.wording import tell, tell_count
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.people import Bound, binding_duties, rosters_of
from remit.validators.words import duration_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["CHECK", "holes"]

NEVER = IntervalSet(())


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each subject whose rosters leave hours to nobody."""
    pack = context.pack
    rosters = rosters_of(pack)
    bound = binding_duties(pack, context.today) if rosters else {}
    for subject, found in rosters.items():
        if subject not in bound:
            continue
        try:
            walls = [
                wall_of(one.zone, context.today, pack.checks.means.roster_days) for one in found
            ]
        except zoneinfo.ZoneInfoNotFoundError:
            # WHY: a machine without the database cannot tell; the loader let the name pass too.
            continue
        open_hours = holes(found, walls)
        # WHY first: most rosters leave nothing open, and the map is asked for the others alone.
        if not open_hours:
            continue
        cells = Bound(subject, tuple(bound[subject])).cells(context)
        needed = _needed(cells, walls[0], context) if cells else NEVER
        gaps = [
            (low, high)
            for low, high in points(open_hours & needed)
            if high - low >= pack.checks.means.shortest_gap
        ]
        if gaps:
            yield Fault(_draft(subject, found[0], walls[0], gaps))


def holes(rosters: Sequence[Roster], walls: Sequence[Wall]) -> IntervalSet:
    """Return when nobody is on duty though somebody is meant to be, in seconds of UTC.

    Args:
        rosters: all of one subject: what one leaves open another may cover.
        walls: the wall clock of each.
    """
    wanted, there = NEVER, NEVER
    for roster, wall in zip(rosters, walls, strict=True):
        wanted |= meant(roster, wall)
        there |= covered(roster, wall)
    return wanted - there


def _needed(cells: CellSet, wall: Wall, context: Context) -> IntervalSet:
    """Return when the subject may have to answer: by the days, and by parts of the day."""
    by_time = [
        one
        for one in context.pack.vocabulary.dimensions.values()
        if one.derive is not None and one.derive.source == "time"
    ]
    found = []
    for low, high in _parts(by_time):
        seconds = IntervalSet.indexes(low, high)
        values = {one.name: value for one in by_time if (value := _value(one, seconds)) is not None}
        event = Event(values)
        then = cells & context.map.cells_of_event(event) if values else cells
        if then:
            found.append(wall.hours(_dates(then), seconds))
    return reduce(or_, found, NEVER)


def _parts(dimensions: Sequence[Dimension]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a day that no dimension tells the times of apart."""
    cuts = {0, DAY_S}
    for dimension in dimensions:
        for _, allowed in dimension.derive.rules if dimension.derive else ():
            cuts.update(int(cut.value) for cut in allowed.cuts())
    yield from pairwise(sorted(cut for cut in cuts if cut <= DAY_S))


def _value(dimension: Dimension, seconds: IntervalSet) -> str | None:
    derive = dimension.derive
    if derive is None:
        return None
    return next((value for value, allowed in derive.rules if seconds <= allowed), derive.otherwise)


def _dates(cells: CellSet) -> IntervalSet:
    """Return the days, by ordinal, on which some of the cells may be."""
    from remit.engine.map.counting import ranges_of

    axes = cells.ground.space.axes
    at = next(index for index, axis in enumerate(axes) if axis.name == DATE)
    return axes[at].allowed(ranges_of(cells.region().box[at]))


def _draft(subject: str, roster: Roster, wall: Wall, gaps: Sequence[tuple[int, int]]) -> Finding:
    utc = wall_of("UTC", wall.first, wall.days)
    low, high = gaps[0]
    lost = sum(end - start for start, end in gaps)
    return CHECK.draft(
        tell(
            "nobody is on duty for `{subject}` in some hours of the next {days} days",
            subject=subject,
            days=wall.days,
        ),
        roster.span,
        label=tell("leaves hours open"),
        subjects=(subject,),
        notes=(
            tell(
                "the first gap: {start} to {end} ({zone}), that is {start_utc} to {end_utc} UTC",
                start=wall.local(low),
                end=wall.local(high),
                zone=roster.zone,
                start_utc=utc.local(low),
                end_utc=utc.local(high),
            ),
            tell_count(
                "it is the only one, `{time}`",
                "{number} gaps, `{time}` in all",
                len(gaps),
                time=duration_words(lost),
            ),
        ),
        help=tell("add a shift, or tell under `covers` which hours the roster is meant for"),
    )


CHECK = Check(
    code="K402",
    name="roster-gap",
    level="warning",
    family="people and reserves",
    summary="nobody is on duty in hours in which a subject may have to answer",
    faults=faults,
    options=frozenset({"days", "shortest"}),
)
