"""idle-power: a subject holds a power that none of its duties ever requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.engine.pack import Grant, Letter, Pack
from remit.engine.spans import Related
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.command import acts_for, superiors
from remit.validators.declaring import powers_to_declare
from remit.validators.finding import Unproved
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import labels_of
from remit.validators.letters import candidates, held
from remit.validators.words import label_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

USING: tuple[Letter, ...] = ("accountable", "responsible")
"""Letters whose holder may have to use the powers an activity requires."""


@dataclass(frozen=True, slots=True)
class _Grant:
    """A grant, and who might need it.

    Args:
        requiring: activities that require the power.
        over: the subject above each one.
    """

    subject: str
    grant: Grant
    requiring: tuple[str, ...]
    over: Mapping[str, str | None]

    def may_serve(self, body: str, pack: Pack) -> bool:
        return acts_for(self.subject, body, pack, self.over)


def faults(context: Context) -> Iterator[Fault | Unproved]:
    """Yield a fault for each grant to a subject with duties that none of them needs.

    A subject without duties in this pack is passed over: it acts in the packs below.
    """
    from remit.engine.map.budget import BudgetExceeded

    for each in _grants(context):
        try:
            granted = context.map.cells_of(each.grant.when)
            if granted and not _is_used(each, granted, context):
                yield _fault(each, granted, context)
        except BudgetExceeded as error:
            about = (error.activity,) if error.activity else ()
            yield Unproved("", "", str(error), about, duties=error.duties)


def _grants(context: Context) -> Iterator[_Grant]:
    standing = {*context.pack.checks.powers.standing, *powers_to_declare(context.pack)}
    requiring: dict[str, tuple[str, ...]] = {}
    for name, activity in context.pack.vocabulary.activities.items():
        for power in activity.requires:
            requiring[power] = (*requiring.get(power, ()), name)
    over: dict[str, str | None] = {}
    for name, subject in sorted(context.pack.subjects.items()):
        for grant in subject.authority if subject.duties else ():
            over = over or superiors(context.pack)
            if grant.power not in standing:
                yield _Grant(name, grant, requiring.get(grant.power, ()), over)


def _is_used(each: _Grant, granted: CellSet, context: Context) -> bool:
    return any(
        bool(granted & held(activity, letter, body, context))
        for letter in USING
        for activity in each.requiring
        for body in candidates(activity, letter, context)
        if each.may_serve(body, context.pack)
    )


def _fault(each: _Grant, granted: CellSet, context: Context) -> Fault:
    subject, grant, vocabulary = each.subject, each.grant, context.pack.vocabulary
    draft = CHECK.draft(
        tell(
            "`{subject}` holds the power `{power}`, and no duty ever requires it",
            subject=subject,
            power=grant.power,
        ),
        grant.spans.get("power", grant.span),
        subjects=(subject,),
        power=grant.power,
        label=tell("never required"),
        related=tuple(
            Related(
                vocabulary.activities[name].span,
                tell("`{activity}` requires it", activity=name),
            )
            for name in each.requiring[:MOST_RELATED]
        ),
        notes=label_words(
            [
                *labels_of(context.pack, None, (subject,)),
                (grant.power, vocabulary.powers[grant.power].label),
            ]
        ),
        help=_cure(each),
    )

    def holds_at(replay: Replay, cell: Cell) -> bool:
        used = any(
            replay.is_needed(activity, cell)
            and any(
                each.may_serve(body, context.pack)
                for body in replay.holders(activity, letter, cell)
            )
            for letter in USING
            for activity in each.requiring
        )
        return replay.holds(grant.when, cell) and not used

    return Fault(draft, granted, holds_at=holds_at, as_one=True)


def _cure(each: _Grant) -> str:
    if each.requiring:
        return tell(
            "give `{subject}` a duty that requires it there, or narrow or delete the grant",
            subject=each.subject,
        )
    return tell(
        "let an activity require it, delete the grant, or list it as `standing` under `checks`"
        " in pack.yaml"
    )


CHECK = Check(
    code="A202",
    name="idle-power",
    level="note",
    family="authority and duty",
    summary="a subject holds a power that none of its duties ever requires",
    faults=faults,
    cells_are="under the grant",
    options=frozenset({"standing"}),
)
