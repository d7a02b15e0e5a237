"""`remit demo`: one incident from a public alert to its close, played by a script of people."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.exits import Exit
from remit.cli.live import Language, entry_line, note
from remit.cli.screen import clean, say, show
from remit.workflows.demo.run import REPORT, Demo, Place, demo_pack, find_place, play_demo
from remit.workflows.driver import Observer
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.reports.html import write_report
from remit.workflows.reports.reading import view_of
from remit.workflows.reports.view import IncidentView
from remit.workflows.wiring import MESSAGES, ExecutorName, executor_for

__all__ = ["demo"]

PATIENCE_S = 120.0
"""How long the demo waits for Prefect, which it is there to show; nobody waits for its orders."""
DEFAULT_FOLDER = Path(".remit/demo")
MILESTONES = frozenset({
    "opened", "escalated", "unheard", "reserved", "refused", "finished", "dropped", "overdue",
    "recovering", "closed",
})  # fmt: skip
TELLING_OUTCOMES = frozenset(
    {"acknowledged", "advised", "ordered", "approved", "accepted", "signed-off", "declined"}
)
LETTERS = {
    "A": "accountable",
    "R": "responsible",
    "S": "supports",
    "C": "consulted",
    "I": "informed",
    "O": "ordered",
    "F": "released funds",
}


def demo(
    *,
    lang: Language = "en",
    folder: Path = DEFAULT_FOLDER,
    pack: str | None = None,
    executor: ExecutorName = "auto",
    fresh: Annotated[bool, Parameter(negative=())] = False,
    quiet: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run the response to one made-up alert, from the report to the close.

    The people are a script and the clock jumps; every decision goes through the same code as live
    use. A run that was cut off goes on where it was; after a finished one, a new one begins.

    Args:
        lang: Language of names.
        folder: Where runs are kept, each in a numbered folder with its ledger, messages and report.
        pack: Folder of the pack; rf-community, which comes with remit, where left out.
        executor: What runs the work; auto is Prefect if it is there.
        fresh: Begin a new run although the last one was cut off.
        quiet: Show only the end.
    """
    began = time.monotonic()
    place = find_place(folder, fresh=fresh)
    pack_path = demo_pack(pack)
    _tell_start(place, executor)
    runner = executor_for(executor, note, patience_s=PATIENCE_S)
    try:
        played = play_demo(
            place,
            pack_path,
            runner,
            received=_tell_received,
            observer=_milestones(lang, quiet=quiet),
            language=lang,
        )
    finally:
        runner.close()
    with played.ledger:
        name, resolve = played.incident.id, played.resolve
        view = view_of(played.ledger, name, played.pack, language=lang, resolve=resolve)
        # WHY in two steps: a report that is there says that the run is finished.
        report = write_report(view, place.folder / f".{REPORT}").replace(place.folder / REPORT)
        _tell_timeline(played, lang)
    _tell_chart(view)
    _tell_end(played, view, place, report, time.monotonic() - began)
    return Exit.CLEAN if view.verification.is_whole else Exit.FINDINGS


def _milestones(language: Language, *, quiet: bool) -> Observer:
    """Return an observer that prints what moves the incident; the end has all of it."""

    def observe(entry: Entry, incident: Incident) -> None:
        outcome = entry.payload.get("outcome")
        if not quiet and (entry.kind in MILESTONES or outcome in TELLING_OUTCOMES):
            show(entry_line(entry, incident, language))

    return observe


def _tell_start(place: Place, executor: ExecutorName) -> None:
    if place.begun:
        note(f"the run in {place.folder} was cut off after entry {place.begun}: on from there")
    elif place.earlier is not None:
        note(
            f"the run in {place.earlier} is finished and kept; this is a new one in {place.folder}"
        )
    if executor != "plain":
        say(Text("Prefect is getting ready, which takes it some seconds", "dim"))


def _tell_received(number: int) -> None:
    say(Text(f"entry {number}: the alert is recorded, before anybody has read it", "dim"))


def _tell_timeline(played: Demo, language: Language) -> None:
    show(Text("\nTimeline", "bold"))
    day = ""
    for entry in played.ledger.story(played.incident.id):
        if entry.kind == "delivered":
            continue
        line = entry_line(entry, played.incident, language)
        if line.plain[:5] != day:
            day = line.plain[:5]
            show(Text(f"  {day}", "bold"))
        show(Text("  ").append(line[6:]))


def _tell_chart(view: IncidentView) -> None:
    """Print who was to do what and who did, an activity a line, with its parties below."""
    show(Text("\nWho was to do what, and who did", "bold"))
    legend = ", ".join(f"{letter} {name}" for letter, name in LETTERS.items())
    show(
        Text(
            f"  {legend}\n  ✓ planned and done, ○ planned, not done, + done without being planned",
            "dim",
        )
    )
    names = {party.id: party.label for party in view.chart.parties}
    part = ""
    for row in view.chart.rows:
        if row.part != part:
            part = row.part
            show(Text(f"  {part}", "bold underline"))
        show(Text("  ").append(clean(row.activity), "bold").append(f"  {row.state}", "dim"))
        for letter in LETTERS:
            holders = [
                f"{names[cell.party]} {_mark(letter in cell.planned, letter in cell.acted)}"
                for cell in row.cells
                if letter in cell.planned or letter in cell.acted
            ]
            if holders:
                show(Text(f"    {letter}  ").append(clean(", ".join(holders))))


def _mark(planned: bool, acted: bool) -> str:  # noqa: FBT001 -- two facts about one letter
    if not acted:
        return "○"
    return "✓" if planned else "+"


def _tell_end(played: Demo, view: IncidentView, place: Place, report: Path, seconds: float) -> None:
    whole = "whole" if view.verification.is_whole else "NOT WHOLE"
    incident = played.incident
    days = (incident.time - incident.opened).days
    show(Text(f"\nIncident {incident.id} is {incident.state}.", "bold green"))
    show(f"  {days} days of it took {seconds:.1f} s, in {played.runs} runs of the driver")
    show(f"  ledger:   {place.ledger} ({view.verification.entries} entries, {whole})")
    show(f"  messages: {place.folder / MESSAGES}")
    show(f"  report:   {report}")
    show(Text(f"  look again: remit timeline {incident.id} --ledger {place.ledger}", "dim"))
    show(Text(f"  prove it:   remit ledger verify --ledger {place.ledger}", "dim"))
