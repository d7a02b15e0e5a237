"""business-rules: rules as data, a list an activity by rank, stopping at the first that holds."""

from __future__ import annotations

from collections.abc import Sequence

from rivals.peer import Facts, Peer, conditions_of, facts
from rivals.workload import Event, Rule, by_activity

__all__ = ["BusinessRules"]

TEXTS = ("hazard1", "hazard2", "hazard3", "place1", "place2", "place3", "phase", "stage")
NUMBERS = ("severity", "cases")


class BusinessRules(Peer):
    """Venmo's rules as JSON over Python variables."""

    distribution = "business-rules"
    imports = ("business_rules",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Write the rules as its JSON, and the variables and the action as its classes."""
        from business_rules import run_all

        self._run_all = run_all
        self._variables, self._actions = _classes()
        self._rules = {a: [_rule(rule) for rule in mine] for a, mine in by_activity(rules).items()}

    def prepare(self, event: Event, activity: str) -> Facts:  # noqa: ARG002 -- a list an activity
        """Spell out the trees."""
        return facts(event)

    def decide(self, event: Facts, activity: str) -> str:
        """Run the rules until one triggers its action."""
        actions = self._actions()
        self._run_all(
            rule_list=self._rules[activity],
            defined_variables=self._variables(event),
            defined_actions=actions,
            stop_on_first_trigger=True,
        )
        return actions.found


def _classes() -> tuple[type, type]:
    from business_rules.actions import BaseActions, rule_action
    from business_rules.fields import FIELD_TEXT
    from business_rules.variables import (
        BaseVariables,
        numeric_rule_variable,
        string_rule_variable,
    )

    class Variables(BaseVariables):
        def __init__(self, event: Facts) -> None:
            self.event = event

    for kind, names in ((string_rule_variable, TEXTS), (numeric_rule_variable, NUMBERS)):
        for name in names:

            def value(self: Variables, name: str = name) -> str | int:
                return self.event[name]

            value.__name__ = name
            setattr(Variables, name, kind()(value))

    class Actions(BaseActions):
        found = ""

        @rule_action(params={"rule": FIELD_TEXT})
        def take(self, rule: str) -> None:
            self.found = rule

    return Variables, Actions


def _rule(rule: Rule) -> dict[str, object]:
    tests = []
    for name, wanted in conditions_of(rule):
        if isinstance(wanted, str) or wanted[0] == wanted[1]:
            value = wanted if isinstance(wanted, str) else wanted[0]
            tests.append({"name": name, "operator": "equal_to", "value": value})
        else:
            tests += [
                {"name": name, "operator": "greater_than_or_equal_to", "value": wanted[0]},
                {"name": name, "operator": "less_than_or_equal_to", "value": wanted[1]},
            ]
    tests = tests or [{"name": "cases", "operator": "greater_than_or_equal_to", "value": 0}]
    return {
        "conditions": {"all": tests},
        "actions": [{"name": "take", "params": {"rule": rule.id}}],
    }
