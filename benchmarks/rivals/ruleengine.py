"""rule-engine: each rule compiled, in a list an activity by rank; the first to match decides."""

from __future__ import annotations

from collections.abc import Sequence

from rivals.peer import Facts, Peer, conditions_of, facts
from rivals.workload import Event, Rule, by_activity

__all__ = ["RuleEngine"]


class RuleEngine(Peer):
    """Expressions over Python objects."""

    distribution = "rule-engine"
    imports = ("rule_engine",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Compile every rule."""
        import rule_engine

        self._rules = {
            activity: [(rule_engine.Rule(_text(rule)).matches, rule.id) for rule in mine]
            for activity, mine in by_activity(rules).items()
        }

    def prepare(self, event: Event, activity: str) -> Facts:  # noqa: ARG002 -- a list an activity
        """Spell out the trees."""
        return facts(event)

    def decide(self, event: Facts, activity: str) -> str:
        """Match rules until one holds."""
        for matches, found in self._rules[activity]:
            if matches(event):
                return found
        raise LookupError(activity)


def _text(rule: Rule) -> str:
    tests = []
    for name, wanted in conditions_of(rule):
        if isinstance(wanted, str):
            tests.append(f'{name} == "{wanted}"')
        elif wanted[0] == wanted[1]:
            tests.append(f"{name} == {wanted[0]}")
        else:
            tests.append(f"{name} >= {wanted[0]} and {name} <= {wanted[1]}")
    return " and ".join(tests) or "true"
