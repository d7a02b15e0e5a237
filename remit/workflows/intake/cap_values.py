"""CAP alerts as frozen values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from remit.workflows.intake.cap_schema import Version

__all__ = [
    "CapAlert",
    "CapArea",
    "CapCircle",
    "CapInfo",
    "CapReference",
    "CapResource",
    "Pair",
    "Point",
    "Purpose",
]

Point = tuple[Decimal, Decimal]
"""Latitude and longitude in degrees, WGS 84."""
Pair = tuple[str, str]
"""A name of somebody's own and its value."""
Purpose = Literal["open", "update", "cancel", "acknowledge", "error"]

_PURPOSES: dict[str, Purpose] = {
    "Alert": "open",
    "Update": "update",
    "Cancel": "cancel",
    "Ack": "acknowledge",
    "Error": "error",
}


@dataclass(frozen=True, slots=True)
class CapReference:
    """An earlier alert that this one speaks of.

    CAP 1.0 left the form free; then only `identifier` is known.
    """

    identifier: str
    sender: str | None = None
    sent: dt.datetime | None = None

    @property
    def id(self) -> str:
        """The `CapAlert.id` of that alert; the bare identifier where no more is known."""
        if self.sender is None or self.sent is None:
            return self.identifier
        return _alert_id(self.sender, self.identifier, self.sent)


@dataclass(frozen=True, slots=True)
class CapCircle:
    """A circle; `radius_km` is in kilometres, 0 for the point itself."""

    centre: Point
    radius_km: Decimal


@dataclass(frozen=True, slots=True)
class CapArea:
    """Where an alert holds: the union of its polygons, circles and geocodes.

    Heights are in feet above sea level.
    """

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[CapCircle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CapResource:
    """A file that belongs to an alert; never fetched.

    `size` is in bytes. Of a file that came inside the alert, only that it did is kept.
    """

    description: str
    mime_type: str = ""
    size: int | None = None
    uri: str = ""
    embedded: bool = False


@dataclass(frozen=True, slots=True)
class CapInfo:
    """What an alert says, in one language."""

    language: str
    event: str
    urgency: str
    severity: str
    certainty: str
    categories: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Pair, ...] = ()
    effective: dt.datetime | None = None
    onset: dt.datetime | None = None
    expires: dt.datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    resources: tuple[CapResource, ...] = ()
    areas: tuple[CapArea, ...] = ()


@dataclass(frozen=True, slots=True)
class CapAlert:
    """One CAP message.

    Args:
        scope: empty only in CAP 1.0, which allows it to be left out.
        signed: whether a signature is there. It is noted, not verified; `notes` says so.
        notes: what a reader should know of how the alert was read, a sentence each.
    """

    version: Version
    identifier: str
    sender: str
    sent: dt.datetime
    status: str
    message_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[CapReference, ...] = ()
    incidents: str = ""
    infos: tuple[CapInfo, ...] = ()
    signed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The alert's name in the world: sender, identifier and time sent (in UTC) together."""
        return _alert_id(self.sender, self.identifier, self.sent)

    @property
    def purpose(self) -> Purpose:
        """What the message is for: only `open` and `update` tell of something happening."""
        return _PURPOSES[self.message_type]


def _alert_id(sender: str, identifier: str, sent: dt.datetime) -> str:
    # WHY: one instant can be written with many offsets; a reference must find its alert whichever
    # was used.
    return f"{sender},{identifier},{sent.astimezone(dt.UTC).isoformat()}"
