"""Small diagrams, made in plain Python, are the functions that arrays and rows say."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from remit.engine.map import few_rows
from remit.engine.map.budget import Budget, BudgetExceeded
from remit.engine.map.build import build
from remit.engine.map.diagram import Diagram, combine
from remit.engine.map.few_rows import build_few
from remit.engine.map.overrides import Kills
from remit.engine.map.rows import Row
from remit.engine.map.space import Atoms

WIDTHS = (4, 1, 3, 5)
CELLS = list(product(*map(range, WIDTHS)))
ITEMS = 6
BY_RANK = Kills(np.arange(ITEMS), np.empty((0, 2), np.int64))
BY_PAIRS = Kills(
    np.full(ITEMS, -1), np.array([(y, x) for y in range(ITEMS) for x in range(y)], np.int64)
)
Items = tuple[int, ...]


def random_atoms(rng: Random, width: int) -> Atoms:
    if rng.random() < 0.4:
        return ((0, width),)
    chosen = [atom for atom in range(width) if rng.random() < 0.6] or [rng.randrange(width)]
    starts = [atom for atom in chosen if atom - 1 not in chosen]
    ends = [atom + 1 for atom in chosen if atom + 1 not in chosen]
    return tuple(zip(starts, ends, strict=True))


def random_rows(seed: int) -> list[Row]:
    rng = Random(seed)  # noqa: S311  reproducible on purpose
    return [
        Row(item, tuple(random_atoms(rng, width) for width in WIDTHS), removes)
        for item in range(ITEMS)
        for removes in (*(False,) * rng.randint(1, 2), *(True,) * rng.randint(0, 1))
    ]


def items_at(rows: list[Row], cell: tuple[int, ...]) -> Items:
    holding = [
        row
        for row in rows
        if all(
            any(low <= atom < high for low, high in atoms)
            for atom, atoms in zip(cell, row.box, strict=True)
        )
    ]
    removed = {row.item for row in holding if row.removes}
    return tuple(sorted({row.item for row in holding} - removed))


def highest(items: Items) -> int:
    return max(items, default=-1)


@pytest.fixture
def few_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it an error if what is few is left to arrays."""

    def refuse(*_: object) -> Diagram[object]:
        raise AssertionError

    monkeypatch.setattr(few_rows, "build", refuse)


@pytest.mark.usefixtures("few_alone")
@pytest.mark.parametrize("seed", range(20))
def test_every_cell_has_the_items_of_its_rows(seed: int) -> None:
    rows = random_rows(seed)
    found = build_few(WIDTHS, rows, tuple)
    assert [items_at(rows, cell) for cell in CELLS] == [found(cell) for cell in CELLS]


@pytest.mark.usefixtures("few_alone")
@pytest.mark.parametrize("kills", [BY_RANK, BY_PAIRS])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_dropped_early_has_no_say(seed: int, kills: Kills) -> None:
    rows = random_rows(seed)
    found = build_few(WIDTHS, rows, highest, kills)
    assert [highest(items_at(rows, cell)) for cell in CELLS] == [found(cell) for cell in CELLS]


@pytest.mark.usefixtures("few_alone")
@pytest.mark.parametrize("seed", range(20))
def test_outside_the_gate_nothing_is_looked_into(seed: int) -> None:
    rows = random_rows(seed)
    gate = [row for row in rows if row.item == ITEMS - 1 and not row.removes]
    rows = [row for row in rows if row.item != ITEMS - 1] + gate
    found = build_few(WIDTHS, rows, tuple, gate=ITEMS - 1)
    for cell in CELLS:
        items = items_at(rows, cell)
        assert (items if ITEMS - 1 in items else ()) == found(cell)


@pytest.mark.usefixtures("few_alone")
@pytest.mark.parametrize("limit", ["MOST_EDGES", "MOST_ROWS"])
def test_what_is_too_much_is_left_to_arrays(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_rows, limit, 3)
    with pytest.raises(AssertionError):
        build_few(WIDTHS, random_rows(0), tuple)


def test_a_budget_that_is_too_small_is_exceeded() -> None:
    with pytest.raises(BudgetExceeded):
        build_few(WIDTHS, random_rows(0), tuple, budget=Budget(memberships=1))


@pytest.mark.parametrize("seed", range(20))
def test_operations_in_lists_and_in_arrays_say_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (build(WIDTHS, random_rows(2 * seed + k), highest) for k in range(2))
    few = combine(one, other, max), one.mapped(abs)
    monkeypatch.setattr("remit.engine.map.diagram.MOST_EDGES", 0)
    many = combine(one, other, max), one.mapped(abs)
    for a, b in zip(few, many, strict=True):
        assert [a(cell) for cell in CELLS] == [b(cell) for cell in CELLS]
        assert (a.nodes, a.edges) == (b.nodes, b.edges)
        assert a.same(b)
