"""Exceptions and precedence, judged a second time: each case is one clause of the language."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

import remit
from remit.engine.second_opinion.judgement import Judge, Opinion
from remit.engine.second_opinion.translation import translate
from tests.pack_writer import write_pack

DIMENSIONS = {
    "place": {"tree": {"north": ["n1", "n2"], "south": ["s1", "s2"]}},
    "stage": {"values": ["a", "b", "c", "d", "e"]},
}
BOTH = ["accountable", "responsible"]


def duty(when: Any, **more: Any) -> dict[str, Any]:
    return {"activity": "act", "role": "accountable", "when": when, **more}


def opinion(folder: Path, duties: dict[str, dict[str, Any]], precedence: list[str]) -> Opinion:
    """Return the opinion on an event that every duty matches; each duty has its own subject."""
    plain = {
        "remit": 1,
        "pack": "made",
        "version": "1",
        "lead": "act",
        "precedence": precedence,
        "dimensions": DIMENSIONS,
        "activities": {"act": None},
        "subjects": [
            {"subject": name, "duties": [{"id": "d", **one}]} for name, one in duties.items()
        ],
    }
    translation = translate(remit.load(write_pack(plain, folder, Random(0))))  # noqa: S311
    kinds = {"duty", "needed"}
    held = {i for i, clause in enumerate(translation.clauses) if clause.kind in kinds}
    return Judge(translation).opinion(held)


PRECEDENCE: dict[str, tuple[Any, Any, list[str], set[str]]] = {
    "a leaf beats its node": ({"place": "n1"}, {"place": "north"}, ["place"], {"y"}),
    "a constraint beats none": ({"place": "north"}, {}, ["place"], {"y"}),
    "equal sets decide nothing": ({"place": "n1"}, {"place": "n1"}, ["place"], {"x", "y"}),
    "sets that only meet decide nothing": (
        {"stage": ["a", "b"]},
        {"stage": ["b", "c"]},
        ["stage"],
        {"x", "y"},
    ),
    "half inside is not inside": (
        {"stage": ["a", "c", "e"]},
        {"stage": ["a", "b", "c"]},
        ["stage"],
        {"x", "y"},
    ),
    "scattered inside is inside": (
        {"stage": ["a", "c"]},
        {"stage": ["a", "b", "c", "e"]},
        ["stage"],
        {"y"},
    ),
    "neighbours are one set": (
        {"stage": ["b", "c"]},
        [{"stage": ["a", "b"]}, {"stage": "c"}],
        ["stage"],
        {"y"},
    ),
    "all maps together are the set": (
        [{"place": "n1", "stage": "a"}, {"stage": "b"}],
        {"place": "north"},
        ["place"],
        {"x"},
    ),
    "the first that differs decides": (
        {"place": "n1", "stage": ["a", "b"]},
        {"place": "north", "stage": "a"},
        ["place", "stage"],
        {"y"},
    ),
    "the first that differs without nesting decides too": (
        {"place": ["n1", "s1"], "stage": "a"},
        {"place": ["n1", "s2"], "stage": ["a", "b"]},
        ["place", "stage"],
        {"x", "y"},
    ),
    "a dimension not listed decides nothing": (
        {"place": "n1"},
        {"place": "north"},
        ["stage"],
        {"x", "y"},
    ),
}


@pytest.mark.parametrize("case", PRECEDENCE)
def test_precedence_is_by_strict_subsets_at_the_first_difference(case: str, tmp_path: Path) -> None:
    narrow, wide, precedence, owners = PRECEDENCE[case]
    found = opinion(tmp_path, {"y": duty(narrow), "x": duty(wide)}, precedence)
    assert tuple(sorted(owners)) == found.owner


def test_days_count_for_precedence_on_date(tmp_path: Path) -> None:
    spring = {"valid": {"from": "2026-03-01", "until": "2026-05-31"}}
    year = {"valid": {"from": "2026-01-01", "until": "2026-12-31"}}
    duties = {"y": duty({}, **spring), "x": duty({}, **year)}
    assert ("y",) == opinion(tmp_path, duties, ["date"]).owner


def test_an_exception_goes_before_precedence_and_through_others(tmp_path: Path) -> None:
    duties = {
        "wide": duty({}, exception_to=["middle/d"]),
        "middle": duty({"place": "north"}, role="informed", exception_to=["narrow/d"]),
        "narrow": duty({"place": "n1"}),
    }
    assert ("wide",) == opinion(tmp_path, duties, ["place"]).owner


def test_precedence_is_for_the_letters_both_have_and_not_for_those_that_add_up(
    tmp_path: Path,
) -> None:
    duties = {
        "narrow": duty({"place": "n1"}, role=["responsible", "supports"]),
        "wide": duty({}, role=["accountable", "responsible", "supports"]),
    }
    found = opinion(tmp_path, duties, ["place"])
    answer = found.activities["act"].holders
    assert ("wide",) == answer["accountable"]
    assert ("narrow",) == answer["responsible"]
    assert ("narrow", "wide") == answer["supports"]


def test_an_exception_removes_every_letter(tmp_path: Path) -> None:
    duties = {
        "narrow": duty({"place": "n1"}, role="consulted", exception_to=["wide/d"]),
        "wide": duty({}, role=[*BOTH, "supports", "informed"]),
    }
    answer = opinion(tmp_path, duties, []).activities["act"]
    assert ("narrow/d",) == answer.duties
    assert ((), (), ()) == tuple(answer.holders[one] for one in (*BOTH, "informed"))
