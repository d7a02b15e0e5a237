"""signal-overlap: one message raises two levels of one indicator, or one event twice."""

from __future__ import annotations

from pathlib import Path

import pytest

import remit
from remit.validators.finding import Report
from tests.unit.validators.written import PACK, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  hazard: {tree: {natural: [flood, heat]}}
  level: {scale: [blue, yellow, orange, red]}
  place: {values: [north, south]}
  rain: {decimal: {min: 0, max: 500}}
activities:
  watch:
"""
OFFICE = "subject: office\nduties: [{id: a, activity: watch, role: [accountable, responsible]}]\n"


def report(folder: Path, *signals: str, options: str = "") -> Report:
    """Return what is found of signals given as `when | raise`, further keys after another `|`."""
    written = {}
    for n, one in enumerate(signals):
        when, raised, *more = (part.strip() for part in one.split("|"))
        written[f"signals/s{n}.yaml"] = (
            f"signal: s{n}\nfrom: reading\nwhen: {{{when}}}\nraise: {{{raised}}}\n"
            + "".join(f"{key}\n" for key in more)
        )
    files = {"vocabulary.yaml": VOCABULARY, "subjects/office.yaml": OFFICE, **written}
    return report_on(folder, {**files, "pack.yaml": PACK + options})


def test_two_levels_of_one_reading_overlap_where_both_hold(tmp_path: Path) -> None:
    finding = the_one(
        report(
            tmp_path,
            'rain: ">= 50" | hazard: flood, level: orange',
            'rain: ">= 100" | hazard: flood, level: red',
        ),
        "signal-overlap",
    )
    assert finding.message == (
        "`s0` and `s1` raise different values of `level` for `rain` from 100 on"
    )
    assert finding.notes == ("a message that raises both: rain=100",)
    assert text_at(finding) == '">= 100"'
    assert finding.label == "`s1` raises `level: red`"
    assert [one.message for one in finding.related] == ["`s0` raises `level: orange`"]


def test_the_statute_may_say_that_the_highest_counts(tmp_path: Path) -> None:
    signals = (
        'rain: ">= 50" | hazard: flood, level: orange',
        'rain: ">= 100" | hazard: flood, level: red',
    )
    options = "checks: {signal-overlap: {highest-wins: true}}\n"
    assert not found(report(tmp_path, *signals, options=options), "signal-overlap")


@pytest.mark.parametrize(
    "first, second",
    [
        (
            "rain: 50..<100 | hazard: flood, level: orange",
            "rain: 100.. | hazard: flood, level: red",
        ),
        ("rain: 50..200 | hazard: flood, level: orange", "rain: 100.. | hazard: heat, level: red"),
        ("rain: 50.. | hazard: flood, level: red", "wind: 8.. | hazard: flood, level: red"),
        ("rain: 50.. | hazard: flood, level: red", "wind: 8.. | hazard: flood, level: orange"),
        ("sky: a, rain: 50.. | hazard: flood, level: red", "sky: b, rain: 9.. | hazard: flood"),
        (
            "sky: a, rain: 50.. | hazard: flood, level: red",
            "sky: b, rain: 9.. | hazard: flood, level: blue",
        ),
        (
            "rain: 50.. | hazard: flood, level: red",
            "rain: 9.. | hazard: flood, level: blue | count: 3 | within: 1h",
        ),
    ],
)
def test_signals_that_no_message_sets_off_against_their_meaning_do_not(
    tmp_path: Path, first: str, second: str
) -> None:
    assert not found(report(tmp_path, first, second), "signal-overlap")


def test_texts_overlap_too(tmp_path: Path) -> None:
    finding = the_one(
        report(
            tmp_path,
            "severity: [severe, extreme] | hazard: heat, level: orange",
            "severity: extreme | hazard: heat, level: red",
        ),
        "signal-overlap",
    )
    assert finding.message == "`s0` and `s1` raise different values of `level`"
    assert finding.notes == ("a message that raises both: severity=extreme",)
    assert text_at(finding) == "s1"


def test_the_same_event_is_raised_twice(tmp_path: Path) -> None:
    options = "checks: {signal-overlap: {highest-wins: true}}\n"
    finding = the_one(
        report(
            tmp_path,
            "sky: dark | hazard: flood, level: blue",
            "sky: [dark, black], rain: {not: 0} | hazard: flood, level: blue",
            options=options,
        ),
        "signal-overlap",
    )
    assert finding.message == "`s0` and `s1` raise the same event twice"
    assert finding.notes == ("a message that raises both: sky=dark rain=1",)


def test_a_setting_that_is_no_truth_value_is_refused(tmp_path: Path) -> None:
    options = "checks: {signal-overlap: {highest-wins: yes}}\n"
    with pytest.raises(remit.PackErrors) as caught:
        report(tmp_path, options=options)
    (error,) = caught.value.errors
    assert error.help == "write `true`"
