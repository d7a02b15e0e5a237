"""failing-test: a test of the pack does not get the answer it expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.validators.finding import Finding
from tests.unit.validators.written import found, report_on, text_at

PACK = "remit: 1\npack: sample\nversion: '1'\nlead: command\n"
VOCABULARY = """
dimensions:
  level: {scale: [iv, iii, ii, i]}
  cases: {integer: {min: 0, max: 100}}
activities:
  command: {}
  gate: {needed: {level: i}}
impossible: [{level: iv, cases: "> 50"}]
"""
STREET = """
subject: street
duties:
  - {id: c, activity: command, role: [accountable, responsible], when: {level: ..iii}}
  - {id: g, activity: gate, role: [accountable, responsible]}
  - {id: i, activity: command, role: informed}
"""
DISTRICT = """
subject: district
duties:
  - {id: c, activity: command, role: [accountable, responsible], when: {level: ii..}}
  - {id: i, activity: command, role: informed, when: {cases: ">= 10"}}
"""


def failing(folder: Path, given: str, expect: str) -> list[Finding]:
    files = {
        "pack.yaml": PACK,
        "vocabulary.yaml": VOCABULARY,
        "subjects/s.yaml": STREET,
        "subjects/d.yaml": DISTRICT,
        "tests/t.yaml": f"- name: the test\n  given: {given}\n  expect: {expect}\n",
    }
    return found(report_on(folder, files), "failing-test")


@pytest.mark.parametrize(
    "given, expect",
    [
        ("{level: iii, cases: 1}", "{owner: street}"),
        ("{level: ii, cases: 1}", "{owner: district, command: {responsible: [district]}}"),
        ("{level: iv}", "{owner: street}"),
        ("{level: i}", "{command: {accountable: [district]}, gate: {accountable: street}}"),
        ("{level: i, cases: 10}", "{command: {informed: [district, street]}}"),
        ("{cases: 9}", "{command: {informed: street, supports: []}}"),
        ("{level: iv, cases: 3}", "{gate: {accountable: street}}"),
    ],
)
def test_a_test_that_holds_in_every_event_passes(tmp_path: Path, given: str, expect: str) -> None:
    assert not failing(tmp_path, given, expect)


@pytest.mark.parametrize(
    "given, expect, message",
    [
        ("{level: ii}", "{owner: street}", "expects `street` as the owner, and finds `district`"),
        ("{}", "{owner: street}", "expects `street` as the owner, and finds `district`"),
        (
            "{level: iii}",
            "{command: {supports: [street]}}",
            "expects `street` as supports for `command`, and finds nobody",
        ),
        (
            "{level: i, cases: 10}",
            "{command: {informed: [district]}}",
            "expects `district` as informed for `command`, and finds `district` and `street`",
        ),
        (
            "{level: iii}",
            "{command: {accountable: []}}",
            "expects nobody as accountable for `command`, and finds `street`",
        ),
        ("{level: iv, cases: 60}", "{owner: street}", "gives an event that cannot happen"),
    ],
)
def test_a_test_that_fails_says_what_it_wanted_and_what_it_found(
    tmp_path: Path, given: str, expect: str, message: str
) -> None:
    (finding,) = failing(tmp_path, given, expect)
    assert finding.message == f"test `the test` {message}"


def test_it_stands_at_the_expectation(tmp_path: Path) -> None:
    (finding,) = failing(tmp_path, "{level: iii}", "{command: {responsible: district}}")
    assert text_at(finding) == "command"
    assert finding.letter == "responsible"
    assert finding.subjects == ("district", "street")


def test_the_witness_keeps_the_numbers_of_the_test(tmp_path: Path) -> None:
    (finding,) = failing(tmp_path, "{level: iii, cases: 37}", "{owner: district}")
    assert finding.witness == {"level": "iii", "cases": 37}


def test_a_partial_event_fails_with_its_share_of_events(tmp_path: Path) -> None:
    (finding,) = failing(tmp_path, "{cases: 9}", "{owner: street}")
    assert finding.notes[0] == "so it is in 50 % of the events the test speaks of"
