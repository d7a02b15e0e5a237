"""`remit split`: an incident that is two becomes two, each with its own event and its own owner."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from remit.cli.diagnostics import message_text
from remit.cli.event_bytes import read_event
from remit.cli.exits import Exit, UsageError
from remit.cli.live import (
    completed_driver,
    find_incident,
    go_on_lines,
    note,
    open_ledger,
    speaker_of,
)
from remit.cli.packs import load_pack
from remit.cli.screen import say, show
from remit.engine.map.responsibility import compile_pack
from remit.engine.wording import current_language
from remit.workflows.acts import Act
from remit.workflows.answers import Refusal
from remit.workflows.changing import Rules
from remit.workflows.splitting import SplitError, split_incident
from remit.workflows.wiring import ExecutorName, executor_for

__all__ = ["split"]


def split(
    incident: str,
    event: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    reason: str = "",
    pack: str | None = None,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Make an incident that is two into two: an event opens a new one, and both are linked.

    Ends with 0, 1 if it does not count and why, 2 if the event cannot be read, 4 if the pack cannot
    be loaded.

    Args:
        incident: The incident that stays.
        event: JSON file of the event that becomes an incident of its own, or - for standard input.
        reason: Why; it must be given.
        pack: Folder of the pack; the one that the incident was opened under where left out.
        as_: The subject that acts; whoever leads the incident where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    data = read_event(event)
    with open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        driver = completed_driver(opened, language=current_language())
        act = Act("split", speaker_of(found, as_), reason)
        under = load_pack(pack or found.pack_path)
        try:
            new = split_incident(
                driver, found, act, data, Rules(under, compile_pack(under)), source=event
            )
        except SplitError as error:
            raise UsageError(error.message, error.help) from error
        if isinstance(new, Refusal):
            say(message_text("error", new.reason, new.help))
            return Exit.FINDINGS
        runner = executor_for(executor, note, private=False)
        try:
            runner.run(driver, new)
            runner.run(driver, found.id)
        finally:
            runner.close()
        shown = find_incident(opened, new)
        for line in go_on_lines(shown, current_language(), driver.clock.now()):
            show(line)
    return Exit.CLEAN
