"""Ways to reach a subject or a person."""

from __future__ import annotations

from remit.engine.language.model.names import Identifier
from remit.engine.language.model.phrases import Phrase
from remit.engine.language.model.records import Field, Record
from remit.engine.pack import Contact

__all__ = ["CONTACT"]

_CHANNEL = Field(
    "channel",
    Identifier("a channel"),
    "The kind of channel: `phone`, `wecom`, `mail`.",
    is_required=True,
)
_TO = Field(
    "to", Phrase("an address", numbers=True), "The number or address there.", is_required=True
)

CONTACT = Record(
    "a contact",
    "One way to reach somebody.",
    (_CHANNEL, _TO),
    lambda found: Contact(found.need(_CHANNEL), found.need(_TO), found.span()),
)
