"""What users wait for, measured: loading, compiling, resolving and checking packs of several sizes.

python benchmarks/run.py [--sizes 100 1000 10000] [--runs 3] [--folder build]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent))

from packs import FAULTS, random_event, write_pack

import remit

T = TypeVar("T")
TODAY = dt.date(2026, 1, 1)
EXPECTED = ("unowned-event", "contested-event")
"""Findings of which every generated pack has as many as were put in, and no more."""
ENOUGH_S = 10.0
"""Seconds after which a measure is not repeated, so that the largest pack ends in minutes."""
EVENTS = 2_000
"""Events resolved one by one, unless `ENOUGH_S` comes first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size took: medians in seconds, and percentiles of single calls in microseconds."""

    duties: int
    activities: int
    load_s: float
    compile_s: float
    check_s: float
    resolve_one_p50_us: float
    resolve_one_p99_us: float
    resolve_all_p50_us: float
    resolve_all_p99_us: float


def main() -> int:
    """Measure, print the table, and write it with the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3, help="repetitions of each measure")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where results go")
    chosen = parser.parse_args()
    figures = []
    for size in chosen.sizes:
        print(f"measuring {size:,} duties", file=sys.stderr)
        figures.append(measure(size, chosen.runs))
    table = markdown(figures, chosen.runs)
    print(table, end="")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "bench.md").write_text(table, encoding="utf-8")
    raw = {"machine": machine(), "runs": chosen.runs, "figures": [asdict(f) for f in figures]}
    (chosen.folder / "bench.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    return 0


def measure(size: int, runs: int) -> Figures:
    """Return the figures of one generated pack.

    Raises:
        RuntimeError: if the checks do not find exactly the faults that were put in; how long a
            wrong answer takes is worth nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack"
        write_pack(path, size)
        load_s, pack = median(lambda: remit.load(path), runs)
    compile_s, compiled = median(lambda: compile_whole(pack), runs)
    check_s, report = median(lambda: remit.check(pack, today=TODAY), runs)
    found = {name: sum(f.name == name for f in report.findings) for name in EXPECTED}
    if any(count != FAULTS for count in found.values()) or not report.proved:
        raise RuntimeError(f"{FAULTS} gaps and overlaps were put in, and the checks found {found}")
    one = calls(lambda event: compiled.resolve(event, pack.lead), compiled)
    all_ = calls(compiled.resolve, compiled)
    activities = len(pack.vocabulary.activities)
    return Figures(len(pack.duties()), activities, load_s, compile_s, check_s, *one, *all_)


def compile_whole(pack: remit.Pack) -> remit.ResponsibilityMap:
    """Return the map with the diagram of every activity, which is built when first asked for."""
    compiled = remit.compile(pack)
    for activity in pack.vocabulary.activities:
        compiled.unheld(activity, "accountable")
    return compiled


def median(work: Callable[[], T], runs: int) -> tuple[float, T]:
    """Return the median of the seconds `work` takes, and what it gave last."""
    times: list[float] = []
    while True:
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
        if len(times) >= runs or sum(times) > ENOUGH_S:
            return statistics.median(times), result


def calls(
    resolve: Callable[[remit.Event], object], compiled: remit.ResponsibilityMap
) -> tuple[float, float]:
    """Return the median and the 99th percentile of a call with a parsed event, in microseconds."""
    draw = random.Random(1)  # noqa: S311 -- the same events every time, nothing secret
    vocabulary = compiled.pack.vocabulary
    events = [remit.parse_event(random_event(draw), vocabulary) for _ in range(EVENTS)]
    resolve(events[0])
    times: list[float] = []
    for event in events:
        start = time.perf_counter_ns()
        resolve(event)
        times.append((time.perf_counter_ns() - start) / 1_000)
        if sum(times) > ENOUGH_S * 1_000_000:
            break
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def machine() -> dict[str, object]:
    """Return what the figures were taken on."""
    return {
        "remit": remit.__version__,
        "Python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
    }


def markdown(figures: list[Figures], runs: int) -> str:
    """Return the table."""
    here = ", ".join(f"{name} {value}" for name, value in machine().items())
    lines = [
        f"{here}; medians of at most {runs} runs; resolving one activity or all: p50 / p99",
        "",
        "| duties | activities | load | compile, gaps | all checks | resolve one | resolve all |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {f.duties:,} | {f.activities:,} | {f.load_s:.2f} s | {f.compile_s:.2f} s "
        f"| {f.check_s:.2f} s | {f.resolve_one_p50_us:,.0f} / {f.resolve_one_p99_us:,.0f} µs "
        f"| {f.resolve_all_p50_us:,.0f} / {f.resolve_all_p99_us:,.0f} µs |"
        for f in figures
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
