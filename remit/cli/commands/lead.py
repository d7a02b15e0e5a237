"""`remit cancel`, `reopen`, `merge`, `reassign`, `review`, `undo`, `seen`: what leaders do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit
from remit.cli.live import (
    completed_driver,
    find_incident,
    find_item,
    note,
    open_ledger,
    speaker_of,
    state_word,
)
from remit.cli.screen import say, show
from remit.engine.wording import tell
from remit.workflows.acting import do_act, merge_incidents
from remit.workflows.acts import Act
from remit.workflows.answers import Refusal
from remit.workflows.driver import Driver
from remit.workflows.entries import Entry
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.wiring import ExecutorName, executor_for

__all__ = ["cancel", "merge", "reassign", "reopen", "review", "seen", "undo"]

As = Annotated[str | None, Parameter(name="--as")]


def cancel(
    incident: str,
    /,
    *,
    reason: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """End an incident that was none: what is asked is withdrawn, and everybody is told.

    Ends with 0, 1 if it does not count and why, 2 if there is no such incident.

    Args:
        incident: The incident, as `remit incidents` names it.
        reason: Why; it must be given.
        as_: The subject that acts; whoever leads the incident where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        act = Act("cancel", speaker_of(found, as_), reason)
        return _do(opened, found, act, do_act, executor)


def reopen(
    incident: str,
    /,
    *,
    reason: str = "",
    step: tuple[str, ...] = (),
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Let an incident go on that was closed or cancelled: everybody goes on where they stopped.

    Ends with 0, 1 if it does not count and why, 2 if there is no such incident.

    Args:
        incident: The incident, as `remit incidents` names it.
        reason: Why; it must be given.
        step: Steps to be done once more, by the names of the plan.
        as_: The subject that acts; whoever led the incident where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        act = Act("reopen", speaker_of(found, as_), reason, steps=step)
        return _do(opened, found, act, do_act, executor)


def merge(
    incident: str,
    /,
    *,
    into: str,
    reason: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Make two incidents that are one into one: the first ends, and everybody is told of the other.

    What comes in about the first from then on joins the other. Ends with 0, 1 if it does not count
    and why, 2 if there is no such incident.

    Args:
        incident: The incident that ends.
        into: The incident it goes on as.
        reason: Why; it must be given.
        as_: The subject that acts; whoever leads the first incident where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        found, other = find_incident(opened, incident), find_incident(opened, into)
        act = Act("merge", speaker_of(found, as_), reason, to=other.id)
        return _do(opened, found, act, merge_incidents, executor)


def reassign(
    item: str,
    /,
    *,
    to: str,
    reason: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Give work to another subject that may do it; whoever had it is told.

    The receiver may object once. Ends with 0, 1 if it does not count and why, 2 if there is no such
    item.

    Args:
        item: The work, as `remit inbox` names it.
        to: The subject that gets it.
        reason: Why; it must be given.
        as_: The subject that acts; whoever leads the incident where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        found, number = find_item(opened, item)
        act = Act("reassign", speaker_of(found, as_), reason, number, to)
        return _do(opened, found, act, do_act, executor)


def review(
    incident: str,
    /,
    *,
    note: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Note what was learnt of an incident that is over.

    Ends with 0, 1 if it does not count and why, 2 if there is no such incident.

    Args:
        incident: The incident, as `remit incidents` names it.
        note: What was learnt; it must be given.
        as_: The subject that acts; whoever led the incident where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        act = Act("review", speaker_of(found, as_), note)
        return _do(opened, found, act, do_act, executor)


def undo(
    item: str,
    /,
    *,
    reason: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Take back that work is done, as long as nobody has relied on it; it is in your hands again.

    Ends with 0, 1 if it does not count and why, 2 if there is no such item.

    Args:
        item: The work, as `remit timeline` names it.
        reason: A remark for the record.
        as_: The subject that acts; the one that reported the work where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    with open_ledger(ledger) as opened:
        found, number = find_item(opened, item)
        by = as_ or found.items[number].by or found.items[number].subject
        return _do(opened, found, Act("undo", by, reason, number), do_act, executor)


def seen(
    incident: str,
    /,
    *,
    as_: Annotated[str, Parameter(name="--as")],
    ledger: str | None = None,
) -> int:
    """Confirm that you have seen what you were told about an incident.

    Ends with 0, 1 if you were told nothing, 2 if there is no such incident.

    Args:
        incident: The incident, as `remit incidents` names it.
        as_: The subject that was told.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        mine = [
            notice.entry
            for notice in found.notices.values()
            for name in notice.subjects
            if found.response.speaks_for(as_, name) and name not in notice.seen
        ]
        driver = completed_driver(opened)
        for number in mine or [0]:
            if _is_refused(do_act(driver, found.id, Act("seen", as_, item=number))):
                return Exit.FINDINGS
    return Exit.CLEAN


def _do(
    ledger: Ledger,
    incident: Incident,
    act: Act,
    write: Callable[[Driver, str, Act], Entry | Refusal],
    executor: ExecutorName,
) -> int:
    """Write an act, run what follows from it, and tell how the incident stands."""
    driver = completed_driver(ledger)
    if _is_refused(write(driver, incident.id, act)):
        return Exit.FINDINGS
    runner = executor_for(executor, note, private=False)
    try:
        runner.run(driver, incident.id)
        if act.verb == "merge" and act.to is not None:
            runner.run(driver, act.to)
    finally:
        runner.close()
    after = ledger.incident(incident.id) or incident
    parts = {"incident": after.id, "state": state_word(after.state)}
    show(tell("incident {incident} is {state}", **parts))
    return Exit.CLEAN


def _is_refused(answer: Entry | Refusal) -> bool:
    if isinstance(answer, Refusal):
        say(message_text("error", answer.reason, answer.help))
        return True
    return False
