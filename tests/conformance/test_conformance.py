"""The engine and the slow reference both give the answers worked out by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import remit
from tests.plain_packs import read_pack, read_yaml
from tests.reference import Reference
from tests.reference_checks import dead_duties, failing_tests, faults, idle_exceptions
from tests.reference_events import fill

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*/answers.yaml"))
ANSWERS = [
    pytest.param(file.parent / "pack", answer, id=f"{file.parent.name}: {answer['says']}")
    for file in FILES
    for answer in read_yaml(file)
]
CHECKS = {
    "assist-made-accountable",
    "contested-event",
    "dead-duty",
    "failing-test",
    "idle-exception",
    "limit-crossed",
    "missing-doer",
    "powerless-duty",
    "prohibited-power",
    "unowned-event",
}
TODAY = dt.date(2026, 1, 1)


def test_every_case_has_answers_and_each_kind_of_answer_is_there() -> None:
    assert [file.parent for file in FILES] == sorted(CASES.iterdir())
    named = {key for file in FILES for answer in read_yaml(file) for key in answer}
    assert named >= {"activities", "ask", "decided", "findings", "needed", "owner", "refused"}


@pytest.mark.parametrize("pack, answer", ANSWERS)
def test_engine_gives_the_answer_worked_out_by_hand(pack: Path, answer: Mapping[str, Any]) -> None:
    if "refused" in answer:
        with pytest.raises(remit.PackErrors) as caught:
            remit.load(pack)
        excerpts = [line for error in caught.value.errors for line in error.excerpt]
        assert any(answer["refused"] in line for line in excerpts)
        return
    loaded = remit.load(pack)
    if "event" in answer:
        event = remit.parse_event(answer["event"], loaded.vocabulary)
        if "fill" in answer:
            today = dt.date.fromisoformat(answer["fill"]["today"])
            event = remit.complete_event(event, loaded.vocabulary, state=loaded.state, today=today)
        _compare(answer, remit.compile(loaded).resolve(event).to_json())
    if "findings" in answer:
        assert _expected_findings(answer) == _engine_findings(loaded)


@pytest.mark.parametrize("pack, answer", ANSWERS)
def test_reference_gives_the_answer_worked_out_by_hand(
    pack: Path, answer: Mapping[str, Any]
) -> None:
    if "refused" in answer:
        cyclic = Reference(read_pack(pack))
        assert any(cyclic.excepts(name, name) for name in cyclic.duties)
        return
    plain = read_pack(pack)
    reference = Reference(plain)
    if "event" in answer:
        event = answer["event"]
        if "fill" in answer:
            event = fill(
                plain, reference.dimensions, event, dt.date.fromisoformat(answer["fill"]["today"])
            )
        _compare({**answer, "ask": None}, {**reference.resolve(event), "event": event})
    if "findings" in answer:
        assert _expected_findings(answer) == _reference_findings(reference, plain["tests"])


def _compare(answer: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    for key in ("owner", "decided"):
        if key in answer:
            assert answer[key] == found[key]
    if answer.get("ask"):
        assert found["ask"] in answer["ask"]
    if answer.get("decided"):
        assert found.get("ask") is None
    if "needed" in answer:
        assert answer["needed"] == sorted(found["activities"])
    if "accountable" in answer:
        having = {
            name for name, one in found["activities"].items() if one["accountable"]["certain"]
        }
        assert set(answer["accountable"]) == having
    assert {name: found["event"][name] for name in answer.get("filled", ())} == answer.get(
        "filled", {}
    )
    for activity, letters in answer.get("activities", {}).items():
        for letter, subjects in letters.items():
            both = (
                {"certain": subjects, "possible": subjects}
                if isinstance(subjects, list)
                else subjects
            )
            assert both == found["activities"][activity][letter]


Findings = dict[tuple[Any, ...], Fraction | None]


def _expected_findings(answer: Mapping[str, Any]) -> Findings:
    return {
        _key(one["name"], _named(one), one.get("subjects", ())): (
            Fraction(one["cells"], one["of"]) if "of" in one else None
        )
        for one in answer["findings"]
    }


def _named(finding: Mapping[str, Any]) -> str | None:
    return next((finding[key] for key in ("activity", "duty", "test") if key in finding), None)


def _key(name: str, about: str | None, subjects: object) -> tuple[Any, ...]:
    return (name, about, tuple(sorted(subjects or ())))  # type: ignore[call-overload]


def _reference_findings(reference: Reference, tests: list[Any]) -> Findings:
    every = len(reference.cells())
    found: Findings = {
        _key(fault.name, fault.activity, fault.subjects): Fraction(len(cells), every)
        for fault, cells in faults(reference).items()
    }
    named = (
        ("dead-duty", dead_duties(reference)),
        ("idle-exception", {duty for duty, _ in idle_exceptions(reference)}),
        ("failing-test", failing_tests(reference, tests)),
    )
    return found | {_key(name, one, ()): None for name, ones in named for one in ones}


def _engine_findings(pack: remit.Pack) -> Findings:
    found: Findings = {}
    for one in remit.check(pack, today=TODAY).findings:
        if one.name in {"dead-duty", "idle-exception"}:
            found[_key(one.name, one.duty, ())] = None
        elif one.name == "failing-test":
            found[_key(one.name, one.message.split("`")[1], ())] = None
        elif one.name in CHECKS:
            subjects = one.subjects if one.name not in {"unowned-event", "missing-doer"} else ()
            key = _key(one.name, one.activity, subjects)
            found[key] = (found.get(key) or Fraction(0)) + (one.share or Fraction(0))
    return found
