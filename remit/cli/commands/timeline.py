"""`remit timeline`: what happened in an incident, entry by entry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.live import Format, entry_line, find_incident, go_on_lines, open_ledger
from remit.cli.screen import clean, say, show
from remit.cli.work_states import work_lines, work_records
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.engine.wording import Language, current_language
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.reports.html import write_report
from remit.workflows.reports.reading import view_of
from remit.workflows.sentences import sentence

__all__ = ["timeline"]


def timeline(
    incident: str,
    /,
    *,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
    messages: Annotated[bool, Parameter(negative=())] = False,
    report: Path | None = None,
) -> int:
    """Show what happened in an incident, in order.

    Args:
        incident: The incident, as `remit incidents` names it.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it; json has every entry with its number and hash.
        messages: Show each message that was delivered, too.
        report: Also write the report of the incident into this HTML file.
    """
    with open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        story = opened.story(found.id)
        if format == "json":
            entries = [_record(entry, found, current_language()) for entry in story]
            write_json(
                Destination("json"),
                {
                    "incident": found.id,
                    "state": found.state,
                    "steps": work_records(found),
                    "entries": entries,
                },
            )
        else:
            for entry in story:
                if messages or entry.kind != "delivered":
                    show(entry_line(entry, found, current_language()))
            for stands in work_lines(found, current_language()):
                show(Text(f"  {clean(stands)}", "dim"))
            if not found.is_over:
                for line in go_on_lines(found, current_language(), SystemClock().now()):
                    show(line)
        if report is not None:
            write_report(
                view_of(opened, found.id, _pack(found), language=current_language()), report
            )
            say(f"report: {report}")
    return Exit.CLEAN


def _pack(incident: Incident) -> Pack | None:
    """Return the pack that decided, if it is still where it was."""
    try:
        return load(incident.pack_path)
    except PackErrors:
        return None


def _record(entry: Entry, incident: Incident, language: Language) -> dict[str, object]:
    return {
        "number": entry.number,
        "time": entry.time.isoformat(),
        "kind": entry.kind,
        "actor": entry.actor,
        "cause": entry.cause,
        "says": sentence(entry, incident, language),
        "payload": {
            k: v for k, v in entry.payload.items() if k not in {"response", "text", "base64"}
        },
        "hash": entry.hash,
    }
