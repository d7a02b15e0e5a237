"""The shipped packs and the broken ones, as the command line meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import Said, run_command

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "policies"
BROKEN = ROOT / "tests" / "packs" / "broken"
NIGHT_FIRE = {
    "hazard": "fire", "phase": "response", "stage": "normalised", "level": "iv",
    "place": "oldtown-1", "cases": 0, "rain-3h": 0, "closure": "off",
    "time": "2026-11-23T23:30:00+08:00",
}  # fmt: skip

pytestmark = pytest.mark.slow


def remit(*arguments: str | Path) -> Said:
    return run_command(*map(str, arguments), folder=ROOT)


def checked(pack: Path, code: int) -> dict[str, Any]:
    done = remit("check", pack, "--today", "2026-11-23", "--output", "json")
    assert done.code == code, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_the_community_passes_with_its_acceptances() -> None:
    report = checked(POLICIES / "rf-community", 0)
    assert report["proved"]
    assert [one for one in report["findings"] if not one["accepted"]] == []
    assert {one["name"] for one in report["findings"]} == {"contested-event", "split-command"}


def test_the_city_passes() -> None:
    report = checked(POLICIES / "j-city", 0)
    assert report["proved"]
    assert report["findings"] == []


@pytest.mark.parametrize("pack", ["rf-community", "j-city"])
def test_the_tests_of_the_shipped_packs_pass(pack: str) -> None:
    done = remit("test", POLICIES / pack)
    assert done.code == 0, done.out + done.err


def test_a_night_fire_in_old_town_is_answered_from_its_time_alone(tmp_path: Path) -> None:
    event = tmp_path / "fire.json"
    event.write_text(json.dumps(NIGHT_FIRE), encoding="utf-8")
    done = remit("resolve", POLICIES / "rf-community", event, "--format", "json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert answer["decided"]
    assert answer["owner"] == ["street-office"]
    evacuate = answer["activities"]["evacuate"]
    assert evacuate["accountable"]["certain"] == ["residents-committee"]
    (because,) = [
        one for one in evacuate["because"] if one["duty"] == "residents-committee/self-rescue"
    ]
    assert because["overrides"] == ["street-office/evacuate"]
    assert because["basis"] == "Emergency Response Law 2024, art. 77"
    assert answer["activities"]["site-safety"]["accountable"]["certain"] == [
        "property-management-committee"
    ]


@pytest.mark.parametrize(
    "name, check",
    [
        ("01-b01-closed-without-power", "powerless-duty"),
        ("08-b04-gate-at-night", "contested-event"),
        ("15-b18-carer-isolated", "unowned-event"),
        ("24-b13-border", "headless-command"),
    ],
)
def test_a_broken_pack_fails_with_the_name_of_its_fault(name: str, check: str) -> None:
    done = remit("check", BROKEN / name, "--fail-level", "warning")
    assert done.code == 1
    assert check in done.out
