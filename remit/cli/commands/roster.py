"""`remit roster`: who is on duty, swaps and overrides, calendars, and who comes on."""

from __future__ import annotations

import datetime as dt
import sys
import zoneinfo
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.live import Format, completed_driver, open_ledger
from remit.cli.packs import load_pack
from remit.cli.screen import say, show
from remit.engine.pack import Pack, Roster
from remit.engine.rosters import Change, Stint, on_duty, stints_between
from remit.engine.system_words import why_not
from remit.engine.wording import current_language, tell
from remit.workflows.adapters.calendars import Feed, calendar_of
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.adapters.shelves import in_force
from remit.workflows.entries import Entry
from remit.workflows.handoffs import due_handoffs, tell_handoffs
from remit.workflows.ledger import Ledger
from remit.workflows.naming import labels_of, rosters_in
from remit.workflows.roster_changes import (
    ROSTER_KINDS,
    RosterChange,
    Stretch,
    changes_of,
    roster_changes,
)
from remit.workflows.rostering import Problem, Rostering, read_moment, rostering_of
from remit.workflows.wiring import ledger_place

__all__ = [
    "accept",
    "app",
    "decline",
    "handoff",
    "ics",
    "override",
    "show_duty",
    "swap",
    "withdraw",
]

app = App(name="roster", result_action="return_value")

MOST_DAYS = 400
As = Annotated[str, Parameter(name="--as")]


@app.command(name="show")
def show_duty(
    subject: str | None = None,
    /,
    *,
    at: str | None = None,
    days: int = 14,
    person: str = "",
    pack: str = ".",
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Show who is on duty, swaps and overrides included.

    Ends with 0, 1 if nobody is on duty at the time asked about, 2 if there is no such roster.

    Args:
        subject: The subject, or the roster; all where left out.
        at: A time, such as 2026-11-24T08:00, on the roster's wall clock; then only who is on then.
        days: How many days from now.
        person: Only the duty of this person.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(tell("`--days` is from 1 to {most}", most=MOST_DAYS))
    loaded = load_pack(pack)
    rosters, entries = _rosters(loaded, subject), _entries(ledger)
    changes, now = changes_of(entries), SystemClock().now()
    if at is not None:
        return _show_moment(rosters, changes, at, format)
    end = now + dt.timedelta(days=days)
    found = [
        (roster, [one for one in _known_stints(roster, now, end, changes) if _has(one, person)])
        for roster in rosters
    ]
    if format == "json":
        write_json(Destination("json"), {"duty": [_record(*one) for one in found]})
        return Exit.CLEAN
    for roster, stints in found:
        show(f"{roster.name}: {roster.subject} ({roster.zone})")
        last: int | None = int(now.timestamp())
        for stint in stints:
            if last is not None and stint.start > last and not person:
                show(f"  {_span(roster, Stint(last, stint.start, ()))}  {tell('NOBODY')}")
            show(f"  {_span(roster, stint)}  {', '.join(stint.people)}")
            last = stint.end
        if not stints:
            show(f"  {tell('nobody is on duty')}")
    for one in roster_changes(entries):
        if one.state == "offered" and one.roster in {roster.name for roster in rosters}:
            show(_offer(one))
    return Exit.CLEAN


@app.command
def override(
    roster: str,
    people: Annotated[list[str], Parameter(negative=())],
    /,
    *,
    when: str,
    instead_of: str | None = None,
    as_: As = "",
    note: str = "",
    pack: str = ".",
    ledger: str | None = None,
) -> int:
    """Put others on duty for once, by the word of the roster's subject or one above it.

    Ends with 0, 1 if it may not be and why, 2 for a time or a roster that is none.

    Args:
        roster: The roster.
        people: Who is on duty then.
        when: From when to when, as 2026-12-24T08:00/2026-12-25T08:00, on the roster's wall clock.
        instead_of: The person they stand in for; everybody where left out.
        as_: The subject that says so; that of the roster where left out.
        note: A remark for the record.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger, create=True) as opened:
        held = in_force(opened, load_pack(pack))
        (found,) = _one(held, roster)
        told = _rostering(held, opened).override(
            found.name,
            _stretch(found, when),
            people,
            by=as_ or found.subject,
            instead_of=instead_of,
            note=note,
        )
    return _said(told, tell("it is so"))


@app.command
def swap(  # noqa: PLR0913 -- each is an option
    roster: str,
    giver: str,
    taker: str,
    /,
    *,
    when: str,
    in_return: str | None = None,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    note: str = "",
    pack: str = ".",
    ledger: str | None = None,
) -> int:
    """Offer a stretch of duty to another person; it counts once that one accepts.

    Ends with 0, 1 if it may not be and why, 2 for a time or a roster that is none.

    Args:
        roster: The roster.
        giver: Who is on duty now, and offers.
        taker: Who should be instead.
        when: From when to when, as 2026-12-24T08:00/2026-12-25T08:00, on the roster's wall clock.
        in_return: From when to when the giver stands in for the taker in return.
        as_: Who says so: the giver where left out, or one over the roster.
        note: A remark for the record.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger, create=True) as opened:
        held = in_force(opened, load_pack(pack))
        (found,) = _one(held, roster)
        take = None if in_return is None else _stretch(found, in_return)
        told = _rostering(held, opened).offer(
            found.name,
            _stretch(found, when),
            take,
            giver=giver,
            taker=taker,
            by=as_ or "",
            note=note,
        )
    if isinstance(told, Problem):
        return _said(told, "")
    done = tell(
        "offered to `{taker}`, who accepts with `remit roster accept {number} --as {taker}`",
        taker=taker,
        number=told.number,
    )
    return _said(told, done)


@app.command
def accept(
    change: int, /, *, as_: As, note: str = "", pack: str = ".", ledger: str | None = None
) -> int:
    """Accept a swap that was offered to you.

    Ends with 0, 1 if it may not be and why.

    Args:
        change: Its number.
        as_: The person it was offered to, or one over the roster.
        note: A remark for the record.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        told = _rostering(load_pack(pack), opened).decide(
            change, "swap-accepted", by=as_, note=note
        )
    return _said(told, tell("the swap is in force"))


@app.command
def decline(
    change: int, /, *, as_: As, note: str = "", pack: str = ".", ledger: str | None = None
) -> int:
    """Decline a swap that was offered to you.

    Ends with 0, 1 if it may not be and why.

    Args:
        change: Its number.
        as_: The person it was offered to, or one over the roster.
        note: A remark for the record.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        told = _rostering(load_pack(pack), opened).decide(
            change, "swap-declined", by=as_, note=note
        )
    return _said(told, tell("the roster stays as it is"))


@app.command
def withdraw(
    change: int, /, *, as_: As, note: str = "", pack: str = ".", ledger: str | None = None
) -> int:
    """Take an override or a swap back.

    Ends with 0, 1 if it may not be and why.

    Args:
        change: Its number.
        as_: The person or subject that takes it back: one that made it or is in it.
        note: A remark for the record.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        told = _rostering(load_pack(pack), opened).decide(
            change, "roster-change-withdrawn", by=as_, note=note
        )
    return _said(told, tell("it is taken back"))


@app.command
def ics(
    subject: str | None = None,
    /,
    *,
    person: str = "",
    output: str = "-",
    pack: str = ".",
    ledger: str | None = None,
) -> int:
    """Write duty as a calendar that phones read (iCalendar).

    Args:
        subject: The subject, or the roster; all where left out.
        person: Only the duty of this person.
        output: File to write; - for standard output.
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    loaded = load_pack(pack)
    labels, language = labels_of(loaded), current_language()

    def label(kind: str, name: str) -> str:
        known = labels.get(f"{kind}:{name}", {})
        return known.get(language) or known.get("") or known.get("en") or name

    entries = _entries(ledger)
    feed = Feed(_rosters(loaded, subject, person), person, label)
    content = calendar_of(feed, changes_of(entries), roster_changes(entries), SystemClock().now())
    if output == "-":
        sys.stdout.buffer.write(content)
        return Exit.CLEAN
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise UsageError(
            tell("cannot write `{path}`: {why}", path=output, why=why_not(error))
        ) from error
    return Exit.CLEAN


@app.command
def handoff(*, pack: str = ".", ledger: str | None = None) -> int:
    """Tell those who have just come on duty, with the work that is open. Each is told once.

    Args:
        pack: Folder of the pack.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    rosters = rosters_in(load_pack(pack))
    with open_ledger(ledger, create=True) as opened:
        driver = completed_driver(opened, language=current_language())
        found = due_handoffs(rosters, opened, driver.clock.now())
        count, missed = tell_handoffs(found, driver, current_language())
    show(tell("told {count} people that their duty has begun", count=count))
    return Exit.FINDINGS if missed else Exit.CLEAN


def _rosters(pack: Pack, name: str | None, person: str = "") -> tuple[Roster, ...]:
    known = rosters_in(pack)
    found = tuple(one for one in known if name is None or name in {one.name, one.subject})
    if person:
        found = tuple(one for one in found if one.person(person) is not None)
    if found:
        return found
    names = sorted({word for one in known for word in (one.name, one.subject)})
    people = sorted({each.name for one in known for each in one.people})
    if person:
        raise UsageError(
            tell("nobody called `{name}` is on a roster", name=person), did_you_mean(person, people)
        )
    if name is None:
        raise UsageError(tell("the pack has no rosters"))
    raise UsageError(tell("there is no roster of `{name}`", name=name), did_you_mean(name, names))


def _one(pack: Pack, name: str) -> tuple[Roster]:
    found = _rosters(pack, name)
    if len(found) > 1:
        raise UsageError(
            tell("`{name}` has several rosters", name=name),
            tell("name one of: {names}", names=", ".join(f"`{one.name}`" for one in found)),
        )
    return (found[0],)


def _rostering(pack: Pack, ledger: Ledger) -> Rostering:
    """Return what changes rosters, by the version in force where one was activated."""
    return rostering_of(in_force(ledger, pack), ledger, SystemClock().now())


def _entries(ledger: str | None) -> tuple[Entry, ...]:
    place = ledger_place(ledger)
    # WHY: a roster is asked about before anything has happened, and then nobody has changed it.
    if ledger is None and "://" not in place and not Path(place).exists():
        return ()
    with open_ledger(ledger) as opened:
        return opened.entries_of(ROSTER_KINDS)


def _stretch(roster: Roster, text: str) -> Stretch:
    # SOURCE: ISO 8601, time intervals: start and end with a slash between.
    start, slash, end = text.partition("/")
    if not slash:
        raise UsageError(
            tell("`{text}` is no stretch of time", text=text),
            tell("write it as `2026-12-24T08:00/2026-12-25T08:00`"),
        )
    return _moment(roster, start), _moment(roster, end)


def _moment(roster: Roster, text: str) -> dt.datetime:
    found = read_moment(text, roster.zone)
    if found is None:
        raise UsageError(
            tell("`{text}` is no time", text=text), tell("write it as `2026-11-24T08:00`")
        )
    return found


def _show_moment(
    rosters: Iterable[Roster], changes: Mapping[str, list[Change]], at: str, form: Format
) -> int:
    found = {
        one.name: list(on_duty(one, _moment(one, at), changes.get(one.name, ()))) for one in rosters
    }
    if form == "json":
        write_json(Destination("json"), {"at": at, "duty": found})
    else:
        for name, people in found.items():
            show(f"{name}: {', '.join(people) or tell('NOBODY')}")
    return Exit.CLEAN if all(found.values()) else Exit.FINDINGS


def _known_stints(
    roster: Roster, now: dt.datetime, end: dt.datetime, changes: Mapping[str, list[Change]]
) -> tuple[Stint, ...]:
    try:
        return stints_between(roster, now, end, changes.get(roster.name, ()))
    except zoneinfo.ZoneInfoNotFoundError as error:
        raise UsageError(
            tell("this machine does not know the time zone `{zone}`", zone=roster.zone),
            tell("`pip install tzdata` brings all of them"),
        ) from error


def _has(stint: Stint, person: str) -> bool:
    return not person or person in stint.people


def _record(roster: Roster, stints: Iterable[Stint]) -> dict[str, object]:
    zone = zoneinfo.ZoneInfo(roster.zone)
    return {
        "roster": roster.name,
        "subject": roster.subject,
        "zone": roster.zone,
        "stretches": [
            {
                "from": dt.datetime.fromtimestamp(one.start, zone).isoformat(),
                "to": dt.datetime.fromtimestamp(one.end, zone).isoformat(),
                "people": list(one.people),
            }
            for one in stints
        ],
    }


def _span(roster: Roster, stint: Stint) -> str:
    zone = zoneinfo.ZoneInfo(roster.zone)
    start = dt.datetime.fromtimestamp(stint.start, zone)
    end = dt.datetime.fromtimestamp(stint.end, zone)
    shown = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} – {shown}"


def _offer(one: RosterChange) -> str:
    return tell(
        "offered, not accepted: change {number}, `{giver}` to `{taker}`, {start:%m-%d %H:%M} UTC",
        number=one.number,
        giver=one.instead_of,
        taker=", ".join(one.people),
        start=one.give[0],
    )


def _said(told: Entry | Problem, done: str) -> int:
    if isinstance(told, Problem):
        say(message_text("error", told.reason, told.help))
        return Exit.FINDINGS
    show(tell("change {number}: {done}", number=told.number, done=done))
    return Exit.CLEAN
