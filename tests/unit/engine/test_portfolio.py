"""Packs on which some algorithm explodes: answers stay exact, or say they are not proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from remit.engine.errors import EventError
from remit.engine.intervals import IntervalSet
from remit.engine.map import overrides
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.cover import open_boxes, without
from remit.engine.map.order import better_order
from remit.engine.map.responsibility import compile_pack
from remit.engine.map.rows import Row
from remit.engine.pack import Duty, Pack
from remit.engine.vocabulary import Activity, Dimension, Vocabulary
from tests.unit.engine.space_samples import ALWAYS, HERE, duty, pack, when

TINY = Budget(memberships=3_000, work=9_000)


def _pack(sizes: dict[str, int], boxes: list[dict[str, tuple[int, int]]]) -> Pack:
    dimensions = {
        n: Dimension(n, "integer", HERE, minimum=0, maximum=s - 1) for n, s in sizes.items()
    }
    duties: list[Duty] = [
        duty(f"s{i}/d", when(**{n: IntervalSet.indexes(*r) for n, r in box.items()}))
        for i, box in enumerate(boxes)
    ]
    plain = pack(*duties)
    vocabulary = Vocabulary(dimensions, {"gate": Activity("gate", HERE, ALWAYS)}, {})
    return type(plain)(
        **{f: getattr(plain, f) for f in plain.__slots__} | {"vocabulary": vocabulary}
    )


def _anyhow(count: int, sizes: dict[str, int], seed: int) -> Pack:
    draw = Random(seed)  # noqa: S311 -- the same boxes every time
    boxes = []
    for _ in range(count):
        lows = {name: draw.randrange(size * 2 // 3) for name, size in sizes.items()}
        boxes.append({name: (low, low + sizes[name] // 3) for name, low in lows.items()})
    return _pack(sizes, boxes)


def _pairs(count: int, rows: int) -> Pack:
    """Return a pack of independent pairs of dimensions, named so that pairs lie far apart."""
    draw = Random(1)  # noqa: S311 -- the same boxes every time
    sizes = {f"{side}{i}": 30 for side in "xy" for i in range(count)}
    boxes = []
    for row in range(rows):
        x, y = draw.randrange(25), draw.randrange(25)
        boxes.append({f"x{row % count}": (x, x + 5), f"y{row % count}": (y, y + 5)})
    return _pack(sizes, boxes)


def test_a_gap_is_the_same_however_it_was_found() -> None:
    crowded = _anyhow(60, {"a": 12, "b": 12, "c": 12}, 4)
    whole = compile_pack(crowded).unheld("gate", "accountable")
    spare = compile_pack(crowded, budget=Budget(memberships=2_000))
    with pytest.raises(BudgetExceeded):
        spare.compiled.answers("gate", "accountable")
    assert whole.count() == spare.unheld("gate", "accountable").count()
    assert Fraction(0) < whole.share()


def test_open_boxes_are_disjoint_and_just_the_cells_in_no_box() -> None:
    draw = Random(7)  # noqa: S311 -- the same boxes every time
    widths = (5, 4, 6)
    for _ in range(30):
        boxes = []
        for _ in range(draw.randint(0, 9)):
            lows = [draw.randrange(width) for width in widths]
            ends = [draw.randint(a + 1, w) for a, w in zip(lows, widths, strict=True)]
            boxes.append(tuple(((a, b),) for a, b in zip(lows, ends, strict=True)))
        cover = open_boxes(widths, boxes, most_pieces=10_000)
        assert () == cover.unexplored
        for cell in product(*map(range, widths)):
            held = any(_holds([atoms[0] for atoms in box], cell) for box in boxes)
            times = sum(_holds(sides, cell) for sides in cover.open)
            assert (0 if held else 1) == times


def _holds(sides: Sequence[tuple[int, int]], cell: Sequence[int]) -> bool:
    return all(low <= atom < high for atom, (low, high) in zip(cell, sides, strict=True))


def test_what_there_was_no_room_to_look_into_is_named() -> None:
    box = (((0, 1),), ((0, 1),))
    cover = open_boxes((4, 4), [box], most_pieces=1)
    assert cover.unexplored
    assert not open_boxes((4, 4), [box], most_pieces=100).unexplored


def test_a_duty_less_what_it_leaves_out_is_disjoint_boxes() -> None:
    rows = [Row(0, (((0, 4),), ((0, 4),))), Row(0, (((1, 2),), ((1, 3),)), removes=True)]
    parts = without(rows)
    held = [
        cell
        for cell in product(range(4), range(4))
        for part in parts
        if all(any(a <= c < b for a, b in s) for c, s in zip(cell, part, strict=True))
    ]
    assert sorted(set(product(range(4), range(4))) - {(1, 1), (1, 2)}) == sorted(held)


def test_overlaps_are_found_where_the_whole_diagram_cannot_be_held() -> None:
    table = _pack(
        {"a": 50, "b": 50},
        [
            {"a": (i, i + 1), "b": (j, j + (6 if i == j == 5 else 5))}
            for i in range(50)
            for j in range(0, 50, 5)
        ],
    )
    (clash,) = compile_pack(table, budget=TINY).conflicts("gate")
    assert 1 == clash.cells.count()


def test_ranges_that_cross_cost_little_where_nested_sets_decide_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(overrides, "MOST_COMPARED", 0)
    boxes = [
        {"a": (0, 20), "b": (i, i + 20), "c": (j, j + 20)} for i in range(10) for j in range(10)
    ]
    boxes += [{"a": (a, a + 1)} for a in range(20)]
    crossing = _pack({"a": 20, "b": 30, "c": 30}, boxes)
    spare = Budget(memberships=5_000)
    with pytest.raises(BudgetExceeded):
        compile_pack(crossing, budget=spare).compiled.answers("gate", "accountable")
    ranked = replace(crossing, precedence=("a", "b", "c"))
    found = compile_pack(ranked, budget=spare).compiled.answers("gate", "accountable")
    assert [1] * 20 == [len(share) for share in found.terminals if share]


def test_pairs_of_dimensions_are_put_side_by_side() -> None:
    found = compile_pack(_pairs(5, 60))
    order = [axis.name for axis in found.compiled.space.axes]
    far = [abs(order.index(f"x{i}") - order.index(f"y{i}")) for i in range(5)]
    assert sum(far) < 5 * 5
    assert Fraction(1, 10) < found.unheld("gate", "accountable").share()


def test_an_order_that_will_do_is_kept() -> None:
    few = compile_pack(pack(*(duty(f"s{i}/d") for i in range(60))))
    assert better_order(tuple(few.compiled.parts.values()), few.compiled.space.widths) is None


def test_past_the_budget_the_blame_is_on_duties_and_their_activity() -> None:
    with pytest.raises(BudgetExceeded) as caught:
        compile_pack(_pairs(4, 40), budget=TINY).compiled.answers("gate", "accountable")
    assert "gate" == caught.value.activity
    assert caught.value.duties
    assert set(caught.value.duties) <= {f"s{i}/d" for i in range(40)}
    assert "`gate` needs" in str(caught.value)


@pytest.mark.slow
def test_single_events_are_answered_past_the_budget() -> None:
    pairs = _pairs(4, 32)
    whole, spare = compile_pack(pairs), compile_pack(pairs, budget=TINY)
    draw = Random(3)  # noqa: S311 -- the same events every time
    names = list(pairs.vocabulary.dimensions)
    for _ in range(10):
        event = {name: draw.randrange(30) for name in names}
        found = spare.decide(event, "gate")
        assert whole.resolve(event).activities["gate"].accountable.certain == found.subjects
        open_ = {name: event[name] for name in names[:-1]}
        assert (
            whole.resolve(open_).activities["gate"].accountable
            == spare.resolve(open_).activities["gate"].accountable
        )
    columns = {name: [draw.randrange(30) for _ in range(20)] for name in names}
    assert list(whole.resolve_batch(columns, "gate")) == list(spare.resolve_batch(columns, "gate"))
    with pytest.raises(EventError, match="it may depend on `"):
        spare.decide({"x0": 1}, "gate")
    with pytest.raises(EventError, match="row 2"):
        spare.resolve_batch({name: [1, 30] for name in names}, "gate")
