"""Sets measured as boxes and as diagrams count the same, and what enumeration counts."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

import remit
from remit.engine.map import shapes
from remit.engine.map.cells import CellSet
from remit.engine.map.counting import Mask
from remit.engine.map.shapes import Line, Shape, shape_of
from tests.unit.validators.written import PACK

VOCABULARY = """
dimensions:
  kind: {values: [a, b, c]}
  level: {scale: [low, high]}
  cases: {integer: {min: 0, max: %d}}
activities:
  watch:
impossible:
  - {kind: c, level: high}
"""
SUBJECT = """
subject: office
duties:
  - {id: w, activity: watch, role: accountable, when: {kind: a, cases: "5..9"}}
  - {id: x, activity: watch, role: accountable, when: {level: high, cases: "< 7"}}
"""


def gap(folder: Path, most: int = 20) -> CellSet:
    (folder / "subjects").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "vocabulary.yaml").write_text(VOCABULARY % most, encoding="utf-8")
    (folder / "subjects" / "office.yaml").write_text(SUBJECT, encoding="utf-8")
    return remit.compile(remit.load(folder)).unheld("watch", "accountable")


@pytest.fixture(params=["boxes", "diagram"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "diagram":
        monkeypatch.setattr(shapes, "MOST_PIECES", 0)
    return str(request.param)


def every_box(line: Line) -> list[Mask]:
    """Return some boxes: all, a few single cells, and every half of each axis."""
    boxes = [line.whole()]
    for axis in range(len(line.first) - 1):
        for step in (0, 1):
            box = line.whole()
            part = box[line.part(axis)]
            part[step::2] = False
            boxes.append(box)
    return boxes


def cells_in(cells: CellSet, box: Mask, line: Line) -> list[tuple[int, ...]]:
    parts = [np.flatnonzero(part).tolist() for part in line.parts(box)]
    return [cell for cell in product(*parts) if cells.diagram(cell)]


def weight(cells: CellSet, cell: tuple[int, ...]) -> int:
    axes = cells.ground.space.axes
    return int(np.prod([axis.weights[atom] for axis, atom in zip(axes, cell, strict=True)]))


@pytest.mark.usefixtures("kind")
def test_a_box_holds_what_is_counted_one_by_one(tmp_path: Path) -> None:
    cells = gap(tmp_path)
    line = Line.of(cells.ground.space)
    shape = shape_of(cells.diagram, line)
    for box in every_box(line):
        inside = cells_in(cells, box, line)
        assert shape.count(box) == sum(weight(cells, cell) for cell in inside)
        seed = shape.seed(box)
        assert (seed is None) == (not inside)
        assert seed is None or seed in inside


@pytest.mark.usefixtures("kind")
def test_an_atom_gains_what_the_box_has_with_its_axis_cut_to_it(tmp_path: Path) -> None:
    cells = gap(tmp_path)
    line = Line.of(cells.ground.space)
    shape = shape_of(cells.diagram, line)
    for box in every_box(line):
        gains = shape.gains(box)
        for axis in range(len(line.first) - 1):
            for atom in range(line.first[axis], line.first[axis + 1]):
                cut = box.copy()
                cut[line.part(axis)] = False
                cut[atom] = True
                assert gains[atom] == shape.count(cut)


@pytest.mark.usefixtures("kind")
def test_without_a_box_what_is_outside_stays(tmp_path: Path) -> None:
    cells = gap(tmp_path)
    line = Line.of(cells.ground.space)
    shape: Shape = shape_of(cells.diagram, line)
    for box in every_box(line):
        rest = shape.without(box)
        assert rest.count(box) == 0
        assert rest.count(line.whole()) == shape.count(line.whole()) - shape.count(box)


@pytest.mark.usefixtures("kind")
def test_counts_past_what_floats_hold_stay_exact(tmp_path: Path) -> None:
    cells = gap(tmp_path, 10**15)
    line = Line.of(cells.ground.space)
    assert shape_of(cells.diagram, line).count(line.whole()) == cells.count()
    assert cells.regions()[0].count <= cells.count()
