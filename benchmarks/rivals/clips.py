"""clipspy: a CLIPS environment an activity, a `defrule` a rule, salience by rank.

The rule that fires first retracts the event, so no other fires. Events are asserted through a
`deffunction`, since `assert_fact` slows down as facts come and go.
"""

from __future__ import annotations

from collections.abc import Sequence

from rivals.peer import Peer, conditions_of, facts
from rivals.workload import Event, Rule, by_activity

__all__ = ["Clips"]

FIELDS = (
    "hazard1",
    "hazard2",
    "hazard3",
    "place1",
    "place2",
    "place3",
    "phase",
    "stage",
    "severity",
    "cases",
)
MOST = 10_000
"""Highest salience; the lowest is its negative."""


class Clips(Peer):
    """NASA's expert system shell, in C."""

    distribution = "clipspy"
    imports = ("clips",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Build the environments."""
        self._functions: dict[str, object] = {}
        self._environments = []
        self._ids = [rule.id for rule in sorted(rules, key=lambda rule: rule.rank)]
        for activity, mine in by_activity(rules).items():
            self._functions[activity] = self._environment(mine)

    def prepare(self, event: Event, activity: str) -> Sequence[object]:  # noqa: ARG002 -- see load
        """Spell out the trees, in the order of the fields, names as symbols."""
        import clips

        values = facts(event)
        return [
            clips.Symbol(value) if isinstance(value, str) else value
            for value in (values[name] for name in FIELDS)
        ]

    def decide(self, event: Sequence[object], activity: str) -> str:
        """Assert the event, run, and read the rank that was set."""
        return self._ids[self._functions[activity](*event)]

    def _environment(self, rules: Sequence[Rule]) -> object:
        import clips

        environment = clips.Environment()
        slots = " ".join(f"(slot {name})" for name in FIELDS)
        environment.build(f"(deftemplate event {slots})")
        environment.build("(defglobal ?*found* = -1)")
        for place, rule in enumerate(rules):
            tests = " ".join(_test(name, wanted) for name, wanted in conditions_of(rule))
            environment.build(
                f"(defrule r{rule.rank} (declare (salience {MOST - place})) ?e <- (event {tests})"
                f" => (retract ?e) (bind ?*found* {rule.rank}))"
            )
        given = " ".join(f"?{name}" for name in FIELDS)
        filled = " ".join(f"({name} ?{name})" for name in FIELDS)
        environment.build(f"(deffunction ask ({given}) (assert (event {filled})) (run) ?*found*)")
        self._environments.append(environment)
        return environment.find_function("ask")


def _test(name: str, wanted: str | tuple[int, int]) -> str:
    if isinstance(wanted, str):
        return f"({name} {wanted})"
    low, high = wanted
    if low == high:
        return f"({name} {low})"
    return f"({name} ?{name[0]}&:(<= {low} ?{name[0]})&:(>= {high} ?{name[0]}))"
