"""Where the checks and the slow reference disagree about one random pack, as sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import remit
from tests.agreement import TODAY, Sample
from tests.plain_packs import Plain
from tests.reference import Cell
from tests.reference_checks import (
    Fault,
    dead_duties,
    failing_tests,
    faults,
    faults_at,
    idle_exceptions,
    is_accepted,
    is_barred,
    is_stale,
    is_unused,
    redundant_duties,
    unneeded_duties,
)

__all__ = ["check_disagreements", "finding_disagreements"]

WITH_REGIONS = {
    "assist-made-accountable",
    "contested-event",
    "crowded-activity",
    "limit-crossed",
    "missing-doer",
    "owned-by-default",
    "powerless-duty",
    "prohibited-power",
    "unowned-event",
}
COMPARED = (
    "name",
    "activity",
    "subjects",
    "duty",
    "letter",
    "region",
    "share",
    "witness",
    "message",
    "power",
)
About = tuple[str, str | None, tuple[str, ...], str | None, bool]
"""Check, activity, subjects, power, accepted or not: what findings about the same thing share."""
Found = list[dict[str, Any]]
"""Findings with the keys of `remit check --output json`."""


def check_disagreements(sample: Sample) -> Iterator[str]:
    """Yield what differs between `remit.check` and the reference."""
    report = remit.check(sample.pack, today=TODAY)
    if not report.proved:
        yield f"not proved: {[str(one) for one in report.unproved]}"
    keys = (*COMPARED, "accepted")
    found = [{key: getattr(one, key) for key in keys} for one in report.findings]
    yield from finding_disagreements(sample, found)


def finding_disagreements(sample: Sample, found: Found) -> Iterator[str]:
    """Yield what differs between findings and the reference."""
    expected: dict[About, set[Cell]] = defaultdict(set)
    for fault, cells in faults(sample.reference).items():
        for cell in cells:
            expected[_about_fault(sample, fault, cell)].add(cell)
    by_key: dict[About, Found] = defaultdict(list)
    for finding in found:
        if finding["name"] in WITH_REGIONS:
            by_key[_about(finding)].append(finding)
    for key in expected.keys() - by_key.keys():
        yield f"{key} is not found; it holds in {len(expected[key])} cells"
    for key in by_key.keys() - expected.keys():
        yield f"{key} is found and holds nowhere"
    every = len(sample.reference.cells())
    for key in expected.keys() & by_key.keys():
        yield from _uncovered(sample, key, by_key[key], expected[key])
        for finding in by_key[key]:
            yield from _wrong_witness(sample, key, finding)
            yield from _wrong_share(sample, key, finding, expected[key], every)
    yield from _wrong_names(sample, found)
    yield from _wrong_acceptances(sample, found)


def _about(finding: Mapping[str, Any]) -> About:
    # WHY: only where a check names subjects do they tell its findings apart.
    nobody = finding["name"] in {"unowned-event", "missing-doer"}
    named = () if nobody else tuple(sorted(finding["subjects"]))
    further = {"crowded-activity": "letter", "owned-by-default": "duty"}
    one = finding[further.get(finding["name"], "power")]
    return (finding["name"], finding["activity"], named, one, finding["accepted"])


def _about_fault(sample: Sample, fault: Fault, cell: Cell) -> About:
    accepted = is_accepted(sample.reference, _listed(sample, "accept"), fault, cell, TODAY)
    return (fault.name, fault.activity, fault.subjects, fault.power, accepted)


def _uncovered(sample: Sample, key: About, found: Found, cells: set[Cell]) -> Iterator[str]:
    holds, regions = sample.reference.holds, [finding["region"] for finding in found]
    left = [cell for cell in cells if not any(holds(region, cell) for region in regions)]
    if left:
        yield f"{key}: {len(left)} faulty cells lie in no region of {regions}, as {left[0]}"


def _wrong_witness(sample: Sample, key: About, finding: Mapping[str, Any]) -> Iterator[str]:
    reference, witness = sample.reference, finding["witness"]
    no_days = {"date"} if len(reference.values["date"]) == 1 else set()
    if witness is None or set(witness) | no_days != set(reference.dimensions):
        yield f"{key}: the witness is not a full event: {witness}"
        return
    cells = reference.cells(witness)
    if len(cells) != 1:
        yield f"{key}: the witness is impossible, or an inner node: {witness}"
        return
    shown = {_about_fault(sample, fault, cells[0]) for fault in faults_at(reference, cells[0])}
    if not reference.holds(finding["region"], cells[0]):
        yield f"{key}: the witness lies outside its region {finding['region']}: {witness}"
    if key not in shown:
        yield f"{key}: the witness does not show it: {witness}"


def _wrong_share(
    sample: Sample, key: About, finding: Mapping[str, Any], cells: set[Cell], every: int
) -> Iterator[str]:
    inside = [cell for cell in cells if sample.reference.holds(finding["region"], cell)]
    share, exact = finding["share"], Fraction(len(inside), every)
    # WHY: JSON has floats; in Python a share is exact.
    equal = share == exact if isinstance(share, Fraction) else abs((share or 0) - exact) < 1e-9
    if not equal:
        yield f"{key}: share should be {exact}, is {share}, in {finding['region']}"


def _wrong_names(sample: Sample, found: Found) -> Iterator[str]:
    """Yield what differs in the findings that name a duty or a test and have no region."""
    tests = _listed(sample, "tests")
    failing = [one["message"] for one in found if one["name"] == "failing-test"]
    named = {test["name"] for test in tests if any(f"`{test['name']}`" in text for text in failing)}
    dead, idle, redundant, unneeded = (
        {str(one["duty"]) for one in found if one["name"] == name}
        for name in ("dead-duty", "idle-exception", "redundant-duty", "unneeded-duty")
    )
    for name, expected, engine in (
        ("dead-duty", dead_duties(sample.reference), dead),
        ("idle-exception", {y for y, _ in idle_exceptions(sample.reference)}, idle),
        ("redundant-duty", redundant_duties(sample.reference), redundant),
        ("unneeded-duty", unneeded_duties(sample.reference), unneeded),
        ("failing-test", failing_tests(sample.reference, tests), named),
    ):
        if expected != engine:
            yield f"{name} should be {sorted(expected)}, is {sorted(engine)}"


def _wrong_acceptances(sample: Sample, found: Found) -> Iterator[str]:
    entries = _listed(sample, "accept")
    every = faults(sample.reference)
    stale = [entry for entry in entries if is_stale(entry, TODAY)]
    current = [entry for entry in entries if entry not in stale]
    barred = [entry for entry in current if is_barred(sample.reference, entry, every)]
    unused = [
        entry
        for entry in current
        if entry not in barred and is_unused(sample.reference, entry, every)
    ]
    for name, expected in (
        ("stale-acceptance", stale),
        ("barred-acceptance", barred),
        ("unused-acceptance", unused),
    ):
        wanted = Counter(str(entry["code"]) for entry in expected)
        messages = [one["message"] for one in found if one["name"] == name]
        engine = Counter(
            {code: sum(f"`{code}`" in text for text in messages) for code in WITH_REGIONS}
        )
        if wanted != +engine:
            yield f"{name} should be {wanted}, is {+engine}"


def _listed(sample: Sample, key: str) -> list[Plain]:
    return list(sample.plain.get(key) or ())
