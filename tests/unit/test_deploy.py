"""What is deployed is what the guide says, and nothing may do more than it must."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide" / "running-it.md"
COMPOSE = ROOT / "deploy" / "compose.yaml"


def test_compose_sets_what_the_guide_tells_to_set() -> None:
    told = set(re.findall(r"^export (\w+)=", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    set_there = set(
        re.findall(
            r"^  ((?:PREFECT|REMIT)_\w+):", COMPOSE.read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert len(told) == 12
    assert set() == told - set_there


def test_the_fleet_of_the_tests_has_the_settings_of_the_guide() -> None:
    told = re.findall(r"^export (\w+)=", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    test = (ROOT / "tests" / "e2e" / "test_fleet.py").read_text(encoding="utf-8")
    assert [] == [name for name in told if f'"{name}"' not in test]


def test_services_are_hardened() -> None:
    for unit in (ROOT / "deploy" / "systemd").glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
            assert line in text, unit.name
