"""Changes of rosters on the virtual clock: said as people say them, judged as theirs are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from remit.engine.pack import Pack
from remit.engine.season import Shifted
from remit.engine.wording import tell
from remit.workflows.entries import Draft, Entry
from remit.workflows.ledger import Ledger
from remit.workflows.naming import above_of, leads_of, rosters_in
from remit.workflows.roster_changes import ROSTER_KINDS, Stretch
from remit.workflows.rostering import Problem, Rostering, read_moment

__all__ = ["Recorded", "recorded_shifts", "shift", "shift_again"]

Recorded = tuple[dt.datetime, Entry]
"""A change of a roster in a recording, and when it was made."""


def shift(ledger: Ledger, pack: Pack, one: Shifted, now: dt.datetime) -> Problem | None:
    """Change a roster as somebody says; return why not, where the rules are against it."""
    rosters = {found.name: found for found in rosters_in(pack)}
    desk = Rostering(ledger, rosters, above_of(pack), now, leads_of(pack))
    zone = rosters[one.roster].zone
    give = _stretch(one.give, zone)
    take = None if one.take is None else _stretch(one.take, zone)
    if one.by:
        instead = one.instead_of or None
        made = desk.override(
            one.roster, give, one.people, by=one.by, instead_of=instead, note=one.note
        )
        return made if isinstance(made, Problem) else None
    if not one.instead_of or len(one.people) != 1:
        return Problem(tell("a swap is between two people"))
    (taker,) = one.people
    made = desk.offer(one.roster, give, take, giver=one.instead_of, taker=taker, note=one.note)
    if isinstance(made, Problem) or one.answer == "nothing":
        return made if isinstance(made, Problem) else None
    said = desk.decide(
        made.number, "swap-accepted" if one.answer == "accept" else "swap-declined", by=taker
    )
    return said if isinstance(said, Problem) else None


def recorded_shifts(entries: Iterable[Entry]) -> Iterator[Recorded]:
    """Yield what was changed in rosters in a recording, with its times."""
    return ((entry.time, entry) for entry in entries if entry.kind in ROSTER_KINDS)


def shift_again(ledger: Ledger, entry: Entry, numbers: dict[int, int], now: dt.datetime) -> None:
    """Write a recorded change once more.

    Args:
        numbers: of the entries written here, by those in the recording; it is added to.
    """
    payload, cause = entry.payload, entry.cause
    change = payload.get("change")
    if isinstance(change, int):
        if change not in numbers:
            return
        payload, cause = {**payload, "change": numbers[change]}, numbers[change]
    with ledger.write() as writing:
        (made,) = writing.append([Draft(entry.kind, payload, entry.actor, cause)], time=now)
    numbers[entry.number] = made.number


def _stretch(texts: tuple[str, str], zone: str) -> Stretch:
    start, end = (read_moment(text, zone) for text in texts)
    if start is None or end is None:
        raise ValueError(texts)
    return start, end
