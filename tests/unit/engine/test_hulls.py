"""Regions are few, hold every cell, and show where they are full and a cell easy to read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import remit
from remit.engine.intervals import Cut
from remit.engine.map.cells import CellSet
from remit.engine.map.examples import liked_value
from remit.engine.map.space import Axis
from remit.engine.spans import Span
from remit.engine.vocabulary import Dimension
from tests.unit.validators.written import PACK

VOCABULARY = """
dimensions:
  hazard: {tree: {wet: [flood, storm], dry: [heat, fire]}}
  stage: {values: [early, mid, late]}
  place: {tree: {north: [n1, n2, n3, n4], south: [s1, s2, s3, s4]}}
  cases: {integer: {min: 0, max: 999}}
activities:
  watch:
"""
DEFAULTS = [(hazard, stage) for hazard in ("wet", "dry") for stage in ("early", "mid", "late")]


def gap(folder: Path, missing: list[tuple[str, str]]) -> CellSet:
    """Return the gap of a pack with some defaults gone; all are pierced by narrower duties."""
    lines = ["subject: office", "duties:"]
    for number, (hazard, stage) in enumerate(DEFAULTS):
        base = f"hazard: {hazard}, stage: {stage}"
        if (hazard, stage) not in missing:
            lines.append(
                f"  - {{id: d{number}, activity: watch, role: accountable, when: {{{base}}}}}"
            )
        for step, place in enumerate(("n1", "n2", "n3", "s1", "s2"), start=1):
            narrow = f'{base}, place: {place}, cases: "{step}00..<{step}90"'
            lines.append(
                f"  - {{id: {place}-{number}, activity: watch, role: accountable,"
                f" when: {{{narrow}}}}}"
            )
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    (folder / "subjects" / "office.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return remit.compile(remit.load(folder)).unheld("watch", "accountable")


@pytest.mark.parametrize(
    "missing",
    [[("wet", "mid")], [("wet", "early"), ("dry", "late")], [("wet", "late"), ("dry", "early")]],
)
def test_each_missing_default_is_one_region(tmp_path: Path, missing: list[tuple[str, str]]) -> None:
    regions = gap(tmp_path, missing).regions()
    named = {(one.constraints["hazard"], one.constraints["stage"]) for one in regions}
    assert (named, len(regions)) == (set(missing), len(missing))
    assert all(set(one.constraints) == {"hazard", "stage"} for one in regions)


def test_regions_hold_every_cell_and_their_full_part_is_full(tmp_path: Path) -> None:
    cells = gap(tmp_path, DEFAULTS[:2])
    rest = cells
    for region in cells.regions():
        rest -= region.cells
        assert region.count == region.cells.count()
        assert region.density < 1
        assert 0 < region.full_count < region.count
    assert not rest


def test_the_full_part_of_a_pierced_region_leaves_out_what_pierces_it(tmp_path: Path) -> None:
    (region,) = gap(tmp_path, [("wet", "early")]).regions()
    assert dict(region.constraints).items() <= dict(region.full).items()
    assert region.full_count * 3 > region.count
    assert set(region.full) - {"hazard", "stage"} <= {"place", "cases"}


def test_a_witness_takes_the_first_names_and_round_numbers(tmp_path: Path) -> None:
    (region,) = gap(tmp_path, [("dry", "late")]).regions()
    assert region.witness == {"hazard": "heat", "stage": "late", "place": "n1", "cases": 600}


def test_one_region_holds_all_however_it_lies(tmp_path: Path) -> None:
    cells = gap(tmp_path, [("wet", "early"), ("dry", "late")])
    region = cells.region()
    assert region.constraints == {"stage": ["early", "late"]}
    assert region.count == cells.count()


@pytest.mark.parametrize(
    "low, high, liked",
    [(0, 7, 0), (1, 100, 1), (137, 2400, 1000), (11, 18, 11), (95, 101, 100), (-37, -5, -30)],
)
def test_the_roundest_number_of_a_stretch_is_liked(low: int, high: int, liked: int) -> None:
    dimension = Dimension("n", "integer", Span("", 1, 1, 1, 1), minimum=-100, maximum=5000)
    axis = Axis(dimension, (Cut(low), Cut(high)), (high - low,), (0, high - low))
    assert liked_value(axis, 0) == liked
    assert not isinstance(liked_value(axis, 0), Decimal)


def test_the_full_part_and_the_witness_lie_in_their_region(tmp_path: Path) -> None:
    cells = gap(tmp_path, [("wet", "mid"), ("dry", "early"), ("dry", "late")])
    axes = cells.ground.space.axes
    for region in cells.regions():
        for axis, mask in zip(axes, region.box, strict=True):
            if axis.name in region.witness:
                ((atom, _),) = axis.atom_at(region.witness[axis.name])
                assert mask[atom]


def test_a_gap_that_is_one_box_is_shown_as_any_other_way_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = "subject: office\nduties:\n  - {id: d, activity: watch, role: accountable, unless: "
    hole = "{hazard: [flood, dry], place: [n1, south], cases: 10..19}"
    (tmp_path / "subjects").mkdir()
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "subjects" / "office.yaml").write_text(f"{office}{hole}}}\n", encoding="utf-8")
    cells = remit.compile(remit.load(tmp_path)).unheld("watch", "accountable")
    (short,) = cells.regions()
    assert {"hazard": ["flood", "dry"], "place": ["n1", "south"], "cases": "10..19"} == dict(
        short.constraints
    )
    monkeypatch.setattr("remit.engine.map.hulls._single", lambda _: None)
    (long,) = cells.regions()
    assert (long.constraints, long.count, long.full, long.full_count, long.witness) == (
        short.constraints,
        short.count,
        short.full,
        short.full_count,
        short.witness,
    )
