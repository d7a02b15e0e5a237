"""What is measured is right: the sweep and the map agree, and packs in memory are those in YAML."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import figures
import pytest
from decision_tables import ACTIVITY, made_table, pack_of_table
from hierarchy import ACTIVITIES, edited, make, random_events, write_pack
from machine import exponents
from sweep import Box, OutOfTimeError, missing, overlapping, volume

import remit


def holds(box: Box, point: tuple[int, ...]) -> bool:
    return all(low <= value < high for (low, high), value in zip(box, point, strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_the_sweep_finds_what_looking_at_every_point_finds(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 -- tables to try, nothing secret
    whole = ((0, 5),) * 3
    rows = []
    for _ in range(8):
        lows = [draw.randrange(5) for _ in whole]
        rows.append(tuple((low, draw.randint(low + 1, 5)) for low in lows))
    points = list(itertools.product(range(5), repeat=3))
    at = [frozenset(n for n, row in enumerate(rows) if holds(row, point)) for point in points]
    shared = {one for one in at if len(one) > 1}
    assert {one for one in shared if not any(one < other for other in shared)} == overlapping(rows)
    gaps = missing(rows, whole)
    assert [not one for one in at] == [sum(holds(box, p) for box in gaps) == 1 for p in points]
    assert sum(not one for one in at) == volume(gaps)


@pytest.mark.parametrize("rows,columns", [(80, 2), (60, 3), (50, 4)])
def test_the_sweep_and_the_map_find_the_same_overlaps_and_gaps(rows: int, columns: int) -> None:
    boxes, whole = made_table(rows, columns)
    compiled = remit.compile(pack_of_table(boxes, whole))
    conflicts = compiled.conflicts(ACTIVITY)
    shared = {frozenset(int(s.partition("-")[2]) for s in c.subjects) for c in conflicts}
    largest = {one for one in shared if not any(one < other for other in shared)}
    assert overlapping(boxes) == largest
    gaps = missing(boxes, whole)
    assert volume(gaps) == compiled.unheld(ACTIVITY, "accountable").count()
    assert gaps
    assert largest


def test_a_table_before_its_noise_is_complete_and_has_no_overlap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("decision_tables.NOISE", 0)
    boxes, whole = made_table(80, 4)
    assert (set(), []) == (overlapping(boxes), missing(boxes, whole))
    assert volume([whole]) == volume(boxes)


def test_a_sweep_that_has_no_time_left_says_so() -> None:
    boxes, whole = made_table(60, 3)
    with pytest.raises(OutOfTimeError):
        missing(boxes, whole, limit_s=-1)


def test_policies_in_memory_are_the_pack_that_is_written(tmp_path: Path) -> None:
    policies = make(120, 8)
    write_pack(policies, tmp_path / "pack")
    here, there = remit.compile(policies.pack()), remit.compile(remit.load(tmp_path / "pack"))
    for number, event in enumerate(random_events(policies, 400)):
        activity = ACTIVITIES[number % len(ACTIVITIES)]
        assert here.decide(event, activity) == there.decide(event, activity)
    cut = [activity for activity in ACTIVITIES if here.unheld(activity, "accountable")]
    assert sorted({activity for activity, _ in policies.holes}) == sorted(cut)


def test_an_edit_gives_one_duty_to_another_subject() -> None:
    policies = make(120, 4)
    pairs = zip(policies.boxes, edited(policies).boxes, strict=True)
    ((_, (_, new, _)),) = [(a, b) for a, b in pairs if a != b]
    assert new != policies.boxes[50][1]


def test_growth_is_an_exponent_between_neighbouring_sizes() -> None:
    assert exponents([10, 100, 1_000], [1.0, 10.0, None]) == [1.0, None]


def test_a_missed_goal_and_a_missing_interface_are_said_in_the_figures_place() -> None:
    found = {
        "machine": {
            "processors": 2,
            "processor": "Some",
            "system": "Any",
            "Python": "3.11",
            "remit": "1",
            "day": "2026-01-01",
            "load": [0.5],
        },
        "runs": 1,
        "sizes": {
            "1000x6": {
                "decide": {"p50_us": 0.5, "p99_us": 9.0, "ready_s": 1.0},
                "diff": {"reason": "not available: no such interface"},
            }
        },
    }
    told = figures.markdown(found)
    assert "| resolve one event, p50 | 0.5 µs; goal 0.6 |" in told
    assert "| resolve one event, p99 | 9 µs; goal 1.5 **missed** |" in told
    assert "| diff of two maps, one duty edited | not available; goal 2 |" in told
    assert "- 1000x6, diff: not available: no such interface" in told
