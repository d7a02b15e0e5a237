"""signal-gap: between two levels of one indicator lie readings that raise nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.validators.finding import Report
from tests.unit.validators.written import found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {tree: {natural: [flood, heat]}}
  level: {scale: [blue, yellow, orange, red]}
  rain: {decimal: {min: 0, max: 500}}
  wind: {integer: {min: 0, max: 17}}
activities:
  watch:
"""
OFFICE = "subject: office\nduties: [{id: a, activity: watch, role: [accountable, responsible]}]\n"


def report(folder: Path, *signals: str, field: str = "rain") -> Report:
    """Return what is found of signals given as `level: test`, or whole where they have lines."""
    written = {
        f"signals/s{n}.yaml": (
            f"signal: s{n}\n{one}\n"
            if "\n" in one
            else f"signal: s{n}\nfrom: reading\nwhen: {{sensor: gauge, {field}: "
            f"{one.partition(': ')[2]}}}\n"
            f"raise: {{hazard: flood, level: {one.partition(': ')[0]}}}\n"
        )
        for n, one in enumerate(signals)
    }
    return report_on(
        folder, {"vocabulary.yaml": VOCABULARY, "subjects/office.yaml": OFFICE, **written}
    )


@pytest.mark.parametrize(
    "tests, stretch, reading",
    [
        (("yellow: 50..<80", 'orange: ">= 100"'), "from 80 to below 100", "80"),
        (('yellow: "< 50"', 'orange: "> 50"'), "at 50", "50"),
        (("yellow: 50..99", "orange: 100..200"), "above 99 and below 100", "99.1"),
        (("yellow: 50..<80", 'orange: "> 80"'), "at 80", "80"),
        (("yellow: 0..10", 'orange: "> 20"'), "above 10 and up to 20", "11"),
    ],
)
def test_readings_between_two_levels_that_raise_nothing_are_a_gap(
    tmp_path: Path, tests: tuple[str, str], stretch: str, reading: str
) -> None:
    finding = the_one(report(tmp_path, *tests), "signal-gap")
    assert finding.message == f"no signal is raised for `rain` {stretch}"
    assert finding.notes == (f"a message that raises nothing: sensor=gauge rain={reading}",)
    assert text_at(finding) == tests[0].partition(": ")[2]
    assert finding.label == "`s0` stops here"
    assert [one.message for one in finding.related] == ["`s1` starts here"]


@pytest.mark.parametrize(
    "tests",
    [
        ("yellow: 50..<100", 'orange: ">= 100"'),
        ("yellow: 50..100", 'orange: ">= 90"'),
        ('yellow: "< 50"', 'orange: ">= 50"'),
        ("yellow: 50..<80", 'yellow: ">= 100"'),
        ("yellow: 50..<80",),
    ],
)
def test_levels_that_meet_and_signals_of_one_level_have_none(
    tmp_path: Path, tests: tuple[str, ...]
) -> None:
    assert not found(report(tmp_path, *tests), "signal-gap")


def test_a_dimension_of_whole_numbers_has_no_reading_between_two(tmp_path: Path) -> None:
    assert not found(
        report(tmp_path / "met", "blue: 6..7", "yellow: 8..9", field="wind"), "signal-gap"
    )
    finding = the_one(
        report(tmp_path / "open", "blue: 6..7", "yellow: 9..10", field="wind"), "signal-gap"
    )
    assert finding.notes[0].endswith("wind=8")


def test_a_field_without_a_dimension_is_read_as_finely_as_it_is_written(tmp_path: Path) -> None:
    assert not found(
        report(tmp_path / "whole", "blue: 6..7", "yellow: 8..9", field="gust"), "signal-gap"
    )
    finding = the_one(
        report(tmp_path / "fine", "blue: 6..7.5", "yellow: 8..9", field="gust"), "signal-gap"
    )
    assert finding.notes[0].endswith("gust=7.6")


def test_what_another_signal_of_the_source_raises_is_no_gap(tmp_path: Path) -> None:
    other = (
        "from: reading\nwhen: {sensor: [gauge, radar], rain: 70..120}\n"
        "raise: {hazard: heat, level: red}"
    )
    tests = ("yellow: 50..<80", 'orange: ">= 100"')
    assert not found(report(tmp_path / "covered", *tests, other), "signal-gap")
    radar = other.replace("[gauge, radar]", "radar")
    assert found(report(tmp_path / "elsewhere", *tests, radar), "signal-gap")


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "report"},
        {"sensor": "radar"},
        {"hazard": "heat"},
        {"more": "count: 2\nwithin: 1h"},
        {"more": "by: [place]"},
    ],
)
def test_signals_of_another_place_kind_or_count_are_another_indicator(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    usual = {"source": "reading", "sensor": "gauge", "hazard": "flood", "more": ""}
    other = (
        "from: {source}\nwhen: {{sensor: {sensor}, rain: '>= 100'}}\n{more}\n"
        "raise: {{hazard: {hazard}, level: red}}"
    ).format(**{**usual, **changed})
    assert not found(report(tmp_path, "yellow: 50..<80", other), "signal-gap")


def test_it_can_be_accepted_for_every_event(tmp_path: Path) -> None:
    report(tmp_path, "yellow: 50..<80", 'orange: ">= 100"')
    accept = "accept: [{code: signal-gap, reason: the gauge has no such reading}]\n"
    pack = "remit: 1\npack: sample\nversion: '1'\n" + accept
    again = report_on(tmp_path, {"pack.yaml": pack})
    assert the_one(again, "signal-gap").accepted
