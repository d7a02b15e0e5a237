"""What seasons leave behind balances: people, stock and money, by the export and the pack alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import remit
from remit.cli import main
from tests.exported_books import problems_of_export

POLICIES = Path(remit.__file__).parent / "policies"
COMMUNITY = POLICIES / "rf-community"
FOLDERS = (COMMUNITY, POLICIES / "j-city")
SHIPPED = Path(__file__).parents[2] / "rehearsals" / "rf-community-fourteen-days.yaml"

Falsify = Callable[[dict[str, Any]], bool]


def export(place: Path, *words: str) -> list[str]:
    """Play a season of the community by the real commands, and return the lines of its export."""
    ledger, file = str(place / "season.db"), place / "season.jsonl"
    assert main(["simulate", str(COMMUNITY), *words, "--ledger", ledger]) == 0
    assert main(["ledger", "export", str(file), "--ledger", ledger]) == 0
    return file.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return export(tmp_path_factory.mktemp("shipped"), str(SHIPPED))


@pytest.mark.slow
def test_the_shipped_rehearsal_balances(shipped: list[str]) -> None:
    """Fourteen days draw on people, stock and money, and every figure follows from the pack."""
    kinds = {json.loads(line).get("entry", {}).get("kind") for line in shipped}
    assert {"posted", "drawn", "reserved", "released"} <= kinds
    assert problems_of_export(shipped, FOLDERS) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 11, 23])
def test_seasons_drawn_by_chance_balance(tmp_path: Path, seed: int) -> None:
    """So do seasons that nobody wrote."""
    assert problems_of_export(export(tmp_path, "--seed", str(seed)), FOLDERS) == []


def more_people(entry: dict[str, Any]) -> bool:
    if entry["kind"] == "posted":
        entry["payload"]["quantity"] += 1
    return entry["kind"] == "posted"


def more_stock(entry: dict[str, Any]) -> bool:
    if entry["kind"] == "drawn":
        entry["payload"]["quantity"] += 1
    return entry["kind"] == "drawn"


def less_money_back(entry: dict[str, Any]) -> bool:
    is_one = entry["kind"] == "released" and bool(entry["payload"]["money"])
    if is_one:
        entry["payload"]["money"][0]["amount"] = "1"
    return is_one


def more_money_set_aside(entry: dict[str, Any]) -> bool:
    if entry["kind"] == "reserved":
        entry["payload"]["amount"] = "9000000"
    return entry["kind"] == "reserved"


def another_count(entry: dict[str, Any]) -> bool:
    is_one = entry["kind"] == "opened" and bool(entry["payload"]["counts"])
    if is_one:
        entry["payload"]["counts"][0]["quantity"] += 1
    return is_one


def used_for_good(entry: dict[str, Any]) -> bool:
    rows = entry["payload"]["stock"] if entry["kind"] == "released" else ()
    for row in rows:
        if row["stock"] in {"blanket", "folding-bed", "water-pump"} and row["back"]:
            row["back"], row["used"] = 0, row["back"]
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize(
    "falsify, told",
    [
        (more_people, "still holds"),
        (more_stock, "still holds"),
        (less_money_back, "still holds"),
        (more_money_set_aside, "was approved"),
        (another_count, "the pack counts"),
        (used_for_good, "comes back"),
    ],
)
def test_one_false_figure_is_found(shipped: list[str], falsify: Falsify, told: str) -> None:
    """One figure of one entry, made false, no longer balances."""
    lines = list(shipped)
    for number, line in enumerate(lines):
        node = json.loads(line)
        if "entry" in node and falsify(node["entry"]):
            lines[number] = json.dumps(node)
            break
    else:
        pytest.fail("the season has no such entry")
    assert any(told in problem for problem in problems_of_export(lines, FOLDERS))
