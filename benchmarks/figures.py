"""The figures remit must reach (DESIGN, section 4), each beside its goal: `make bench-figures`.

python benchmarks/figures.py [--sizes 1000x6 10000x8 100000x6] [--runs 3] [--limit 600]
    [--folder build] [--nested]

Each group of measures runs in a process of its own. A figure whose interface is missing, or that
was not proved within its budget or its time, says so in its place.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from apart import answer, ask, peak_mib, timed
from hierarchy import ACTIVITIES, Policies, edited, make, random_events, write_pack
from machine import exponents, machine, sentence, table

import remit

SIZES = ("1000x6", "10000x8", "100000x6")
EVENTS = 20_000
BATCH = 1_000_000
"""Events of a batch, in coded columns."""
SLOW_S = 10.0
"""Seconds from which a command is not run again and again."""
TODAY = dt.date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Args:
        group: the measure that finds it, in a process of its own.
        goals: for 1,000 x 6, 10,000 x 8 and 100,000 x 6, in the figure's own unit.
        unit: what the figure is shown in, from seconds where `scale` says so.
        is_rate: whether more is better.
    """

    told: str
    group: str
    figure: str
    unit: str
    scale: float = 1.0
    goals: tuple[float | None, ...] = (None, None, None)
    is_rate: bool = False


ROWS = (
    Row("resolve one event, p50", "decide", "p50_us", "µs", goals=(0.6, 1.2, 3)),
    Row("resolve one event, p99", "decide", "p99_us", "µs", goals=(1.5, 2.5, 6)),
    Row(
        "resolve a batch, coded columns", "batch", "per_s", "M/s", 1e-6, (80, 50, 35), is_rate=True
    ),
    Row("cut the event space", "proofs", "compile_s", "ms", 1e3),
    Row("gaps proved and reported", "proofs", "gaps_s", "ms", 1e3, (40, 50, 400)),
    Row("overlaps after exceptions", "proofs", "overlaps_s", "ms", 1e3, (10, 50, 3_000)),
    Row("full compile with dead duties", "compile", "full_s", "s", 1, (0.06, 2, 12)),
    Row("peak memory of that process", "compile", "peak_mib", "MiB", 1, (None, None, 250)),
    Row("gaps and overlaps again, one duty edited", "recheck", "again_s", "ms", 1e3, (5, 5, 20)),
    Row("decisions of all activities, ready", "decide", "ready_s", "s"),
    Row("diff of two maps, one duty edited", "diff", "diff_s", "ms", 1e3, (2, 5, 40)),
    Row("the first diff of these maps", "diff", "first_s", "ms", 1e3),
    Row("diff of two maps, one duty in 1,000 edited", "diff", "many_s", "ms", 1e3),
    Row("diff of two loaded packs, one duty edited", "diff", "packs_s", "ms", 1e3),
    Row("load YAML, 50 duties a file", "yaml", "per_s", "duties/s", 1, (None, 12_000, None), True),  # noqa: FBT003 -- as named above
    Row("`remit check`, first", "command", "first_s", "ms", 1e3),
    Row("`remit check`, unchanged pack", "command", "again_s", "ms", 1e3, (60, 100, 500)),
    Row("`remit check`, one duty edited", "command", "edited_s", "ms", 1e3),
)
"""The lines in order. `remit check` is the whole process, over starting Python."""


def main() -> int:
    """Measure, print the table, and write it with the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), help="DUTIESxDIMENSIONS")
    parser.add_argument("--only", nargs="+", default=list(MEASURES), choices=MEASURES)
    parser.add_argument("--runs", type=int, default=3, help="processes of each measure")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds a measure may take")
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where results go")
    parser.add_argument("--nested", action="store_true", help="no ranges, which cross")
    chosen = parser.parse_args()
    found: dict[str, object] = {"machine": machine(), "runs": chosen.runs, "sizes": {}}
    for size in chosen.sizes:
        duties, _, dimensions = size.partition("x")
        groups: dict[str, dict[str, object]] = {}
        for what in chosen.only:
            print(f"{size}: {what}", file=sys.stderr)
            wanted = {"what": what, "duties": int(duties), "dimensions": int(dimensions)}
            wanted["nested"] = chosen.nested
            groups[what] = ask(__file__, wanted, chosen.limit, chosen.runs)
        found["sizes"][size] = groups
    told = markdown(found)
    print(told, end="")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "figures.md").write_text(told, encoding="utf-8")
    (chosen.folder / "figures.json").write_text(
        json.dumps(found, indent=2) + "\n", encoding="utf-8"
    )
    return 0


def measure(
    what: str,
    duties: int,
    dimensions: int,
    nested: bool = False,  # noqa: FBT001, FBT002 -- from JSON, by name
) -> dict[str, object]:
    """Return one group of figures."""
    _warm_up()
    return MEASURES[what](make(duties, dimensions, nested=nested))


def _warm_up() -> None:
    """Import what the measures use, so that none of them pays for it."""
    small = remit.compile(make(60, 3).pack())
    small.dead_duties()
    small.unheld(ACTIVITIES[0], "accountable").regions()
    small.decide(random_events(make(60, 3), 1)[0], ACTIVITIES[0])
    remit.check(small.pack, today=TODAY)
    remit.diff(small, remit.compile(edited(make(60, 3)).pack()))


def _proofs(policies: Policies) -> dict[str, object]:
    pack = policies.pack()
    gc.collect()
    compile_s, compiled = timed(lambda: remit.compile(pack), 1)
    gaps_s, gaps = timed(lambda: [_gaps(compiled, activity) for activity in ACTIVITIES], 1)
    overlaps_s, overlaps = timed(lambda: [compiled.conflicts(a) for a in ACTIVITIES], 1)
    return {
        "compile_s": compile_s,
        "gaps_s": gaps_s,
        "gaps": sum(len(regions) for regions in gaps),
        "overlaps_s": overlaps_s,
        "overlaps": sum(len(conflicts) for conflicts in overlaps),
    }


def _gaps(compiled: remit.ResponsibilityMap, activity: str) -> Sequence[object]:
    return compiled.unheld(activity, "accountable").regions()


def _compile(policies: Policies) -> dict[str, object]:
    pack = policies.pack()
    # WHY: what the pack was drawn from is no part of it, and has a quarter of its memory.
    del policies
    gc.collect()
    before = peak_mib()
    full_s, dead = timed(lambda: _whole(pack), 1)
    return {"full_s": full_s, "dead": len(dead), "pack_mib": before, "peak_mib": peak_mib()}


def _whole(pack: remit.Pack) -> tuple[str, ...]:
    compiled = remit.compile(pack)
    for activity in ACTIVITIES:
        compiled.compiled.answers(activity, "accountable")
    return compiled.dead_duties()


def _decide(policies: Policies) -> dict[str, object]:
    compiled = remit.compile(policies.pack())
    events = random_events(policies, EVENTS)
    ready_s, _ = timed(lambda: [compiled.decide(events[0], a) for a in ACTIVITIES], 1)
    gc.collect()
    clock, decide = time.perf_counter_ns, compiled.decide
    asked = [ACTIVITIES[n % len(ACTIVITIES)] for n in range(EVENTS)]
    took = []
    for event, activity in zip(events * 3, asked * 3, strict=True):
        start = clock()
        decide(event, activity)
        took.append((clock() - start) / 1_000)
    parts = statistics.quantiles(took, n=100)
    return {"ready_s": ready_s, "p50_us": parts[49], "p99_us": parts[98]}


def _batch(policies: Policies) -> dict[str, object]:
    import numpy as np

    compiled = remit.compile(policies.pack())
    draw = np.random.default_rng(3)
    columns = {
        d.name: draw.integers(
            0, len(d.values) if d.is_named else int(d.maximum) + 1, BATCH, dtype=np.int32
        )
        for d in policies.dimensions
    }
    activity = ACTIVITIES[1]
    compiled.resolve_batch(columns, activity)
    seconds, _ = timed(lambda: compiled.resolve_batch(columns, activity), 7)
    return {"per_s": BATCH / seconds}


def _diff(policies: Policies) -> dict[str, object]:
    """Compare maps of whose activities the gaps are known, as after a check, then their packs."""
    count = max(1, len(policies.boxes) // 1_000)
    numbers = [50 + (number * 997) % (len(policies.boxes) - 50) for number in range(count)]
    packs = [policies.pack(), edited(policies).pack(), _edited_at(policies, numbers).pack()]
    maps = [remit.compile(pack) for pack in packs]
    for compiled in maps:
        for activity in ACTIVITIES:
            compiled.unheld(activity, "accountable")
    old, new, many = maps
    gc.collect()
    first_s, _ = timed(lambda: remit.diff(old, new), 1)
    seconds, difference = timed(lambda: remit.diff(old, new), 7)
    many_s, differences = timed(lambda: remit.diff(old, many), 3)
    packs_s, _ = timed(lambda: remit.diff(*packs[:2]), 3)
    return {
        "diff_s": seconds,
        "first_s": first_s,
        "many_s": many_s,
        "packs_s": packs_s,
        "moves": len(difference.moves),
        "many_moves": len(differences.moves),
    }


def _edited_at(policies: Policies, numbers: Sequence[int]) -> Policies:
    """Return the policies with some duties given to another subject."""
    for number in numbers:
        policies = edited(policies, number)
    return policies


def _recheck(policies: Policies) -> dict[str, object]:
    """Update a map as after one edited file: the other subjects are the very same values."""
    pack, other = policies.pack(), edited(policies).pack()
    subjects = {
        name: pack.subjects[name] if pack.subjects.get(name) == subject else subject
        for name, subject in other.subjects.items()
    }
    new = replace(pack, subjects=subjects)
    compiled = remit.compile(pack)
    for activity in ACTIVITIES:
        compiled.compiled.answers(activity, "accountable")
        compiled.unheld(activity, "accountable")
        compiled.conflicts(activity)
    (touched,) = {after[0] for before, after in _changes(policies) if before != after}

    def again() -> None:
        found = compiled.updated(new)
        found.unheld(touched, "accountable")
        found.conflicts(touched)

    seconds, _ = timed(again, 5)
    return {"again_s": seconds}


def _changes(policies: Policies) -> zip[tuple[tuple[str, ...], tuple[str, ...]]]:
    return zip(
        [(box[0], box[1]) for box in policies.boxes],
        [(box[0], box[1]) for box in edited(policies).boxes],
        strict=True,
    )


def _yaml(policies: Policies) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack"
        write_pack(policies, path)
        seconds, pack = timed(lambda: remit.load(path))
    return {"load_s": seconds, "per_s": len(pack.duties()) / seconds}


def _command(policies: Policies) -> dict[str, object]:
    start_s = statistics.median(_processor_time(["-c", "pass"], "") for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        path, cache = Path(folder) / "pack", f"{folder}/cache"
        write_pack(policies, path)
        check = ["-m", "remit", "check", str(path)]
        first = _processor_time(check, cache)
        times = 3 if first < SLOW_S else 1
        again = statistics.median(_processor_time(check, cache) for _ in range(times))
        write_pack(edited(policies), Path(folder) / "edited")
        for file in (Path(folder) / "edited" / "subjects").iterdir():
            old = path / "subjects" / file.name
            if not old.exists() or old.read_bytes() != file.read_bytes():
                old.write_bytes(file.read_bytes())
        after = _processor_time(check, cache)
    return {
        "start_s": start_s,
        "first_s": first - start_s,
        "again_s": again - start_s,
        "edited_s": after - start_s,
    }


def _processor_time(arguments: Sequence[str], cache: str) -> float:
    """Return the seconds of processor time of a Python process, from its start to its end.

    Raises:
        TimeoutError: if it took all the time it was given, which it has from this process.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "XDG_CACHE_HOME": cache} if cache else dict(os.environ)
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode == -signal.SIGXCPU:
        raise TimeoutError
    if done.returncode not in {0, 1}:
        raise AttributeError(done.stderr.strip()[-200:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


MEASURES: Mapping[str, Callable[[Policies], dict[str, object]]] = {
    "decide": _decide,
    "batch": _batch,
    "proofs": _proofs,
    "compile": _compile,
    "diff": _diff,
    "recheck": _recheck,
    "yaml": _yaml,
    "command": _command,
}


def markdown(found: Mapping[str, object]) -> str:
    """Return the table: figure and goal side by side, and what was missed in words."""
    sizes: dict[str, dict[str, dict[str, object]]] = found["sizes"]
    rows, notes = [], []
    for row in ROWS:
        figures = [sizes[size].get(row.group, {}).get(row.figure) for size in sizes]
        cells = [_cell(row, size, sizes[size]) for size in sizes]
        duties = [int(size.partition("x")[0]) for size in sizes]
        growth = exponents(duties, [None if row.is_rate else figure for figure in figures])
        told = ", ".join("-" if e is None else f"{e:.2f}" for e in growth) or "-"
        rows.append([row.told, *cells, "-" if row.is_rate else told])
    for size, groups in sizes.items():
        notes += [
            f"- {size}, {group}: {one['reason']}"
            for group, one in groups.items()
            if "reason" in one
        ]
    lines = [
        sentence(found["machine"]),
        f"Processor time but for single events; medians of {found['runs']} processes.",
        "Each figure is beside its goal.",
        "Growth: exponents in the number of duties between the sizes; 1 is in proportion.",
        "",
        *table(["", *(_headed(size) for size in sizes), "growth"], rows),
        "",
        *notes,
    ]
    return "\n".join(lines).rstrip() + "\n"


def _headed(size: str) -> str:
    duties, _, dimensions = size.partition("x")
    return f"{int(duties):,} x {dimensions}"


def _cell(row: Row, size: str, groups: Mapping[str, Mapping[str, object]]) -> str:
    found = groups.get(row.group, {"reason": "not measured"})
    goal = row.goals[SIZES.index(size)] if size in SIZES else None
    aim = "" if goal is None else f"; goal {_number(goal)}"
    if row.figure not in found:
        reason = str(found.get("reason", "not available")).partition(":")[0]
        return f"{reason}{aim}"
    figure = found[row.figure] * row.scale
    told = f"{_number(figure)} {row.unit}"
    if goal is None:
        return told
    missed = figure < goal if row.is_rate else figure > goal
    return f"{told}{aim}{' **missed**' if missed else ''}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 -- three digits


if __name__ == "__main__":
    sys.exit(0 if answer(measure) else main())
