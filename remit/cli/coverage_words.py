"""What the tests of a pack exercise, for people, for a pull request, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from remit.cli.reports import counted
from remit.cli.written_tests import test_yaml
from remit.engine.map.cells import Region
from remit.engine.map.coverage import Coverage, Exercised, Untested, coverage
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Duty
from remit.engine.replay import Replay
from remit.engine.vocabulary import plain
from remit.validators.check import ProofError
from remit.validators.words import names_words, percent, region_words

__all__ = ["Covered", "covered", "covered_json", "covered_lines", "covered_markdown"]

COLUMNS = ("activity", "letter", "exercised", "given", "answers")


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
        yield f"{counted(len(whole.undecided), 'duty')} decided no test:"
        for duty in whole.undecided:
            yield f"  {_place(duty)}  {duty.name}"
        yield ""
    yield from _table([COLUMNS, *map(_row, whole.by_answer)])
    for number, spot in enumerate(found.spots, 1):
        yield ""
        yield f"{number}. untested: {_who(spot.untested)}"
        yield f"   region: {_where(spot)}"
        yield f"   a test of it would exercise {percent(spot.share)} more:"
        yield from (f"     {line}" for line in spot.test.splitlines())
    if left := len(whole.untested) - len(found.spots):
        yield ""
        yield f"{counted(left, 'smaller untested answer')} not shown"
    yield ""
    yield _sum(whole)


def covered_markdown(found: Covered) -> Iterator[str]:
    """Yield the coverage as Markdown, the sum first."""
    whole = found.coverage
    yield f"**{_sum(whole)}**"
    yield ""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|---|---|---:|---:|---:|"
    for row in whole.by_answer:
        yield "| " + " | ".join(_row(row)) + " |"
    for number, spot in enumerate(found.spots, 1):
        yield ""
        yield f"{number}. Untested: {_who(spot.untested)}, {percent(spot.share)}"
        yield f"   Region: {_where(spot)}"
        yield ""
        yield "   ```yaml"
        yield from (f"   {line}" for line in spot.test.splitlines())
        yield "   ```"
    if left := len(whole.untested) - len(found.spots):
        yield ""
        yield f"{counted(left, 'smaller untested answer')} not shown."
    if whole.undecided:
        yield ""
        yield f"<details><summary>{counted(len(whole.undecided), 'duty')} decided no test</summary>"
        yield ""
        yield from (f"- `{duty.name}` at {_place(duty)}" for duty in whole.undecided)
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
    letters = " and ".join(untested.letters)
    who = names_words(untested.subjects) or "nobody"
    by = f" by {names_words(untested.duties)}" if untested.duties else ""
    return f"{letters} for `{untested.activity}` is {who}{by}"


def _where(spot: Spot) -> str:
    part = f" ({percent(spot.region.density)} of it)" if spot.region.density < 1 else ""
    return f"{region_words(spot.region.constraints)}{part}"


def _row(row: Exercised) -> tuple[str, ...]:
    if not row.needed:
        return (row.activity, row.letter, "never needed", "", "")
    return (
        row.activity,
        row.letter,
        percent(Fraction(row.exercised, row.needed)),
        percent(Fraction(row.given, row.needed)),
        f"{row.answers_exercised} of {row.answers}",
    )


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows in columns, words to the left and figures to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    for row in rows:
        cells = [
            cell.ljust(width) if at < COLUMNS.index("exercised") else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _sum(whole: Coverage) -> str:
    duties = len(whole.decided) + len(whole.undecided)
    return (
        f"tests exercise {percent(whole.share())} of the events in which activities are needed "
        f"and give {percent(whole.given_share())}; "
        f"{len(whole.decided):,} of {counted(duties, 'duty')} decided a test"
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
