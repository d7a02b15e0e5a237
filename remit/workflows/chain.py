"""What a response takes along of people: who is above whom, who answers together, who is reachable.

It is fixed when the incident opens; rosters are taken along as hours, and looked at when somebody
is to be called.
"""

from __future__ import annotations

import datetime as dt

from remit.engine.escalation import nearest_account
from remit.engine.pack import Pack, Roster
from remit.validators.people import has_people, is_reachable, rosters_of, tells_enough
from remit.workflows.response import Watch

__all__ = ["above_of", "members_of", "subjects_of", "unreachable_of", "watches_of"]


def subjects_of(pack: Pack) -> tuple[str, ...]:
    """Return the names of all subjects of the pack and of the packs above it."""
    return tuple(sorted({name for level in (pack, *pack.higher) for name in level.subjects}))


def above_of(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return who is above each subject that is under one, the nearest first."""
    found: dict[str, tuple[str, ...]] = {}
    for name in subjects_of(pack):
        line: dict[str, None] = {}
        current: str | None = name
        while current is not None and current not in line:
            line[current] = None
            account = nearest_account(pack, current, lambda one: one.under)
            current = account.under if account else None
        if len(line) > 1:
            found[name] = tuple(line)[1:]
    return found


def members_of(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return who answers together as each joint subject."""
    accounts = (
        (name, nearest_account(pack, name, lambda one: one.members)) for name in subjects_of(pack)
    )
    return {name: account.members for name, account in accounts if account is not None}


def unreachable_of(pack: Pack) -> dict[str, str]:
    """Return whom nobody can reach at any time, with the reason in one word.

    A pack that tells the contacts of few says nothing by its silence about the others, as in the
    check `unreachable-subject`.
    """
    rosters = rosters_of(pack)
    bound = {d.subject for d in pack.duties() if {"accountable", "responsible"} & set(d.roles)}
    channels = pack.checks.means.channels
    lost = {
        name
        for name in bound
        if not is_reachable(
            name, pack, rosters, lambda one: not channels or one.channel in channels
        )
    }
    is_told = tells_enough(len(bound - lost), len(bound), pack.checks.means.reachable)
    found = dict.fromkeys(sorted(lost), "no-contact") if is_told else {}
    nobody = (name for name in subjects_of(pack) if _says_nobody(name, pack, rosters))
    return {**found, **dict.fromkeys(nobody, "no-staff")}


def watches_of(pack: Pack) -> dict[str, tuple[Watch, ...]]:
    """Return the hours in which somebody is on duty, of each subject that has a roster."""
    return {
        subject: tuple(
            Watch(roster.zone, shift.days, _minute(shift.start), _minute(shift.end))
            for roster in rosters
            for shift in roster.shifts
            if shift.people
        )
        for subject, rosters in rosters_of(pack).items()
    }


def _says_nobody(name: str, pack: Pack, rosters: dict[str, list[Roster]]) -> bool:
    says = any(account.staff for account in pack.accounts_of(name)) or name in rosters
    return says and not has_people(name, pack, rosters)


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
