"""Documented boundary problems as small packs: each is caught by the check that should catch it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

import pytest

import remit
from remit.engine.language.constraints import parse_constraint
from remit.engine.replay import Replay
from remit.validators.finding import Finding

TODAY = dt.date(2026, 11, 23)
BROKEN = Path(__file__).resolve().parents[2] / "packs" / "broken"


class Wanted(TypedDict, total=False):
    check: str
    activity: str | None
    subjects: list[str]
    cell: dict[str, object]


class Case(TypedDict):
    case: str
    kind: str
    pack: str
    findings: list[Wanted]


CASES: Mapping[str, Case] = json.loads((BROKEN / "expected.json").read_text(encoding="utf-8"))


@cache
def report(name: str) -> remit.Report:
    return remit.check(remit.load(BROKEN / CASES[name]["pack"]), today=TODAY)


@pytest.mark.parametrize("name", CASES)
def test_each_problem_is_found_and_nothing_else(name: str) -> None:
    found = {_signature(one) for one in report(name).open_findings()}
    wanted = {
        (one["check"], one["activity"], tuple(one["subjects"])) for one in CASES[name]["findings"]
    }
    assert wanted == found


def _signature(finding: Finding) -> tuple[str, str | None, tuple[str, ...]]:
    return finding.name, finding.activity, finding.subjects


CELLS = [
    (name, wanted)
    for name, case in CASES.items()
    for wanted in case["findings"]
    if wanted.get("cell")
]


@pytest.mark.parametrize("name, wanted", CELLS, ids=[f"{n}-{w['check']}" for n, w in CELLS])
def test_the_known_cell_lies_in_the_region_that_is_reported(name: str, wanted: Wanted) -> None:
    pack = remit.load(BROKEN / CASES[name]["pack"])
    event = remit.parse_event(wanted["cell"], pack.vocabulary)
    signature = (wanted["check"], wanted["activity"], tuple(wanted["subjects"]))
    reported = [one for one in report(name).open_findings() if _signature(one) == signature]
    assert any(_covers(one, event, pack) for one in reported), [one.region for one in reported]


def _covers(finding: Finding, event: remit.Event, pack: remit.Pack) -> bool:
    for name, constraint in finding.region.items():
        dimension = pack.vocabulary.dimension(name)
        if not dimension.only(event.values[name]) <= parse_constraint(dimension, constraint):
            return False
    return True


@pytest.mark.parametrize("name", CASES)
def test_every_witness_is_a_possible_event(name: str) -> None:
    pack = remit.load(BROKEN / CASES[name]["pack"])
    replay = Replay(pack)
    for finding in report(name).findings:
        if finding.witness is not None:
            assert replay.is_possible(finding.witness)


def test_every_kind_that_a_check_can_see_has_two_cases() -> None:
    kinds = Counter(case["kind"] for case in CASES.values())
    for kind in ("gap", "overlap", "authority_missing", "duty_without_means", "excess", "handoff",
                 "overload"):  # fmt: skip
        assert kinds[kind] >= 2, kind
    assert len({case["case"] for case in CASES.values()}) >= 12


def test_the_cases_are_documented_ones_of_the_kind_they_name(shared_data: Path) -> None:
    import yaml

    text = (shared_data / "cn" / "boundary_cases.yaml").read_text(encoding="utf-8")
    kinds = {one["id"]: one["kind"] for one in yaml.safe_load(text)}
    assert {
        name: case["kind"] for name, case in CASES.items() if kinds[case["case"]] != case["kind"]
    } == {}
