"""What a chart is asked for: its sides, and the part of the event space it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from remit.cli.budgets import proof_budget
from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean, typed_value
from remit.cli.pages.phrases import region_phrase
from remit.engine.chart.chart import Chart, chart_of
from remit.engine.chart.sides import (
    Side,
    activity_side,
    deepest,
    known_sides,
    narrowed,
    subject_side,
    value_side,
    whole_box,
)
from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import format_constraint, parse_constraint
from remit.engine.language.flaws import FlawError
from remit.engine.map.counting import Mask
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import LETTERS, Letter, Pack
from remit.engine.wording import tell
from remit.validators.words import flow

__all__ = ["Filter", "compiled_for", "filter_lines", "read_chart", "read_filter", "read_letters"]

MOST_HEADINGS = 2_000
"""Rows or columns of a chart; more are read by nobody, and no spreadsheet shows them well."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The part of the event space that is asked about, and whose.

    Args:
        values: what each dimension may be; one that is not there may be anything.
        activities: names; all where there are none.
        subjects: names; all where there are none.
    """

    values: dict[str, IntervalSet]
    activities: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def condition(self, pack: Pack) -> Condition:
        """Return the same as a condition, for the map to be cut by."""
        box = {name: Constraint(allowed, pack.span) for name, allowed in self.values.items()}
        return Condition((Box(box, pack.span),), pack.span)

    def box(self, map_: ResponsibilityMap) -> tuple[Mask, ...]:
        """Return the same as atoms of a map that was cut by it."""
        space = map_.compiled.space
        found = whole_box(space)
        for name, allowed in self.values.items():
            found = narrowed(found, space, name, allowed)
        return found


def read_filter(written: Sequence[str], pack: Pack) -> Filter:
    """Return what `--where` asks for, from texts such as `stage=early` or `level=iii..`.

    Several of one dimension are any of them.

    Raises:
        UsageError: if one is malformed or names what there is not.
    """
    values: dict[str, IntervalSet] = {}
    names: dict[str, list[str]] = {"activity": [], "subject": []}
    for text in written:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise UsageError(
                tell("`--where {text}` has no `=`", text=text),
                tell("write it as `--where stage=early`"),
            )
        if name in names:
            known = pack.vocabulary.activities if name == "activity" else pack.subjects
            names[name].append(_known(name, value, known))
            continue
        allowed = _allowed(name, value, pack)
        values[name] = values[name] | allowed if name in values else allowed
    return Filter(values, tuple(names["activity"]), tuple(names["subject"]))


def compiled_for(pack: Pack, asked: Filter) -> ResponsibilityMap:
    """Return the map of a pack, cut where a filter has its bounds."""
    return compile_pack(pack, further=(asked.condition(pack),), budget=proof_budget())


def read_chart(
    map_: ResponsibilityMap, rows: str, columns: str, asked: Filter, letters: Iterable[Letter]
) -> Chart:
    """Return the chart that is asked for.

    Raises:
        UsageError: if the sides are none, or do not go together.
    """
    pack = map_.pack
    box = asked.box(map_)
    down, across = (_side(text, map_, asked, box) for text in (rows, columns))
    if down.name == across.name:
        raise UsageError(tell("rows and columns are both `{side}`", side=down.name))
    for side in (down, across):
        if len(side.headings) > MOST_HEADINGS:
            raise UsageError(
                tell(
                    "`{side}` has {number} values, and a chart takes {most}",
                    side=side.name,
                    number=len(side.headings),
                    most=MOST_HEADINGS,
                ),
                tell("narrow it with `--where`, or choose a depth of a tree: `place:2`"),
            )
    activities = asked.activities or tuple(pack.vocabulary.activities)
    if down.kind == across.kind == "dimension":
        activities = _one_activity(asked, pack)
    return chart_of(map_, down, across, box, activities=activities, letters=letters)


def read_letters(text: str) -> tuple[Letter, ...]:
    """Return the letters of a text such as `AR`.

    Raises:
        UsageError: if one is no letter.
    """
    known = {letter[0].upper(): letter for letter in LETTERS}
    for sign in text.upper():
        if sign not in known:
            raise UsageError(
                tell("there is no letter `{sign}`", sign=sign),
                tell("known: {signs}", signs=", ".join(f"`{each}`" for each in known)),
            )
    return tuple(letter for sign, letter in known.items() if sign in text.upper())


def _one_activity(asked: Filter, pack: Pack) -> tuple[str, ...]:
    found = asked.activities or ((pack.lead,) if pack.lead else ())
    if len(found) != 1:
        raise UsageError(
            tell("a chart of two dimensions is about one activity"),
            tell("name it: `--where activity=NAME`"),
        )
    return found


def _side(text: str, map_: ResponsibilityMap, asked: Filter, box: Sequence[Mask]) -> Side:
    name, colon, depth = text.partition(":")
    pack = map_.pack
    _known("side", name, known_sides(pack.vocabulary))
    if name in {"activity", "subject"}:
        if colon:
            raise UsageError(tell("`{name}` has no depth", name=name))
        if name == "activity":
            return activity_side(pack, asked.activities)
        return subject_side(pack, asked.subjects)
    (at,) = (at for at, axis in enumerate(map_.compiled.space.axes) if axis.name == name)
    axis = map_.compiled.space.axes[at]
    if not colon:
        return value_side(axis, None, box[at])
    if axis.dimension.kind != "tree":
        raise UsageError(tell("`{name}` is no tree, so it has no depth", name=name))
    most = deepest(axis.dimension)
    if depth != "leaves" and not (depth.isascii() and depth.isdigit() and 1 <= int(depth) <= most):
        raise UsageError(
            tell("`{depth}` is no depth of `{name}`", depth=depth, name=name),
            tell("a number from 1 to {most}, or `leaves`", most=most),
        )
    return value_side(axis, most if depth == "leaves" else int(depth), box[at])


def _allowed(name: str, value: str, pack: Pack) -> IntervalSet:
    known = known_sides(pack.vocabulary)
    dimension = pack.vocabulary.dimension(_known("side", name, known))
    try:
        return parse_constraint(dimension, typed_value(value, dimension))
    except FlawError as error:
        flaw = error.flaws[0]
        help_ = flaw.help or did_you_mean(flaw.word, flaw.names) if flaw.word else flaw.help
        raise UsageError(
            flaw.message,
            help_ or (tell("expected {what}", what=flaw.expected) if flaw.expected else ""),
        ) from error


def _known(kind: str, name: str, known: Iterable[str]) -> str:
    if name in set(known):
        return name
    if kind == "activity":
        message = tell("there is no activity `{name}`", name=name)
    elif kind == "subject":
        message = tell("there is no subject `{name}`", name=name)
    else:
        message = tell("there is no dimension `{name}`", name=name)
    raise UsageError(message, did_you_mean(name, known))


def filter_lines(asked: Filter, pack: Pack, *, by_label: bool) -> tuple[str, ...]:
    """Return what a filter says, in words; one line, or none where it asks for everything."""
    vocabulary = pack.vocabulary
    if by_label:
        told = [region_phrase(asked.values, vocabulary)] if asked.values else []
    else:
        told = [
            f"{name}={flow(format_constraint(vocabulary.dimension(name), allowed))}"
            for name, allowed in asked.values.items()
        ]
    return (tell("where {what}", what="; ".join(told)),) if told else ()
