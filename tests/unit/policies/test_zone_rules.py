"""The zone rules of 2020 and 2022: two dated versions of one pack, each clean."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import remit

FOLDER = Path(__file__).resolve().parents[3] / "policies" / "zone-rules"
TODAY = dt.date(2026, 11, 24)
OLD, NEW = FOLDER / "2020-01", FOLDER / "2022-11"


@pytest.mark.parametrize("folder", [OLD, NEW], ids=lambda folder: folder.name)
def test_a_version_has_no_finding(folder: Path) -> None:
    report = remit.check(remit.load(folder), today=TODAY)
    assert [f"{one.span}: {one.message}" for one in report.findings] == []
    assert report.proved


def is_closed(folder: Path, event: dict[str, object]) -> bool:
    """Whether people are kept at home there."""
    return remit.compile(remit.load(folder)).decide(event, "close-area").needed


def test_a_building_next_door_is_closed_by_the_old_rule_alone() -> None:
    event: dict[str, object] = {
        "ring": "compound", "cases": 2, "source": "unknown", "days-clear": 0,
    }  # fmt: skip
    assert [is_closed(OLD, event), is_closed(NEW, event)] == [True, False]


def test_the_building_of_one_known_case_is_closed_by_the_new_rule_alone() -> None:
    event: dict[str, object] = {"ring": "building", "cases": 1, "source": "known", "days-clear": 0}
    assert [is_closed(OLD, event), is_closed(NEW, event)] == [False, True]


def test_the_two_are_versions_of_one_pack() -> None:
    packs = [remit.load(folder) for folder in (OLD, NEW)]
    assert [one.name for one in packs] == ["zone-rules"] * 2
    assert packs[0].version < packs[1].version
