"""The fewest cells that lie in all sets, against trying everything."""

from __future__ import annotations

from functools import reduce
from itertools import combinations
from operator import or_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.engine.events import Event
from remit.engine.language.loader import load
from remit.engine.map.cells import CellSet
from remit.engine.map.fewest import fewest
from remit.engine.map.responsibility import compile_pack

VALUES = "abcdef"
FILES = {
    "pack.yaml": "remit: 1\npack: p\nversion: 1\nlead: command\n",
    "vocabulary.yaml": (
        f"dimensions:\n  kind: {{values: [{', '.join(VALUES)}]}}\nactivities:\n  command: {{}}\n"
    ),
    "subjects/s.yaml": "subject: s\nduties:\n  - {id: c, activity: command, role: accountable}\n",
}
SETS = st.lists(st.sets(st.sampled_from(VALUES), min_size=1), min_size=1, max_size=7)


@pytest.fixture(name="kinds", scope="module")
def _kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CellSet]:
    home = tmp_path_factory.mktemp("p")
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    map_ = compile_pack(load(home))
    return {value: map_.cells_of_event(Event({"kind": value})) for value in VALUES}


def by_trying(sets: list[set[str]]) -> int:
    return next(
        count
        for count in range(1, len(VALUES) + 1)
        if any(all(one & set(few) for one in sets) for few in combinations(VALUES, count))
    )


@given(SETS)
@settings(max_examples=40, deadline=None)
def test_no_fewer_cells_do_and_so_many_do(kinds: dict[str, CellSet], sets: list[set[str]]) -> None:
    """What is found lies in every set, and is as few as trying everything finds."""
    cells = [reduce(or_, (kinds[value] for value in sorted(one))) for one in sets]
    apart = [{n for n, other in enumerate(sets) if not one & other} for one in sets]
    found = fewest(cells, apart, [0], len(sets) + 1)
    assert by_trying(sets) == found.least == len(found.groups)
    assert set(range(len(sets))) == {one for members, _ in found.groups for one in members}
    for members, shared in found.groups:
        assert shared
        assert all(shared <= cells[one] for one in members)


def test_a_budget_that_is_used_up_proves_no_more_than_it_saw(kinds: dict[str, CellSet]) -> None:
    """Without a step nothing is found, and the bound is the one that was known."""
    cells = [kinds["a"] | kinds["b"], kinds["b"] | kinds["c"], kinds["a"] | kinds["c"]]
    found = fewest(cells, [set(), set(), set()], [0], 3, steps=1)
    assert () == found.groups
    assert 1 == found.least
    assert 2 == fewest(cells, [set(), set(), set()], [0], 3).least
