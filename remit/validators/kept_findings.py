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
from remit.validators.kept_group import Anchored, KeptFinding, KeptGroup
from remit.validators.moved_findings import Moorings, moved

if TYPE_CHECKING:
    from remit.engine.map.cells import Region

__all__ = ["BY_ACTIVITY", "KeptFindings", "Recall", "Told"]

BY_ACTIVITY = frozenset(
    {"R201", "R202", "R203", "R204", "R205", "R206", "R207", "R208"}
    | {"A201", "A203", "A204", "A205", "C307"}
)
"""Checks whose findings about an activity depend on nothing but what is in its key.

Each asks `Context` for the activities, parts or duties it is to look at. What it tells of no
activity is found anew.
"""
FEW = 4
"""Activities that are compiled by themselves; of more, it costs less to compile all in batches."""


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
        anchored: the finding as it was kept, in its place.
    """

    finding: Finding
    entries: frozenset[int]
    barred: frozenset[int]
    can_be_fixed: bool = False
    is_tried: bool = False
    region: Region | None = None
    cures: Callable[[], Iterator[Cure]] | None = None
    anchored: Anchored | None = None

    def with_chance(self, is_granted: bool) -> Told:  # noqa: FBT001 -- the one thing it says
        """Return it with a fix looked for, or with none."""
        if is_granted:
            return replace(self, is_tried=True)
        finding = replace(self.finding, fix=None)
        return replace(self, finding=finding, is_tried=False, anchored=None)


Find = Callable[[Check, Context], Iterator[Told | Unproved]]
"""Runs a check."""


@dataclass(slots=True)
class KeptFindings:
    """What the latest run found of some version of a pack, by key; one for each pack.

    It changes with every run it is given to.

    Args:
        groups: of one check and one activity each, by key.
        records: the duties in writing, for their keys.
        is_new: whether a run found something else than what was known.
    """

    groups: Mapping[bytes, KeptGroup] = field(default_factory=dict)
    records: Records = field(default_factory=Records)
    is_new: bool = False


class Recall:
    """What one run takes from earlier ones, and what it leaves to later ones.

    Args:
        checks: those that run.
        context: of the run; its allowance of fixes is the one that is taken from.
    """

    def __init__(self, kept: KeptFindings, checks: Sequence[Check], context: Context) -> None:
        self._kept = kept
        self._keys = Keys(context, kept.records)
        self._asked: dict[tuple[str, str], bytes] = {}
        self.has_taken = False
        self._let_ask(checks, context)

    def _let_ask(self, checks: Sequence[Check], context: Context) -> None:
        """Tell the map which few activities it will be asked about."""
        self._asked = {
            (check.code, activity): self._keys.of(check, activity)
            for check in checks
            if check.code in BY_ACTIVITY
            for activity in context.pack.vocabulary.activities
        }
        asked = {name for (_, name), key in self._asked.items() if key not in self._kept.groups}
        self.has_taken = any(key in self._kept.groups for key in self._asked.values())
        if self.has_taken and len(asked) <= FEW:
            context.map.compiled.kept.asked = frozenset(asked)

    def found(self, check: Check, context: Context, find: Find) -> Iterator[Told | Unproved]:
        """Yield what a check finds, in the order in which it finds it; what is known is not asked.

        Args:
            find: runs the check for the activities that a context asks for.
        """
        if check.code not in BY_ACTIVITY:
            yield from find(check, context)
            return
        activities = tuple(context.pack.vocabulary.activities)
        keys = {activity: self._asked[check.code, activity] for activity in activities}
        known = {
            activity: self._kept.groups[key]
            for activity, key in keys.items()
            if key in self._kept.groups
        }
        if not known:
            yield from find(check, context)
            return
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
                yield from (_as_kept(one, context) for one in known[activity].findings)
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
            is_new = any(one.anchored is None for one in found)
            if is_new and activity not in moorings:
                moorings[activity] = Moorings(context.map.compiled.parts[activity], context)
            group = _group(found, moorings.get(activity))
            if group is not None:
                kept[key] = group
        self._kept.is_new = kept != self._kept.groups
        self._kept.groups = kept


def _as_kept(kept: KeptFinding, context: Context) -> Told:
    """Return a finding as an earlier run told it, with its places as they are now."""
    now = moved(kept.anchored, context)
    return Told(
        now.finding,
        kept.entries,
        kept.barred,
        kept.can_be_fixed,
        kept.is_tried,
        anchored=now,
    )


def _has_its_fixes(group: KeptGroup, left: int) -> bool:
    """Return whether a fix was looked for wherever one may be now."""
    able = [one for one in group.findings if one.can_be_fixed]
    return all(one.is_tried for one in able[: max(left, 0)])


def _group(found: Sequence[Told], moorings: Moorings | None) -> KeptGroup | None:
    """Return findings as they are kept; `None` if one could not be placed anew."""
    kept: list[KeptFinding] = []
    for one in found:
        anchored = one.anchored
        if anchored is None and moorings is not None:
            anchored = moorings.anchored(one.finding)
        if anchored is None:
            return None
        kept.append(KeptFinding(anchored, one.entries, one.barred, one.can_be_fixed, one.is_tried))
    return KeptGroup(tuple(kept))
