"""crowded-activity: more subjects do, advise or are told in one event than the pack allows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import remit
from tests.unit.validators.written import PACK, TODAY, found, report_on, text_at, the_one

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
  shift: {values: [day, night]}
activities:
  watch:
"""


def files(letter: str, count: int, options: str = "") -> dict[str, str]:
    """Return a pack with `count` subjects that have a letter early, the last of them by day."""
    written = {
        f"subjects/s{n}.yaml": f"subject: s{n}\nduties:\n  - {{id: a, activity: watch,"
        f" role: [{letter}], when: {{stage: early{', shift: day' if n == count else ''}}}}}\n"
        for n in range(1, count + 1)
    }
    owner = "subject: owner\nduties:\n  - {id: a, activity: watch, role: accountable}\n"
    return {
        "pack.yaml": PACK + options,
        "vocabulary.yaml": VOCABULARY,
        "subjects/owner.yaml": owner,
        **written,
    }


@pytest.mark.parametrize(
    "letter, most, level",
    [("responsible", 3, "warning"), ("consulted", 5, "warning"), ("informed", 10, "note")],
)
def test_one_more_than_allowed_is_found_just_where_all_meet(
    tmp_path: Path, letter: str, most: int, level: str
) -> None:
    assert not found(report_on(tmp_path / "few", files(letter, most)), "crowded-activity")
    report = report_on(tmp_path / "many", files(letter, most + 1))
    finding = the_one(report, "crowded-activity")
    assert (finding.level, finding.letter) == (level, letter)
    assert finding.region == {"stage": "early", "shift": "day"}
    assert finding.share == Fraction(1, 4)
    assert text_at(finding) == f"[{letter}]"


def test_the_pack_says_how_many_it_allows(tmp_path: Path) -> None:
    options = "checks: {crowded-activity: {informed: 1}}\n"
    finding = the_one(report_on(tmp_path, files("informed", 2, options)), "crowded-activity")
    assert finding.message == "more than 1 subject is informed for `watch` in some events"
    assert finding.notes[-1] == "at the witness they are `s1` and `s2`"


def test_a_setting_that_is_none_is_refused_at_its_place(tmp_path: Path) -> None:
    options = "checks: {crowded-activity: {informd: 1}}\n"
    with pytest.raises(remit.PackErrors) as caught:
        report_on(tmp_path, files("informed", 1, options))
    (error,) = caught.value.errors
    assert "informd" in error.message
    assert "informed" in error.help
    assert error.span is not None
    assert (error.span.line, TODAY.year) == (4, 2026)
