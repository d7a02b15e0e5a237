"""datalogic-py: one compiled `if` chain of JSONLogic an activity, by rank."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rivals.peer import Peer, conditions_of, facts
from rivals.workload import Event, Rule, by_activity

__all__ = ["DataLogic"]


class DataLogic(Peer):
    """JSONLogic in Rust."""

    distribution = "datalogic-py"
    imports = ("datalogic_py",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Compile the chains."""
        import datalogic_py

        self._engine = datalogic_py.Engine()
        self._rules = {
            activity: self._engine.compile(_chain(mine)).evaluate_data
            for activity, mine in by_activity(rules).items()
        }

    def prepare(self, event: Event, activity: str) -> object:  # noqa: ARG002 -- a chain an activity
        """Spell out the trees, and have the engine read the facts once."""
        import datalogic_py

        return datalogic_py.DataHandle(json.dumps(facts(event)))

    def decide(self, event: object, activity: str) -> str:
        """Evaluate the chain."""
        found: str = self._rules[activity](event)
        return found


def _chain(rules: Sequence[Rule]) -> dict[str, object]:
    parts: list[object] = []
    for rule in rules:
        tests = [_test(name, wanted) for name, wanted in conditions_of(rule)]
        parts += [{"and": tests}, rule.id] if tests else [rule.id]
    return {"if": parts}


def _test(name: str, wanted: str | tuple[int, int]) -> dict[str, object]:
    variable = {"var": name}
    if isinstance(wanted, str):
        return {"===": [variable, wanted]}
    if wanted[0] == wanted[1]:
        return {"===": [variable, wanted[0]]}
    return {"<=": [wanted[0], variable, wanted[1]]}
