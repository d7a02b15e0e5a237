"""The demo on a terminal: what moves it while it runs, then its timeline and its chart."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from remit.cli.exits import Exit
from remit.cli.live import entry_line, note, state_word
from remit.cli.screen import clean, padded, say, show
from remit.engine.wording import Language, mark, tell, tell_marked
from remit.validators.words import listed
from remit.workflows.demo.run import REPORT, Demo, Place, demo_pack, find_place, play_demo
from remit.workflows.driver import Observer
from remit.workflows.entries import Entry
from remit.workflows.flows.server import PrivateServer
from remit.workflows.incident import Incident
from remit.workflows.reports.html import write_report
from remit.workflows.reports.reading import view_of
from remit.workflows.reports.view import IncidentView
from remit.workflows.wiring import MESSAGES, ExecutorName, executor_for

__all__ = ["Stage"]

PATIENCE_S = 120.0
"""How long the demo waits for Prefect, which it is there to show; nobody waits for its orders."""
MILESTONES = frozenset({
    "opened", "escalated", "unheard", "reserved", "refused", "finished", "dropped", "overdue",
    "recovering", "closed", "skipped", "alarm", "lapsed", "reassigned", "undone", "cancelled",
    "merged", "absorbed", "split", "reopened", "reviewed",
})  # fmt: skip
TELLING_OUTCOMES = frozenset(
    {"acknowledged", "advised", "ordered", "approved", "accepted", "signed-off", "declined"}
)
LETTERS = {
    "A": mark("accountable"),
    "R": mark("responsible"),
    "S": mark("supports"),
    "C": mark("consulted"),
    "I": mark("informed"),
    "O": mark("ordered"),
    "F": mark("released funds"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the command.

    Args:
        server: a Prefect server that is getting ready.
        began: when the command began, on the monotonic clock.
    """

    language: Language
    folder: Path
    pack: str | None
    executor: ExecutorName
    server: PrivateServer | None
    began: float

    def play(self, *, fresh: bool, quiet: bool) -> Exit:
        """Play the demo to its close, and show it."""
        place = find_place(self.folder, fresh=fresh)
        pack = demo_pack(self.pack)
        _tell_start(place, self.executor)
        runner = executor_for(self.executor, note, patience_s=PATIENCE_S, server=self.server)
        try:
            played = play_demo(
                place,
                pack,
                runner,
                received=_tell_received,
                observer=_milestones(self.language, quiet=quiet),
                language=self.language,
            )
        finally:
            runner.close()
        with played.ledger:
            return self._show(played, place)

    def _show(self, played: Demo, place: Place) -> Exit:
        name, resolve = played.incident.id, played.resolve
        view = view_of(played.ledger, name, played.pack, language=self.language, resolve=resolve)
        # WHY in two steps: a report that is there says that the run is finished.
        report = write_report(view, place.folder / f".{REPORT}").replace(place.folder / REPORT)
        _tell_timeline(played, self.language)
        _tell_chart(view)
        _tell_end(played, view, place, report, time.monotonic() - self.began)
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
        note(
            tell(
                "the run in {folder} was cut off after entry {begun}: on from there",
                folder=place.folder,
                begun=place.begun,
            )
        )
    elif place.earlier is not None:
        note(
            tell(
                "the run in {earlier} is finished and kept; this is a new one in {folder}",
                earlier=place.earlier,
                folder=place.folder,
            )
        )
    if executor != "plain":
        say(Text(tell("Prefect is getting ready, which takes it some seconds"), "dim"))


def _tell_received(number: int) -> None:
    say(
        Text(
            tell(
                "entry {number}: the alert is recorded, before anybody has read it", number=number
            ),
            "dim",
        )
    )


def _tell_timeline(played: Demo, language: Language) -> None:
    show(Text("\n" + tell("Timeline"), "bold"))
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
    show(Text("\n" + tell("Who was to do what, and who did"), "bold"))
    legend = listed(f"{letter} {tell_marked(name)}" for letter, name in LETTERS.items())
    signs = tell("✓ planned and done, ○ planned, not done, + done without being planned")
    show(Text(f"  {legend}\n  {signs}", "dim"))
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
    whole = tell("whole") if view.verification.is_whole else tell("NOT WHOLE")
    incident = played.incident
    days = (incident.time - incident.opened).days
    said = tell(
        "Incident {incident} is {state}.", incident=incident.id, state=state_word(incident.state)
    )
    show(Text(f"\n{said}", "bold green"))
    spent = tell(
        "{days} days of it took {seconds:.1f} s, in {runs} runs of the driver",
        days=days,
        seconds=seconds,
        runs=played.runs,
    )
    show(f"  {spent}")
    entries = tell(
        "{ledger} ({number} entries, {whole})",
        ledger=place.ledger,
        number=view.verification.entries,
        whole=whole,
    )
    _rows([(tell("ledger:"), entries), (tell("messages:"), place.folder / MESSAGES)], 9)
    _rows([(tell("report:"), report)], 9)
    again = f"remit timeline {incident.id} --ledger {place.ledger}"
    proof = f"remit ledger verify --ledger {place.ledger}"
    _rows([(tell("look again:"), again), (tell("prove it:"), proof)], 11, "dim")


def _rows(rows: list[tuple[str, object]], width: int, style: str = "") -> None:
    for word, said in rows:
        show(Text(f"  {padded(word, width)} {said}", style))
