"""Rego: rules as data keyed by activity, hazard node and place node; sixteen look-ups an event.

Ranks are texts of one length, for rego-cpp's `min` compares numbers as texts. Engines: rego-cpp
(`regopy`) and Microsoft's regorus, whose Python binding is not in the package index.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rivals.peer import Peer
from rivals.workload import MOST_CASES, SEVERITIES, Event, Rule, path_of

__all__ = ["Regopy", "Regorus"]

POLICY = """package owner

import rego.v1

held contains r.rank if {
    some h in input.hazards
    some p in input.places
    some r in data.rules[input.activity][h][p]
    not r.phase != input.phase
    not r.stage != input.stage
    r.low <= input.severity
    input.severity <= r.high
    r.least <= input.cases
    input.cases <= r.most
}

rule := data.ids[min(held)]
"""
ANY = "any"


class _Rego(Peer):
    def prepare(self, event: Event, activity: str) -> object:
        """Spell out the trees."""
        return {
            "activity": activity,
            "hazards": [ANY, *path_of(str(event["hazard"]))],
            "places": [ANY, *path_of(str(event["place"]))],
            "phase": event["phase"],
            "stage": event["stage"],
            "severity": SEVERITIES.index(str(event["severity"])),
            "cases": event["cases"],
        }


class Regopy(_Rego):
    """rego-cpp: its bundle is compiled once, and answers one input after the other."""

    distribution = "regopy"
    imports = ("regopy",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Add the policy and the data, and build the query."""
        from regopy import Interpreter

        self._engine = Interpreter()
        self._engine.add_module("owner", POLICY)
        self._engine.add_data_json(json.dumps(_data(rules)))
        self._bundle = self._engine.build("data.owner.rule")

    def prepare(self, event: Event, activity: str) -> object:
        """Make the input a value of the engine."""
        from regopy import Input

        return Input(super().prepare(event, activity))

    def decide(self, event: object, activity: str) -> str:  # noqa: ARG002 -- the input has it
        """Set the input and query the bundle."""
        self._engine.set_input(event)
        answer = json.loads(str(self._engine.query_bundle(self._bundle)))
        found: str = answer["expressions"][0]
        return found


class Regorus(_Rego):
    """regorus: Rego interpreted in Rust."""

    distribution = "regorus"
    imports = ("regorus",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Add the policy and the data."""
        import regorus

        self._engine = regorus.Engine()
        self._engine.add_policy("owner.rego", POLICY)
        self._engine.add_data_json(json.dumps(_data(rules)))

    def prepare(self, event: Event, activity: str) -> str:
        """Write the input as JSON."""
        return json.dumps(super().prepare(event, activity))

    def decide(self, event: str, activity: str) -> str:  # noqa: ARG002 -- the input has it
        """Set the input and evaluate the rule."""
        self._engine.set_input_json(event)
        found: str = self._engine.eval_rule("data.owner.rule")
        return found


def _data(rules: Sequence[Rule]) -> dict[str, object]:
    keyed: dict[str, dict[str, dict[str, list[object]]]] = {}
    for rule in rules:
        hazard, place = (str(rule.conditions.get(name, ANY)) for name in ("hazard", "place"))
        low, high = rule.conditions.get("severity", (0, len(SEVERITIES)))
        least, most = rule.conditions.get("cases", (0, MOST_CASES))
        row = {"rank": f"{rule.rank:07}", "low": low, "high": high, "least": least, "most": most}
        row |= {k: rule.conditions[k] for k in ("phase", "stage") if k in rule.conditions}
        places = keyed.setdefault(rule.activity, {}).setdefault(hazard, {})
        places.setdefault(place, []).append(row)
    return {"rules": keyed, "ids": {f"{rule.rank:07}": rule.id for rule in rules}}
