"""Certificates that lie, are garbled, or mean harm: each is refuted at its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from remit.engine.intervals import Cut, IntervalSet
from remit.engine.map.certificate import certificate
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Acceptance, Pack
from remit.engine.texts import Text
from remit.engine.verifier import form, proof
from remit.engine.verifier.form import FAULTS, Refuted, Unchecked, canonical, checksum
from remit.engine.verifier.proof import verify
from remit.engine.vocabulary import Dimension
from remit.validators.registry import CHECKS
from tests.unit.engine.space_samples import HERE, PLACE, STAGE, duty, pack, when

DAY = dt.date(2026, 3, 1)
NORTH = PLACE.only("north")
SPACE = 4 * 3 * 4 * 100
GATE = pack(
    duty("firm/all", roles=("accountable", "responsible")),
    duty("street/north", when(place=NORTH, cases=IntervalSet.indexes(10, 100)), over=["firm/all"]),
    duty("street/early", when(stage=STAGE.only("early"), place=NORTH)),
)
Change = Callable[[dict[str, Any]], object]


def written(of: Pack = GATE, change: Change | None = None) -> bytes:
    """Return a certificate with a change, its checksum made good."""
    found: dict[str, Any] = json.loads(canonical(certificate(compile_pack(of).compiled, DAY)))
    if change is not None:
        change(found)
        found["checksum"] = checksum(found)
    return canonical(found).encode()


def test_it_counts_what_a_hand_counts() -> None:
    found: dict[str, Any] = verify(written(), GATE)
    (accountable, _) = found["claims"]
    assert SPACE == found["possible"]
    assert SPACE == accountable["needed"]
    # In the north and the early stage there are two: the firm or the street, and the street early.
    assert 2 * 1 * 4 * 10 == accountable["several"]
    assert 0 == accountable["nobody"] == accountable["accepted"]


def first_split(found: dict[str, Any]) -> list[Any]:
    return next(node for node in found["nodes"] if len(node[1]) > 1)  # type: ignore[no-any-return]


LIES: dict[str, tuple[Change, str, str]] = {
    "another pack": (lambda c: c.update(digest="0" * 64), "digest", "not '0000"),
    "another form": (lambda c: c.update({"remit-certificate": 2}), "remit-certificate", "not 2"),
    "another duty": (lambda c: c["duties"].reverse(), "duties", "not those of the pack"),
    "a wrong answer": (
        lambda c: next(a for a in c["answers"] if len(a) == 2).__setitem__(1, 1),
        "claims[0], accountable for gate",
        "it says needed, by street/early; it is",
    ),
    "a wrong count": (lambda c: c["claims"][0].update(several=0), "claims[0].several", "not 0"),
    "a wrong space": (lambda c: c.update(possible=1), "possible", "not 1"),
    "a claim less": (lambda c: c["claims"].pop(), "claims", "there are 1, and must be 2"),
    "a claim twice": (
        lambda c: c["claims"].__setitem__(1, c["claims"][0]),
        "claims[1]",
        "accountable",
    ),
    "a dropped stretch": (
        lambda c: [part.pop() for part in first_split(c)[1:]],
        "claims[",
        "it says",
    ),
    "a stretch that does not begin at the end": (
        lambda c: [part.pop(0) for part in first_split(c)[1:]],
        "nodes[",
        "do not run from one end to the other",
    ),
    "stretches that overlap": (
        lambda c: first_split(c)[1].__setitem__(1, 0),
        "nodes[",
        "do not run from one end to the other",
    ),
    "a circle": (
        lambda c: c["nodes"][0][2].__setitem__(0, 0),
        "nodes[0]",
        "it leads to 0, which is not there",
    ),
    "a step back": (
        lambda c: c["nodes"].append([3, [0], [len(c["nodes"]) - 1]]),
        "nodes[",
        "earlier dimension",
    ),
    "a node of no use": (lambda c: c["nodes"].append([0, [0], [-1]]), "nodes[", "no claim leads"),
    "a dimension less": (lambda c: c["dimensions"].pop(), "dimensions", "is not there"),
    "a dimension cut short": (
        lambda c: next(d for d in c["dimensions"] if d["name"] == "stage")["starts"].pop(0),
        "dimensions[",
        "do not run from one end to the other",
    ),
    "no such value": (
        lambda c: next(d for d in c["dimensions"] if d["name"] == "stage")["starts"].append("late"),
        "dimensions[",
        "`stage` has no 'late'",
    ),
    "no day": (lambda c: c.update(day="tomorrow"), "day", "it is no day"),
    "true for one": (lambda c: c.update({"remit-certificate": True}), "remit-certificate", "True"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refuted_at_its_place(name: str) -> None:
    change, place, reason = LIES[name]
    with pytest.raises(Refuted) as refuted:
        verify(written(change=change), GATE)
    assert place in refuted.value.place
    assert reason in refuted.value.reason


def test_a_lie_is_told_with_an_event_that_shows_it() -> None:
    other = pack(*(replace(each, when=when(place=NORTH)) for each in GATE.duties()))
    shown = "at place=b1 stage=early cases=0 level=iv .* by firm/all and street/early; it is needed"
    with pytest.raises(Refuted, match=shown):
        verify(written(), replace(other, digest=GATE.digest))


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9])
def test_a_file_cut_short_is_refuted(part: float) -> None:
    whole = written()
    with pytest.raises(Refuted, match="no JSON, or cut short"):
        verify(whole[: int(len(whole) * part)], GATE)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 200_000,
        b'{"remit-certificate":1}',
        b"[]",
        b"\xff\xfe",
        b'{"a":' * 100_000,
        b"9" * 10_000,
        written().replace(b'"day"', b' "day"', 1),
        written()[:-1],
        written().replace(b'"duties":[', b'"duties":["\\ud800",', 1),
        b'{"day":NaN,' + written()[1:],
    ],
)
def test_a_garbled_file_is_refuted(text: bytes) -> None:
    with pytest.raises(Refuted, match=r"^the file: "):
        verify(text, GATE)


def test_a_change_without_a_new_checksum_is_found_at_once() -> None:
    with pytest.raises(Refuted, match=r"^checksum: "):
        verify(written().replace(b"2026-03-01", b"2026-03-02"), GATE)


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "LARGEST", 100)
    with pytest.raises(Refuted, match="larger than 100 bytes"):
        verify(written(), GATE)


def test_past_the_limit_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "MOST_STEPS", 3)
    with pytest.raises(Unchecked, match="more than 3 steps"):
        verify(written(), GATE)


def test_decimals_and_days_are_cut_where_the_pack_cuts_them() -> None:
    rain = Dimension("rain", "decimal", HERE, minimum=Decimal(0), maximum=Decimal(500))
    above = IntervalSet.of((Cut(Decimal("7.5"), 1), Cut(Decimal(500), 1)))
    plain = pack(duty("a/wet", when(rain=above)))
    wet = replace(plain, vocabulary=replace(plain.vocabulary, dimensions={"rain": rain}))
    found: dict[str, Any] = verify(written(wet), wet)
    starts = next(one["starts"] for one in found["dimensions"] if one["name"] == "rain")
    assert ["0", "> 7.5"] == starts
    assert 1 == found["claims"][0]["nobody"]


def test_accepted_faults_are_counted_apart_until_their_last_day() -> None:
    entry = Acceptance("R202", when(place=PLACE.only("b1")), Text("agreed"), HERE, until=DAY)
    of = replace(GATE, accept=(entry,))
    accepted: dict[str, Any] = verify(written(of), of)
    assert 1 * 1 * 4 * 10 == accepted["claims"][0]["accepted"]
    over = replace(of, accept=(replace(entry, until=DAY - dt.timedelta(days=1)),))
    assert 0 == verify(written(over), over)["claims"][0]["accepted"]  # type: ignore[index]


def test_faults_are_called_what_the_checks_are_called() -> None:
    known = {frozenset({check.code, check.name}) for check in CHECKS}
    assert set(FAULTS.values()) <= known
