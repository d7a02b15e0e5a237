"""The questions of a response: whom to ask what, in whose place, and how long they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from remit.engine.approval import approvers, fund_of, wait_of
from remit.engine.escalation import WAITS_S
from remit.engine.events import Event
from remit.engine.pack import EVERYBODY, LETTERS, Duty, Fund, Letter, Pack, Step
from remit.engine.resolution import Resolution
from remit.engine.wording import tell
from remit.workflows.authority import Authority
from remit.workflows.lifecycle import PURPOSES, Purpose
from remit.workflows.response import Ask, Money

__all__ = ["DEFAULT_WITHIN_S", "Questions"]

DEFAULT_WITHIN_S = WAITS_S
"""Seconds each subject in a line has to answer where its duty names no `acknowledge`."""

May = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Questions:
    """Makes the questions of one part of a response: one event, one resolution."""

    pack: Pack
    event: Event
    resolution: Resolution
    part: str

    @property
    def authority(self) -> Authority:
        """Who stands in for whom here, and who holds which power."""
        return Authority(self.pack, self.event)

    def roles(self, activity: str) -> Mapping[Letter, tuple[str, ...]]:
        """Return who has which letter; where nobody certainly does, who possibly does."""
        found = self.resolution.activities.get(activity)
        if found is None:
            return dict.fromkeys(LETTERS, ())
        holders = found.holders
        return {letter: holders[letter].certain or holders[letter].possible for letter in LETTERS}

    def command(self, step: str, purpose: Purpose, owners: tuple[str, ...]) -> Ask:
        """Return who is asked to lead, or to close: the owners, or whoever there is.

        Those in line must hold the powers that the lead activity requires; if none of them does,
        the question is asked all the same: an incident without a leader is worse.
        """
        lead = self.pack.lead or ""
        first = owners or self.fallback()
        activity = self.pack.vocabulary.activities.get(lead)
        holds = self.holds(activity.requires if activity else (), lead)
        line = self._line(first, climbs=True, may=holds) or self._line(first, climbs=True)
        together = sum(1 for name in first if name in line[: len(first)])
        within = self.time(purpose, lead, "accountable", first)
        holder = first[0] if first else ""
        found = Ask(self.part, step, purpose, holder, line, within, max(1, together))
        quorum = self.quorum(lead, "accountable", first)
        return found if purpose == "close" else self._agreed(found, quorum)

    def able(self) -> tuple[str, ...]:
        """Return who may lead the incident, should it be handed to another owner.

        That is whoever holds the powers that leading requires; where it requires none, whoever has
        a letter of the lead activity, and the heads of command.
        """
        lead = self.pack.lead or ""
        activity = self.pack.vocabulary.activities.get(lead)
        if activity is not None and activity.requires:
            return tuple(filter(self.holds(activity.requires, lead), self.authority.subjects()))
        named = {name for holders in self.roles(lead).values() for name in holders}
        may = self._may_answer(lead)
        return tuple(name for name in sorted({*named, *self.authority.heads()}) if may(name))

    def fallback(self) -> tuple[str, ...]:
        """Return whom to call where nobody owns the event.

        That is whoever answers for anything in it, else the heads of command.
        """
        activities = self.resolution.activities
        answering = {name for found in activities for name in self.roles(found)["accountable"]}
        return tuple(sorted(answering)) or self.authority.heads()

    def ask(self, step: Step, purpose: Purpose, holder: str, letter: Letter) -> Ask:
        """Return a question to one holder of a letter, and those who stand in for it."""
        within = self.time(purpose, step.activity, letter, (holder,))
        if purpose == "do" and step.acknowledge is not None:
            within = step.acknowledge
        may = self._may_answer(step.activity) if letter == "accountable" else None
        line = self._line((holder,), climbs=PURPOSES[purpose].climbs, may=may)
        found = Ask(self.part, step.id, purpose, holder, line or (holder,), within)
        return self._agreed(found, self.quorum(step.activity, letter, (holder,)))

    def consult(self, step: str, activity: str, subject: str) -> Ask:
        """Return a question to a consulted subject, and to its deputies."""
        within = self.time("consult", activity, "consulted", (subject,))
        line = self._line((subject,), climbs=PURPOSES["consult"].climbs)
        return Ask(self.part, step, "consult", subject, line, within)

    def sign_off(self, step: Step, accountable: tuple[str, ...]) -> Ask:
        """Return who signs off finished work: all who answer for it, then their stand-ins."""
        return self._together(step, "sign-off", accountable, step.activity)

    def order(
        self, step: Step, accountable: tuple[str, ...], powers: tuple[str, ...]
    ) -> tuple[Ask | None, str]:
        """Return who is asked to order the step, or why nobody can be.

        It is the accountable, or whoever in its line holds the powers; where nobody in the line
        does, everyone who holds them is asked in turn.
        """
        if not powers:
            return None, ""
        holds = self.holds(powers, step.activity)
        line = self._line(accountable, climbs=True, may=holds)
        line = line or tuple(filter(holds, self.authority.subjects()))
        if not line:
            listed = tell(" and ").join(f"`{name}`" for name in powers)
            return None, tell("nobody holds {listed} here", listed=listed)
        within = self.time("order", step.activity, "accountable", accountable)
        return Ask(self.part, step.id, "order", accountable[0], line, within), ""

    def money(self, step: Step) -> tuple[Money | None, str]:
        """Return the money a step asks for and who may release it, or why nobody may."""
        if step.needs is None or step.needs.money <= 0:
            return None, ""
        amount = step.needs.money
        fund = fund_of(self.pack, step.needs)
        if fund is None:
            return None, tell("no fund is named for {amount}", amount=amount)
        line = self._approvers(fund, amount)
        if not line:
            return None, tell(
                "nobody may release {amount} {currency} from `{fund}`",
                amount=amount,
                currency=fund.currency,
                fund=fund.name,
            )
        within = wait_of(fund, amount)
        ask = Ask(self.part, step.id, "approve", line[0], line, within)
        return Money(amount, fund.name, fund.currency, ask), ""

    def hand_over(self, step: Step) -> tuple[Ask, ...]:
        """Return who is asked to take over the finished work, an ask an activity it goes to."""
        receivers = ((name, self.roles(name)["accountable"]) for name in step.hand_over_to)
        return tuple(
            self._together(step, "accept", accountable, activity, about=activity)
            for activity, accountable in receivers
            if accountable
        )

    def takes(self, step: Step, accountable: tuple[str, ...]) -> tuple[Ask, ...]:
        """Return the accountable whose duty says how soon they must say "mine"."""
        return tuple(
            self.ask(step, "take", name, "accountable")
            for name in accountable
            if any(
                d.acknowledge is not None for d in self.duties(step.activity, name, "accountable")
            )
        )

    def complete(
        self, step: Step, doers: tuple[str, ...], accountable: tuple[str, ...]
    ) -> int | None:
        """Return seconds in which the work must be done: the step's, else the duties' least."""
        if step.complete is not None:
            return step.complete
        duties = [d for name in doers for d in self.duties(step.activity, name, "responsible")]
        duties += [
            d for name in accountable for d in self.duties(step.activity, name, "accountable")
        ]
        return min((duty.complete for duty in duties if duty.complete is not None), default=None)

    def duties(self, activity: str, subject: str, letter: Letter) -> list[Duty]:
        """Return the duties that decided `letter` for `subject`."""
        found = self.resolution.activities.get(activity)
        names = {because.duty for because in found.because} if found else set()
        own = self.pack.subjects.get(subject)
        return [d for d in own.duties if d.name in names and letter in d.roles] if own else []

    def time(
        self, purpose: Purpose, activity: str, letter: Letter, holders: tuple[str, ...]
    ) -> int:
        """Return seconds to answer: the least `acknowledge` of the holders' duties, if any."""
        if purpose in {"close", "sign-off"}:
            return DEFAULT_WITHIN_S[purpose]
        duties = (d for holder in holders for d in self.duties(activity, holder, letter))
        named = [duty.acknowledge for duty in duties if duty.acknowledge is not None]
        return min(named, default=DEFAULT_WITHIN_S[purpose])

    def quorum(self, activity: str, letter: Letter, holders: tuple[str, ...]) -> int:
        """Return how many must say "mine", by the holders' duties; 0 is all of them."""
        duties = [d.ack for holder in holders for d in self.duties(activity, holder, letter)]
        return EVERYBODY if EVERYBODY in duties else max(duties, default=1)

    def _agreed(self, ask: Ask, quorum: int) -> Ask:
        """Return a question to several: the members of a joint subject, or those asked together."""
        if quorum == 1:
            return ask
        line: dict[str, None] = {}
        for name in ask.line[: ask.together]:
            account = self.authority.account(name, lambda one: one.members)
            line.update(dict.fromkeys(account.members if account else (name,)))
        count = len(line)
        line.update(dict.fromkeys(ask.line[ask.together :]))
        need = count if quorum == EVERYBODY else min(quorum, count)
        return replace(ask, line=tuple(line), together=count, need=need)

    def holds(self, powers: tuple[str, ...], activity: str) -> May:
        """Return the test whether a subject holds `powers` and may stand as accountable."""
        authority = self.authority
        return lambda name: (
            authority.holds(name, powers) and authority.may_answer_for(name, activity)
        )

    def _together(
        self,
        step: Step,
        purpose: Purpose,
        holders: tuple[str, ...],
        activity: str,
        about: str = "",
    ) -> Ask:
        climbs = PURPOSES[purpose].climbs
        behind = self._line(holders, climbs=climbs, may=self._may_answer(activity))
        line = (*holders, *(name for name in behind if name not in holders))
        within = self.time(purpose, activity, "accountable", holders)
        first = holders[0] if holders else ""
        count = max(1, len(holders))
        return Ask(self.part, step.id, purpose, first, line, within, count, about)

    def _may_answer(self, activity: str) -> May:
        authority = self.authority
        return lambda name: authority.may_answer_for(name, activity)

    def _line(
        self, holders: Iterable[str], *, climbs: bool, may: May | None = None
    ) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for holder in holders:
            found.update(dict.fromkeys(self.authority.line(holder, climbs=climbs, may=may)))
        return tuple(found)

    def _approvers(self, fund: Fund, amount: Decimal) -> tuple[str, ...]:
        """Return who may approve an amount: by the lowest band that reaches it, then above."""
        line = approvers(self.pack, fund, amount)
        return tuple(name for name in line if self.may_release(name, fund))

    def may_release(self, subject: str, fund: Fund) -> bool:
        """Return whether a subject holds the power that a fund asks of its approvers."""
        return fund.power is None or self.authority.holds(subject, (fund.power,))
