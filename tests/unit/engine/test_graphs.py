"""Cycles and trees of named nodes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from remit.engine.graphs import cycles, trees

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "edges, expected",
    [
        ({}, ()),
        ({"a": ["b"], "b": ["c"]}, ()),
        ({"a": ["a"]}, (("a",),)),
        ({"b": ["c"], "c": ["a"], "a": ["b"]}, (("a", "b", "c"),)),
        ({"a": ["b"], "b": ["a"], "x": ["y"], "y": ["x", "a"]}, (("a", "b"), ("x", "y"))),
        ({"in": ["a"], "a": ["b"], "b": ["a", "out"]}, (("a", "b"),)),
    ],
)
def test_one_cycle_is_told_for_each_knot(
    edges: dict[str, list[str]], expected: tuple[tuple[str, ...], ...]
) -> None:
    assert cycles(edges) == expected


def test_a_dense_knot_is_told_once_and_at_once() -> None:
    names = [f"n{number:03}" for number in range(200)]
    (cycle,) = cycles(dict.fromkeys(names, names))
    assert set(cycle) <= set(names)


def test_trees_are_told_by_their_tops() -> None:
    parents = {"b": "a", "a": None, "c": "b", "alone": None}
    assert trees(parents) == {"a": ("a", "b", "c"), "alone": ("alone",)}


def test_nodes_that_lead_into_a_cycle_are_in_no_tree() -> None:
    assert trees({"x": "y", "y": "x", "z": "x", "a": None}) == {"a": ("a",)}


def test_a_long_chain_is_one_tree() -> None:
    names = [f"n{number:05}" for number in range(20_000)]
    parents = dict(zip(names[1:], names, strict=False)) | {names[0]: None}
    assert trees(parents) == {names[0]: tuple(names)}


@pytest.mark.slow
def test_networkx_is_loaded_only_where_there_is_a_cycle() -> None:
    code = (
        "import sys; from remit.engine.graphs import cycles; "
        "cycles({'a': ['b']}); print('networkx' in sys.modules); "
        "cycles({'a': ['a']}); print('networkx' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=ROOT
    )
    assert done.stdout == "False\nTrue\n"
