"""Which entries tell somebody something, and what the message says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from remit.workflows.entries import Entry, from_stamp
from remit.workflows.incident import Incident
from remit.workflows.sentences import sentence
from remit.workflows.times import shown

__all__ = [
    "Message",
    "incident_of",
    "message_key",
    "message_of",
    "recipients",
    "short_text",
    "whole_text",
]

_TO_ONE = frozenset({"asked", "escalated", "reminded", "reassigned"})
_TO_SEVERAL = frozenset({
    "alarm", "assigned", "cancelled", "changed", "drawn", "glass-broken", "informed", "merged",
    "nobody-told", "overdue", "posted", "reopened", "reserved", "short", "stuck", "undone",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one subject.

    Args:
        key: the same for every try of the same message; a receiver that keeps keys takes it once.
        item: the item's name if the subject has something to answer, else empty.
        due: until when, as text with its offset, or empty.
        contacts: how to reach the subject, `(channel, address)`, best first.
        repeat: whether an earlier try may have arrived already.
        person: who is told for the subject, or empty.
        channel: by which channel this try goes, and `address` to where on it.
        language: of `title` and `text`.
        link: the page on which the item is answered, or empty.
    """

    key: str
    incident: str
    subject: str
    title: str
    text: str
    item: str = ""
    due: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    repeat: bool = False
    person: str = ""
    channel: str = ""
    address: str = ""
    language: str = "en"
    link: str = ""


def recipients(entry: Entry, incident: Incident) -> tuple[str, ...]:
    """Return the subjects that `entry` is told to.

    Args:
        incident: as it is after the entry.
    """
    if entry.kind == "reminded":
        return (incident.items[cast("int", entry.payload["item"])].subject,)
    if entry.kind == "lapsed":
        return (cast("str", entry.payload["subject"]), cast("str", entry.payload["to"]))
    if entry.kind == "reassigned":
        return (cast("str", entry.payload["subject"]), cast("str", entry.payload["before"]))
    if entry.kind in _TO_ONE:
        return (cast("str", entry.payload["subject"]),)
    if entry.kind in _TO_SEVERAL:
        return tuple(cast("list[str]", entry.payload.get("subjects", [])))
    return ()


def message_key(entry: Entry, subject: str) -> str:
    """Return the key by which the message of `entry` to `subject` is known on every try."""
    return f"{entry.incident}/{entry.number}/{subject}"


def incident_of(key: str) -> str:
    """Return the incident of the message with a key."""
    return key.partition("/")[0]


def message_of(
    entry: Entry, incident: Incident, subject: str, *, language: str, repeat: bool
) -> Message:
    """Return the message that tells `entry` to `subject`."""
    item, due = "", ""
    if entry.kind in _TO_ONE and subject != entry.payload.get("before"):
        item = incident.item_id(cast("int", entry.payload["item"]))
        due = shown(from_stamp(cast("str", entry.payload["due"])), incident.offset)
    return Message(
        key=message_key(entry, subject),
        incident=incident.id,
        subject=subject,
        title=_title(incident.title, language),
        text=_text(entry, incident, subject, language),
        item=item,
        due=due,
        contacts=incident.response.contacts.get(subject, ()),
        repeat=repeat,
        language=language,
    )


def whole_text(message: Message) -> str:
    """Return the text of a message for a reader: what it says, its item, and where to answer."""
    lines = [message.text]
    if message.item:
        lines.append(f"[{message.item}]")
    if message.link:
        lines.append(message.link)
    return "\n".join(lines)


def short_text(message: Message) -> str:
    """Return the text of a message for a small screen, in one line, the link last."""
    parts = [f"{message.title}: {message.text}"]
    if message.link:
        parts.append(message.link)
    return " ".join(parts)


def _text(entry: Entry, incident: Incident, subject: str, language: str) -> str:
    """Return the entry's sentence; to whom it tells what it answers for, that too."""
    text = sentence(entry, incident, language)
    if entry.kind != "informed" or entry.payload["about"] != "unplanned":
        return text
    part = incident.response.part(cast("str", entry.payload["part"]))
    mine = [name for name, holders in part.unplanned.items() if subject in holders]
    labels = (incident.response.label("activity", name, language) for name in mine)
    return f"{text}: {'; '.join(labels)}"


def _title(title: Mapping[str, str], language: str) -> str:
    for key in (language, "", "en"):
        if key in title:
            return title[key]
    return next(iter(title.values()), "")
