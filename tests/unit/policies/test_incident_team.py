"""The pack of a software company is clean, and its answers are the ones a responder expects."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import remit

FOLDER = Path(__file__).resolve().parents[3] / "policies" / "incident-team"
TODAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def pack() -> remit.Pack:
    return remit.load(FOLDER)


def test_nothing_is_found_and_nothing_had_to_be_accepted(pack: remit.Pack) -> None:
    report = remit.check(pack, today=TODAY)
    assert [f"{one.span}: {one.message}" for one in report.findings] == []
    assert report.proved


def test_a_freeze_takes_the_decision_and_leaves_the_work(pack: remit.Pack) -> None:
    decisions = remit.compile(pack)
    event = {
        "kind": "outage", "service": "search", "severity": "sev2", "phase": "response",
        "hours": "office", "customers": 10, "freeze": "off",
    }  # fmt: skip
    frozen = {**event, "freeze": "on"}
    asked = [(event, "product-on-call"), (frozen, "director")]
    for given, accountable in asked:
        answer = decisions.resolve(given).activities["roll-back"]
        assert answer.accountable.certain == (accountable,)
        assert answer.responsible.certain == ("product-on-call",)


def test_no_number_reaches_anybody(pack: remit.Pack) -> None:
    people = [one for roster in pack.rosters.values() for one in roster.people]
    contacts = [one for holder in (*pack.subjects.values(), *people) for one in holder.contacts]
    numbers = [one.to for one in contacts if one.channel == "phone"]
    assert numbers
    # SOURCE: Ofcom, telephone numbers for use in drama: 020 7946 0xxx.
    assert [one for one in numbers if not one.startswith("+44-20-7946-0")] == []
