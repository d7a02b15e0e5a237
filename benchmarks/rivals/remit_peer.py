"""remit itself, through its public API: a pack in YAML, loaded, and each event as a plain dict.

"More specific wins" is what `precedence` in `pack.yaml` says, dimension by dimension, so no duty
names another; explicit exceptions would give the same answers with thousands of references.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import remit
from rivals.peer import Peer
from rivals.workload import (
    ACTIVITIES,
    HAZARDS,
    MOST_CASES,
    PHASES,
    PLACES,
    PRECEDENCE,
    SEVERITIES,
    STAGES,
    Event,
    Rule,
    Tree,
)

__all__ = ["Remit", "write_pack"]


class Remit(Peer):
    """A responsibility map; the winning duty is the one that is effective for `accountable`."""

    distribution = "remit"
    imports = ("remit", "remit.engine.language.loader", "remit.engine.map.responsibility")

    def before_load(self, rules: Sequence[Rule]) -> None:
        """Write the pack."""
        self._folder = tempfile.TemporaryDirectory()
        write_pack(Path(self._folder.name), rules)

    def load(self, rules: Sequence[Rule]) -> None:  # noqa: ARG002 -- they are in the pack
        """Load the pack, compile it, and build what the first question of each activity needs."""
        start = time.process_time()
        pack = remit.load(self._folder.name)
        loaded = time.process_time()
        self._map = remit.compile(pack)
        self._decide = self._map.decide
        for activity in ACTIVITIES:
            self._decide(FIRST, activity)
        ready = time.process_time()
        self._parts = {
            "YAML to pack": loaded - start,
            "pack to decisions": ready - loaded,
        }

    def decide(self, event: Mapping[str, object], activity: str) -> str:
        """Return the one effective duty."""
        return self._decide(event, activity).duties[0]

    def parts_of_load(self) -> Mapping[str, float]:
        """Return what reading YAML took, and what followed."""
        return self._parts

    def decide_batch(self, events: Sequence[Event], activities: Sequence[str]) -> Sequence[str]:
        """Build the columns of each activity's events, and resolve them."""
        asked: dict[str, list[int]] = defaultdict(list)
        for number, activity in enumerate(activities):
            asked[activity].append(number)
        found = [""] * len(events)
        for activity, numbers in asked.items():
            columns = {name: [events[n][name] for n in numbers] for name in PRECEDENCE}
            columns["cases"] = np.array(columns["cases"])
            answer = self._map.resolve_batch(columns, activity)
            rules = [decision.duties[0] for decision in answer.decisions]
            for number, code in zip(numbers, answer.code.tolist(), strict=True):
                found[number] = rules[code]
        return found


FIRST: Event = {
    "hazard": "h0-0-0",
    "phase": PHASES[0],
    "stage": STAGES[0],
    "severity": SEVERITIES[0],
    "place": "p0-0-0",
    "cases": 0,
}
"""An event to be asked for first, so that what is built at the first question counts as load."""


def write_pack(folder: Path, rules: Sequence[Rule]) -> None:
    """Write the rules as a pack, one file a party."""
    (folder / "subjects").mkdir()
    (folder / "pack.yaml").write_text(
        "remit: 1\npack: rivals\nversion: '1'\n"
        f"lead: {ACTIVITIES[0]}\nprecedence: [{', '.join(PRECEDENCE)}]\n",
        encoding="utf-8",
    )
    lines = [
        "dimensions:",
        f"  hazard: {{tree: {_tree(HAZARDS)}}}",
        f"  phase: {{values: [{', '.join(PHASES)}]}}",
        f"  stage: {{values: [{', '.join(STAGES)}]}}",
        f"  severity: {{scale: [{', '.join(SEVERITIES)}]}}",
        f"  place: {{tree: {_tree(PLACES)}}}",
        f"  cases: {{integer: {{min: 0, max: {MOST_CASES}}}}}",
        "activities:",
        *(f"  {activity}: {{}}" for activity in ACTIVITIES),
    ]
    (folder / "vocabulary.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    own: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        own[rule.party] += [
            f"  - id: {rule.id.partition('/')[2]}",
            f"    activity: {rule.activity}",
            "    role: accountable",
            f"    when: {{{', '.join(_conditions(rule))}}}",
        ]
    for party, duties in own.items():
        text = "\n".join([f"subject: {party}", "duties:", *duties]) + "\n"
        (folder / "subjects" / f"{party}.yaml").write_text(text, encoding="utf-8")


def _conditions(rule: Rule) -> list[str]:
    found = []
    for name, wanted in rule.conditions.items():
        if name == "severity":
            low, high = (SEVERITIES[int(end)] for end in wanted)
            found.append(f"{name}: {low if low == high else f'{low}..{high}'}")
        elif isinstance(wanted, tuple):
            found.append(f"{name}: {wanted[0]}..{wanted[1]}")
        else:
            found.append(f"{name}: {wanted}")
    return found


def _tree(tree: Tree) -> str:
    groups = []
    for group, nodes in tree.items():
        inner = ", ".join(f"{node}: [{', '.join(leaves)}]" for node, leaves in nodes.items())
        groups.append(f"{group}: {{{inner}}}")
    return f"{{{', '.join(groups)}}}"
