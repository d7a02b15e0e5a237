"""The table of authority and duty: shares by enumeration, powers by name."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import remit
from remit.validators.parity import Part, parity
from tests.unit.validators.written import PACK

VOCABULARY = """
dimensions:
  stage: {values: [early, late]}
  shift: {values: [day, night]}
activities:
  close: {needed: {stage: early}, requires: [order]}
  watch: {}
powers: {order: , refuse: }
"""
OFFICE = """subject: office
label: {en: Office, zh: 办公室}
authority: [{id: r, power: refuse}]
duties:
  - {id: c, activity: close, role: accountable, when: {shift: day}}
  - {id: w, activity: watch, role: accountable}
"""
TEAM = """subject: team
duties:
  - {id: c, activity: close, role: responsible}
  - {id: w, activity: watch, role: responsible, when: {shift: night}}
"""


def test_each_party_has_its_share_of_events_of_work_and_of_power(tmp_path: Path) -> None:
    (tmp_path / "subjects").mkdir()
    for name, text in {
        "pack.yaml": PACK,
        "vocabulary.yaml": VOCABULARY,
        "subjects/office.yaml": OFFICE,
        "subjects/team.yaml": TEAM,
        "subjects/idle.yaml": "subject: idle\n",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    team, office = parity(remit.compile(remit.load(tmp_path)))
    # Six to be done in four events: `watch` in all of them, `close` in the two early ones.
    assert (team.subject, office.subject) == ("team", "office")
    assert team.accountable == Part(0, Fraction(0), Fraction(0))
    assert team.responsible == Part(2, Fraction(3, 4), Fraction(4, 6))
    assert office.accountable == Part(2, Fraction(1), Fraction(5, 6))
    assert (office.held, office.required) == (("refuse",), ("order",))
    assert (office.lacking, office.idle) == (("order",), ("refuse",))
