"""The rivals' workload is right, and so is every peer that is here, before any is timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rivals.environment import LOCK
from rivals.hand import LEAVES, Bitmap, Indexed, Linear
from rivals.measure import WrongAnswerError, measure
from rivals.peer import PEERS, Listed, Peer
from rivals.report import markdown
from rivals.workload import (
    MOST_CASES,
    PHASES,
    PRECEDENCE,
    SEVERITIES,
    STAGES,
    Rule,
    Workload,
    by_activity,
    make,
    read,
    write,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def workload() -> Workload:
    return make(300, 300)


def values(rule: Rule, name: str) -> frozenset[str | int]:
    """What a rule allows of a dimension, one by one."""
    whole = {"phase": PHASES, "stage": STAGES, "cases": range(MOST_CASES + 1)}
    if name in LEAVES:
        node = rule.conditions.get(name)
        return LEAVES[name][str(node)] if node else frozenset().union(*LEAVES[name].values())
    wanted = rule.conditions.get(name)
    if name == "severity":
        low, high = wanted or (0, 3)
        return frozenset(SEVERITIES[int(low) : int(high) + 1])
    if name == "cases" and wanted:
        return frozenset(range(int(wanted[0]), int(wanted[1]) + 1))
    return frozenset([wanted]) if wanted else frozenset(whole[name])


def test_the_right_rule_is_the_most_specific_of_those_that_hold(workload: Workload) -> None:
    own = by_activity(workload.rules)
    triples = zip(workload.events, workload.asked, workload.right, strict=True)
    for event, activity, right in list(triples)[:60]:
        holding = [
            rule for rule in own[activity] if all(event[n] in values(rule, n) for n in PRECEDENCE)
        ]
        (best,) = (rule for rule in holding if rule.id == right)
        for other in holding:
            sets = ((values(best, name), values(other, name)) for name in PRECEDENCE)
            mine, theirs = next(((a, b) for a, b in sets if a != b), (frozenset(), frozenset()))
            assert other is best or mine < theirs


def test_a_workload_survives_being_written(workload: Workload, tmp_path: Path) -> None:
    write(workload, tmp_path / "workload.json")
    assert read(tmp_path / "workload.json") == workload


@pytest.mark.parametrize("peer", [Linear, Indexed, Bitmap])
def test_each_peer_made_by_hand_gives_the_right_rule(peer: type[Peer], workload: Workload) -> None:
    one = peer()
    one.load(workload.rules)
    pairs = zip(workload.events, workload.asked, strict=True)
    assert list(workload.right) == [one.decide(event, activity) for event, activity in pairs]


def test_a_peer_that_names_a_wrong_rule_is_not_timed(workload: Workload) -> None:
    class Wrong(Bitmap):
        def decide(self, event: object, activity: str) -> str:
            found = super().decide(event, activity)
            return "party-0/none" if found == workload.right[5] else found

    with pytest.raises(WrongAnswerError, match="'party-0/none'"):
        measure(Wrong(), workload, 1)


@pytest.mark.slow
@pytest.mark.parametrize("listed", PEERS, ids=lambda listed: listed.name)
def test_every_peer_that_is_installed_gives_the_right_rules(listed: Listed, tmp_path: Path) -> None:
    write(make(60, 200), tmp_path / "workload.json")
    result = tmp_path / "result.json"
    subprocess.run(
        [
            *(sys.executable, "-m", "rivals.measure", listed.place),
            *(str(tmp_path / "workload.json"), str(result), "--rounds", "1"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "benchmarks")},
        check=True,
    )
    found = json.loads(result.read_text(encoding="utf-8"))
    if str(found.get("reason", "")).startswith("not installed"):
        pytest.skip(f"{listed.name} is {found['reason']}; `make bench-rivals` installs it")
    assert "reason" not in found
    assert found.get("p50_us", found.get("batch_per_s")) > 0


def test_the_lock_has_every_rival_that_can_be_had_and_no_address() -> None:
    text = LOCK.read_text(encoding="utf-8")
    pinned = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
    assert {name for listed in PEERS for name in listed.packages} <= pinned
    assert "://" not in text
    assert text.count("==") <= text.count("--hash=sha256:")


def test_a_rival_that_failed_is_told_with_its_reason_and_one_ahead_by_how_much() -> None:
    figures = {"p50_us": 2.0, "p99_us": 3.0, "per_s": 1e5, "load_s": 0.1, "memory_mib": 4.0}
    data = {
        "machine": {
            "processors": 2,
            "processor": "Some",
            "system": "Any",
            "Python": "3.11",
            "remit": "1",
            "day": "2026-01-01",
            "load": [],
        },
        "sizes": [10],
        "rounds": 5,
        "peers": [
            {"title": "remit", "by_size": {"10": figures}},
            {"title": "swift", "by_size": {"10": {**figures, "p50_us": 1.0}}},
            {"title": "absent", "by_size": {"10": {"reason": "cannot be installed: no wheel"}}},
        ],
    }
    told = markdown(data)
    assert "- absent (N=10): cannot be installed: no wheel" in told
    assert "- one event (p50), N=10: swift (2.0x)" in told
