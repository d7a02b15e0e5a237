"""What the tests of a pack exercise, for people, for a pull request, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rich.cells import cell_len

from remit.cli.reports import counted
from remit.cli.screen import padded
from remit.cli.written_tests import test_yaml
from remit.engine.letter_words import letter_word
from remit.engine.map.cells import Region
from remit.engine.map.coverage import Coverage, Exercised, Untested, coverage
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Duty
from remit.engine.replay import Replay
from remit.engine.vocabulary import plain
from remit.engine.wording import tell
from remit.validators.check import ProofError
from remit.validators.words import names_words, percent, region_words

__all__ = ["Covered", "covered", "covered_json", "covered_lines", "covered_markdown"]


@dataclass(frozen=True, slots=True)
class Spot:
    """An answer without a test, shown: the largest region of its cells, and a test to paste."""

    untested: Untested
    region: Region
    share: Fraction
    test: str


@dataclass(frozen=True, slots=True)
class Covered:
    """Coverage with its largest untested regions worked out.

    Args:
        spots: the first of `coverage.untested`.
    """

    coverage: Coverage
    spots: tuple[Spot, ...]


def covered(map_: ResponsibilityMap, most: int) -> Covered:
    """Return what the tests of a pack exercise, with at most `most` untested regions.

    Raises:
        BudgetExceeded: if it cannot be proved within the budget.
    """
    found = coverage(map_)
    replay = Replay(map_.pack)
    spots = (_spot(each, found, map_, replay) for each in found.untested[:most])
    return Covered(found, tuple(spots))


def covered_lines(found: Covered) -> Iterator[str]:
    """Yield the coverage in lines, the sum last."""
    whole = found.coverage
    if whole.undecided:
        duties = counted(len(whole.undecided), "duty")
        yield tell("{duties} decided no test:", duties=duties)
        for duty in whole.undecided:
            yield f"  {_place(duty)}  {duty.name}"
        yield ""
    yield from _table([_columns(), *map(_row, whole.by_answer)])
    for number, spot in enumerate(found.spots, 1):
        yield ""
        yield f"{number}. " + tell("untested: {who}", who=_who(spot.untested))
        yield "   " + tell("region: {where}", where=_where(spot))
        share = percent(spot.share)
        yield "   " + tell("a test of it would exercise {share} more:", share=share)
        yield from (f"     {line}" for line in spot.test.splitlines())
    if left := len(whole.untested) - len(found.spots):
        yield ""
        answers = counted(left, "smaller untested answer")
        yield tell("{answers} not shown", answers=answers)
    yield ""
    yield _sum(whole)


def covered_markdown(found: Covered) -> Iterator[str]:
    """Yield the coverage as Markdown, the sum first."""
    whole = found.coverage
    yield f"**{_sum(whole)}**"
    yield ""
    yield "| " + " | ".join(_columns()) + " |"
    yield "|---|---|---:|---:|---:|"
    for row in whole.by_answer:
        yield "| " + " | ".join(_row(row)) + " |"
    for number, spot in enumerate(found.spots, 1):
        yield ""
        who, share = _who(spot.untested), percent(spot.share)
        yield f"{number}. " + tell("Untested: {who}, {share}", who=who, share=share)
        yield "   " + tell("Region: {where}", where=_where(spot))
        yield ""
        yield "   ```yaml"
        yield from (f"   {line}" for line in spot.test.splitlines())
        yield "   ```"
    if left := len(whole.untested) - len(found.spots):
        yield ""
        answers = counted(left, "smaller untested answer")
        yield tell("{answers} not shown.", answers=answers)
    if whole.undecided:
        yield ""
        said = tell("{duties} decided no test", duties=counted(len(whole.undecided), "duty"))
        yield f"<details><summary>{said}</summary>"
        yield ""
        for duty in whole.undecided:
            yield "- " + tell("`{duty}` at {place}", duty=duty.name, place=_place(duty))
        yield ""
        yield "</details>"


def covered_json(found: Covered) -> dict[str, object]:
    """Return the coverage as plain values; shares as numbers, and exactly as fractions."""
    whole = found.coverage
    return {
        "share": float(whole.share()),
        "share_exact": str(whole.share()),
        "given_share": float(whole.given_share()),
        "given_share_exact": str(whole.given_share()),
        "duties": {
            "decided": [duty.name for duty in whole.decided],
            "undecided": [
                {"duty": duty.name, "file": duty.span.file, "line": duty.span.line}
                for duty in whole.undecided
            ],
        },
        "activities": [
            {
                "activity": row.activity,
                "letter": row.letter,
                "needed": row.needed,
                "given": row.given,
                "exercised": row.exercised,
                "answers": row.answers,
                "answers_exercised": row.answers_exercised,
            }
            for row in whole.by_answer
        ],
        "untested": [_spot_json(spot) for spot in found.spots],
        "untested_left_out": len(whole.untested) - len(found.spots),
    }


def _spot(untested: Untested, whole: Coverage, map_: ResponsibilityMap, replay: Replay) -> Spot:
    region = untested.cells(map_.ground).regions()[0]
    for letter in untested.letters:
        effective = replay.effective(untested.activity, letter, region.witness)
        if tuple(sorted(duty.name for duty in effective)) != tuple(sorted(untested.duties)):
            raise ProofError(f"{untested.activity}, {letter}: other duties decide {region.witness}")
    name = f"{untested.activity}: {_decider(untested)}, {region_words(region.constraints)}"
    expected = dict.fromkeys(untested.letters, untested.subjects)
    test = test_yaml(_shortened(name), region.witness, untested.activity, expected)
    share = Fraction(untested.count * len(untested.letters), whole.needed)
    return Spot(untested, region, share, test)


def _shortened(name: str, longest: int = 160) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip(" ,") + "…"


def _decider(untested: Untested) -> str:
    return " and ".join(untested.duties) or "nobody"


def _who(untested: Untested) -> str:
    parts = {
        "letters": tell(" and ").join(map(letter_word, untested.letters)),
        "activity": untested.activity,
        "who": names_words(untested.subjects) or tell("nobody"),
    }
    if not untested.duties:
        return tell("{letters} for `{activity}` is {who}", **parts)
    duties = names_words(untested.duties)
    return tell("{letters} for `{activity}` is {who} by {duties}", duties=duties, **parts)


def _where(spot: Spot) -> str:
    region = region_words(spot.region.constraints)
    if spot.region.density == 1:
        return region
    share = percent(spot.region.density)
    return tell("{region} ({share} of it)", region=region, share=share)


def _columns() -> tuple[str, ...]:
    """Return the heads of the table; the first two are of words, the rest of figures."""
    return (
        tell("activity"),
        tell("letter"),
        tell("exercised"),
        tell("given"),
        tell("answers"),
    )


def _row(row: Exercised) -> tuple[str, ...]:
    if not row.needed:
        return (row.activity, letter_word(row.letter), tell("never needed"), "", "")
    return (
        row.activity,
        letter_word(row.letter),
        percent(Fraction(row.exercised, row.needed)),
        percent(Fraction(row.given, row.needed)),
        tell("{part} of {whole}", part=row.answers_exercised, whole=row.answers),
    )


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows in columns, words to the left and figures to the right."""
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(_columns()))]
    for row in rows:
        cells = [
            padded(cell, width, to_the_right=at >= _WORDS)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


_WORDS = 2
"""Columns of words, before those of figures."""


def _sum(whole: Coverage) -> str:
    duties = len(whole.decided) + len(whole.undecided)
    return tell(
        "tests exercise {share} of the events in which activities are needed and give {given};"
        " {decided:,} of {duties} decided a test",
        share=percent(whole.share()),
        given=percent(whole.given_share()),
        decided=len(whole.decided),
        duties=counted(duties, "duty"),
    )


def _place(duty: Duty) -> str:
    return f"{duty.span.file}:{duty.span.line}"


def _spot_json(spot: Spot) -> dict[str, object]:
    untested, region = spot.untested, spot.region
    return {
        "activity": untested.activity,
        "letters": list(untested.letters),
        "duties": list(untested.duties),
        "subjects": list(untested.subjects),
        "cells": untested.count,
        "share": float(spot.share),
        "region": dict(region.constraints),
        "density": float(region.density),
        "witness": {name: plain(value) for name, value in region.witness.items()},
        "test": spot.test,
    }
