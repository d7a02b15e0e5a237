"""A boundary certificate: every answer of a pack, as a decision tree that others can check.

The form is told in docs/reference/certificate.md, and `remit.engine.verifier` checks it. All claims
share one table of nodes, equal ones written once (a decision diagram, Bryant 1986), so that a
certificate grows with the pack and not with its event space.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from remit.engine.intervals import Cut
from remit.engine.map.compiled import ActivityPart, CompiledPack, Share
from remit.engine.map.coverage import tallies
from remit.engine.map.diagram import Diagram, Level, combine
from remit.engine.map.space import Axis
from remit.engine.pack import Acceptance, Letter
from remit.engine.verifier.form import CERTIFIED, FAULTS, FORMAT, checksum

__all__ = ["certificate"]

Said = tuple[str, Share]
"""A leaf: its state, and the duties by which the activity's holders have the letter."""


def certificate(compiled: CompiledPack, day: dt.date) -> dict[str, object]:
    """Return the certificate of a pack as plain values.

    Args:
        day: acceptances that end before it do not count.

    Raises:
        BudgetExceeded: if a diagram would cost more than its budget; then nothing is proved.
    """
    pack = compiled.pack
    table = _Table(compiled)
    claims = [
        table.claim(part, letter, day) for part in compiled.parts.values() for letter in CERTIFIED
    ]
    found: dict[str, object] = {
        "remit-certificate": FORMAT,
        "pack": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "day": day.isoformat(),
        "dimensions": [
            {"name": axis.name, "starts": [_start(axis, cut) for cut in axis.cuts[:-1]]}
            for axis in compiled.space.axes
        ],
        "duties": list(table.position),
        "answers": [[state, *duties] for state, duties in table.answers],
        "nodes": [[axis, list(starts), list(children)] for axis, starts, children in table.nodes],
        "claims": claims,
        "possible": tallies(compiled.possible, compiled.space).get(True, 0),
    }
    return {**found, "checksum": checksum(found)}


@dataclass
class _Table:
    """Nodes and answers of all claims, each once, in the order found."""

    compiled: CompiledPack
    answers: dict[tuple[str, tuple[int, ...]], int] = field(default_factory=dict)
    nodes: dict[tuple[int, tuple[int, ...], tuple[int, ...]], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number the duties as the certificate does."""
        names = (duty.name for duty in self.compiled.pack.duties())
        self.position = {name: number for number, name in enumerate(names)}

    def claim(self, part: ActivityPart, letter: Letter, day: dt.date) -> dict[str, object]:
        """Return the claim of an activity and letter; its nodes and answers join the table."""
        said = _said(self.compiled, part, letter, day)
        sizes = tallies(said, self.compiled.space)
        needed = {one: n for one, n in sizes.items() if one[0] in {"needed", "accepted"}}
        held = {one: len(part.subjects(one[1])) for one in needed}
        return {
            "activity": part.name,
            "letter": letter,
            "root": self._root(said, part),
            "needed": sum(needed.values()),
            "nobody": sum(n for one, n in needed.items() if held[one] == 0),
            "several": sum(n for one, n in needed.items() if held[one] > 1),
            "accepted": sum(n for one, n in needed.items() if one[0] == "accepted"),
        }

    def _root(self, said: Diagram[Said], part: ActivityPart) -> int:
        children = [self._answer(one, part) for one in said.terminals]
        for axis in range(len(said.levels) - 1, -1, -1):
            children = self._level(axis, said.levels[axis], children)
        return children[0]

    def _answer(self, said: Said, part: ActivityPart) -> int:
        state, share = said
        names = (part.duty_of(number).name for number in share or ())
        duties = tuple(sorted(self.position[name] for name in names))
        return -1 - self.answers.setdefault((state, duties), len(self.answers))

    def _level(self, axis: int, level: Level, below: list[int]) -> list[int]:
        """Return where each node of a level went; one that does not split is left out."""
        found = []
        start, child = level.start.tolist(), level.child.tolist()
        for low, high in pairwise(level.first.tolist()):
            children = tuple(below[one] for one in child[low:high])
            if len(children) == 1:
                found.append(children[0])
                continue
            node = (axis, tuple(start[low:high]), children)
            found.append(self.nodes.setdefault(node, len(self.nodes)))
        return found


def _said(
    compiled: CompiledPack, part: ActivityPart, letter: Letter, day: dt.date
) -> Diagram[Said]:
    def told(share: Share, needed: bool) -> Said:  # noqa: FBT001 -- a terminal, not a flag
        if share is None:
            return "impossible", ()
        return ("needed", share) if needed else ("unneeded", ())

    said = combine(compiled.answers(part.name, letter), compiled.needed(part.name), told)
    mandatory = compiled.pack.binding_mandatory()
    barred = frozenset(one.code for one in mandatory if one.binds(part.name))
    for entry in _acceptances(compiled.pack.accept, part, letter, day):

        def marked(one: Said, inside: bool, entry: Acceptance = entry) -> Said:  # noqa: FBT001
            fits = (
                one[0] == "needed" and inside and _is_accepted(one[1], part, letter, entry, barred)
            )
            return ("accepted", one[1]) if fits else one

        said = combine(said, compiled.of_condition(entry.when), marked)
    return said


def _acceptances(
    entries: Iterable[Acceptance], part: ActivityPart, letter: Letter, day: dt.date
) -> list[Acceptance]:
    codes = frozenset[str]().union(*(codes for (own, _), codes in FAULTS.items() if own == letter))
    return [
        entry
        for entry in entries
        if entry.code in codes
        and entry.activity in {None, part.name}
        and (entry.until is None or entry.until >= day)
    ]


def _is_accepted(
    share: Share, part: ActivityPart, letter: Letter, entry: Acceptance, barred: frozenset[str]
) -> bool:
    subjects = part.subjects(share)
    duties = {part.duty_of(number).name for number in share or ()}
    codes = FAULTS.get((letter, len(subjects) > 1), frozenset())
    return (
        len(subjects) != 1
        and entry.code in codes
        and not codes & barred
        and (entry.subject is None or entry.subject in subjects)
        and (entry.duty is None or entry.duty in duties)
    )


def _start(axis: Axis, cut: Cut) -> str | int:
    """Return where a stretch starts, as the language writes it; `> 7.5` just after a decimal."""
    if axis.dimension.is_named:
        return axis.dimension.values[int(cut.value)]
    if axis.dimension.kind == "date":
        return dt.date.fromordinal(int(cut.value)).isoformat()
    if axis.dimension.kind == "integer":
        return int(cut.value)
    return f"{'> ' if cut.after else ''}{Decimal(cut.value):f}"
