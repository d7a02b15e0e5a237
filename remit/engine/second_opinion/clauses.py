"""What a pack says of single events, clause by clause: the part the second engine matches.

Five kinds: a duty's `when` with its days, its `unless`, where an activity is needed, where it is
unowned on purpose, what is impossible. Exceptions and precedence are no clauses; see
`judgement.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from remit.engine.conditions import Condition
from remit.engine.pack import Duty, Pack, Validity
from remit.engine.second_opinion.lines import Line, Stretches, lines_of
from remit.engine.vocabulary import DATE

__all__ = ["Clause", "Kind", "Plain", "clauses_of", "plain_boxes", "within"]

Kind = Literal["duty", "unless", "needed", "unowned", "impossible"]
Plain = Mapping[str, Stretches]
"""One box: positions by dimension; a dimension that is not there may be anything."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that holds of an event or does not.

    Args:
        name: the duty's full name for the first two kinds, else the activity; empty for
            `impossible`.
        activity: what it is asked together with; empty for `impossible`.
        boxes: it holds in any of them.
    """

    kind: Kind
    name: str
    activity: str
    boxes: tuple[Plain, ...]


def clauses_of(pack: Pack) -> tuple[Mapping[str, Line], tuple[Clause, ...]]:
    """Return the lines of a pack's dimensions and all its clauses, by activity."""
    lines = lines_of(pack, _conditions(pack))
    vocabulary = pack.vocabulary
    found: list[Clause] = []
    for name, activity in vocabulary.activities.items():
        found.append(Clause("needed", name, name, plain_boxes(activity.needed, lines)))
    for entry in vocabulary.unowned:
        boxes = plain_boxes(entry.when, lines)
        found.append(Clause("unowned", entry.activity, entry.activity, boxes))
    for duty in pack.duties():
        found.append(Clause("duty", duty.name, duty.activity, _duty_boxes(duty, lines)))
        if duty.unless is not None:
            boxes = plain_boxes(duty.unless, lines)
            found.append(Clause("unless", duty.name, duty.activity, boxes))
    found += [
        Clause("impossible", "", "", plain_boxes(condition, lines))
        for condition in vocabulary.impossible
    ]
    return lines, tuple(sorted(found, key=lambda clause: clause.activity))


def plain_boxes(condition: Condition, lines: Mapping[str, Line]) -> tuple[Plain, ...]:
    """Return a condition as boxes of positions; what allows everything is left out."""
    boxes = []
    for box in condition.boxes:
        found = {
            name: lines[name].stretches(constraint.allowed)
            for name, constraint in box.constraints.items()
        }
        boxes.append({name: one for name, one in found.items() if one != lines[name].everything()})
    return tuple(boxes)


def within(valid: Validity, line: Line) -> Stretches:
    """Return the days of a validity; an open end is the end of the line."""
    low = line.low if valid.start is None else valid.start.toordinal()
    high = line.high if valid.end is None else valid.end.toordinal()
    return ((low, high),) if low <= high else ()


def _duty_boxes(duty: Duty, lines: Mapping[str, Line]) -> tuple[Plain, ...]:
    boxes = plain_boxes(duty.when, lines)
    if duty.valid is None:
        return boxes
    days = within(duty.valid, lines[DATE])
    dated = ({**box, DATE: _common(box.get(DATE, days), days)} for box in boxes)
    return tuple(box for box in dated if box[DATE])


def _common(mine: Stretches, theirs: Stretches) -> Stretches:
    pairs = ((max(a, c), min(b, d)) for a, b in mine for c, d in theirs)
    return tuple((low, high) for low, high in pairs if low <= high)


def _conditions(pack: Pack) -> Iterator[Condition]:
    vocabulary = pack.vocabulary
    yield from (activity.needed for activity in vocabulary.activities.values())
    yield from (entry.when for entry in vocabulary.unowned)
    yield from vocabulary.impossible
    for duty in pack.duties():
        yield duty.when
        if duty.unless is not None:
            yield duty.unless
