"""Overrides and swaps made while a pack is in force, folded from entries of the community.

A swap has two sides: it is offered by one person and counts once the other accepts it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from remit.engine.rosters import Change
from remit.workflows.entries import Draft, Entry, Json, from_stamp, stamp

__all__ = [
    "ROSTER_KINDS",
    "RosterChange",
    "Stretch",
    "changes_of",
    "override_draft",
    "roster_changes",
    "swap_draft",
    "verdict_draft",
]

ROSTER_KINDS = (
    "roster-overridden",
    "swap-offered",
    "swap-accepted",
    "swap-declined",
    "roster-change-withdrawn",
)
Stretch = tuple[dt.datetime, dt.datetime]
State = Literal["in force", "offered", "declined", "withdrawn"]


@dataclass(frozen=True, slots=True)
class RosterChange:
    """One override or swap, and how it stands.

    Args:
        number: of its entry; its name for people.
        give: the stretch in which others are on duty.
        people: who is on duty then.
        instead_of: whom they stand in for; everybody where it is `None`.
        take: in a swap, the stretch that is taken in return, if any.
    """

    number: int
    roster: str
    state: State
    give: Stretch
    people: tuple[str, ...]
    instead_of: str | None
    by: str
    note: str = ""
    take: Stretch | None = None
    kind: Literal["override", "swap"] = "override"

    @property
    def is_swap(self) -> bool:
        """Whether it is one person's word to another, and needs both."""
        return self.kind == "swap"


def roster_changes(entries: Iterable[Entry]) -> tuple[RosterChange, ...]:
    """Return all overrides and swaps, by number."""
    found: dict[int, RosterChange] = {}
    for entry in entries:
        node = entry.payload
        if entry.kind in {"roster-overridden", "swap-offered"}:
            found[entry.number] = _made(entry)
        elif cast("int", node.get("change", 0)) in found:
            number = cast("int", node["change"])
            found[number] = replace(found[number], state=_STATES[entry.kind])
    return tuple(found.values())


def changes_of(entries: Iterable[Entry]) -> dict[str, list[Change]]:
    """Return what is in force, by roster, in the order it came to be so."""
    entries = tuple(entries)
    known = {one.number: one for one in roster_changes(entries)}
    found: dict[str, list[Change]] = {}
    for entry in entries:
        number = entry.number
        if entry.kind == "swap-accepted":
            number = cast("int", entry.payload["change"])
        one = known.get(number)
        if one is not None and one.state == "in force" and entry.kind in _BEGINS:
            found.setdefault(one.roster, []).extend(_sides(one))
    return found


def override_draft(
    roster: str,
    stretch: Stretch,
    people: Sequence[str],
    *,
    by: str,
    instead_of: str | None = None,
    note: str = "",
) -> Draft:
    """Return the entry by which others are on duty for once."""
    payload: dict[str, Json] = {"roster": roster, "give": _stretch_out(stretch)}
    payload |= {"people": [*people], "instead_of": instead_of, "note": note}
    return Draft("roster-overridden", payload, actor=by)


def swap_draft(
    roster: str,
    give: Stretch,
    take: Stretch | None,
    *,
    giver: str,
    taker: str,
    by: str = "",
    note: str = "",
) -> Draft:
    """Return the entry by which one person offers a stretch of duty to another.

    Args:
        by: who offers it for the giver, if another does.
    """
    payload: dict[str, Json] = {"roster": roster, "give": _stretch_out(give)}
    payload |= {"people": [taker], "instead_of": giver, "note": note}
    if take is not None:
        payload["take"] = _stretch_out(take)
    return Draft("swap-offered", payload, actor=by or giver)


def verdict_draft(
    change: int,
    kind: Literal["swap-accepted", "swap-declined", "roster-change-withdrawn"],
    *,
    by: str,
    note: str = "",
) -> Draft:
    """Return the entry by which a swap is accepted or declined, or a change is taken back."""
    return Draft(kind, {"change": change, "note": note}, actor=by, cause=change)


_STATES: Mapping[str, State] = {
    "swap-accepted": "in force",
    "swap-declined": "declined",
    "roster-change-withdrawn": "withdrawn",
}
_BEGINS = frozenset({"roster-overridden", "swap-accepted"})


def _made(entry: Entry) -> RosterChange:
    node = entry.payload
    take = cast("list[str] | None", node.get("take"))
    return RosterChange(
        number=entry.number,
        roster=cast("str", node["roster"]),
        state="in force" if entry.kind == "roster-overridden" else "offered",
        give=_stretch_in(cast("list[str]", node["give"])),
        people=tuple(cast("list[str]", node["people"])),
        instead_of=cast("str | None", node["instead_of"]),
        by=entry.actor,
        note=cast("str", node["note"]),
        take=None if take is None else _stretch_in(take),
        kind="swap" if entry.kind == "swap-offered" else "override",
    )


def _sides(one: RosterChange) -> list[Change]:
    given = [Change(*_seconds(one.give), one.people, one.instead_of)]
    if one.take is None or one.instead_of is None:
        return given
    return [*given, Change(*_seconds(one.take), (one.instead_of,), one.people[0])]


def _seconds(stretch: Stretch) -> tuple[int, int]:
    return int(stretch[0].timestamp()), int(stretch[1].timestamp())


def _stretch_out(stretch: Stretch) -> Json:
    return [stamp(stretch[0]), stamp(stretch[1])]


def _stretch_in(texts: Sequence[str]) -> Stretch:
    return from_stamp(texts[0]), from_stamp(texts[1])
