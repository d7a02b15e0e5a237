"""CAP alerts as the messages that signals look at."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from remit.engine.triage import Message
from remit.engine.wording import tell
from remit.workflows.intake.cap_values import CapAlert, CapInfo

__all__ = ["LIVE", "held_back", "messages"]

LIVE: frozenset[str] = frozenset({"Actual"})
"""Statuses that may open a live incident. Exercise, System, Test and Draft never do unless asked
for by name."""
_SOURCES = {
    "open": "cap",
    "update": "cap",
    "cancel": "cap-cancel",
    "acknowledge": "cap-ack",
    "error": "cap-error",
}


def held_back(alert: CapAlert, allow_status: Collection[str] = LIVE) -> str | None:
    """Return why an alert gives no messages, a sentence without a period; else `None`."""
    if alert.status in allow_status:
        return None
    allowed = ", ".join(f"`{status}`" for status in sorted(allow_status)) or tell("no status")
    return tell(
        "the alert's status is `{status}`; only {allowed} may open an incident here",
        status=alert.status,
        allowed=allowed,
    )


def messages(
    alert: CapAlert, language: str = "en", *, allow_status: Collection[str] = LIVE
) -> tuple[Message, ...]:
    """Return what an alert says as messages; none where its status is not allowed.

    Its info blocks are translations of one another, so they are one message, which has the values
    of all. Blocks that differ in urgency, severity or certainty speak of different things, so these
    are one message each, in one thread. The source is `cap` for Alert and Update, and `cap-cancel`,
    `cap-ack` and `cap-error` for the others, so that no signal for alerts takes the end of one for
    another.

    Args:
        alert: as read.
        language: whose texts come first among a field's values, as a tag like `zh` or `zh-CN`.
        allow_status: statuses that may open an incident.
    """
    if held_back(alert, allow_status) is not None:
        return ()
    common = _alert_fields(alert)
    source = _SOURCES[alert.purpose]
    about = tuple(reference.id for reference in alert.references)
    found: list[Message] = []
    for infos in _situations(alert.infos) or [()]:
        fields = dict(common)
        fields.update(_info_fields(_in_language_first(infos, language)))
        first = not found
        name = alert.id if first else f"{alert.id}#{len(found) + 1}"
        found.append(
            Message(name, source, fields, alert.sent, about if first else (alert.id, *about))
        )
    return tuple(found)


def _situations(infos: Iterable[CapInfo]) -> list[tuple[CapInfo, ...]]:
    """Return the info blocks by what they speak of, in the order of the file."""
    order: dict[tuple[str, str, str], list[CapInfo]] = {}
    for info in infos:
        order.setdefault((info.urgency, info.severity, info.certainty), []).append(info)
    return [tuple(group) for group in order.values()]


def _in_language_first(infos: tuple[CapInfo, ...], language: str) -> list[CapInfo]:
    wanted = language.casefold()

    def distance(info: CapInfo) -> int:
        tag = info.language.casefold()
        if tag == wanted:
            return 0
        return 1 if tag.partition("-")[0] == wanted.partition("-")[0] else 2

    return sorted(infos, key=distance)


def _alert_fields(alert: CapAlert) -> Mapping[str, tuple[str, ...]]:
    fields = {
        "identifier": (alert.identifier,),
        "sender": (alert.sender,),
        "sent": (alert.sent.isoformat(),),
        "status": (alert.status,),
        "msgType": (alert.message_type,),
        "scope": (alert.scope,),
        "source": (alert.source,),
        "code": alert.codes,
        "incidents": tuple(alert.incidents.split()),
    }
    return {name: values for name, values in fields.items() if any(values)}


def _info_fields(infos: Iterable[CapInfo]) -> Mapping[str, tuple[str, ...]]:
    """Return the values of all blocks by field, each value once, in order."""
    fields: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for info in infos:
        for name, value in _pairs_of(info):
            if value:
                fields[name][value] = None
    return {name: tuple(values) for name, values in fields.items()}


def _pairs_of(info: CapInfo) -> Iterable[tuple[str, str]]:
    yield from (
        ("language", info.language),
        ("event", info.event),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("effective", _time(info.effective)),
        ("onset", _time(info.onset)),
        ("expires", _time(info.expires)),
        ("senderName", info.sender_name),
        ("headline", info.headline),
    )
    yield from (("category", category) for category in info.categories)
    yield from (("responseType", kind) for kind in info.response_types)
    yield from ((f"eventCode.{name}", value) for name, value in info.event_codes)
    yield from ((f"parameter.{name}", value) for name, value in info.parameters)
    yield from (("areaDesc", area.description) for area in info.areas)
    yield from ((f"geocode.{name}", value) for area in info.areas for name, value in area.geocodes)


def _time(time: dt.datetime | None) -> str:
    return "" if time is None else time.isoformat()
