"""What is due in an incident now, as entries to be written: a pure function of what is known.

Whoever runs it, on whatever, gets the same answer, and an entry once written is never due again. So
a driver may stop anywhere, start anywhere, run twice: what is due is asked of the ledger anew, and
done in the transaction that asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from remit.workflows.asking import in_latest_round, pursue
from remit.workflows.breaking import glass_dues
from remit.workflows.entries import Draft, Json
from remit.workflows.handing import offers
from remit.workflows.incident import Incident
from remit.workflows.reach import OnDuty, Reach
from remit.workflows.recalling import recalls
from remit.workflows.releasing import releases
from remit.workflows.response import Ask, Part
from remit.workflows.stepping import StepTurn
from remit.workflows.stores import Stores
from remit.workflows.waits import command_ask, is_led

__all__ = ["Due", "due_now", "next_due"]


@dataclass(frozen=True, slots=True)
class Due:
    """One entry that is due, and its piece of work: a step's name, or one like `part/command`."""

    job: str
    draft: Draft


def due_now(
    incident: Incident, stores: Stores, now: dt.datetime, on_duty: OnDuty | None = None
) -> tuple[Due, ...]:
    """Return everything that is due; empty when only people, or time, can move the incident on.

    Args:
        on_duty: tells who is on duty; the rosters the incident was opened with where it is `None`.
    """
    return tuple(_Turn(incident, stores, Reach(incident.response, now, on_duty)).dues())


def next_due(
    incident: Incident, stores: Stores, now: dt.datetime, on_duty: OnDuty | None = None
) -> tuple[Due, ...]:
    """Return what `due_now` has of the first piece of work in it, without looking at the others.

    Args:
        on_duty: as for `due_now`.
    """
    turn = _Turn(incident, stores, Reach(incident.response, now, on_duty))
    first = next(turn.before_steps(), None)
    if first is not None:
        # WHY not those alone: a piece of work may have the name of a step, and goes on in it.
        return tuple(due for due in turn.dues() if due.job == first.job)
    return next(turn.of_steps(), ()) or tuple(turn.after_steps())


@dataclass(frozen=True, slots=True)
class _Turn:
    """One look at one incident."""

    incident: Incident
    stores: Stores
    reach: Reach

    def dues(self) -> Iterator[Due]:
        yield from self.before_steps()
        for found in self.of_steps():
            yield from found
        yield from self.after_steps()

    def before_steps(self) -> Iterator[Due]:
        """Yield what is due about the incident as a whole, and what is to be given back."""
        incident, part = self.incident, self.incident.part
        yield from (Due(step, draft) for step, draft in releases(incident))
        yield from (Due(job, draft) for job, draft in glass_dues(incident, self.reach))
        if incident.is_over:
            if incident.state not in {"closed", "reviewed"} or incident.ended_in != "recovering":
                return
            yield from self._told(part, "closed", self._participants())
            return
        ask = command_ask(incident)
        offered = offers(incident, in_latest_round(incident, ask), self.reach)
        drafts = (*self._pursue(ask), *offered)
        yield from (Due(f"{part.name}/command", draft) for draft in drafts)
        if not is_led(self.incident):
            return
        yield from self._announcements(part)
        for consulted in part.consult:
            yield from (Due(f"{part.name}/command", draft) for draft in self._pursue(consulted))

    def of_steps(self) -> Iterator[tuple[Due, ...]]:
        """Yield what is due of each step of which anything is."""
        if self.incident.is_over or not is_led(self.incident):
            return
        steps = StepTurn(self.incident, self.stores, self.reach)
        forgotten: dict[str, list[Due]] = {}
        for job, draft in recalls(self.incident, self.reach, steps.relief):
            forgotten.setdefault(job, []).append(Due(job, draft))
        for step in self.incident.part.steps:
            found = tuple([Due(step.name, draft) for draft in steps.dues(step)])
            found += tuple(forgotten.pop(step.name, ()))
            if found:
                yield found
        yield from map(tuple, forgotten.values())

    def after_steps(self) -> Iterator[Due]:
        """Yield what is due once all steps are over."""
        incident, part = self.incident, self.incident.part
        if incident.is_over or not is_led(self.incident):
            return
        if all(incident.progress(step).is_over for step in part.steps):
            yield from self._ending(part)

    def _ending(self, part: Part) -> Iterator[Due]:
        if not self.incident.is_recovering:
            yield Due(
                "recovery/begin",
                Draft("recovering", {"part": self.incident.response.parts[-1].name}),
            )
            return
        name = f"{part.name}/close"
        # WHY a round: an incident that was reopened is closed anew, and not by what was said then.
        close = part.close.in_round(self.incident.reopened + 1)
        yield from (Due(name, draft) for draft in self._pursue(close))
        answer = self.incident.answer(close)
        if answer is not None:
            yield Due(name, Draft("closed", {"by": answer.by or ""}))

    def _announcements(self, part: Part) -> Iterator[Due]:
        about = "opened" if part is self.incident.response.parts[0] else "recovery"
        yield from self._told(part, about, (*part.roles["supports"], *part.roles["informed"]))
        holders = sorted({holder for holders in part.unplanned.values() for holder in holders})
        yield from self._told(part, "unplanned", tuple(holders))

    def _told(self, part: Part, about: str, subjects: tuple[str, ...]) -> Iterator[Due]:
        wanted = list(dict.fromkeys(subjects))
        if about != "unplanned":
            # WHY: who leads the incident knows of it.
            wanted = [name for name in wanted if name != self.incident.commander]
        if wanted and f"{part.name}/{about}" not in self.incident.told:
            payload: dict[str, Json] = {"part": part.name, "step": "", "about": about}
            draft = Draft("informed", {**payload, "subjects": [*wanted]})
            yield Due(f"{part.name}/{about}", draft)

    def _participants(self) -> tuple[str, ...]:
        parts = self.incident.response.parts
        acted = {item.subject for item in self.incident.items.values() if item.by is not None}
        return tuple(sorted(acted | {name for part in parts for name in part.roles["informed"]}))

    def _pursue(self, ask: Ask) -> Iterator[Draft]:
        return pursue(self.incident, ask, self.reach)
