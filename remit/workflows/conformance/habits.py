"""De facto owners: who regularly acts in another's place, and the rule that would say so.

A holder whose duty another performs at least `least` times, and more often than not, does not hold
it in fact. The proposal is a duty for whoever does, in the region that all the evidence shares; it
is only a proposal: `remit check` shows what it would do to the rest of the pack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from remit.engine.pack import Letter
from remit.engine.vocabulary import RESERVED_FIELDS
from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.history import History
from remit.workflows.conformance.standing_in import Performance, performances
from remit.workflows.entries import Json

__all__ = ["LEAST", "Habit", "habits_of", "rule_of"]

LEAST = 3
"""How often somebody must have acted in another's place to be told of; fewer may be chance."""


@dataclass(frozen=True, slots=True)
class Habit:
    """One duty that somebody else performs as a rule.

    Args:
        times: of `of` performances in all.
        evidence: numbers of the entries by incident.
        region: what the events of all these incidents have in common.
        ways: how it came to that, the most frequent first.
    """

    pack: str
    activity: str
    letter: Letter
    holder: str
    by: str
    times: int
    of: int
    evidence: Mapping[str, tuple[int, ...]]
    region: Mapping[str, Json]
    ways: tuple[str, ...]

    def deviation(self) -> Deviation:
        """Return it as a deviation, shown by the latest incident."""
        incident = tuple(self.evidence)[-1]
        return Deviation(
            "de-facto-owner",
            incident,
            self.evidence[incident],
            activity=self.activity,
            subject=self.by,
            holder=self.holder,
            about=self.letter,
            times=self.times,
        )


def habits_of(histories: Iterable[History], least: int = LEAST) -> tuple[Habit, ...]:
    """Return the habits of all incidents together, the most frequent first.

    Args:
        least: how often somebody must have stood in, at least 1.
    """
    found: defaultdict[tuple[str, str, Letter, str], list[tuple[History, Performance]]]
    found = defaultdict(list)
    for history in histories:
        pack = _pack(history)
        for one in _each_once(performances(history)):
            found[pack, one.activity, one.letter, one.holder].append((history, one))
    habits = [habit for key, rows in found.items() for habit in _habits(key, rows, least)]
    return tuple(sorted(habits, key=lambda one: (-one.times, one.activity, one.letter, one.by)))


def rule_of(habit: Habit) -> str:
    """Return the duty that would make the habit the rule, as YAML for the subject's file."""
    when = ", ".join(f"{name}: {_yaml(value)}" for name, value in habit.region.items())
    return (
        f"# subjects/{habit.by}.yaml\n"
        "duties:\n"
        f"  - id: {habit.activity}-in-fact\n"
        f"    activity: {habit.activity}\n"
        f"    role: {habit.letter}\n"
        f"    when: {{{when}}}\n"
    )


def _each_once(found: Iterable[Performance]) -> Iterator[Performance]:
    """Yield one performance a duty and incident: who signs off also said that it answers for it."""
    last: dict[tuple[str, str, Letter, str], Performance] = {}
    for one in found:
        last[one.part, one.step, one.letter, one.holder] = one
    yield from last.values()


def _habits(
    key: tuple[str, str, Letter, str], rows: list[tuple[History, Performance]], least: int
) -> Iterator[Habit]:
    pack, activity, letter, holder = key
    by_other: defaultdict[str, list[tuple[History, Performance]]] = defaultdict(list)
    for history, one in rows:
        if not one.is_own:
            by_other[one.by].append((history, one))
    for by, own in by_other.items():
        if len(own) < least or 2 * len(own) <= len(rows):
            continue
        evidence: dict[str, tuple[int, ...]] = {}
        for _, one in own:
            evidence[one.incident] = (*evidence.get(one.incident, ()), *one.entries)
        ways = sorted({one.how for _, one in own}, key=lambda how: -_count(own, how))
        region = _common([history.event for history, _ in own])
        yield Habit(
            pack, activity, letter, holder, by, len(own), len(rows), evidence, region, tuple(ways)
        )


def _count(rows: list[tuple[History, Performance]], how: str) -> int:
    return sum(one.how == how for _, one in rows)


def _common(events: list[Mapping[str, Json]]) -> dict[str, Json]:
    first, *others = events
    return {
        name: value
        for name, value in first.items()
        if name not in RESERVED_FIELDS and all(other.get(name) == value for other in others)
    }


def _pack(history: History) -> str:
    node = history.opened.payload.get("pack")
    name = node.get("name") if isinstance(node, Mapping) else ""
    return name if isinstance(name, str) else ""


def _yaml(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    return str(value)
