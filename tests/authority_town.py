"""A small pack with everybody who might act where the policy forbids it, for tests of authority."""

from __future__ import annotations

from collections.abc import Mapping

from tests.desk import FILES

__all__ = ["CHANGES", "PEOPLE", "SUBJECTS"]

_RULE = "  - {{id: rule, power: rule{more}}}\n"
_AUTHORITY = "subject: {name}\nauthority:\n" + _RULE

CHANGES: Mapping[str, str] = {
    "pack.yaml": FILES["pack.yaml"] + "activated_by: rule\nrosters_by: burn\nstate: {tide: low}\n",
    "vocabulary.yaml": FILES["vocabulary.yaml"]
    .replace("  burn: {}\n", "  burn: {}\n  rule: {}\n")
    .replace(
        "activities:\n",
        "  tide: {values: [low, high], state: true, declared_by: rule}\n"
        "  depth: {values: [deep, shallow], declared_by: rule}\nactivities:\n",
        1,
    ),
    "subjects/council.yaml": FILES["subjects/council.yaml"].replace(
        "duties:", _RULE.format(more="") + "duties:", 1
    ),
    "subjects/board.yaml": "members: [clinic, kitchen]\nlead: clinic\n"
    + _AUTHORITY.format(name="board", more=""),
    "subjects/press.yaml": FILES["subjects/press.yaml"].replace(
        "duties:", "authority: [{id: burn, power: burn}]\nduties:", 1
    ),
    "subjects/lapsed.yaml": _AUTHORITY.format(name="lapsed", more=", when: {date: ..2026-03-01}"),
    "subjects/coming.yaml": _AUTHORITY.format(name="coming", more=", when: {date: 2027-01-01..}"),
    "subjects/elsewhere.yaml": _AUTHORITY.format(name="elsewhere", more=", when: {pier: south}"),
    "subjects/ebb.yaml": _AUTHORITY.format(name="ebb", more=", when: {tide: high}"),
    "subjects/barred.yaml": _AUTHORITY.format(name="barred", more="")
    + "prohibitions: [{power: rule, when: {pier: north}}]\n",
    "funds/till.yaml": FILES["funds/till.yaml"] + "pay: [kitchen]\n",
    "reserves.yaml": "stock: {bread: {quantity: 60, unit: loaf, holder: helpers}}\n",
    "rosters/council.yaml": """
roster: council
subject: council
zone: UTC
people: {an: , bo: }
shifts:
  - {days: every, from: "08:00", to: "20:00", people: [an]}
  - {days: every, from: "20:00", to: "08:00", people: [bo]}
""",
}
"""What is other than in the harbour: with `rule` one declares and activates, `burn` rosters."""

SUBJECTS = (
    "barred", "board", "clinic", "coming", "council", "crew", "ebb", "elsewhere", "helpers",
    "kitchen", "lapsed", "mate", "press", "reserve-crew", "second-mate", "warden",
)  # fmt: skip
PEOPLE = ("an", "bo")
"""Who is on the roster of the council: by day, and by night."""
