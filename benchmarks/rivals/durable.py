"""durable_rules: a ruleset an activity, a conjunction a rule, `pri` by rank.

The first rule in order of `pri` consumes the event, so one action runs an event. A ruleset holds at
most 4,096 rules; more an activity is refused by the library itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_

from rivals.peer import Facts, Peer, conditions_of, facts
from rivals.workload import Event, Rule, by_activity

__all__ = ["Durable"]

BATCH = 100
"""Events posted together, which is where a post costs least."""


class Durable(Peer):
    """Forward chaining in C."""

    distribution = "durable-rules"
    imports = ("durable.lang",)

    def load(self, rules: Sequence[Rule]) -> None:
        """Build the rulesets, and the networks by a first event each."""
        from durable.lang import post, post_batch

        self._post, self._post_batch = post, post_batch
        self._answers: list[tuple[int, str]] = []
        for activity, mine in by_activity(rules).items():
            _build(activity, mine, self._answers)
        self._answers.clear()

    def prepare(self, event: Event, activity: str) -> Facts:  # noqa: ARG002 -- one ruleset each
        """Spell out the trees."""
        return {**facts(event), "number": 0}

    def decide(self, event: Facts, activity: str) -> str:
        """Post the event; the action names the rule."""
        self._answers.clear()
        self._post(activity, event)
        return self._answers[0][1]

    def decide_batch(self, events: Sequence[Facts], activities: Sequence[str]) -> Sequence[str]:
        """Post the events of each activity in hundreds, numbered, for actions run out of order."""
        self._answers.clear()
        for activity in sorted(set(activities)):
            own = [
                {**events[n], "number": n}
                for n, asked in enumerate(activities)
                if asked == activity
            ]
            for low in range(0, len(own), BATCH):
                self._post_batch(activity, own[low : low + BATCH])
        found = [""] * len(events)
        for number, rule in self._answers:
            found[number] = rule
        return found


def _build(activity: str, rules: Sequence[Rule], answers: list[tuple[int, str]]) -> None:
    from durable.lang import m, post, pri, ruleset, when_all

    with ruleset(activity):
        for place, rule in enumerate(rules):
            tests = [_test(m, name, wanted) for name, wanted in conditions_of(rule)]
            whole = reduce(and_, tests) if tests else m.cases >= 0
            when_all(pri(place), whole)(_action(rule.id, answers))
    post(activity, {"cases": 0, "number": 0})


def _action(rule: str, answers: list[tuple[int, str]]) -> Callable[[object], None]:
    # WHY a closure: an action of two parameters is taken for one that completes later.
    def action(c: object) -> None:
        answers.append((c.m.number, rule))

    return action


def _test(m: object, name: str, wanted: str | tuple[int, int]) -> object:
    field = getattr(m, name)
    if isinstance(wanted, str):
        return field == wanted
    if wanted[0] == wanted[1]:
        return field == wanted[0]
    return (field >= wanted[0]) & (field <= wanted[1])
