"""Changing rosters while a pack is in force: what may be changed by whom, and what is written."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from remit.engine.events import Event
from remit.engine.pack import Pack, Roster
from remit.engine.rosters import stints_between
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell
from remit.workflows.authority import Authority
from remit.workflows.community import DECLARED, community_of
from remit.workflows.entries import Entry
from remit.workflows.gate import ActName, Denied
from remit.workflows.ledger import Ledger
from remit.workflows.naming import above_of, leads_of, rosters_in
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

__all__ = ["Problem", "Rostering", "read_moment", "rostering_of"]

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


def rostering_of(pack: Pack, ledger: Ledger, now: dt.datetime) -> Rostering:
    """Return what changes the rosters of a pack, as who may is known now."""
    rosters = {one.name: one for one in rosters_in(pack)}
    state = community_of(ledger.entries_of((DECLARED,)), pack).everywhere()
    event = Event({**state, DATE: now.date()})
    power = pack.rosters_by
    holders = Authority(pack, event).holders((power,)) if power else ()
    return Rostering(ledger, rosters, above_of(pack), now, leads_of(pack), holders)


@dataclass(frozen=True, slots=True)
class Rostering:
    """Changes of the rosters of a pack.

    Args:
        rosters: by name.
        above: by subject the one it is directly under.
        leads: the member that speaks for each joint subject.
        holders: who holds the power that lets others change rosters.
    """

    ledger: Ledger
    rosters: Mapping[str, Roster]
    above: Mapping[str, str]
    now: dt.datetime
    leads: Mapping[str, str] = field(default_factory=dict)
    holders: tuple[str, ...] = ()

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
        problem = self.entitled(found, by)
        if problem is not None:
            return self._denied("roster", by, problem)
        names = [*people, *([instead_of] if instead_of else [])]
        problem = self._stretch(stretch) or _unlisted(found, names)
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
        by: str = "",
        note: str = "",
    ) -> Entry | Problem:
        """Offer a stretch of duty to another person; it counts once that one accepts.

        Args:
            by: who says so: the giver where left out, else somebody over the roster.
        """
        found = self.rosters[roster]
        problem = self.entitled(found, by, giver) if by else None
        if problem is not None:
            return self._denied("swap", by, problem)
        problem = self._stretch(give) or _unlisted(found, [giver, taker])
        problem = problem or self._on_duty(found, give, giver)
        if take is not None and problem is None:
            problem = self._stretch(take) or self._on_duty(found, take, taker)
        if giver == taker:
            problem = Problem(tell("a swap is between two people"))
        if problem is not None:
            return problem
        draft = swap_draft(roster, give, take, giver=giver, taker=taker, by=by, note=note)
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
            if change is None:
                return Problem(tell("there is no change {number} of a roster", number=number))
            refused = self.undecided(change, kind, by)
            if refused is not None:
                denied = Denied("swap", by, refused.reason, refused.help)
                writing.append([denied.draft()], time=self.now)
                return refused
            problem = _undecidable(change, kind)
            if problem is not None:
                return problem
            return writing.append([verdict_draft(number, kind, by=by, note=note)], time=self.now)[0]

    def undecided(self, change: RosterChange, kind: str, by: str) -> Problem | None:
        """Return why somebody may not decide a change; whether it can be is another question."""
        own = self.rosters.get(change.roster)
        over = [] if own is None else self._able(own.subject)
        if kind != "roster-change-withdrawn":
            able = [*change.people, *over]
            reason = tell("`{by}` was not offered change {number}", by=by, number=change.number)
        else:
            sides = (*change.people, change.instead_of) if change.is_swap else ()
            able = [change.by, *(name for name in sides if name), *over]
            reason = tell("`{by}` may not take change {number} back", by=by, number=change.number)
        if by in able:
            return None
        names = tell(", ").join(f"`{name}`" for name in dict.fromkeys(able))
        return Problem(reason, tell("who may: {names}", names=names))

    def _denied(self, act: ActName, by: str, problem: Problem) -> Problem:
        """Write down that somebody may not, and return why."""
        with self.ledger.write() as writing:
            writing.append([Denied(act, by, problem.reason).draft()], time=self.now)
        return problem

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

    def _able(self, subject: str) -> list[str]:
        """Return who may change a subject's rosters: those over it, and who holds the power."""
        return list(dict.fromkeys((*self._over(subject), *self.holders)))

    def entitled(self, roster: Roster, by: str, *people: str) -> Problem | None:
        """Return why somebody may not change a roster, itself not one of `people`."""
        able = self._able(roster.subject)
        if by in {*able, *people}:
            return None
        return Problem(
            tell("`{by}` may not change the roster of `{subject}`", by=by, subject=roster.subject),
            tell("who may: {names}", names=", ".join(f"`{name}`" for name in (*people, *able))),
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


def _undecidable(change: RosterChange, kind: str) -> Problem | None:
    if kind == "roster-change-withdrawn":
        if change.state not in {"in force", "offered"}:
            return Problem(tell("change {number} stands no longer", number=change.number))
    elif change.state != "offered":
        return Problem(tell("change {number} is not an offer that waits", number=change.number))
    return None
