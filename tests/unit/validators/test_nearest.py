"""What keeps a duty from an event, and which duty is nearest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import remit
from remit.engine.pack import Duty
from remit.engine.vocabulary import Value
from remit.validators.nearest import bars, nearest
from tests.unit.validators.written import PACK

VOCABULARY = """
dimensions:
  hazard: {tree: {epidemic: [covid-19, influenza], flood: {}}}
  stage: {values: [early, mid, late]}
activities:
  supply: {}
"""
EVENT: dict[str, Value] = {"hazard": "covid-19", "stage": "late", "date": dt.date(2026, 5, 1)}


def loaded(folder: Path, *duties: str) -> tuple[remit.Pack, dict[str, Duty]]:
    lines = "".join(f"  - {{role: accountable, activity: supply, {duty}}}\n" for duty in duties)
    texts = {
        "pack.yaml": PACK,
        "vocabulary.yaml": VOCABULARY,
        "subjects/o.yaml": f"subject: o\nduties:\n{lines}",
    }
    (folder / "subjects").mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    pack = remit.load(folder)
    return pack, {duty.id: duty for duty in pack.duties()}


@pytest.mark.parametrize(
    "written, kept_by",
    [
        ("id: a", []),
        ("id: a, when: {hazard: epidemic, stage: late}", []),
        ("id: a, when: {hazard: epidemic, stage: early}", [("when", "stage")]),
        ("id: a, when: {hazard: flood, stage: early}", [("when", "hazard"), ("when", "stage")]),
        ("id: a, when: [{hazard: flood, stage: mid}, {stage: early}]", [("when", "stage")]),
        ("id: a, unless: {stage: late}", [("unless", None)]),
        ("id: a, unless: {stage: early}", []),
        ("id: a, valid: {until: 2026-04-30}", [("valid", None)]),
        ("id: a, valid: {from: 2026-05-01, until: 2026-05-01}", []),
        (
            "id: a, when: {stage: early}, unless: {hazard: epidemic}",
            [("when", "stage"), ("unless", None)],
        ),
    ],
)
def test_each_part_that_keeps_a_duty_away_is_told(
    tmp_path: Path, written: str, kept_by: list[tuple[str, str | None]]
) -> None:
    pack, duties = loaded(tmp_path, written)
    found = bars(duties["a"], EVENT, pack.vocabulary)
    assert [(bar.kind, bar.dimension) for bar in found] == kept_by


@pytest.mark.parametrize("written", ["when: {stage: early}", "unless: {stage: early}"])
def test_what_an_event_leaves_open_keeps_no_duty_away(tmp_path: Path, written: str) -> None:
    pack, duties = loaded(tmp_path, f"id: a, {written}")
    assert not bars(duties["a"], {"hazard": "epidemic"}, pack.vocabulary)


def test_a_duty_kept_away_by_two_parts_is_not_near(tmp_path: Path) -> None:
    pack, duties = loaded(tmp_path, "id: a, when: {hazard: flood, stage: early}")
    assert not nearest(duties.values(), "accountable", EVENT, pack.vocabulary)


def test_a_duty_without_the_letter_is_not_near(tmp_path: Path) -> None:
    pack, duties = loaded(tmp_path, "id: a, when: {stage: early}")
    assert not nearest(duties.values(), "responsible", EVENT, pack.vocabulary)


def test_the_duty_that_says_more_of_the_event_comes_first(tmp_path: Path) -> None:
    pack, duties = loaded(
        tmp_path, "id: a, when: {stage: early}", "id: b, when: {stage: early, hazard: epidemic}"
    )
    found = nearest(duties.values(), "accountable", EVENT, pack.vocabulary)
    assert [bar.duty.id for bar in found] == ["b", "a"]


def test_among_equals_the_one_that_stops_nearer_in_a_tree_comes_first(tmp_path: Path) -> None:
    pack, duties = loaded(
        tmp_path, "id: a, when: {hazard: flood}", "id: b, when: {hazard: influenza}"
    )
    found = nearest(duties.values(), "accountable", EVENT, pack.vocabulary)
    assert [bar.duty.id for bar in found] == ["b", "a"]
