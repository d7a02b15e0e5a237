"""Shows incidents on Prefect's pages: artifacts people can read, and events others can wait for.

All of it is a courtesy: it comes after the work, has little time, and may fail without a word.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
)
from prefect.events import emit_event

from remit.engine.wording import Language, speaking, tell
from remit.workflows.entries import Entry
from remit.workflows.flows.page import Pages, pages_of
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.sentences import sentence

__all__ = ["EVENTS", "Showing", "event_of"]

SHOW_S = 5.0
"""How long showing may take; past it what is not shown is left out until the next time."""
KEPT = 10_000
"""Incidents of which is remembered what was shown last; past it, some are shown once more."""

EVENTS = {
    "opened": "opened",
    "escalated": "escalated",
    "unheard": "nobody-told",
    "undelivered": "nobody-told",
    "handed-over": "handed-over",
    "declared": "declared",
    "overdue": "overdue",
    "recovering": "recovering",
    "closed": "closed",
}
"""The event that each kind of entry is told as, below `remit.incident.`."""
_NAMESPACE = uuid.UUID("6f6b1f0e-6a6c-5f0e-9d0c-3a1d7d1f0c11")


class Showing:
    """Shows incidents of one ledger.

    Args:
        address: where our own pages are; artifacts link there.
    """

    def __init__(self, ledger: Ledger, language: Language = "en", address: str = "") -> None:
        self._ledger = ledger
        self._language = language
        self._address = address
        self._shown: dict[str, dict[str, object]] = {}
        self._told: dict[str, int] = {}

    async def tell(self, incident: str) -> None:
        """Show what is new of an incident; whatever goes wrong, nobody is kept waiting."""
        try:
            async with asyncio.timeout(SHOW_S):
                pages = await asyncio.to_thread(
                    pages_of, self._ledger, incident, self._language, self._address
                )
                if pages is not None:
                    await self._show(incident, pages)
                    self._emit(incident, pages)
        except Exception:  # noqa: BLE001, S110 - see above
            pass

    async def _show(self, name: str, pages: Pages) -> None:
        if len(self._shown) > KEPT:
            self._shown.clear()
            self._told.clear()
        before = self._shown.setdefault(name, {})
        now: dict[str, object] = {
            "timeline": pages.timeline,
            "chart": pages.chart,
            "hand-overs": pages.hand_overs,
            "progress": pages.progress,
        }
        with speaking(self._language):
            made = [
                self._artifact(name, part, pages)
                for part, value in now.items()
                if value and before.get(part) != value
            ]
        await asyncio.gather(*made)
        before |= now

    def _artifact(self, name: str, part: str, pages: Pages) -> Awaitable[uuid.UUID]:
        key = f"incident-{name}-{part}"
        if part == "chart":
            told = tell(
                "Incident {incident}: who was to do what; in brackets, not done yet", incident=name
            )
            rows = [dict(row) for row in pages.chart]
            return acreate_table_artifact(table=rows, key=key, description=told)
        if part == "progress":
            told = tell("Incident {incident}: steps that are over", incident=name)
            return acreate_progress_artifact(progress=pages.progress, key=key, description=told)
        if part == "hand-overs":
            told = tell("Incident {incident}: who handed what to whom", incident=name)
            return acreate_markdown_artifact(markdown=pages.hand_overs, key=key, description=told)
        told = tell("Incident {incident}: what happened", incident=name)
        return acreate_markdown_artifact(markdown=pages.timeline, key=key, description=told)

    def _emit(self, name: str, pages: Pages) -> None:
        last = self._told.get(name, 0)
        for entry in pages.entries:
            if entry.number > last:
                event = event_of(entry)
                if event is not None:
                    _send(event, entry, pages.incident, self._language)
        self._told[name] = pages.incident.last


def event_of(entry: Entry) -> str | None:
    """Return the name of the event an entry is told as, if it matters outside."""
    found = EVENTS.get(entry.kind)
    if entry.kind == "answered" and entry.payload.get("outcome") == "accepted":
        found = "handed-over"
    return None if found is None else f"remit.incident.{found}"


def _send(event: str, entry: Entry, incident: Incident, language: Language) -> None:
    emit_event(
        event,
        # WHY an id by the entry: told again by another process, it is the same event.
        id=uuid.uuid5(_NAMESPACE, entry.hash),
        occurred=entry.time,
        resource={
            "prefect.resource.id": f"remit.incident.{incident.id}",
            "prefect.resource.name": incident.id,
            "remit.pack": incident.pack,
            "remit.state": incident.state,
        },
        payload={
            "incident": incident.id,
            "entry": entry.number,
            "kind": entry.kind,
            "actor": entry.actor,
            "says": sentence(entry, incident, language),
        },
    )
