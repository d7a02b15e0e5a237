"""What people may answer, and what that comes to."""

from __future__ import annotations

from remit.workflows.lifecycle import PURPOSES


def test_every_way_to_settle_a_question_can_be_said() -> None:
    for purpose, rules in PURPOSES.items():
        assert rules.settles | rules.takes <= set(rules.answers.values()), purpose
