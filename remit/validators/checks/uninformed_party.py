"""uninformed-party: a subject acts in an event, or stands above it, and nobody tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remit.engine.pack import LETTERS, Letter, Plan
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.command import members, superiors
from remit.validators.finding import Finding, Unproved
from remit.validators.holders import labels_of
from remit.validators.letters import candidates, held
from remit.validators.plans import activities_of, plans_of
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet, Region
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

ACTING: tuple[Letter, ...] = ("responsible", "supports")
TOLD: tuple[Letter, ...] = ("accountable", "consulted", "informed")
"""Letters of a step whose holder hears how it stands, by asking or by being told."""


@dataclass(frozen=True, slots=True)
class _Party:
    """Who should be told in one plan, and by which letters it would be.

    Args:
        acts: activity and letter by which it has to do with the event; any of them is enough.
        told: activity and letter by which it hears of the event; any of them is enough.
        names: the subject, and those through which it hears: members or joint subjects.
        under: the accountable subject beneath a superior; absent for one that acts.
    """

    plan: Plan
    subject: str
    acts: tuple[tuple[str, Letter], ...]
    told: tuple[tuple[str, Letter], ...]
    names: tuple[str, ...]
    under: str | None = None

    @property
    def actor(self) -> str:
        return self.under or self.subject


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each plan and subject that nobody tells in some event of the plan."""
    from remit.engine.map.budget import BudgetExceeded

    for plan, cells in plans_of(context) if context.pack.checks.telling.of else ():
        for party in _parties(plan, context):
            try:
                untold = _untold(party, cells, context)
            except BudgetExceeded as error:
                yield Unproved("", "", str(error), activities_of(plan), duties=error.duties)
                continue
            if untold:
                yield _fault(party, untold, context)


def _parties(plan: Plan, context: Context) -> Iterator[_Party]:
    steps = activities_of(plan)
    receiving = dict.fromkeys(name for step in plan.steps for name in step.hand_over_to)
    lead = context.pack.lead
    hears = [(name, letter) for name in dict.fromkeys((*steps, *receiving)) for letter in TOLD]
    if lead is not None:
        hears += [(lead, letter) for letter in LETTERS]
    if "acting" in context.pack.checks.telling.of:
        acts = [(name, letter) for name in steps for letter in ACTING]
        acts += [(name, "accountable") for name in receiving if name not in steps]
        for subject in _holders(acts, context):
            others = tuple(one for one in hears if one[0] == lead or one not in acts)
            names = _voices(subject, context)
            yield _Party(plan, subject, tuple(acts), others, names)
    if "superiors" in context.pack.checks.telling.of:
        answering: list[tuple[str, Letter]] = [(name, "accountable") for name in steps]
        over = superiors(context.pack)
        hears += [(name, letter) for name in steps for letter in ACTING]
        for subject in _holders(answering, context):
            superior = over.get(subject)
            # WHY: what a subject of a higher pack alone is told of is written there.
            if superior is not None and superior in context.pack.subjects:
                names = _voices(superior, context)
                yield _Party(plan, superior, tuple(answering), tuple(hears), names, subject)


def _holders(letters: Iterable[tuple[str, Letter]], context: Context) -> list[str]:
    return sorted({name for one, letter in letters for name in candidates(one, letter, context)})


def _voices(subject: str, context: Context) -> tuple[str, ...]:
    """Return a subject, its members, and the joint subjects it belongs to."""
    joint = (name for name in context.pack.subjects if subject in members(name, context.pack))
    return (subject, *members(subject, context.pack), *joint)


def _untold(party: _Party, plan: CellSet, context: Context) -> CellSet:
    acting = plan & _having(party.acts, (party.actor,), context)
    return acting - _having(party.told, party.names, context) if acting else acting


def _having(
    letters: Iterable[tuple[str, Letter]], names: tuple[str, ...], context: Context
) -> CellSet:
    found = context.map.nowhere()
    for activity, letter in letters:
        for name in candidates(activity, letter, context).keys() & set(names):
            found |= held(activity, letter, name, context)
    return found


def _letters_at(
    letters: Iterable[tuple[str, Letter]], names: tuple[str, ...], replay: Replay, cell: Cell
) -> list[tuple[str, Letter]]:
    return [
        (activity, letter)
        for activity, letter in letters
        if replay.is_needed(activity, cell)
        and not replay.holders(activity, letter, cell).isdisjoint(names)
    ]


def _fault(party: _Party, cells: CellSet, context: Context) -> Fault:
    subject, plan = party.subject, party.plan
    if party.under is None:
        message = tell(
            "in the plan `{plan}` `{subject}` acts in some events, and nobody tells it of them",
            plan=plan.name,
            subject=subject,
        )
    else:
        message = tell(
            "in the plan `{plan}` nobody tells `{subject}` of some events for which `{under}`,"
            " which stands under it, answers",
            plan=plan.name,
            subject=subject,
            under=party.under,
        )
    subjects = (subject, party.under) if party.under else (subject,)
    draft = CHECK.draft(
        message,
        plan.span,
        subjects=subjects,
        letter="informed",
        notes=label_words(labels_of(context.pack, None, subjects)),
        help=tell(
            "let it be informed of the lead activity, or of one of the steps, in these events"
        ),
    )

    def detail(draft: Finding, region: Region) -> Finding:
        found = _letters_at(party.acts, (party.actor,), context.replay, region.witness)
        steps = {step.activity: step for step in reversed(plan.steps)}
        activity, letter = found[0]
        step = steps.get(activity) or next(s for s in plan.steps if activity in s.hand_over_to)
        place = step.span if step.activity == activity else step.spans["hand_over_to"]
        told = tell(
            "at the witness `{actor}` {letters}",
            actor=party.actor,
            letters=", ".join(_has(one, name) for name, one in found),
        )
        label = tell("`{actor}` {letters}", actor=party.actor, letters=_has(letter, activity))
        related = (Related(plan.span, tell("in this plan")),)
        notes = (*draft.notes, told)
        return replace(draft, span=place, label=label, related=related, notes=notes)

    def holds_at(replay: Replay, cell: Cell) -> bool:
        acts = _letters_at(party.acts, (party.actor,), replay, cell)
        told = _letters_at(party.told, party.names, replay, cell)
        return replay.holds(plan.when, cell) and bool(acts) and not told

    return Fault(draft, cells, detail=detail, holds_at=holds_at, as_one=True)


def _has(letter: Letter, activity: str) -> str:
    if letter == "supports":
        return tell("supports `{activity}`", activity=activity)
    if letter == "responsible":
        return tell("is responsible for `{activity}`", activity=activity)
    return tell("is accountable for `{activity}`", activity=activity)


CHECK = Check(
    code="C306",
    name="uninformed-party",
    level="note",
    family="command",
    summary="a subject acts in an event, or stands above it, and nobody tells it",
    faults=faults,
    cells_are="untold",
    options=frozenset({"of"}),
)
