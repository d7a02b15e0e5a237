"""missing-basis: a duty, a grant or a prohibition does not say on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.engine.check_options import Based
from remit.engine.pack import Pack
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault

__all__ = ["CHECK"]

FEWEST = 4
"""Entries of one kind past which the pack's own habit is a habit."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something that can have a basis."""

    told: str
    basis: Text | None
    span: Span
    subject: str | None = None
    duty: str | None = None
    activity: str | None = None
    power: str | None = None


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each entry without a basis, of the kinds that should have one."""
    asked = context.pack.checks.basis.of
    for kind, entries in _entries(context.pack).items():
        lacking = [entry for entry in entries if entry.basis is None]
        with_basis = len(entries) - len(lacking)
        if kind in asked:
            why = tell("the pack asks for the basis of all {kind}", kind=kind)
        elif not asked and len(entries) >= FEWEST and with_basis > len(lacking):
            why = tell(
                "{with_basis} of the {count} {kind} of this pack have one",
                with_basis=with_basis,
                count=len(entries),
                kind=kind,
            )
        else:
            continue
        yield from (_fault(entry, why) for entry in lacking)


def _entries(pack: Pack) -> Mapping[Based, list[_Entry]]:
    return {
        "duties": [
            _Entry(
                tell("the duty `{name}`", name=duty.name),
                duty.basis,
                duty.span,
                duty.subject,
                duty.name,
                duty.activity,
            )
            for duty in pack.duties()
        ],
        **_entries_of_subjects(pack),
        "limits": [
            _Entry(
                tell("the limit on `{activity}`", activity=one.activity),
                one.basis,
                one.span,
                activity=one.activity,
            )
            for one in pack.limits
        ],
        "powers": [
            _Entry(tell("the power `{name}`", name=name), power.basis, power.span, power=name)
            for name, power in pack.vocabulary.powers.items()
            if all(name not in higher.vocabulary.powers for higher in pack.higher)
        ],
    }


def _entries_of_subjects(pack: Pack) -> Mapping[Based, list[_Entry]]:
    found: dict[Based, list[_Entry]] = {"authority": [], "prohibitions": [], "assists_only": []}
    for name, subject in sorted(pack.subjects.items()):
        for grant in subject.authority:
            what = tell("the grant of `{power}` to `{name}`", power=grant.power, name=name)
            entry = _Entry(what, grant.basis, grant.span, name, power=grant.power)
            found["authority"].append(entry)
        for ban in subject.prohibitions:
            what = tell("the prohibition of `{power}` to `{name}`", power=ban.power, name=name)
            entry = _Entry(what, ban.basis, ban.span, name, power=ban.power)
            found["prohibitions"].append(entry)
        for rule in subject.assists_only:
            what = tell(
                "that `{name}` only assists in `{activity}`", activity=rule.activity, name=name
            )
            entry = _Entry(what, rule.basis, rule.span, name, activity=rule.activity)
            found["assists_only"].append(entry)
    return found


def _fault(entry: _Entry, why: str) -> Fault:
    draft = CHECK.draft(
        tell("{what} has no basis", what=entry.told),
        entry.span,
        subjects=(entry.subject,) if entry.subject else (),
        duty=entry.duty,
        activity=entry.activity,
        power=entry.power,
        label=tell("no `basis`"),
        notes=(why,),
        help=tell("write `basis:` with the law, article or agreement it rests on"),
    )
    return Fault(draft, duties=(entry.duty,) if entry.duty else ())


CHECK = Check(
    code="V904",
    name="missing-basis",
    level="note",
    family="the pack",
    summary="a duty, a grant or a prohibition does not say on what it rests",
    faults=faults,
    options=frozenset({"of"}),
)
