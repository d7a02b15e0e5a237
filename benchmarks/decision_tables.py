"""Decision tables of the published sizes: overlaps and gaps, counted and timed, beside the sweep.

python benchmarks/decision_tables.py [--rows 500 1000 1500] [--columns 3 5 7 13] [--runs 3]
    [--limit 60] [--folder build]

A table is made of the leaves of a decision tree, so it is complete and no rows meet; then a tenth
of its rows is widened or narrowed in one column. As a pack it has one activity, and each row is the
one duty of a subject of its own: an overlap is a contested event, and what is missing is a gap.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from apart import answer, ask, peak_mib, timed
from machine import machine, sentence, table
from memory_packs import condition, duty, names, numbers, pack_of
from sweep import Box, OutOfTimeError, missing, overlapping, volume

import remit

ACTIVITY = "grade"
MOST_NUMBER = 9_999
STEP = 200
"""Numbers are cut at its multiples, as a tree trained on binned values cuts them."""
LEVELS = 7
NOISE = 0.1
TODAY = dt.date(2026, 1, 1)
PUBLISHED = {
    (500, 3): ("239", "117"),
    (1_000, 3): ("725", "330"),
    (1_500, 3): ("1,204", "726"),
    (500, 5): ("172", "136"),
    (1_000, 5): ("363", "254"),
    (1_500, 5): ("632", "462"),
}
"""Overlapping sets and missing rows of the published tables; ours only have their shape."""


def main() -> int:
    """Measure, print the table, and write it with the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[500, 1_000, 1_500])
    parser.add_argument("--columns", type=int, nargs="+", default=[3, 5, 7, 13])
    parser.add_argument("--only", nargs="+", default=MEASURES, choices=MEASURES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a measure may take")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where results go")
    chosen = parser.parse_args()
    found: dict[str, object] = {"machine": machine(), "limit_s": chosen.limit, "tables": []}
    for columns in chosen.columns:
        for rows in chosen.rows:
            print(f"{rows:,} rows x {columns} columns", file=sys.stderr)
            before = found["tables"][-1] if rows != chosen.rows[0] else {}
            found["tables"].append(_one(rows, columns, chosen, before))
    told = markdown(found)
    print(told, end="")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "tables.md").write_text(told, encoding="utf-8")
    (chosen.folder / "tables.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _one(
    rows: int, columns: int, chosen: argparse.Namespace, before: dict[str, dict[str, object]]
) -> dict[str, object]:
    """Return the measures of one table; what took too long for fewer rows is not tried again."""
    one: dict[str, object] = {"rows": rows, "columns": columns}
    for what in MEASURES:
        if what not in chosen.only:
            one[what] = {"reason": "not measured"}
            continue
        if str(before.get(what, {}).get("reason", "")).startswith("over"):
            one[what] = before[what]
            continue
        wanted = {"what": what, "rows": rows, "columns": columns, "limit_s": chosen.limit}
        runs = chosen.runs if what in {"overlaps", "gaps"} else 1
        one[what] = ask(__file__, wanted, chosen.limit * 1.5, runs)
    return one


def made_table(rows: int, columns: int, seed: int = 1) -> tuple[list[Box], Box]:
    """Return a table as boxes, and the box of all values: every other column is of numbers."""
    draw = random.Random(rows * 100 + columns + seed)  # noqa: S311 -- the same table every time
    whole = tuple((0, LEVELS if c % 2 else MOST_NUMBER + 1) for c in range(columns))
    leaves: list[Box] = [whole]
    while len(leaves) < rows:
        # A trained tree splits where most cases are: the largest of a few leaves.
        some = draw.sample(range(len(leaves)), min(5, len(leaves)))
        place = max(some, key=lambda leaf: volume([leaves[leaf]]))
        column = draw.randrange(columns)
        low, high = leaves[place][column]
        step = 1 if whole[column][1] == LEVELS else STEP
        if high - low <= step:
            continue
        cut = step * draw.randrange(low // step + 1, -(-high // step))
        box = leaves[place]
        leaves[place] = (*box[:column], (low, cut), *box[column + 1 :])
        leaves.append((*box[:column], (cut, high), *box[column + 1 :]))
    for place in draw.sample(range(rows), int(rows * NOISE)):
        leaves[place] = _disturbed(leaves[place], whole, draw)
    return leaves, whole


def _disturbed(box: Box, whole: Box, draw: random.Random) -> Box:
    """Return a row widened or narrowed in one column, by up to its own width."""
    while True:
        column = draw.randrange(len(box))
        (low, high), (least, most) = box[column], whole[column]
        width = high - low
        by = draw.randint(1, width)
        if draw.random() < 1 / 2:
            changed = (max(least, low - by), high) if draw.random() < 1 / 2 else (low, high + by)
            changed = (changed[0], min(most, changed[1]))
        else:
            changed = (low + by, high) if draw.random() < 1 / 2 else (low, high - by)
        if changed != (low, high) and changed[0] < changed[1]:
            return (*box[:column], changed, *box[column + 1 :])


def pack_of_table(rows: Sequence[Box], whole: Box) -> remit.Pack:
    """Return the table as a pack."""
    columns = [f"column-{c}" for c in range(len(whole))]
    dimensions = [
        names(name, [f"level-{n}" for n in range(high)])
        if high == LEVELS
        else numbers(name, high - 1)
        for name, (_, high) in zip(columns, whole, strict=True)
    ]
    duties = []
    for number, box in enumerate(rows):
        ranges = zip(columns, box, whole, strict=True)
        when = {name: found for name, found, all_ in ranges if found != all_}
        duties.append(duty(f"row-{number}", "applies", ACTIVITY, condition(when), number + 1))
    return pack_of(dimensions, [ACTIVITY], duties)


def _overlaps(pack: remit.Pack) -> dict[str, object]:
    seconds, conflicts = timed(lambda: remit.compile(pack).conflicts(ACTIVITY))
    shared = {frozenset(int(s[len("row-") :]) for s in c.subjects) for c in conflicts}
    largest = [one for one in shared if not any(one < other for other in shared)]
    sets = sorted(sorted(one) for one in largest)
    points = sum(conflict.cells.count() for conflict in conflicts)
    return {"s": seconds, "sets": len(sets), "points": points, "digest": _digest(sets)}


def _gaps(pack: remit.Pack) -> dict[str, object]:
    seconds, gaps = timed(lambda: remit.compile(pack).unheld(ACTIVITY, "accountable"))
    points = gaps.count()
    start = time.process_time()
    regions = gaps.regions()
    shown = time.process_time() - start
    return {"s": seconds, "regions_s": shown, "regions": len(regions), "points": points}


def _check(pack: remit.Pack) -> dict[str, object]:
    seconds, report = timed(lambda: remit.check(pack, today=TODAY), 1)
    return {"s": seconds, "findings": len(report.findings), "proved": report.proved}


def measure(what: str, rows: int, columns: int, limit_s: float) -> dict[str, object]:
    """Return one measure of one table."""
    boxes, whole = made_table(rows, columns)
    if what in OURS:
        return OURS[what](pack_of_table(boxes, whole)) | {"peak_mib": peak_mib()}
    start = time.process_time()
    try:
        if what == "sweep overlaps":
            sets = sorted(sorted(one) for one in overlapping(boxes, limit_s))
            found: dict[str, object] = {"sets": len(sets), "digest": _digest(sets)}
        else:
            gaps = missing(boxes, whole, limit_s)
            found = {"boxes": len(gaps), "points": volume(gaps)}
    except OutOfTimeError:
        return {"reason": f"over {limit_s:g} s"}
    return {"s": time.process_time() - start, **found}


def _digest(sets: Sequence[Sequence[int]]) -> str:
    return hashlib.sha256(str(sets).encode()).hexdigest()


OURS = {"overlaps": _overlaps, "gaps": _gaps, "check": _check}
MEASURES = [*OURS, "sweep overlaps", "sweep missing"]


def markdown(found: dict[str, object]) -> str:
    """Return the table of all measures."""
    rows = [
        [
            f"{one['rows']:,} x {one['columns']}",
            _seconds(one["overlaps"]),
            _seconds(one["sweep overlaps"]),
            _same(one["overlaps"], one["sweep overlaps"], "sets", "digest"),
            _seconds(one["gaps"]),
            _seconds(one["sweep missing"]),
            _same(one["gaps"], one["sweep missing"], "points", "points"),
            f"{one['gaps'].get('regions', '-')} / {one['sweep missing'].get('boxes', '-')}",
            _seconds(one["check"]),
            " / ".join(PUBLISHED.get((one["rows"], one["columns"]), ("-", "-"))),
        ]
        for one in found["tables"]
    ]
    header = [
        "rows x columns",
        "overlaps",
        "sweep",
        "maximal sets",
        "gaps",
        "sweep",
        "uncovered points",
        "regions / boxes",
        "all checks",
        "published: sets / missing",
    ]
    lines = [
        sentence(found["machine"]),
        f"Seconds of processor time, medians; a sweep is given up after {found['limit_s']:g} s.",
        "A count stands where both found the same, set by set and point by point.",
        "",
        *table(header, rows),
        "",
        *_reasons(found),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _seconds(one: dict[str, object]) -> str:
    if "s" not in one:
        reason = str(one.get("reason"))
        return reason if reason.startswith("over") else reason.partition(":")[0]
    return f"{one['s']:.3f} s"


def _same(ours: dict[str, object], theirs: dict[str, object], shown: str, compared: str) -> str:
    """Return a count both found, the only one there is, or that they differ."""
    known = [one for one in (ours, theirs) if shown in one]
    if not known:
        return "-"
    figure = known[0][shown]
    told = f"{figure:,}" if figure < 10**9 else f"{figure:.3e}"
    if len(known) == 1:
        return f"{told} ({'remit' if known[0] is ours else 'sweep'} alone)"
    return told if ours[compared] == theirs[compared] else f"DIFFER: {figure} and {theirs[shown]}"


def _reasons(found: dict[str, object]) -> list[str]:
    lines = []
    for one in found["tables"]:
        for what in OURS:
            reason = str(one[what].get("reason", ""))
            if reason and not reason.startswith(("over", "not measured")):
                lines.append(f"- {one['rows']:,} x {one['columns']}, {what}: {reason}")
    return lines


if __name__ == "__main__":
    sys.exit(0 if answer(measure) else main())
