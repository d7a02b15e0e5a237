"""cedarpy: a policy set an activity, parsed once; trees as entity hierarchies.

Cedar has no priority: it names every permit that is satisfied, and the least rank among them is
taken here. Its ids are `policy0`, `policy1`, ... in the order of the text, which is by rank.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rivals.peer import Peer
from rivals.workload import (
    HAZARDS,
    PLACES,
    SEVERITIES,
    TREES,
    Event,
    Rule,
    Tree,
    by_activity,
)

__all__ = ["Cedar"]

KINDS = {"hazard": "Hazard", "place": "Place"}


class Cedar(Peer):
    """Amazon's policy language, in Rust."""

    distribution = "cedarpy"
    imports = ("cedarpy",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Parse the policies and the entities."""
        import cedarpy

        self._ask, self._ask_all = cedarpy.is_authorized, cedarpy.is_authorized_batch
        own = by_activity(rules).items()
        self._ids = {activity: [rule.id for rule in mine] for activity, mine in own}
        self._policies = {
            activity: cedarpy.PolicySet.from_str("\n".join(_policy(rule) for rule in mine))
            for activity, mine in own
        }
        entities = [*_entities("Hazard", HAZARDS), *_entities("Place", PLACES)]
        self._entities = cedarpy.Entities.from_json_str(json.dumps(entities))

    def prepare(self, event: Event, activity: str) -> dict[str, object]:
        """Write the request: the place as principal, the hazard as resource, the rest aside."""
        return {
            "principal": f'Place::"{event["place"]}"',
            "action": f'Action::"{activity}"',
            "resource": f'Hazard::"{event["hazard"]}"',
            "context": {
                "phase": event["phase"],
                "stage": event["stage"],
                "severity": SEVERITIES.index(str(event["severity"])),
                "cases": event["cases"],
            },
        }

    def decide(self, event: dict[str, object], activity: str) -> str:
        """Ask, and take the first of the permits that were satisfied."""
        answer = self._ask(event, self._policies[activity], self._entities)
        return self._first(answer, activity)

    def decide_batch(
        self, events: Sequence[dict[str, object]], activities: Sequence[str]
    ) -> Sequence[str]:
        """Ask for the events of each activity together."""
        found = [""] * len(events)
        for activity, policies in self._policies.items():
            numbers = [n for n, asked in enumerate(activities) if asked == activity]
            requests = [events[n] for n in numbers]
            answers = self._ask_all(requests, policies, self._entities)
            for number, answer in zip(numbers, answers, strict=True):
                found[number] = self._first(answer, activity)
        return found

    def _first(self, answer: object, activity: str) -> str:
        reasons = answer.diagnostics.reasons
        return self._ids[activity][min(int(reason[len("policy") :]) for reason in reasons)]


def _policy(rule: Rule) -> str:
    scope = {"place": "principal", "hazard": "resource"}
    tests = []
    for name, wanted in rule.conditions.items():
        if name in TREES:
            kind = scope[name]
            scope[name] = f'{kind} in {KINDS[name]}::"{wanted}"'
        elif isinstance(wanted, str):
            tests.append(f'context.{name} == "{wanted}"')
        elif wanted[0] == wanted[1]:
            tests.append(f"context.{name} == {wanted[0]}")
        else:
            tests.append(f"context.{name} >= {wanted[0]} && context.{name} <= {wanted[1]}")
    when = f" when {{ {' && '.join(tests)} }}" if tests else ""
    return f"permit({scope['place']}, action, {scope['hazard']}){when};"


def _entities(kind: str, tree: Tree) -> list[dict[str, object]]:
    found = []
    for group, nodes in tree.items():
        found.append(_entity(kind, group, None))
        for node, leaves in nodes.items():
            found.append(_entity(kind, node, group))
            found.extend(_entity(kind, leaf, node) for leaf in leaves)
    return found


def _entity(kind: str, name: str, parent: str | None) -> dict[str, object]:
    parents = [] if parent is None else [{"type": kind, "id": parent}]
    return {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": parents}
