"""The packs of the United States' support functions say what the annexes say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import remit

ESF = Path(__file__).resolve().parents[3] / "policies" / "esf"
TODAY = dt.date(2026, 11, 24)
PACKS = ("frp-1999-mass-care", "nrp-2004-mass-care", "nrf-2008", "nrf-2016")


@pytest.mark.parametrize("name", PACKS)
def test_no_finding_is_open(name: str) -> None:
    report = remit.check(remit.load(ESF / name), today=TODAY)
    assert [f"{one.span}: {one.message}" for one in report.open_findings()] == []
    assert report.proved


def accepted(name: str) -> set[tuple[str | None, tuple[str, ...]]]:
    """The overlaps that are accepted, by activity."""
    report = remit.check(remit.load(ESF / name), today=TODAY)
    found = [one for one in report.findings if one.name == "contested-event"]
    assert all(one.accepted for one in found)
    return {(one.activity, one.subjects) for one in found}


def test_the_dispute_of_2005_is_an_overlap() -> None:
    assert accepted("nrp-2004-mass-care") == {("mass-care", ("fema", "red-cross"))}


def test_two_coordinators_of_firefighting_are_an_overlap_in_2016_alone() -> None:
    assert accepted("nrf-2008") == set()
    assert accepted("nrf-2016") == {("firefighting", ("fire-administration", "forest-service"))}


@pytest.mark.parametrize("name", ["nrf-2008", "nrf-2016"])
def test_an_edition_has_fifteen_functions(name: str) -> None:
    pack = remit.load(ESF / name)
    numbers = {str(one.label).partition(":")[0] for one in pack.vocabulary.activities.values()}
    assert numbers == {f"ESF {number}" for number in range(1, 16)}


def test_mass_care_goes_from_one_body_to_two_to_one() -> None:
    maps = [remit.compile(remit.load(ESF / name)) for name in PACKS]
    event = {"incident": "hurricane", "phase": "response", "zone": "inland"}
    answers = []
    for one in maps:
        known = {name: event[name] for name in one.pack.vocabulary.dimensions if name in event}
        answers.append(one.decide(known, "mass-care").subjects)
    assert answers == [("red-cross",), ("fema", "red-cross"), ("fema",), ("fema",)]
