"""Who clashes with whom, of many activities at once, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from remit.engine.intervals import IntervalSet
from remit.engine.map.responsibility import ResponsibilityMap, compile_pack
from remit.engine.pack import Duty, Pack
from remit.engine.vocabulary import Activity
from tests.unit.engine.space_samples import ALWAYS, CASES, HERE, PLACE, STAGE, duty, pack, when

NAMES = ("gate", "test", "trace")
PLACES = ("north", "b1", "b2", "b3", "south", None)
ORDERS = ((), ("cases", "place"), ("place", "cases", "stage"))


def _pack(seed: int, order: tuple[str, ...], *, excepts: bool) -> Pack:
    """Return duties whose ranges of cases cross, with `unless` and exceptions here and there."""
    draw = Random(seed)  # noqa: S311 -- the same duties every time, nothing secret
    duties: list[Duty] = []
    for number in range(24):
        allowed = {}
        place = draw.choice(PLACES)
        if place is not None:
            allowed["place"] = PLACE.only(place)
        if draw.random() < 2 / 3:
            low = draw.randrange(6)
            allowed["cases"] = IntervalSet.indexes(low, low + draw.randrange(1, 5))
        if draw.random() < 1 / 3:
            allowed["stage"] = STAGE.only("early")
        holes = when(cases=CASES.only(draw.randrange(6))) if draw.random() < 1 / 5 else None
        activity = NAMES[number % 2]
        over = [d.name for d in duties if d.activity == activity and draw.random() < 1 / 15]
        duties.append(
            replace(
                duty(
                    f"s{draw.randrange(6)}/d{number}",
                    when(**allowed),
                    activity=activity,
                    over=over if excepts else (),
                ),
                unless=holes,
            )
        )
    activities = {name: Activity(name, HERE, ALWAYS) for name in NAMES}
    activities["test"] = Activity("test", HERE, when(stage=STAGE.only("early")))
    never = when(place=PLACE.only("b2"), cases=CASES.only(2))
    return pack(*duties, activities=activities, precedence=order, impossible=(never,))


def _told(found: ResponsibilityMap, name: str) -> dict[tuple[str, ...], tuple[object, ...]]:
    return {c.subjects: (c.duties, c.cells.count()) for c in found.conflicts(name)}


def _by_cell(found: ResponsibilityMap, name: str) -> dict[tuple[str, ...], tuple[object, ...]]:
    """Return what `_told` should, by the effective duties of every single cell."""
    compiled = found.compiled
    part = compiled.parts[name]
    met: dict[tuple[str, ...], tuple[set[str], int]] = {}
    for cell in product(*map(range, compiled.space.widths)):
        items = [
            index
            for index, rows in enumerate(part.rows)
            if any(_holds(row.box, cell) for row in rows if not row.removes)
            and not any(_holds(row.box, cell) for row in rows if row.removes)
        ]
        share = part.share("accountable", items)
        subjects = tuple(sorted(part.subjects(share)))
        if len(subjects) > 1 and compiled.needed(name)(cell):
            weight = 1
            for axis, atom in zip(compiled.space.axes, cell, strict=True):
                weight *= axis.weights[atom]
            duties, count = met.setdefault(subjects, (set(), 0))
            names = {part.duty_of(number).name for number in share or ()}
            met[subjects] = (duties | names, count + weight)
    return {key: (tuple(sorted(duties)), count) for key, (duties, count) in met.items()}


def _holds(box: tuple[tuple[tuple[int, int], ...], ...], cell: tuple[int, ...]) -> bool:
    return all(
        any(low <= atom < high for low, high in atoms)
        for atoms, atom in zip(box, cell, strict=True)
    )


@pytest.mark.parametrize("excepts", ["", "exceptions"], ids=["plain", "exceptions"])
@pytest.mark.parametrize("order", ORDERS, ids=["none", "crossing first", "crossing later"])
@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"rivalry.FEW": 0},
        {"conflicts.FEW": 0},
        {"conflicts.TOGETHER": 1},
        {"conflicts.FEW": 0, "conflicts.MOST_PIECES": 2},
    ],
    ids=["as it is", "by flags", "by pieces", "an activity at a time", "from the whole"],
)
def test_clashes_are_those_of_the_cells_whichever_way_they_are_found(
    order: tuple[str, ...], excepts: str, limits: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, value in limits.items():
        monkeypatch.setattr(f"remit.engine.map.{place}", value)
    found = compile_pack(_pack(1, order, excepts=bool(excepts)))
    expected = {name: _by_cell(found, name) for name in NAMES}
    assert expected == {name: _told(found, name) for name in NAMES}
    assert any(expected.values())


def test_all_cofactors_at_once_are_those_one_by_one() -> None:
    compiled = compile_pack(_pack(3, ORDERS[2], excepts=False)).compiled
    whole = compiled.answers("gate", "accountable")
    width = whole.widths[0]
    for atom, found in enumerate(whole.cofactors(width)):
        assert found.same(whole.cofactor(atom))
        assert found.nodes == whole.cofactor(atom).nodes
