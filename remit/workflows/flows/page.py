"""A page about an incident for Prefect's own pages: its state and its timeline, as Markdown."""

from __future__ import annotations

from remit.workflows.ledger import Ledger
from remit.workflows.sentences import sentence
from remit.workflows.times import shown

__all__ = ["page_of"]

LONGEST = 200
"""Lines of the timeline shown, the latest ones; the ledger has them all."""


def page_of(ledger: Ledger, name: str, language: str = "en") -> str:
    """Return the page of an incident; empty if there is none."""
    incident = ledger.incident(name)
    if incident is None:
        return ""
    title = incident.title.get(language) or next(iter(incident.title.values()), "")
    lines = [
        f"# {_plain(title)}",
        "",
        f"State: **{incident.state}**",
        "",
        "| time | what |",
        "|---|---|",
    ]
    told = [entry for entry in ledger.story(name) if entry.kind != "delivered"]
    for entry in told[-LONGEST:]:
        time = shown(entry.time, incident.offset)
        lines.append(f"| {time} | {_plain(sentence(entry, incident, language))} |")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return text that means nothing to Markdown."""
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in " ".join(text.split())
    )
