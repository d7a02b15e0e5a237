"""Rosters as JSON and back: the form in which an incident keeps who could be on duty for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import cast

from remit.engine.means import Hours
from remit.engine.pack import Contact, Person, Roster, Shift
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.engine.turns import Absence, Override, Quiet, Rotation
from remit.workflows.entries import Json

__all__ = ["roster_from_json", "roster_to_json"]

Node = Mapping[str, Json]
NOWHERE = Span("", 1, 1, 1, 1)
"""The place of what was read from the ledger and not from a file."""


def roster_to_json(roster: Roster) -> dict[str, Json]:
    """Return a roster as JSON; what it leaves empty is left out."""
    node: dict[str, Json] = {
        "name": roster.name,
        "subject": roster.subject,
        "zone": roster.zone,
        "people": [_person_out(one) for one in roster.people],
        "shifts": [
            {**_hours_out(Hours(one.days, one.start, one.end)), "people": [*one.people]}
            for one in roster.shifts
        ],
        "rotations": [
            {
                "people": [*one.people],
                "start": one.start.isoformat(),
                "every": one.every,
                "hours": [_hours_out(hours) for hours in one.hours],
            }
            for one in roster.rotations
        ],
        "overrides": [
            {
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "people": [*one.people],
                "instead_of": one.instead_of,
            }
            for one in roster.overrides
        ],
    }
    return {key: value for key, value in node.items() if value}


def roster_from_json(node: Node) -> Roster:
    """Return the roster that `roster_to_json` wrote."""
    return Roster(
        name=_text(node["name"]),
        subject=_text(node["subject"]),
        zone=_text(node["zone"]),
        people=tuple(_person_in(one) for one in _nodes(node, "people")),
        shifts=tuple(
            Shift(hours.days, hours.start, hours.end, _texts(one["people"]), NOWHERE)
            for one in _nodes(node, "shifts")
            for hours in (_hours_in(one),)
        ),
        span=NOWHERE,
        rotations=tuple(
            Rotation(
                _texts(one["people"]),
                dt.datetime.fromisoformat(_text(one["start"])),
                cast("int", one["every"]),
                NOWHERE,
                tuple(_hours_in(hours) for hours in _nodes(one, "hours")),
            )
            for one in _nodes(node, "rotations")
        ),
        overrides=tuple(
            Override(
                dt.datetime.fromisoformat(_text(one["start"])),
                dt.datetime.fromisoformat(_text(one["end"])),
                _texts(one["people"]),
                NOWHERE,
                cast("str | None", one["instead_of"]),
            )
            for one in _nodes(node, "overrides")
        ),
    )


def _person_out(person: Person) -> dict[str, Json]:
    node: dict[str, Json] = {
        "name": person.name,
        "label": dict(person.label.by_language) if person.label else {},
        "contacts": [[one.channel, one.to] for one in person.contacts],
        "language": person.language,
        "away": [[one.first.isoformat(), one.last.isoformat()] for one in person.away],
    }
    if person.quiet is not None:
        node["quiet"] = {
            "start": person.quiet.start.isoformat(),
            "end": person.quiet.end.isoformat(),
            "exceptions": [*person.quiet.exceptions],
        }
    return {key: value for key, value in node.items() if value}


def _person_in(node: Node) -> Person:
    label = cast("Mapping[str, str]", node.get("label", {}))
    quiet = cast("Node | None", node.get("quiet"))
    return Person(
        _text(node["name"]),
        NOWHERE,
        Text(tuple(label.items())) if label else None,
        tuple(
            Contact(channel, to, NOWHERE)
            for channel, to in cast("list[tuple[str, str]]", node.get("contacts", []))
        ),
        cast("str | None", node.get("language")),
        None if quiet is None else _quiet_in(quiet),
        tuple(
            Absence(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
            for first, last in cast("list[tuple[str, str]]", node.get("away", []))
        ),
    )


def _quiet_in(node: Node) -> Quiet:
    return Quiet(_time(node["start"]), _time(node["end"]), _texts(node["exceptions"]))


def _hours_out(hours: Hours) -> dict[str, Json]:
    return {
        "days": [*hours.days],
        "start": hours.start.isoformat(),
        "end": hours.end.isoformat(),
    }


def _hours_in(node: Node) -> Hours:
    days = tuple(cast("list[int]", node["days"]))
    return Hours(days, _time(node["start"]), _time(node["end"]))


def _time(value: Json) -> dt.time:
    return dt.time.fromisoformat(_text(value))


def _text(value: Json) -> str:
    return cast("str", value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(cast("list[str]", value))


def _nodes(node: Node, key: str) -> list[Node]:
    return cast("list[Node]", node.get(key, []))
