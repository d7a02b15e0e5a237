"""Changing rosters while a pack is in force: what may be changed by whom, and what is written."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from remit.engine.pack import Roster
from remit.engine.rosters import stints_between
from remit.engine.wording import tell
from remit.workflows.entries import Entry
from remit.workflows.ledger import Ledger
from remit.workflows.roster_changes import (
    ROSTER_KINDS,
    RosterChange,
    Stretch,
    changes_of,
    override_draft,
    roster_changes,
    swap_draft,
    verdict_draft,
)

__all__ = ["Problem", "Rostering", "read_moment"]

LONGEST = dt.timedelta(days=400)
"""The longest stretch that one override or swap may be about."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a roster is not changed, and what to do instead."""

    reason: str
    help: str = ""


def read_moment(text: str, zone: str) -> dt.datetime | None:
    """Return the moment a text means; without an offset it is on the wall clock of a zone.

    A time that the clock shows twice is the first of the two.
    """
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zoneinfo.ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class Rostering:
    """Changes of the rosters of a pack.

    Args:
        rosters: by name.
        above: by subject the one it is directly under.
        leads: the member that speaks for each joint subject.
    """

    ledger: Ledger
    rosters: Mapping[str, Roster]
    above: Mapping[str, str]
    now: dt.datetime
    leads: Mapping[str, str] = field(default_factory=dict)

    def override(
        self,
        roster: str,
        stretch: Stretch,
        people: Sequence[str],
        *,
        by: str,
        instead_of: str | None = None,
        note: str = "",
    ) -> Entry | Problem:
        """Put others on duty for once, by the word of the roster's subject or one over it."""
        found = self.rosters[roster]
        names = [*people, *([instead_of] if instead_of else [])]
        problem = self._stretch(stretch) or _unlisted(found, names) or self._entitled(found, by)
        if problem is not None:
            return problem
        draft = override_draft(roster, stretch, people, by=by, instead_of=instead_of, note=note)
        with self.ledger.write() as writing:
            return writing.append([draft], time=self.now)[0]

    def offer(
        self,
        roster: str,
        give: Stretch,
        take: Stretch | None,
        *,
        giver: str,
        taker: str,
        note: str = "",
    ) -> Entry | Problem:
        """Offer a stretch of duty to another person; it counts once that one accepts."""
        found = self.rosters[roster]
        problem = self._stretch(give) or _unlisted(found, [giver, taker])
        problem = problem or self._on_duty(found, give, giver)
        if take is not None and problem is None:
            problem = self._stretch(take) or self._on_duty(found, take, taker)
        if giver == taker:
            problem = Problem(tell("a swap is between two people"))
        if problem is not None:
            return problem
        draft = swap_draft(roster, give, take, giver=giver, taker=taker, note=note)
        with self.ledger.write() as writing:
            return writing.append([draft], time=self.now)[0]

    def decide(
        self,
        number: int,
        kind: Literal["swap-accepted", "swap-declined", "roster-change-withdrawn"],
        *,
        by: str,
        note: str = "",
    ) -> Entry | Problem:
        """Accept or decline a swap that was offered, or take a change back."""
        with self.ledger.write() as writing:
            # WHY within: of two people who decide at once, the second finds it decided.
            known = {one.number: one for one in self.changes()}
            change = known.get(number)
            problem = (
                Problem(tell("there is no change {number} of a roster", number=number))
                if change is None
                else _undecidable(change, kind, by, self._revokers(change))
            )
            if problem is not None:
                return problem
            return writing.append([verdict_draft(number, kind, by=by, note=note)], time=self.now)[0]

    def _revokers(self, change: RosterChange) -> frozenset[str]:
        """Return who may take a change back: of a swap its people, else those over the roster."""
        people = (*change.people, *((change.instead_of,) if change.instead_of else ()))
        own = self.rosters.get(change.roster)
        if change.is_swap or change.by in people or own is None:
            return frozenset({change.by, *people})
        return frozenset({change.by, *people, *self._over(own.subject)})

    def changes(self) -> tuple[RosterChange, ...]:
        """Return all overrides and swaps there ever were."""
        return roster_changes(self.ledger.entries_of(ROSTER_KINDS))

    def _stretch(self, stretch: Stretch) -> Problem | None:
        start, end = stretch
        if end <= start:
            return Problem(tell("it ends before it begins"))
        if end <= self.now:
            return Problem(tell("it is over already"))
        if end - start > LONGEST:
            return Problem(
                tell("it is longer than {days} days", days=LONGEST.days),
                tell("change the roster in the pack instead"),
            )
        return None

    def _over(self, subject: str) -> list[str]:
        """Return a subject, whoever is above it, and who leads any of these."""
        line = [subject]
        while line[-1] in self.above and self.above[line[-1]] not in line:
            line.append(self.above[line[-1]])
        return [*line, *(self.leads[name] for name in line if name in self.leads)]

    def _entitled(self, roster: Roster, by: str) -> Problem | None:
        line = self._over(roster.subject)
        if by in line:
            return None
        return Problem(
            tell("`{by}` may not change the roster of `{subject}`", by=by, subject=roster.subject),
            tell("who may: {names}", names=", ".join(f"`{name}`" for name in line)),
        )

    def _on_duty(self, roster: Roster, stretch: Stretch, person: str) -> Problem | None:
        changes = changes_of(self.ledger.entries_of(ROSTER_KINDS)).get(roster.name, ())
        if any(person in one.people for one in stints_between(roster, *stretch, changes)):
            return None
        return Problem(
            tell("`{person}` is not on duty then", person=person),
            tell("`remit roster show` tells who is"),
        )


def _unlisted(roster: Roster, names: Sequence[str]) -> Problem | None:
    for name in names:
        if roster.person(name) is None:
            known = ", ".join(f"`{one.name}`" for one in roster.people)
            return Problem(
                tell("`{name}` is not on the roster `{roster}`", name=name, roster=roster.name),
                tell("on it are: {names}", names=known),
            )
    return None


def _undecidable(
    change: RosterChange, kind: str, by: str, revokers: frozenset[str]
) -> Problem | None:
    parts = {"number": change.number, "by": by}
    if kind == "roster-change-withdrawn":
        if change.state not in {"in force", "offered"}:
            return Problem(tell("change {number} stands no longer", **parts))
        if by not in revokers:
            return Problem(
                tell("`{by}` may not take change {number} back", **parts),
                tell("who may: {names}", names=f"`{change.by}`"),
            )
        return None
    if change.state != "offered":
        return Problem(tell("change {number} is not an offer that waits", **parts))
    if by not in change.people:
        return Problem(
            tell("`{by}` was not offered change {number}", **parts),
            tell("who was: {names}", names=", ".join(f"`{name}`" for name in change.people)),
        )
    return None
