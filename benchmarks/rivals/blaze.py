"""blazerules: an engine an activity, priority by rank; made for batches, in Arrow columns.

One engine for all activities would keep every pair of overlapping rules, which takes gibibytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rivals.peer import Facts, Peer, conditions_of, facts
from rivals.workload import Event, Rule, by_activity

__all__ = ["Blaze"]


class Blaze(Peer):
    """Vectorised rules in C++."""

    distribution = "blazerules"
    imports = ("blazerules", "pyarrow")

    def load(self, rules: Sequence[Rule]) -> None:
        """Load the rules of each activity."""
        import blazerules
        import pyarrow as pa

        self._arrow = pa
        self._engines = {}
        for activity, mine in by_activity(rules).items():
            engine = blazerules.RuleEngine(_schema())
            text = json.dumps({"version": "1", "rules": [_rule(r, len(rules)) for r in mine]})
            engine.load_rules_from_string(text, blazerules.RuleFileFormat.JSON)
            self._engines[activity] = engine

    def prepare(self, event: Event, activity: str) -> Facts:  # noqa: ARG002 -- an engine each
        """Spell out the trees."""
        return facts(event)

    def decide(self, event: Facts, activity: str) -> str:
        """Evaluate a batch of one, as JSON, which costs it less than Arrow does."""
        found = self._engines[activity].evaluate_ndjson(json.dumps(event).encode())
        return found.winning_rule_ids[0]

    def decide_batch(self, events: Sequence[Facts], activities: Sequence[str]) -> Sequence[str]:
        """Build the columns of each activity's events, and evaluate them."""
        found = [""] * len(events)
        names = [*events[0]]
        for activity, engine in self._engines.items():
            numbers = [n for n, asked in enumerate(activities) if asked == activity]
            if not numbers:
                continue
            columns = [[events[n][name] for n in numbers] for name in names]
            batch = self._arrow.RecordBatch.from_arrays(
                [self._arrow.array(column) for column in columns], names
            )
            winners = engine.evaluate_batch(batch).winning_rule_ids
            for number, rule in zip(numbers, winners, strict=True):
                found[number] = rule
        return found


def _schema() -> list[object]:
    from blazerules import CATEGORICAL, INT64, Field

    some = facts({"hazard": "", "place": "", "phase": "", "stage": "", "severity": "i", "cases": 0})
    return [Field(n, CATEGORICAL if isinstance(v, str) else INT64) for n, v in some.items()]


def _rule(rule: Rule, count: int) -> dict[str, object]:
    tests = []
    for name, wanted in conditions_of(rule):
        if isinstance(wanted, str) or wanted[0] == wanted[1]:
            value = wanted if isinstance(wanted, str) else wanted[0]
            tests.append({"field": name, "op": "eq", "value": value})
        else:
            tests += [
                {"field": name, "op": "gte", "value": wanted[0]},
                {"field": name, "op": "lte", "value": wanted[1]},
            ]
    tests = tests or [{"field": "cases", "op": "gte", "value": 0}]
    return {
        "id": rule.id,
        "action": "flag",
        "priority": count - rule.rank,
        "conditions": {"and": tests},
    }
