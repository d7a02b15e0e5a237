"""The duties say what the derived table of thirty tasks says, but for listed deviations."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

import remit
from remit.engine.pack import Letter

Row = Mapping[str, str]
PARTIES = {
    "HQ": "district-headquarters", "SD": "street-office", "PB": "community-party-branch",
    "RC": "residents-committee", "GW": "grid-workers", "PM": "property-company",
    "OC": "owners-committee", "PS": "police-station", "CH": "community-health-centre",
    "CDC": "district-cdc", "CA": "civil-affairs-bureau", "CO": "commerce-bureau",
    "HB": "housing-bureau", "UN": "resident-units", "SO": "social-organisations",
    "VO": "volunteers", "CD": "down-sent-cadres", "RE": "residents", "MI": "medical-institutions",
}  # fmt: skip
ACTIVITIES = {
    "T01": "close-compound", "T02": "enforce-closure", "T03": "gate-check", "T04": "code-check",
    "T05": "register-arrivals", "T06": "door-screening", "T07": "medical-judgement",
    "T08": "order-home-isolation", "T09": "follow-up-isolation", "T10": "serve-isolated-homes",
    "T11": "compel-isolation", "T12": "disinfect-public-areas", "T13": "disinfect-home",
    "T14": "run-sampling-station", "T15": "vaccination", "T16": "deliver-supplies",
    "T17": "care-for-vulnerable", "T18": "daily-report", "T19": "answer-requests",
    "T20": "publicity", "T21": "recruit-volunteers", "T22": "allocate-supplies",
    "T23": "pay-extra-costs", "T24": "donated-goods", "T25": "protect-personal-data",
    "T26": "workplace-prevention", "T27": "check-rented-rooms", "T28": "lift-measures",
    "T29": "recovery-aid", "T30": "review",
}  # fmt: skip
PREVENTION = {"T15", "T20", "T26"}
RECOVERY = {"T29", "T30"}
STAGES = {"early": "early", "mid": "mid-term", "normal": "normalised"}
LETTERS: Mapping[str, Letter] = {
    "A": "accountable", "R": "responsible", "S": "supports", "C": "consulted", "I": "informed",
}  # fmt: skip

# WHY: donated goods of an epidemic's early stage are unowned (boundary case B22), so a flood asks.
HAZARDS = {"T24": "flood"}

DEVIATIONS: Mapping[tuple[str, str, str], set[str]] = {
    # Boundary case B12: the four of the team act as one, so none of them has a letter of its own.
    ("T09", "early", "R"): {"four-in-one-team"},
    ("T09", "early", "S"): {"grid-workers"},
}


@pytest.mark.slow
def test_the_letters_are_those_of_the_table(
    rf_map: remit.ResponsibilityMap, shared_data: Path
) -> None:
    wrong: list[str] = []
    rows = _rows(shared_data)
    for row in rows:
        found = rf_map.resolve(_event(row)).activities[ACTIVITIES[row["task_id"]]]
        for column, letter in LETTERS.items():
            wanted = _wanted(row, column)
            holders = found.holders[letter]
            if wanted != set(holders.certain) or wanted != set(holders.possible):
                place = f"{row['task_id']} {row['stage']} {column}"
                wrong.append(f"{place}: {sorted(wanted)} {list(holders.certain)}")
    assert len(rows) == 86
    assert wrong == [], "\n".join(wrong)


def test_every_deviation_is_one(shared_data: Path) -> None:
    table = {(row["task_id"], row["stage"]): row for row in _rows(shared_data)}
    for (task, stage, column), subjects in DEVIATIONS.items():
        assert subjects != {PARTIES[code] for code in table[task, stage][column].split()}


@pytest.mark.parametrize("task", sorted(ACTIVITIES))
def test_each_of_the_thirty_tasks_is_an_activity(rf_community: remit.Pack, task: str) -> None:
    assert ACTIVITIES[task] in rf_community.vocabulary.activities


def _rows(shared_data: Path) -> list[Row]:
    with (shared_data / "cn" / "community_tasks.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] == "derived"]


def _wanted(row: Row, column: str) -> set[str]:
    key = (row["task_id"], row["stage"], column)
    return DEVIATIONS.get(key) or {PARTIES[code] for code in row[column].split()}


def _event(row: Row) -> dict[str, object]:
    task = row["task_id"]
    phase = "prevention" if task in PREVENTION else "recovery" if task in RECOVERY else "response"
    return {
        "hazard": HAZARDS.get(task, "covid-19"),
        "phase": phase,
        "stage": STAGES[row["stage"]],
        "level": "iv" if phase == "prevention" else "iii",
        "place": "garden",
        "shift": "day",
        "closure": "off",
        "cases": 0 if phase == "prevention" else 1,
        "rain-3h": 0,
        "date": "2026-11-23",
    }
