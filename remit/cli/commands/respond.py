"""`remit respond`: open an incident from an event or an alert, and run what is due."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.event_bytes import read_event
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import STDIN
from remit.cli.live import (
    completed_driver,
    entry_line,
    go_on_lines,
    note,
    open_ledger,
    state_word,
)
from remit.cli.packs import load_pack
from remit.cli.screen import say, show
from remit.engine.errors import EventError, PackErrors
from remit.engine.pack import Pack
from remit.engine.wording import Language, current_language, tell
from remit.workflows.adapters.shelves import Shelf, in_force
from remit.workflows.arrivals import Arrival, kind_of, read_arrival
from remit.workflows.driver import Driver
from remit.workflows.enacting import Office
from remit.workflows.entries import Entry
from remit.workflows.executing import Executor
from remit.workflows.incident import Incident
from remit.workflows.intake.errors import IntakeErrors
from remit.workflows.ledger import Ledger, LedgerError
from remit.workflows.opening import Opened, open_arrivals, record, set_aside
from remit.workflows.trouble import in_words, tell_stuck
from remit.workflows.wiring import ExecutorName, executor_for

__all__ = ["respond"]


def respond(
    pack: str | None = None,
    event: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    resume: Annotated[bool, Parameter(negative=())] = False,
    again: Annotated[bool, Parameter(negative=())] = False,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Open an incident from an event or an alert, and run what is due.

    What came in is recorded before anything else. The same event again leads to the same incident.
    Ends with 0, 1 if nothing was opened or nobody owns it, 2 if the event cannot be read, 4 if the
    pack cannot be loaded.

    Args:
        pack: Folder of the pack.
        event: JSON file of an event or a report, XML file of a CAP alert, or - for standard input.
        resume: Without PACK and EVENT, see to the deadlines and messages of all incidents.
        again: Open another incident although the one of this event is closed.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work; auto is Prefect if it is there.
    """
    if resume:
        if pack is not None or event is not None:
            raise UsageError(
                tell("`--resume` sees to the incidents of the ledger"),
                tell("leave out PACK and EVENT"),
            )
        return _resume(ledger, executor, current_language())
    pack, event = _places(pack, event)
    data = read_event(event)
    with open_ledger(ledger, create=True) as opened:
        return _Response(opened, executor, current_language()).run(pack, event, data, again=again)


class _Response:
    """One run of the command."""

    def __init__(self, ledger: Ledger, executor: ExecutorName, language: Language) -> None:
        self.ledger = ledger
        self.executor = executor
        self.language = language
        self.driver = completed_driver(ledger, language=language)

    def run(self, pack_path: str, name: str, data: bytes, *, again: bool) -> int:
        now = self.driver.clock.now()
        received = record(self.ledger, data, kind_of(data), now)
        try:
            pack = _in_force(self.ledger, load_pack(pack_path))
            earlier = self.ledger.received(before=received.number)
            reading = read_arrival(data, pack, source=name, earlier=earlier)
        except (EventError, IntakeErrors, PackErrors) as error:
            set_aside(self.ledger, received, str(error).splitlines()[0], now)
            raise
        for found in reading.notes:
            note(found)
        if reading.silence:
            set_aside(self.ledger, received, reading.silence, now)
            show(tell("nothing was opened: {silence}", silence=reading.silence))
            return Exit.FINDINGS
        executor = executor_for(self.executor, note, language=self.language)
        if executor.name != "plain":
            say(Text(tell("Prefect is getting ready, which takes it some seconds"), "dim"))
        try:
            opened = self.open(reading.arrivals, received, pack, again=again)
            return max(self.go_on(one, executor) for one in opened)
        finally:
            executor.close()

    def open(
        self, arrivals: Sequence[Arrival], received: Entry, pack: Pack, *, again: bool
    ) -> tuple[Opened, ...]:
        """Open or join what the message calls for; an update may change who answers there."""
        shelf, now = Shelf(self.ledger), self.driver.clock.now()
        rules = shelf.put(pack)
        office = Office(self.ledger, rules, shelf.rules_of, now)
        return open_arrivals(
            self.ledger,
            pack,
            rules.map.resolve,
            arrivals,
            received,
            now,
            take_in=office.take_in,
            again=again,
        )

    def go_on(self, opened: Opened, executor: Executor) -> Exit:
        now = self.driver.clock.now()
        self.tell_opening(opened)
        if opened.refused:
            note(opened.refused)
        executor.run(self.driver, opened.incident)
        incident = self.look(opened)
        for line in go_on_lines(incident, self.language, now):
            show(line)
        return Exit.CLEAN if incident.response.parts[0].owners else Exit.FINDINGS

    def tell_opening(self, opened: Opened) -> None:
        incident = self.look(opened)
        if not opened.is_new:
            note(_again(incident))
            return
        show(entry_line(self.ledger.entries(opened.incident)[0], incident, self.language))
        response = incident.response
        if not response.parts[0].owners:
            note(
                tell("nobody owns this event: whoever answers for anything in it is asked to lead")
            )
        if response.ask is not None:
            note(tell("the event is not fully known: `{ask}` would decide more", ask=response.ask))

    def look(self, opened: Opened) -> Incident:
        found = self.ledger.incident(opened.incident)
        if found is None:
            raise UsageError(
                tell("incident `{incident}` is missing from its ledger", incident=opened.incident)
            )
        return found


def _in_force(ledger: Ledger, named: Pack) -> Pack:
    """Return the version in force; where that is another than the one named, say so."""
    found = in_force(ledger, named)
    if found.digest != named.digest:
        note(
            tell(
                "version {version} of `{pack}` is in force, not what is in the folder",
                version=found.version,
                pack=found.name,
            )
        )
    return found


def _again(incident: Incident) -> str:
    if incident.is_over:
        return tell(
            "this is incident `{incident}`, opened before; it is {state}"
            " (`remit reopen {incident}` lets it go on, `--again` opens another)",
            incident=incident.id,
            state=state_word(incident.state),
        )
    return tell(
        "this is incident `{incident}`, opened before; it is {state}",
        incident=incident.id,
        state=state_word(incident.state),
    )


def _resume(named: str | None, executor: ExecutorName, language: Language) -> int:
    with open_ledger(named) as ledger:
        driver = completed_driver(ledger, language=language)
        names = _to_see_to(ledger, driver)
        if not names:
            show(tell("no deadline has passed and no message waits: nothing is due"))
            return Exit.CLEAN
        runner = executor_for(executor, note, private=False)
        try:
            failed = [name for name in names if not _is_seen_to(name, driver, runner)]
        finally:
            runner.close()
        say(tell("seen to: {names}", names=", ".join(name for name in names if name not in failed)))
    return Exit.FINDINGS if failed else Exit.CLEAN


def _is_seen_to(name: str, driver: Driver, runner: Executor) -> bool:
    """See to one incident; return whether all went well, for the others have their turn anyway."""
    try:
        runner.run(driver, name)
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001 - one incident's trouble must not end the others
        problem = in_words(error)
        note(tell("incident {name} cannot go on: {problem}", name=name, problem=problem))
        tell_stuck(driver, name, problem)
        return False
    return True


def _may_be_due(name: str, driver: Driver) -> bool:
    try:
        return driver.is_due(name)
    except LedgerError:
        raise
    except Exception:  # noqa: BLE001 - it is told when it is seen to
        return True


def _to_see_to(ledger: Ledger, driver: Driver) -> list[str]:
    """Return the open incidents with anything due, those with passed deadlines first."""
    first = [*ledger.overdue(driver.clock.now()), *ledger.undelivered()]
    rest = [summary.id for summary in ledger.incidents(is_over=False)]
    return [name for name in dict.fromkeys([*first, *rest]) if _may_be_due(name, driver)]


def _places(pack: str | None, event: str | None) -> tuple[str, str]:
    """Return the pack and the event; a single file is the event, of the pack in this folder."""
    if pack is None:
        raise UsageError(
            tell("there is no PACK and no EVENT"),
            "`remit respond policies/rf-community event.json`",
        )
    if event is None:
        if pack != STDIN and not Path(pack).is_file():
            raise UsageError(
                tell("there is no EVENT"),
                tell("name a JSON or CAP file, or `-` for standard input"),
            )
        pack, event = ".", pack
    if not Path(pack).is_dir():
        raise UsageError(tell("the pack `{pack}` is no folder", pack=pack))
    return pack, event
