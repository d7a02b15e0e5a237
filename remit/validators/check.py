"""What a check is, and what it hands back before acceptances are looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from remit.engine.pack import Duty, Letter, Pack
from remit.engine.spans import Related, Span
from remit.engine.vocabulary import Value
from remit.validators.edits import Cure
from remit.validators.finding import Finding, Level, Unproved

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.map.parts import ActivityPart
    from remit.engine.map.responsibility import ResponsibilityMap
    from remit.engine.replay import Replay

__all__ = ["Allowance", "Cell", "Check", "Context", "Family", "Fault", "ProofError", "by_activity"]

Cell = Mapping[str, Value]
"""One full event."""
Family = Literal[
    "ownership",
    "authority and duty",
    "command",
    "people and reserves",
    "money",
    "plans and time",
    "prevention",
    "participation",
    "the pack",
]


class ProofError(RuntimeError):
    """A witness did not stand up to the slow path: a fault of this program, never of a pack."""


@dataclass(slots=True)
class Allowance:
    """How many more findings of a report get a proved fix; a longer list is read by nobody."""

    left: int = 100

    def take(self) -> bool:
        """Return whether one more may be looked for, and count it."""
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may look at.

    Args:
        replay: the slow path, for witnesses.
        today: the day acceptances are held against.
        checks: all there are, for checks about codes.
        left_out: codes of those that do not run, so that nothing is known of their findings.
        used: positions in `pack.accept` of entries that matched something; complete only for
            checks that run last.
        barred: positions of those that matched what nobody may accept; complete likewise.
        fixes: how many more fixes may be looked for.
        shared: what several checks ask for, by name, found once; a pure function of the rest.
        asked: the activities whose findings are wanted; `None` is all. A check may tell more.
    """

    pack: Pack
    map: ResponsibilityMap
    replay: Replay
    today: dt.date
    checks: tuple[Check, ...] = ()
    left_out: frozenset[str] = frozenset()
    used: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    fixes: Allowance = field(default_factory=Allowance)
    shared: dict[str, object] = field(default_factory=dict)
    asked: frozenset[str] | None = None

    def is_asked(self, activity: str) -> bool:
        """Return whether findings about an activity are wanted."""
        return self.asked is None or activity in self.asked

    def activities(self) -> Iterator[str]:
        """Yield the activities whose findings are wanted, in the order of the vocabulary."""
        return filter(self.is_asked, self.pack.vocabulary.activities)

    def parts(self) -> Iterator[ActivityPart]:
        """Yield these activities with their duties."""
        return (self.map.compiled.parts[activity] for activity in self.activities())

    def duties(self) -> Iterator[Duty]:
        """Yield the duties for these activities, by full name."""
        return (duty for duty in self.map.compiled.duties if self.is_asked(duty.activity))

    def dead_duties(self) -> tuple[str, ...]:
        """Return those of these duties that are effective in no possible cell, sorted."""
        return self.map.dead_duties(self.asked)


def _unchanged(finding: Finding, region: Region) -> Finding:  # noqa: ARG001 -- shape of `detail`
    return finding


def _unclaimed(replay: Replay, cell: Cell) -> bool:  # noqa: ARG001 -- shape of `holds_at`
    return True


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a check found, before it is split by region and by what is accepted.

    Args:
        draft: the finding as far as it depends on no region.
        cells: where it is so; `None` where it is no matter of events.
        duties: full names of the duties it is about, by which an acceptance may be narrowed.
        detail: adds to the draft what depends on the region: words, place, notes, help.
        cures: yields what may heal a region of it, the plainest first, once its finding is there;
            what is proved to becomes its fix. `None` where nothing is proposed.
        holds_at: whether the fault is there in one cell, asked of the slow path for every witness.
        as_one: whether its cells are shown as one region, however they lie.
    """

    draft: Finding
    cells: CellSet | None = None
    duties: tuple[str, ...] = ()
    detail: Callable[[Finding, Region], Finding] = _unchanged
    holds_at: Callable[[Replay, Cell], bool] = _unclaimed
    cures: Callable[[Finding, Region], Iterator[Cure]] | None = None
    as_one: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A pattern to look for in a pack.

    Args:
        code: stable, never reused.
        name: the pattern, so that "allow unowned-event" reads well.
        summary: one line for the list of checks.
        faults: finds it, or says for which activities it cannot tell; a pure function.
        cells_are: what the cells of a fault are, as in "12 of 48 cells are unowned".
        options: names of settings, explained on the page.
        runs_last: whether it needs to know which acceptances matched something; then it cannot be
            accepted itself.
    """

    code: str
    name: str
    level: Level
    family: Family
    summary: str
    faults: Callable[[Context], Iterable[Fault | Unproved]]
    cells_are: str = "at fault"
    options: frozenset[str] = field(default_factory=frozenset)
    runs_last: bool = False

    def draft(  # noqa: PLR0913 -- the fields of a finding, all by keyword
        self,
        message: str,
        span: Span,
        *,
        activity: str | None = None,
        letter: Letter | None = None,
        subjects: tuple[str, ...] = (),
        power: str | None = None,
        duty: str | None = None,
        related: tuple[Related, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",  # noqa: A002 -- the field of a finding
        label: str = "",
    ) -> Finding:
        """Return a finding of this check."""
        return Finding(
            self.code,
            self.name,
            self.level,
            message,
            span,
            related=related,
            duty=duty,
            activity=activity,
            letter=letter,
            subjects=subjects,
            power=power,
            notes=notes,
            help=help,
            label=label,
        )


def by_activity(
    context: Context, find: Callable[[str], Iterable[Fault]]
) -> Iterator[Fault | Unproved]:
    """Yield what is found for each asked activity; one that would cost too much stops no other.

    What could not be proved has no check and no share yet: who runs the checks knows them.
    """
    from remit.engine.map.budget import BudgetExceeded

    for activity in context.activities():
        try:
            yield from find(activity)
        except BudgetExceeded as error:
            yield Unproved("", "", str(error), (activity,), duties=error.duties)
