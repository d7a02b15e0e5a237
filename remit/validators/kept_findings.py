"""What checks found of a pack, kept for its next version: after an edit the rest is not asked anew.

The findings of a check about one activity are kept under a key of all that they depend on; see
`finding_keys`. A check that is not listed here runs anew each time.

INVARIANT: a report made with kept findings equals one made without. So nothing is kept of a run
that left something unproved, or that ran out of its time; what could not be proved beside kept
findings is asked again without them (`registry.run`); and of a finding whose fix was not looked
for, because a hundred others had theirs, the fix is looked for once its turn comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from remit.validators.check import Check, Context
from remit.validators.edits import Cure
from remit.validators.finding import Finding, Unproved
from remit.validators.finding_keys import Keys, Records
from remit.validators.moved_findings import Anchored, Moorings

if TYPE_CHECKING:
    from remit.engine.map.cells import Region

__all__ = ["BY_ACTIVITY", "KeptFinding", "KeptFindings", "KeptGroup", "Recall", "Told"]

BY_ACTIVITY = frozenset(
    {"R201", "R202", "R203", "R204", "R205", "R206", "R207", "R208"}
    | {"A201", "A203", "A204", "A205", "C307"}
)
"""Checks whose findings about an activity depend on nothing but what is in its key.

Each asks `Context` for the activities, parts or duties it is to look at. What it tells of no
activity is found anew.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A finding on its way into a report.

    Args:
        entries: positions in `pack.accept` of the entries that accept it.
        barred: positions of those that would, were this not a matter nobody may accept.
        can_be_fixed: whether a fix may be looked for.
        is_tried: whether it was, by an earlier run.
        region: what the fix must heal; `None` where there is none to look for.
        cures: yields what may heal it.
    """

    finding: Finding
    entries: frozenset[int]
    barred: frozenset[int]
    can_be_fixed: bool = False
    is_tried: bool = False
    region: Region | None = None
    cures: Callable[[], Iterator[Cure]] | None = None


Find = Callable[[Check, Context], Iterator[Told | Unproved]]
"""Runs a check."""


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as an earlier run told it; see `Told`."""

    anchored: Anchored
    entries: frozenset[int]
    barred: frozenset[int]
    can_be_fixed: bool
    is_tried: bool

    def told(self, context: Context) -> Told:
        """Return it with its places as they are now."""
        return Told(
            self.anchored.moved(context),
            self.entries,
            self.barred,
            self.can_be_fixed,
            self.is_tried,
        )


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """All that one check found about one activity."""

    findings: tuple[KeptFinding, ...]


@dataclass(slots=True)
class KeptFindings:
    """What the latest run found of some version of a pack, by key; one for each pack.

    It changes with every run it is given to.
    """

    groups: Mapping[bytes, KeptGroup] = field(default_factory=dict)
    records: Records = field(default_factory=Records.none)


class Recall:
    """What one run takes from earlier ones, and what it leaves to later ones.

    Args:
        context: of the run; its allowance of fixes is the one that is taken from.
    """

    def __init__(self, kept: KeptFindings, context: Context) -> None:
        self._kept = kept
        self._keys = Keys(context, kept.records)
        self._asked: dict[tuple[str, str], bytes] = {}
        self.has_taken = False

    def found(self, check: Check, context: Context, find: Find) -> Iterator[Told | Unproved]:
        """Yield what a check finds, in the order in which it finds it; what is known is not asked.

        Args:
            find: runs the check for the activities that a context asks for.
        """
        if check.code not in BY_ACTIVITY:
            yield from find(check, context)
            return
        activities = tuple(context.pack.vocabulary.activities)
        keys = {activity: self._keys.of(check, activity) for activity in activities}
        self._asked |= {(check.code, activity): key for activity, key in keys.items()}
        known = {
            activity: self._kept.groups[key]
            for activity, key in keys.items()
            if key in self._kept.groups
        }
        if not known:
            yield from find(check, context)
            return
        self.has_taken = True
        fresh: dict[str | None, list[Told]] = defaultdict(list)
        missing = frozenset(keys.keys() - known.keys())
        for one in find(check, replace(context, asked=missing)):
            if isinstance(one, Unproved):
                yield one
            else:
                fresh[one.finding.activity].append(one)
        yield from fresh[None]
        for activity in activities:
            if activity in missing:
                yield from fresh[activity]
            elif _has_its_fixes(known[activity], context.fixes.left):
                yield from (kept.told(context) for kept in known[activity].findings)
            else:
                yield from find(check, replace(context, asked=frozenset({activity})))

    def keep(self, told: Sequence[Told], context: Context) -> None:
        """Keep what was told, in the order of the report's making, for the next run."""
        groups: dict[tuple[str, str | None], list[Told]] = defaultdict(list)
        for one in told:
            groups[one.finding.code, one.finding.activity].append(one)
        moorings: dict[str, Moorings] = {}
        kept: dict[bytes, KeptGroup] = {}
        for (code, activity), key in self._asked.items():
            found = groups.get((code, activity), [])
            if found and activity not in moorings:
                moorings[activity] = Moorings(context.map.compiled.parts[activity], context)
            group = _group(found, moorings.get(activity))
            if group is not None:
                kept[key] = group
        self._kept.groups = kept


def _has_its_fixes(group: KeptGroup, left: int) -> bool:
    """Return whether a fix was looked for wherever one may be now."""
    able = [one for one in group.findings if one.can_be_fixed]
    return all(one.is_tried for one in able[: max(left, 0)])


def _group(found: Sequence[Told], moorings: Moorings | None) -> KeptGroup | None:
    """Return findings as they are kept; `None` if one could not be placed anew."""
    kept: list[KeptFinding] = []
    for one in found:
        anchored = moorings and moorings.anchored(one.finding)
        if anchored is None:
            return None
        kept.append(
            KeptFinding(anchored, one.entries, one.barred, one.can_be_fixed, one.is_tried)
        )
    return KeptGroup(tuple(kept))
