"""The line of command of a pack: who stands under whom, and who steps in for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from remit.engine.pack import Pack
from remit.validators.entitlement import named_subjects

__all__ = ["above", "acts_for", "are_in_line", "members", "stand_ins", "superiors"]


def superiors(pack: Pack) -> dict[str, str | None]:
    """Return the subject above each one, higher packs' included; `None` for one under nobody.

    The nearest pack that says it counts. A joint subject that names none stands where its lead
    stands.
    """
    return {name: _superior(name, pack) for name in named_subjects(pack)}


def above(subject: str, over: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the subjects above one, the nearest first; a circle is walked once."""
    seen = {subject}
    superior = over.get(subject)
    while superior is not None and superior not in seen:
        yield superior
        seen.add(superior)
        superior = over.get(superior)


def are_in_line(one: str, other: str, pack: Pack, over: Mapping[str, str | None]) -> bool:
    """Return whether one of two subjects commands the other, is it, or answers together with it."""
    mine, theirs = {one, *members(one, pack)}, {other, *members(other, pack)}
    if mine & theirs:
        return True
    return any(theirs.intersection(above(name, over)) for name in mine) or any(
        mine.intersection(above(name, over)) for name in theirs
    )


def members(subject: str, pack: Pack) -> tuple[str, ...]:
    """Return the members of a joint subject, its lead first; none of a single one."""
    account = next((found for found in pack.accounts_of(subject) if found.members), None)
    if account is None:
        return ()
    return tuple(dict.fromkeys((*([account.lead] if account.lead else ()), *account.members)))


def stand_ins(subject: str, pack: Pack) -> tuple[str, ...]:
    """Return who can take a subject's place: members of a joint one, deputies, then theirs.

    Nobody is named twice, the subject itself not at all, so that deputies in a circle do not count.
    """
    found = {subject: None}
    waiting = [subject]
    while waiting:
        name = waiting.pop(0)
        for other in (*members(name, pack), *_deputies(name, pack)):
            if other not in found:
                found[other] = None
                waiting.append(other)
    return tuple(found)[1:]


def acts_for(subject: str, other: str, pack: Pack, over: Mapping[str, str | None]) -> bool:
    """Return whether the duties of another subject may come to one.

    They do to a member of a joint subject, to a deputy, and to whoever is above in command.
    """
    return (
        subject == other
        or subject in members(other, pack)
        or subject in _deputies(other, pack)
        or subject in above(other, over)
    )


def _deputies(subject: str, pack: Pack) -> Iterable[str]:
    accounts = pack.accounts_of(subject)
    return next((account.deputies for account in accounts if account.deputies), ())


def _superior(name: str, pack: Pack) -> str | None:
    accounts = pack.accounts_of(name)
    for account in accounts:
        if account.under is not None:
            return account.under
    return next((account.lead for account in accounts if account.members), None)
