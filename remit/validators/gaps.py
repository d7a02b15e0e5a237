"""What to say where nobody has a letter: where the nearest duty stops, and what to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from remit.engine.pack import Duty, Letter
from remit.engine.spans import Related
from remit.validators.check import Context
from remit.validators.edits import Cure
from remit.validators.finding import Finding
from remit.validators.fixes import gap_cures, narrower_duties
from remit.validators.holders import place_of
from remit.validators.nearest import Bar, bars, close_duties, nearest
from remit.validators.words import (
    flow,
    names_words,
    percent,
    region_words,
    value_words,
    when_words,
)

if TYPE_CHECKING:
    from remit.engine.map.cells import Region

__all__ = ["MOST_RELATED", "cures_of_gap", "gap_detail", "with_narrower"]

MOST_RELATED = 3
"""Further duties shown beside a gap; past this a reader is better served by the pack itself."""

STOPS = {"when": "stops here", "unless": "taken out here", "valid": "not valid then"}


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
        return replace(draft, label="needed here", help=_new_duty(letter, region))
    others = [Related(bar.span, f"`{bar.duty.name}` {STOPS[bar.kind]}") for bar in near[1:]]
    return replace(
        draft,
        span=near[0].span,
        label=f"`{near[0].duty.name}` {STOPS[near[0].kind]}",
        duty=near[0].duty.name,
        related=(*others[:MOST_RELATED], Related(draft.span, f"`{draft.activity}` is needed")),
        help=f"{_cure(near[0], region, context)}, or {_new_duty(letter, region)}",
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
    more = f" and {len(inside) - len(shown)} more" if len(inside) > len(shown) else ""
    verb = "duty holds" if len(inside) == 1 else "duties hold"
    notes = [f"{len(inside)} narrower {verb} in part of it: {', '.join(shown)}{more}"]
    part = percent(Fraction(region.full_count, region.count))
    notes.append(f"wholly open: {region_words(region.full)}, {part} of what is open here")
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
                label=f"takes the place of {names_words(duty.name for duty in lost)}",
                duty=exception.name,
                related=tuple(Related(duty.span, "would answer") for duty in lost[:MOST_RELATED]),
                help=f"add `{letter}` to the role of `{exception.name}`, or narrow its `when`",
            )
    return None


def _cure(bar: Bar, region: Region, context: Context) -> str:
    if bar.kind == "unless":
        return "narrow this `unless`"
    if bar.kind == "valid" or bar.dimension is None:
        return "lengthen `valid`"
    name = bar.dimension
    missing = region.constraints.get(name, value_words(region.witness[name]))
    if context.pack.vocabulary.dimension(name).kind in {"values", "tree"}:
        return f"add {names_words(missing if isinstance(missing, list) else [flow(missing)])} here"
    return f"widen this to hold `{flow(missing)}`"


def _new_duty(letter: Letter, region: Region) -> str:
    article = "an" if letter == "accountable" else "a"
    return f"write {article} {letter} duty {when_words(region.constraints)}"
