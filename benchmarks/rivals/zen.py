"""zen-engine: one compiled decision table an activity, hit policy `first`, rows by rank.

A static loader and one `ZenEngine`, for a `ZenDecision` sets up a runtime at every call. Cells that
list their values are looked up in an index of bit sets, so a tree's node is the list of its leaves
and an event goes in as it is: a sixth faster than with trees spelt out as fields, and ready later.
Only case numbers are interpreted.
"""

from __future__ import annotations

from collections.abc import Sequence

from rivals.hand import LEAVES
from rivals.peer import Peer
from rivals.workload import PRECEDENCE, SEVERITIES, Event, Rule, by_activity

__all__ = ["Zen"]


class Zen(Peer):
    """Decision tables in Rust."""

    distribution = "zen-engine"
    imports = ("zen",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Build the tables and have them compiled by a first question each."""
        import zen

        tables = {activity: _table(mine) for activity, mine in by_activity(rules).items()}
        engine = zen.ZenEngine({"loader": {"type": "static", "content": tables}})
        self._evaluate, self._evaluate_all = engine.evaluate, engine.evaluate_batch
        for activity in tables:
            self._evaluate(activity, {"cases": 0})

    def decide(self, event: Event, activity: str) -> str:
        """Evaluate the activity's table."""
        found: str = self._evaluate(activity, event)["result"]["rule"]
        return found

    def decide_batch(self, events: Sequence[Event], activities: Sequence[str]) -> Sequence[str]:
        """Evaluate all in one call."""
        pairs = zip(events, activities, strict=True)
        found = self._evaluate_all([{"key": key, "context": event} for event, key in pairs])
        return [one["data"]["result"]["rule"] for one in found]


def _table(rules: Sequence[Rule]) -> dict[str, object]:
    rows = []
    for rule in rules:
        row = {"_id": str(rule.rank), "out": f'"{rule.id}"'}
        for name, wanted in rule.conditions.items():
            row[name] = _cell(name, wanted)
        rows.append(row)
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in PRECEDENCE],
        "outputs": [{"id": "out", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    ends = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    node = {"id": "table", "name": "table", "type": "decisionTableNode", "content": table}
    return {
        "nodes": [*ends, node],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table"},
            {"id": "e2", "sourceId": "table", "targetId": "out"},
        ],
    }


def _cell(name: str, wanted: str | tuple[int, int]) -> str:
    if name in LEAVES:
        return _any_of(sorted(LEAVES[name][str(wanted)]))
    if name == "severity":
        return _any_of(SEVERITIES[int(wanted[0]) : int(wanted[1]) + 1])
    if isinstance(wanted, str):
        return f'"{wanted}"'
    return f"[{wanted[0]}..{wanted[1]}]"


def _any_of(values: Sequence[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)
