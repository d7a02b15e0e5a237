"""`remit ack`, `done`, `decline`, `hand-over`, `approve`: answer what waits for a subject."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit
from remit.cli.live import completed_driver, find_item, note, open_ledger, state_word
from remit.cli.screen import say, show
from remit.engine.wording import tell
from remit.workflows.answers import Refusal, Word
from remit.workflows.lifecycle import Verb
from remit.workflows.wiring import ExecutorName, executor_for

__all__ = ["ack", "approve", "decline", "done", "hand_over"]

As = Annotated[str | None, Parameter(name="--as")]


def ack(
    item: str,
    /,
    *,
    as_: As = None,
    note: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Say "mine" to what waits for you, or accept work that is handed over.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        as_: The subject that speaks; the one that was asked where left out.
        note: A remark for the record.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, "ack", as_, note, None, ledger, executor)


def done(
    item: str,
    /,
    *,
    as_: As = None,
    note: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Report work as done, give advice, or sign off.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        as_: The subject that speaks; the one that was asked where left out.
        note: What was done, or the advice, for the record.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, "done", as_, note, None, ledger, executor)


def decline(
    item: str,
    /,
    *,
    note: str = "",
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Decline what waits for you, with the reason; the next in line is called.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        note: The reason; it must be given.
        as_: The subject that speaks; the one that was asked where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, "decline", as_, note, None, ledger, executor)


def approve(
    item: str,
    /,
    *,
    as_: As = None,
    note: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Order a measure, release money, sign off work, or close the incident.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        as_: The subject that speaks; the one that was asked where left out.
        note: Conditions and remarks, for the record.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, "approve", as_, note, None, ledger, executor)


def hand_over(
    item: str,
    /,
    *,
    to: str | None = None,
    as_: As = None,
    note: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Offer work you have in hand to another subject; it stays yours until that one accepts.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is handed over, as `remit inbox` names it.
        to: The subject that should take it.
        as_: The subject that speaks; the one that was asked where left out.
        note: What the receiver should know, for the record.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, "hand-over", as_, note, to, ledger, executor)


def _say(
    name: str,
    verb: Verb,
    speaker: str | None,
    remark: str,
    to: str | None,
    place: str | None,
    executor: ExecutorName,
) -> int:
    with open_ledger(place) as ledger:
        incident, number = find_item(ledger, name)
        driver = completed_driver(ledger)
        word = Word(verb, speaker or incident.items[number].subject, remark, to)
        answer = driver.answer(incident.id, number, word)
        if isinstance(answer, Refusal):
            say(message_text("error", answer.reason, answer.help))
            return Exit.FINDINGS
        runner = executor_for(executor, note, private=False)
        try:
            runner.run(driver, incident.id)
        finally:
            runner.close()
        after = ledger.incident(incident.id) or incident
    count = len(after.open_items())
    parts = {"incident": after.id, "state": state_word(after.state)}
    if count:
        said = tell(
            "incident {incident} is {state}; {count} items wait in it: `remit inbox` lists them",
            count=count,
            **parts,
        )
    else:
        said = tell("incident {incident} is {state}; nothing waits in it", **parts)
    show(said)
    return Exit.CLEAN
