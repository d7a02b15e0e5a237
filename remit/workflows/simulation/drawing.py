"""A season drawn by chance from a pack: what its signals may raise, and states as they follow."""

from __future__ import annotations

import datetime as dt

from remit.engine.pack import Pack
from remit.engine.season import Declared, Happening, Manner, Season
from remit.engine.vocabulary import Dimension
from remit.engine.wording import speaking, tell
from remit.workflows.authority import Authority
from remit.workflows.simulation.chance import Chance

__all__ = ["drawn_season"]

DAY_S = 86_400
PER_DAY = 1
"""Arrivals a day, on the average."""
MANNERS = (
    Manner(hours=(22 * 60, 6 * 60), answers=(300, 5_400), silent=25),
    Manner(spread="early", answers=(120, 2_400), works=(3_600, 28_800), silent=5, declines=3),
)
"""How people take what they are asked where nothing is known of them: slower by night."""


def drawn_season(pack: Pack, *, start: dt.datetime, days: int, seed: int) -> Season:
    """Return a season of so many days; the same seed gives the same, in whatever language."""
    with speaking("en"):
        return _drawn(pack, start, days, seed)


def _drawn(pack: Pack, start: dt.datetime, days: int, seed: int) -> Season:
    chance = Chance(seed)
    happenings = [_happening(pack, chance, days, number) for number in range(days * PER_DAY)]
    return Season(
        f"{pack.name}-{days}-days",
        start,
        days,
        seed,
        tuple(one for one in happenings if one is not None),
        tuple(_declared(pack, start, days)),
        MANNERS,
    )


def _happening(pack: Pack, chance: Chance, days: int, number: int) -> Happening | None:
    signals = sorted(pack.signals)
    if not signals:
        return None
    signal = pack.signals[signals[chance.below(len(signals), "signal", number)]]
    fields = {
        name: values[chance.below(len(values), "field", number, name)]
        for name in signal.by
        if (values := _values(pack, name))
    }
    at = chance.below(days * DAY_S, "at", number) // 60 * 60
    return Happening(f"arrival-{number + 1}", at, None, signal.name, fields)


def _values(pack: Pack, field: str) -> tuple[str, ...]:
    dimension = pack.vocabulary.dimensions.get(field)
    if dimension is None:
        return ("one", "two")
    return dimension.values


def _declared(pack: Pack, start: dt.datetime, days: int) -> list[Declared]:
    """Return the state that changes most, from its first value to its last, evenly."""
    states = [one for one in pack.vocabulary.dimensions.values() if one.state and one.values]
    found: list[Declared] = []
    if not states:
        return found
    longest = max(states, key=lambda one: len(one.values))
    before = pack.state.get(longest.name)
    for number, value in enumerate(longest.values):
        by = _declarer(pack, longest, value)
        if value != before and by:
            at = number * days * DAY_S // len(longest.values) + 8 * 3_600
            found.append(Declared(at, {longest.name: value}, by, tell("the season goes on")))
        before = value
    del start
    return found


def _declarer(pack: Pack, dimension: Dimension, value: str) -> str:
    """Return a subject that holds the power to declare a value, the first by name."""
    power = dimension.power_to_declare(value)
    if power is None:
        return ""
    from remit.engine.events import Event

    authority = Authority(pack, Event({}))
    holders = [
        name
        for name in sorted(authority.subjects())
        if any(grant.power == power for one in pack.accounts_of(name) for grant in one.authority)
    ]
    return holders[0] if holders else ""
