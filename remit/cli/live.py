"""What the commands about incidents share: the ledger, names of items, how entries are printed."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from remit.cli.diagnostics import message_text
from remit.cli.exits import UsageError
from remit.cli.screen import clean, say, show
from remit.engine.wording import Language, mark, tell, tell_marked
from remit.validators.words import listed
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.answers import verbs_of
from remit.workflows.driver import Driver, Observer
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident, Item
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.lifecycle import PURPOSES
from remit.workflows.means_sentences import item_words
from remit.workflows.sentences import sentence, step_label
from remit.workflows.settings import SettingsError
from remit.workflows.times import length, zone
from remit.workflows.wiring import (
    LEDGER_VARIABLE,
    driver_for,
    ledger_place,
    links_for,
    settings_here,
)

if TYPE_CHECKING:
    from remit.workflows.adapters.signed_links import SignedLinks

__all__ = [
    "Format",
    "completed_driver",
    "entry_line",
    "find_incident",
    "find_item",
    "go_on_lines",
    "item_lines",
    "item_record",
    "links_here",
    "note",
    "open_ledger",
    "printing",
    "speaker_of",
    "state_word",
    "waiting",
]

Format = Literal["text", "json"]

STYLES = {
    "opened": "bold",
    "escalated": "yellow",
    "overdue": "yellow",
    "unheard": "yellow",
    "refused": "red",
    "set-aside": "red",
    "undelivered": "red",
    "recovering": "bold",
    "closed": "bold green",
    "skipped": "yellow",
    "alarm": "bold red",
    "stuck": "bold red",
    "lapsed": "yellow",
    "cancelled": "bold red",
    "merged": "bold",
    "reopened": "bold",
    "reviewed": "green",
}
OUTCOME_STYLES = {
    "ordered": "magenta",
    "approved": "magenta",
    "signed-off": "green",
    "declined": "yellow",
}
LONGEST_ID = 60


def open_ledger(named: str | None, *, create: bool = False) -> Ledger:
    """Return the ledger a command is about.

    Raises:
        UsageError: if there is none, or it cannot be used.
    """
    place = ledger_place(named)
    try:
        return Ledger.at(place, create=create)
    except LedgerError as error:
        raise UsageError(error.message, error.help) from error


def is_absent(named: str | None) -> bool:
    """Return whether nobody named a ledger, and the usual one has not been made yet."""
    return (
        not named and not os.environ.get(LEDGER_VARIABLE) and not Path(ledger_place(None)).exists()
    )


def completed_driver(ledger: Ledger, *, language: Language = "en", quiet: bool = False) -> Driver:
    """Return the driver of a command that acts now, and shows what it writes.

    Raises:
        UsageError: if the settings of this machine cannot be used.
    """
    observer: Observer | None = None if quiet else printing(language)
    try:
        return driver_for(ledger, clock=SystemClock(), observer=observer, language=language)
    except SettingsError as error:
        raise UsageError(error.message, error.help) from error


def links_here(ledger: Ledger) -> tuple[SignedLinks, str]:
    """Return what reads the links to the pages of a ledger's people, and their public address.

    Raises:
        UsageError: if the settings of this machine cannot be used.
    """
    try:
        settings = settings_here()
        return links_for(ledger, settings), settings.public
    except SettingsError as error:
        raise UsageError(error.message, error.help) from error


def printing(language: Language) -> Callable[[Entry, Incident], None]:
    """Return an observer that prints each entry as it is written, but for the arrival of messages.

    A refusal is left out too: whoever was refused is told why by the command itself.
    """

    def observe(entry: Entry, incident: Incident) -> None:
        if entry.kind not in {"delivered", "refused"}:
            show(entry_line(entry, incident, language))

    return observe


def entry_line(entry: Entry, incident: Incident, language: Language, *, day: bool = True) -> Text:
    """Return one entry as a line: its time in the incident's zone, and what happened."""
    time = entry.time.astimezone(zone(incident.offset))
    line = Text(time.strftime("%m-%d %H:%M  " if day else "%H:%M  "), "dim")
    style = STYLES.get(entry.kind, "")
    if entry.kind == "answered":
        style = OUTCOME_STYLES.get(str(entry.payload["outcome"]), "")
    return line.append(clean(sentence(entry, incident, language)), style)


def note(text: str) -> None:
    """Tell something that is no result."""
    say(message_text("note", text))


def find_incident(ledger: Ledger, name: str) -> Incident:
    """Return an incident by its name.

    Raises:
        UsageError: if there is none.
    """
    found = ledger.incident(name[:LONGEST_ID])
    if found is not None:
        return found
    names = [summary.id for summary in ledger.incidents()]
    told = listed(f"`{known}`" for known in names[:5]) or tell("none yet")
    raise UsageError(
        tell("there is no incident `{incident}`", incident=clean(name)),
        tell("incidents here: {names}", names=told),
    )


def find_item(ledger: Ledger, name: str) -> tuple[Incident, int]:
    """Return the incident and the number an item's name means, such as `gn33-7`.

    Raises:
        UsageError: if it means none.
    """
    incident, dash, number = name.rpartition("-")
    if not dash or not number.isascii() or not number.isdigit():
        if ledger.incident(name[:LONGEST_ID]) is not None:
            raise UsageError(
                tell(
                    "`{name}` is an incident; what is asked in it has names such as `{name}-1`",
                    name=name,
                ),
                tell("`remit inbox` lists them"),
            )
        raise UsageError(
            tell("`{name}` is no name of an item", name=clean(name)),
            tell("`remit inbox` lists them"),
        )
    found = find_incident(ledger, incident)
    if int(number[:9]) not in found.items:
        raise UsageError(
            tell("incident `{id}` has no item {number}", id=found.id, number=number),
            tell("`remit inbox` lists them"),
        )
    return found, int(number[:9])


def waiting(ledger: Ledger, subjects: Iterable[str] | None = None) -> list[tuple[Incident, Item]]:
    """Return what waits for some subjects, or for anybody, the most urgent first."""
    found: list[tuple[Incident, Item]] = []
    for entry in ledger.inbox(None if subjects is None else tuple(subjects)):
        incident = ledger.incident(entry.incident)
        if incident is not None:
            found.append((incident, incident.items[entry.number]))
    return found


def item_lines(
    found: Iterable[tuple[Incident, Item]], language: Language, now: dt.datetime
) -> list[Text]:
    """Return two lines an item: what is asked of whom until when, and how to answer."""
    lines: list[Text] = []
    rows = [(incident, item, _subject(incident, item, language)) for incident, item in found]
    width = max((len(incident.item_id(item.number)) for incident, item, _ in rows), default=0)
    for incident, item, subject in rows:
        name = incident.item_id(item.number)
        asks = _asks(item.purpose, _about(incident, item, language))
        line = (
            Text("  ")
            .append(name.ljust(width), "bold")
            .append(f"  {clean(subject)}{tell(': ')}{clean(asks)}")
        )
        lines.append(
            line.append(f"  ({_urgency(item, now)})", "yellow" if item.due < now else "dim")
        )
        lines.append(Text(" " * (width + 4) + _commands(incident, item), "dim"))
    return lines


def go_on_lines(incident: Incident, language: Language, now: dt.datetime) -> list[Text]:
    """Return what an incident waits for, and how it goes on."""
    items = [(incident, item) for item in incident.open_items()]
    if incident.is_over or not items:
        said = tell(
            "incident {incident} is {state}; `remit timeline {incident}` tells its story",
            incident=incident.id,
            state=state_word(incident.state),
        )
        return [Text(said)]
    said = tell(
        "incident {incident} is {state}; it waits for:",
        incident=incident.id,
        state=state_word(incident.state),
    )
    lines = [
        Text(said),
        *item_lines(items, language, now),
    ]
    return [
        *lines,
        Text(tell("`remit timeline {id}` tells what has happened so far", id=incident.id), "dim"),
    ]


def speaker_of(incident: Incident, named: str | None) -> str:
    """Return who acts: whoever was named, else leads the incident, else should."""
    line = incident.part.command.line
    return named or incident.commander or (line[0] if line else "")


def state_word(state: str) -> str:
    """Return what a state of incidents is called."""
    words = {
        "opened": tell("opened"),
        "notified": tell("notified"),
        "acknowledged": tell("acknowledged"),
        "working": tell("working"),
        "recovering": tell("recovering"),
        "closed": tell("closed"),
        "reviewed": tell("reviewed"),
        "cancelled": tell("cancelled"),
        "merged": tell("merged into another"),
    }
    return words.get(state, state)


def item_record(incident: Incident, item: Item) -> dict[str, object]:
    """Return an item as JSON."""
    return {
        "id": incident.item_id(item.number),
        "incident": incident.id,
        "subject": item.subject,
        "for": item.holder,
        "asks": item.purpose,
        "step": item.step,
        "part": item.part,
        "status": item.status,
        "asked": item.asked.isoformat(),
        "due": item.due.isoformat(),
        "answers": list(PURPOSES[item.purpose].answers),
    }


def _subject(incident: Incident, item: Item, language: Language) -> str:
    label = incident.response.label("subject", item.subject, language)
    return label if label == item.subject else f"{label} ({item.subject})"


def _about(incident: Incident, item: Item, language: Language) -> str:
    """Return what an item is about: its step, or the incident as a whole."""
    if item.purpose in {"command", "close"}:
        title = incident.title
        return title.get(language) or title.get("en") or next(iter(title.values()), incident.id)
    words = item_words(
        incident, item, lambda kind, name: incident.response.label(kind, name, language)
    )
    step = step_label(incident, item.part, item.step, language)
    return tell("{means} for {step}", means=words, step=step) if words else step


def _commands(incident: Incident, item: Item) -> str:
    name = incident.item_id(item.number)
    words = [f"remit {verb} {name}{_MORE.get(verb, '')}" for verb in verbs_of(item)]
    if item.purpose == "pay":
        words.insert(0, f'remit spend {name} --amount N --for "..."')
    return "  ".join(words)


def _urgency(item: Item, now: dt.datetime) -> str:
    if item.status == "taken":
        return tell("in hand")
    seconds = int((item.due - now).total_seconds())
    minutes = abs(seconds) // 60 * 60
    if seconds > 0:
        return tell("{time} left", time=length(minutes))
    return tell("{time} late", time=length(minutes))


_MORE = {"decline": ' --note "..."', "hand-over": " --to SUBJECT"}
_ASKS = {
    "command": mark("lead the incident"),
    "take": mark("say that you answer for"),
    "consult": mark("advise on"),
    "order": mark("order"),
    "approve": mark("release the money for"),
    "do": mark("do"),
    "support": mark("support"),
    "accept": mark("take over from"),
    "sign-off": mark("sign off"),
    "close": mark("close the incident"),
    "decide": mark("decide how to go on with"),
    "supply": mark("lend or send"),
    "spare": mark("give from below the floor"),
    "receive": mark("say what has come of"),
    "pay": mark("pay for"),
    "review": mark("judge an act past the policy in"),
}


def _asks(purpose: str, about: str) -> str:
    return tell("{asks} “{about}”", asks=tell_marked(_ASKS[purpose]), about=about)
