"""Gaps and overlaps of signals, against triage asked about every reading there can be."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import remit
from remit.engine.triage import Message, triage
from remit.validators.finding import Report

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
HIGHEST = 12
VOCABULARY = f"""
dimensions:
  hazard: {{tree: {{natural: [flood, heat]}}}}
  level: {{scale: [blue, yellow, red]}}
  rain: {{integer: {{min: 0, max: {HIGHEST}}}}}
activities:
  watch:
"""
OFFICE = "subject: office\nduties: [{id: a, activity: watch, role: [accountable, responsible]}]\n"
LEVELS = ("blue", "yellow", "red")


def random_test(rng: Random) -> str:
    low = rng.randint(0, HIGHEST)
    high = rng.randint(low, HIGHEST)
    ways = [f'">= {low}"', f'"< {high}"', f"{low}..{high}", f'{{not: "{low}..{high}"}}', f"{low}"]
    return rng.choice([*ways, f"{low}..<{high + 1}", f'"> {low}"'])


def written(folder: Path, rng: Random) -> remit.Pack:
    """Write a pack with a few signals of one indicator."""
    files = {
        "pack.yaml": "remit: 1\npack: sample\nversion: '1'\n",
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": OFFICE,
    }
    for n in range(rng.randint(2, 4)):
        sensor = rng.choice(["gauge", "gauge", "[gauge, radar]"])
        hazard = rng.choice(["flood", "flood", "heat"])
        files[f"signals/s{n}.yaml"] = (
            f"signal: s{n}\nfrom: reading\nwhen: {{sensor: {sensor}, rain: {random_test(rng)}}}\n"
            f"raise: {{hazard: {hazard}, level: {rng.choice(LEVELS)}}}\n"
        )
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return remit.load(folder)


def raised(pack: remit.Pack, sensor: str, rain: int) -> list[str]:
    """Return the signals that one reading sets off, by asking triage."""
    fields = {"sensor": (sensor,), "rain": (str(rain),)}
    return [one.signal for one in triage(pack, [Message("m", "reading", fields, NOW)])]


def level(pack: remit.Pack, signal: str) -> tuple[object, object]:
    values = pack.signals[signal].raises.values
    return values["hazard"], values["level"]


def overlapping(pack: remit.Pack) -> set[frozenset[str]]:
    """Return the pairs of signals that some reading sets off though it should not."""
    found = set()
    for sensor in ("gauge", "radar"):
        for rain in range(HIGHEST + 1):
            names = raised(pack, sensor, rain)
            for one in names:
                found |= {
                    frozenset({one, other})
                    for other in names
                    if one != other and level(pack, one)[0] == level(pack, other)[0]
                }
    return found


def told_overlaps(pack: remit.Pack, report: Report) -> set[frozenset[str]]:
    names = pack.signals
    return {
        frozenset(name for name in names if f"`{name}`" in one.message)
        for one in report.findings
        if one.name == "signal-overlap"
    }


@pytest.mark.parametrize("seed", range(60))
def test_gaps_and_overlaps_are_those_that_triage_shows(tmp_path: Path, seed: int) -> None:
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    pack = written(tmp_path, rng)
    report = remit.check(pack, today=TODAY)
    assert told_overlaps(pack, report) == overlapping(pack)
    assert sorted(told_gaps(report)) == sorted(gaps(pack))


def told_gaps(report: Report) -> set[int]:
    """Return the first reading of each gap told; that is what its message shows."""
    return {
        int(one.notes[0].rpartition("=")[2]) for one in report.findings if one.name == "signal-gap"
    }


def gaps(pack: remit.Pack) -> set[int]:
    """Return the first of each run of readings that raise nothing, between two of an indicator.

    An indicator here is a hazard and the sensors a signal listens to; it counts if its signals
    raise several levels.
    """
    groups: dict[object, list[str]] = {}
    for name, signal in pack.signals.items():
        sensors = next(test.texts for test in signal.when if test.field == "sensor")
        groups.setdefault((signal.raises.values["hazard"], sensors), []).append(name)
    found: set[int] = set()
    for names in groups.values():
        if len({level(pack, name) for name in names}) < 2:
            continue
        mine = [r for r in range(-1, HIGHEST + 2) if set(raised(pack, "gauge", r)) & set(names)]
        for before, after in pairwise(mine):
            between = [r for r in range(before + 1, after) if not raised(pack, "gauge", r)]
            found |= {r for r in between if r - 1 not in between}
    return found
