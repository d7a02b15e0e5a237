"""The door of intake: one file as received, whichever kind, as messages for signals."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from dataclasses import dataclass

from remit.engine.triage import Message
from remit.workflows.intake.cap import read_cap
from remit.workflows.intake.cap_messages import LIVE, held_back, messages
from remit.workflows.intake.cap_values import CapAlert
from remit.workflows.intake.report import Report, message_of, read_report

__all__ = ["Received", "receive"]

_JSON_STARTS = (b"{", b"[", b'"')


@dataclass(frozen=True, slots=True)
class Received:
    """What a file says.

    Args:
        messages: for `remit.engine.triage.triage`.
        held_back: why there are none, as one sentence without a period; `None` where there are.
        notes: what a reader should know of how the file was read, a sentence each.
    """

    content: CapAlert | Report
    messages: tuple[Message, ...]
    held_back: str | None = None
    notes: tuple[str, ...] = ()


def receive(
    data: bytes,
    *,
    source: str = "input",
    language: str = "en",
    allow_status: Collection[str] = LIVE,
) -> Received:
    """Return what a file says: a JSON report if it starts like JSON, else a CAP alert.

    Args:
        data: the file as received.
        source: what errors call the file.
        language: whose texts come first among a field's values.
        allow_status: CAP statuses that may open an incident; `{"Actual", "Exercise"}` to take
            drills too.

    Raises:
        IntakeErrors: if the file cannot be taken; all reasons, each with line and column.
    """
    if data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(_JSON_STARTS):
        report = read_report(data, source=source)
        return Received(report, (message_of(report),))
    alert = read_cap(data, source=source)
    reason = held_back(alert, allow_status)
    return Received(
        alert, messages(alert, language, allow_status=allow_status), reason, alert.notes
    )
