"""What a chart does at its edges; that its numbers are right is held in `tests/property`."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.engine.chart.chart import chart_of
from remit.engine.chart.reading import Reading
from remit.engine.chart.sides import activity_side, subject_side, value_side, whole_box
from remit.engine.map.budget import BudgetExceeded
from tests.small_town import write_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> remit.ResponsibilityMap:
    return remit.compile(remit.load(write_town(tmp_path_factory.mktemp("chart"))))


def fail(*_: object) -> int:
    raise BudgetExceeded(0, 1, 0)


def test_a_letter_that_cannot_be_told_leaves_the_others_and_is_named(
    town: remit.ResponsibilityMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reading, "_added_up", fail)
    pack, box = town.pack, whole_box(town.compiled.space)
    about = tuple(pack.vocabulary.activities)
    chart = chart_of(town, activity_side(pack), subject_side(pack), box, activities=about)
    assert {"gate", "report", "command"} == set(chart.unproved)
    assert [("accountable", 900), ("responsible", 900)] == [
        (one.letter, one.count) for one in chart.entries[0][1].holdings
    ]


@pytest.mark.parametrize("side", [activity_side, subject_side])
def test_two_sides_of_one_kind_are_refused(town: remit.ResponsibilityMap, side: object) -> None:
    assert callable(side)
    one = side(town.pack)
    with pytest.raises(ValueError, match=one.kind):
        chart_of(town, one, one, whole_box(town.compiled.space), activities=("gate",))


def test_a_tree_without_branches_stands_with_its_leaves(tmp_path: Path) -> None:
    """Depths are told from the top; a leaf above the depth stands for itself."""
    home = write_town(tmp_path)
    file = home / "vocabulary.yaml"
    trees = {
        "{tree: {a: {b: {north: , south: }}}}": ["north", "south"],
        "{tree: {north: , south: }}": ["north", "south"],
        "{tree: {a: {north: [n3, n4]}, south: }}": ["a", "south"],
    }
    text = file.read_text("utf-8")
    for tree, names in trees.items():
        written = text.replace("{tree: {north: [n1, n2], south: }}", tree)
        file.write_text(written, encoding="utf-8")
        guard = home / "subjects" / "guard.yaml"
        guard.write_text(guard.read_text("utf-8").replace("place: n1", "place: north"), "utf-8")
        space = remit.compile(remit.load(home)).compiled.space
        (axis,) = (axis for axis in space.axes if axis.name == "place")
        assert names == [heading.name for heading in value_side(axis).headings]
