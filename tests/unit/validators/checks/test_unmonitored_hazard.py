"""unmonitored-hazard: a hazard that must be answered, and that no signal can raise."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import remit
from remit.validators.finding import Report
from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {tree: {natural: [flood, heat], accident: {fire: , gas: }}}
  phase: {values: [prevention, response]}
activities:
  watch: {needed: NEEDED}
"""
OFFICE = "subject: office\nduties: [{id: a, activity: watch, role: [accountable, responsible]}]\n"


def report(
    folder: Path, signals: dict[str, str], *, needed: str = "{}", options: str = ""
) -> Report:
    """Return what is found of signals given as what they raise, perhaps with `by` after `|`."""
    files = {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY.replace("NEEDED", needed),
        "subjects/office.yaml": OFFICE,
    }
    for name, text in signals.items():
        raised, _, by = text.partition("|")
        files[f"signals/{name}.yaml"] = (
            f"signal: {name}\nfrom: reading\nraise: {{{raised}}}\n{by}\n"
        )
    return report_on(folder, files)


def test_a_whole_node_that_nothing_raises_is_told_once(tmp_path: Path) -> None:
    finding = the_one(report(tmp_path, {"rain": "hazard: natural"}), "unmonitored-hazard")
    assert finding.message == "no signal raises `accident`, which must be answered"
    assert finding.notes[-1] == "it stands for `fire` and `gas`"
    assert finding.region == {"hazard": "accident", "phase": "response"}
    assert finding.share == Fraction(1, 4)
    assert finding.witness == {"hazard": "fire", "phase": "response"}
    assert text_at(finding) == "hazard"


def test_one_value_left_over_is_told_by_itself(tmp_path: Path) -> None:
    signals = {"rain": "hazard: natural", "smoke": "hazard: fire"}
    finding = the_one(report(tmp_path, signals), "unmonitored-hazard")
    assert finding.region == {"hazard": "gas", "phase": "response"}


@pytest.mark.parametrize(
    "signals",
    [
        {},
        {"any": "phase: response"},
        {"any": "phase: response|by: [hazard]"},
        {"natural": "hazard: natural", "accident": "hazard: accident"},
    ],
)
def test_a_pack_without_signals_and_one_whose_signals_may_raise_anything_pass(
    tmp_path: Path, signals: dict[str, str]
) -> None:
    assert not found(report(tmp_path, signals), "unmonitored-hazard")


def test_only_what_is_needed_in_the_response_counts(tmp_path: Path) -> None:
    signals = {"rain": "hazard: natural"}
    for needed in ("{phase: prevention}", "{hazard: natural}"):
        folder = tmp_path / str(hash(needed))
        assert not found(report(folder, signals, needed=needed), "unmonitored-hazard")


def test_another_dimension_may_hold_the_hazards(tmp_path: Path) -> None:
    options = "checks: {unmonitored-hazard: {dimension: phase}}\n"
    signals = {"rain": "hazard: natural, phase: prevention"}
    finding = the_one(report(tmp_path, signals, options=options), "unmonitored-hazard")
    assert finding.region == {"phase": "response"}
    with pytest.raises(remit.PackErrors, match="there is no dimension `hazrd`"):
        report(tmp_path, {}, options=options.replace("phase", "hazrd"))


def test_a_part_can_be_accepted(tmp_path: Path) -> None:
    options = "accept: [{code: unmonitored-hazard, when: {hazard: gas}, reason: people smell it}]\n"
    findings = found(
        report(tmp_path, {"rain": "hazard: natural"}, options=options), "unmonitored-hazard"
    )
    assert {(one.region["hazard"], one.accepted) for one in findings} == {
        ("fire", False),
        ("gas", True),
    }
