"""What to say where nobody has a letter: where the nearest duty stops, and what to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from remit.engine.letter_words import letter_word
from remit.engine.pack import Duty, Letter
from remit.engine.spans import Related
from remit.engine.wording import tell, tell_count
from remit.validators.check import Context
from remit.validators.edits import Cure
from remit.validators.finding import Finding
from remit.validators.fixes import gap_cures, narrower_duties
from remit.validators.holders import place_of
from remit.validators.nearest import Bar, bars, close_duties, nearest
from remit.validators.words import (
    flow,
    listed,
    names_words,
    percent,
    region_words,
    value_words,
    when_words,
    with_more,
)

if TYPE_CHECKING:
    from remit.engine.map.cells import Region

__all__ = ["MOST_RELATED", "cures_of_gap", "gap_detail", "with_narrower"]

MOST_RELATED = 3
"""Further duties shown beside a gap; past this a reader is better served by the pack itself."""


def _stops(bar: Bar) -> str:
    """Return what a part of a duty does to it at a gap."""
    if bar.kind == "when":
        return tell("`{duty}` stops here", duty=bar.duty.name)
    if bar.kind == "unless":
        return tell("`{duty}` taken out here", duty=bar.duty.name)
    return tell("`{duty}` not valid then", duty=bar.duty.name)


def gap_detail(draft: Finding, region: Region, context: Context) -> Finding:
    """Return a finding about a gap, placed where one part alone keeps a duty from it."""
    letter: Letter = draft.letter or "accountable"
    activity = draft.activity or ""
    duties = close_duties(activity, region.witness, context)
    draft = with_narrower(draft, region, context)
    near = _near(draft, duties, region, context)
    removed = _removed(draft, duties, letter, region, context)
    if removed is not None:
        return removed
    if not near:
        return replace(draft, label=tell("needed here"), help=_new_duty(letter, region))
    others = [Related(bar.span, _stops(bar)) for bar in near[1:]]
    return replace(
        draft,
        span=near[0].span,
        label=_stops(near[0]),
        duty=near[0].duty.name,
        related=(
            *others[:MOST_RELATED],
            Related(draft.span, tell("`{activity}` is needed", activity=draft.activity)),
        ),
        help=tell(
            "{cure}, or {other}",
            cure=_cure(near[0], region, context),
            other=_new_duty(letter, region),
        ),
    )


def cures_of_gap(finding: Finding, region: Region, context: Context) -> Iterator[Cure]:
    """Yield what may heal a gap, the plainest first."""
    letter: Letter = finding.letter or "accountable"
    activity = finding.activity or ""
    duties = close_duties(activity, region.witness, context)
    near = _near(finding, duties, region, context)
    return gap_cures(activity, letter, region, near, context)


def with_narrower(draft: Finding, region: Region, context: Context) -> Finding:
    """Return a finding that tells what does hold inside its region, and which part is wholly open.

    Nothing is added where the region is open throughout.
    """
    if region.density == 1 or draft.activity is None:
        return draft
    inside = narrower_duties(draft.activity, draft.letter or "accountable", region, context)
    shown = [f"`{duty.name}` ({duty.span.file}:{duty.span.line})" for duty in inside[:MOST_RELATED]]
    notes = [
        tell_count(
            "{number} narrower duty holds in part of it: {names}",
            "{number} narrower duties hold in part of it: {names}",
            len(inside),
            names=with_more(listed(shown), len(inside) - len(shown)),
        )
    ]
    part = percent(Fraction(region.full_count, region.count))
    notes.append(
        tell(
            "wholly open: {region}, {part} of what is open here",
            region=region_words(region.full),
            part=part,
        )
    )
    return replace(
        draft,
        notes=(*draft.notes, *notes),
        full=region.full,
        narrower=tuple(duty.name for duty in inside),
    )


def _near(finding: Finding, duties: Sequence[Duty], region: Region, context: Context) -> list[Bar]:
    """Return the parts that alone keep a duty from the witness of a gap, the likeliest first."""
    letter: Letter = finding.letter or "accountable"
    # WHY: what holds inside already is an exception to what should hold there, not its neighbour.
    return sorted(
        nearest(duties, letter, region.witness, context.pack.vocabulary),
        key=lambda bar: bar.duty.name in finding.narrower,
    )


def _removed(
    draft: Finding, duties: Sequence[Duty], letter: Letter, region: Region, context: Context
) -> Finding | None:
    """Return the finding at an exception that takes the place of a duty that would answer."""
    vocabulary = context.pack.vocabulary
    matching = [duty for duty in duties if not bars(duty, region.witness, vocabulary)]
    holding = [duty for duty in matching if letter in duty.roles]
    for exception in matching:
        lost = [d for d in holding if context.replay.overrides(exception, d, letter)]
        if lost and letter not in exception.roles:
            return replace(
                draft,
                span=place_of(exception, "exception_to"),
                label=tell(
                    "takes the place of {names}", names=names_words(duty.name for duty in lost)
                ),
                duty=exception.name,
                related=tuple(
                    Related(duty.span, tell("would answer")) for duty in lost[:MOST_RELATED]
                ),
                help=tell(
                    "add `{letter}` to the role of `{exception}`, or narrow its `when`",
                    letter=letter,
                    exception=exception.name,
                ),
            )
    return None


def _cure(bar: Bar, region: Region, context: Context) -> str:
    if bar.kind == "unless":
        return tell("narrow this `unless`")
    if bar.kind == "valid" or bar.dimension is None:
        return tell("lengthen `valid`")
    name = bar.dimension
    missing = region.constraints.get(name, value_words(region.witness[name]))
    if context.pack.vocabulary.dimension(name).kind in {"values", "tree"}:
        return tell(
            "add {names} here",
            names=names_words(missing if isinstance(missing, list) else [flow(missing)]),
        )
    return tell("widen this to hold `{missing}`", missing=flow(missing))


def _new_duty(letter: Letter, region: Region) -> str:
    where = when_words(region.constraints)
    if letter == "accountable":
        return tell("write an accountable duty {where}", where=where)
    return tell("write a {letter} duty {where}", letter=letter_word(letter), where=where)
