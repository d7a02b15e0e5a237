"""A response as a value: what one incident calls for, and who may say what in it.

It is made once, from the pack and the resolution (`planning.plan_response`), and recorded in the
ledger when the incident opens. From then on every decision about the incident is taken by it and by
nothing else, so an edit of the pack does not change the rules under people who are at work, and the
ledger alone shows by what rules each of them acted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from remit.engine.pack import Letter, Roster
from remit.workflows.glass import GlassRule
from remit.workflows.holding import Name
from remit.workflows.lifecycle import Purpose
from remit.workflows.means import Means

__all__ = ["COMMAND_STEP", "Ask", "Money", "Part", "Response", "StepPlan", "Watch"]

COMMAND_STEP = ""
"""Step name of what concerns the incident as a whole."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question that must find an answer, and the line of subjects who may give it.

    Args:
        holder: the subject whose duty it is; others in the line answer in its place.
        line: whom to ask, in order: the holder, its deputies, then up the line of command; only
            those who may.
        within: seconds each of them has before the next is called.
        together: how many of the line are asked at once, at least 1.
        about: what it concerns where the holder does not tell: the activity that work is handed to,
            the question to decide.
        round: counts from 1; a piece of work that was sent back is asked for anew.
        need: how many must say "mine" before it is settled, at least 1.
        key: the ask's name within the incident. WHY kept: every look at an incident asks for it.
    """

    part: str
    step: str
    purpose: Purpose
    holder: str
    line: tuple[str, ...]
    within: int
    together: int = 1
    about: str = ""
    round: int = 1
    need: int = 1
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the key."""
        name = f"{self.part}/{self.step}/{self.purpose}/{self.about or self.holder}"
        key = name if self.round == 1 else f"{name}#{self.round}"
        object.__setattr__(self, "key", key)

    def in_round(self, number: int) -> Ask:
        """Return the same question in a round; most are in their first, and need no copy."""
        return self if self.round == number else replace(self, round=number)


@dataclass(frozen=True, slots=True)
class Money:
    """Money a step draws from a fund, and who may release that much, in order."""

    amount: Decimal
    fund: str
    currency: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step: who has which letter, what must be asked, and what it draws on.

    Args:
        after: steps of the same part that must be done before.
        complete: seconds in which it must be done once the doer was asked; `None` is without limit.
        consult_first: whether the doer waits for the consulted.
        order: asks the holders of `powers` to order it; `None` where no power is needed.
        nobody: why no one may order it, in words, or empty.
        unfunded: why no one may release its money, in words, or empty.
        hand_over: asks the receivers of the finished work.
        support: asks those who are to help; the doer does not wait for them.
        name: the step's name within the incident.
        needs: what it needs of people and stock, by kind and name, in that order.
    """

    part: str
    id: str
    activity: str
    roles: Mapping[Letter, tuple[str, ...]]
    sign_off: Ask
    do: tuple[Ask, ...]
    after: tuple[str, ...] = ()
    complete: int | None = None
    consult_first: bool = False
    take: tuple[Ask, ...] = ()
    consult: tuple[Ask, ...] = ()
    powers: tuple[str, ...] = ()
    order: Ask | None = None
    nobody: str = ""
    unfunded: str = ""
    money: Money | None = None
    staff: Mapping[str, int] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)
    hand_over: tuple[Ask, ...] = ()
    support: tuple[Ask, ...] = ()
    name: str = field(init=False, repr=False, compare=False)
    needs: Mapping[Name, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make what every look at an incident asks for."""
        object.__setattr__(self, "name", f"{self.part}/{self.id}")
        staff: dict[Name, int] = {("staff", name): count for name, count in self.staff.items()}
        stock: dict[Name, int] = {("stock", name): count for name, count in self.stock.items()}
        needs = {name: count for name, count in sorted({**staff, **stock}.items()) if count}
        object.__setattr__(self, "needs", needs)


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a response: `response` proper, then `recovery`.

    Args:
        owners: subjects accountable for the lead activity there; more than one is an overlap, none
            a gap.
        consult: asks whoever must be consulted about leading it.
        left_out: steps of the plan that this event does not need, or nobody answers for, with the
            reason.
        unplanned: activities that are needed but in no plan, with the subjects accountable for
            them.
        able: who else may lead it, should it be handed to another owner.
    """

    name: str
    owners: tuple[str, ...]
    roles: Mapping[Letter, tuple[str, ...]]
    command: Ask
    close: Ask
    steps: tuple[StepPlan, ...]
    consult: tuple[Ask, ...] = ()
    plans: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unplanned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    able: tuple[str, ...] = ()

    def step(self, step: str) -> StepPlan:
        """Return a step by id.

        Raises:
            KeyError: if there is none.
        """
        for found in self.steps:
            if found.id == step:
                return found
        raise KeyError(step)


@dataclass(frozen=True, slots=True)
class Watch:
    """Hours in which somebody is on duty, on the wall clock of a zone of the IANA database.

    Args:
        days: weekdays; 0 is Monday.
        start: minutes after midnight, in; `end` is out, and of the next day where it is not later.
    """

    zone: str
    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Response:
    """What one incident calls for.

    Args:
        labels: names for people by `subject:x`, `activity:x`, `power:x` or `fund:x`, then by
            language.
        contacts: how to reach each subject, `(channel, address)` in order.
        leads: of joint subjects, the member that speaks for them.
        glass: how somebody may act past the policy in need; `None` where nobody may.
        duty: who is on duty for which subject, person by person.
        decided: whether the resolution was; if not, `ask` is the dimension that is missing.
        above: who is above each subject in the line of command, the nearest first.
        heads: those who are under nobody.
        members: who answers together as a joint subject.
        unreachable: whom nobody can reach at any time, with the reason in one word: `no-contact`,
            `no-staff`.
        rosters: when somebody is on duty, of each subject that has a roster.
    """

    lead: str
    parts: tuple[Part, ...]
    labels: Mapping[str, Mapping[str, str]]
    contacts: Mapping[str, tuple[tuple[str, str], ...]]
    leads: Mapping[str, str] = field(default_factory=dict)
    funds: Mapping[str, Decimal] = field(default_factory=dict)
    reserves: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    decided: bool = True
    ask: str | None = None
    above: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heads: tuple[str, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unreachable: Mapping[str, str] = field(default_factory=dict)
    rosters: Mapping[str, tuple[Watch, ...]] = field(default_factory=dict)
    means: Means = field(default_factory=Means)
    glass: GlassRule | None = None
    duty: tuple[Roster, ...] = ()

    def rosters_of(self, subject: str) -> tuple[Roster, ...]:
        """Return who is on duty for a subject, or for the member that speaks for it."""
        own = tuple(one for one in self.duty if one.subject == subject)
        lead = self.leads.get(subject)
        return own if own or lead is None else self.rosters_of(lead)

    def part(self, name: str) -> Part:
        """Return a part by name.

        Raises:
            KeyError: if there is none.
        """
        for found in self.parts:
            if found.name == name:
                return found
        raise KeyError(name)

    def label(self, kind: str, name: str, language: str) -> str:
        """Return what people call `name` in `language`, else in English, else the name itself."""
        labels = self.labels.get(f"{kind}:{name}", {})
        for key in (language, "", "en"):
            if key in labels:
                return labels[key]
        return next(iter(labels.values()), name)

    def speaks_for(self, actor: str, subject: str) -> bool:
        """Return whether `actor` is `subject`, or the member that leads it if it is a joint one."""
        return actor == subject or self.leads.get(subject) == actor
