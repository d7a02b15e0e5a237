"""What Prefect's own pages show of an incident: timeline, chart, map of hand-overs, progress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.engine.wording import Language, speaking, tell
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.reports.acted import chart_of
from remit.workflows.reports.means import hand_overs_of
from remit.workflows.reports.telling import Telling, in_language
from remit.workflows.sentences import sentence
from remit.workflows.times import shown

__all__ = ["Pages", "page_of", "pages_of"]

LONGEST = 200
"""Lines of the timeline shown, the latest ones; the ledger has them all."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What is shown of one incident.

    Args:
        timeline: Markdown.
        chart: one row an activity: who was to do what, by letter.
        hand_overs: Markdown with a map of who handed what to whom; empty where nobody did.
        progress: hundredths of the steps that are over.
        entries: the incident's own.
    """

    incident: Incident
    timeline: str
    chart: tuple[Mapping[str, str], ...]
    hand_overs: str
    progress: float
    entries: tuple[Entry, ...]


def pages_of(
    ledger: Ledger, name: str, language: Language = "en", address: str = ""
) -> Pages | None:
    """Return what is shown of an incident; `None` if there is none.

    Args:
        address: where our own pages are, such as `http://127.0.0.1:8420`; empty where nowhere.
    """
    incident = ledger.incident(name)
    if incident is None:
        return None
    story = ledger.story(name)
    own = tuple(entry for entry in story if entry.incident == name)
    with speaking(language):
        return Pages(
            incident,
            _timeline(incident, story, language, address),
            tuple(_chart(incident, own, language)),
            _hand_overs(incident, language),
            _progress(incident),
            own,
        )


def page_of(ledger: Ledger, name: str, language: Language = "en") -> str:
    """Return the timeline of an incident as Markdown; empty if there is none."""
    found = pages_of(ledger, name, language)
    return "" if found is None else found.timeline


def _timeline(
    incident: Incident, story: tuple[Entry, ...], language: Language, address: str
) -> str:
    state = Telling(incident, language).word_or(f"incident-{incident.state}", incident.state)
    lines = [f"# {_plain(in_language(incident.title, language))}", ""]
    lines += [tell("State: **{state}**", state=state), ""]
    if address:
        link = f"{address.rstrip('/')}/incidents/{incident.id}"
        lines += [tell("[All of it, with its clauses]({link})", link=link), ""]
    lines += [tell("| time | what |"), "|---|---|"]
    told = [entry for entry in story if entry.kind != "delivered"]
    for entry in told[-LONGEST:]:
        time = shown(entry.time, incident.offset)
        lines.append(f"| {time} | {_plain(sentence(entry, incident, language))} |")
    return "\n".join(lines)


def _chart(
    incident: Incident, own: tuple[Entry, ...], language: Language
) -> Iterator[Mapping[str, str]]:
    """Yield a row an activity: its state, and each party's letters, those in brackets not done."""
    chart = chart_of(Telling(incident, language), own)
    for row in chart.rows:
        cells = {cell.party: cell for cell in row.cells}
        found = {tell("activity"): row.activity, tell("state"): row.state}
        for party in chart.parties:
            cell = cells.get(party.id)
            letters = dict.fromkeys((*cell.planned, *cell.acted)) if cell else {}
            found[party.label] = "".join(
                letter if cell and letter in cell.acted else f"({letter})" for letter in letters
            )
        yield found


def _hand_overs(incident: Incident, language: Language) -> str:
    """Return a map of who offered work to whom, as a Mermaid drawing and as a table."""
    found = tuple(hand_overs_of(Telling(incident, language)))
    if not found:
        return ""
    parties = list(
        dict.fromkeys(party for offer in found for party in (offer.giver, offer.receiver))
    )
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'  p{at}["{_quoted(party)}"]' for at, party in enumerate(parties)]
    for offer in found:
        giver, receiver = parties.index(offer.giver), parties.index(offer.receiver)
        arrow = f'"{_quoted(offer.work)}: {_quoted(offer.outcome)}"'
        lines.append(f"  p{giver} -->|{arrow}| p{receiver}")
    lines += ["```", "", tell("| work | from | to | offered | outcome |"), "|---|---|---|---|---|"]
    for offer in found:
        cells = (offer.work, offer.giver, offer.receiver)
        offered = shown(offer.offered, incident.offset)
        told = " | ".join(map(_plain, cells))
        lines.append(f"| {told} | {offered} | {_plain(offer.outcome)} |")
    return "\n".join(lines)


def _progress(incident: Incident) -> float:
    if incident.is_over:
        return 100.0
    steps = [incident.progress(step) for part in incident.response.parts for step in part.steps]
    over = sum(progress.is_over for progress in steps)
    # WHY not 100 while it is open: to close it is still to be done.
    return round(100.0 * over / (len(steps) + 1), 1)


def _plain(text: str) -> str:
    """Return text that means nothing to Markdown."""
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in " ".join(text.split())
    )


def _quoted(text: str) -> str:
    """Return text that means nothing within quotes to Mermaid."""
    entities = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "`": "#96;"}
    return "".join(entities.get(letter, letter) for letter in " ".join(text.split()))
