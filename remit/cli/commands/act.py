"""`remit ack`, `done`, `decline`, `hand-over`, `approve`: answer what waits for a subject."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from remit.cli.acting import acted
from remit.workflows.answers import Word
from remit.workflows.wiring import ExecutorName

__all__ = ["ack", "approve", "decline", "done", "hand_over"]

As = Annotated[str | None, Parameter(name="--as")]
Amount = Annotated[str | None, Parameter(allow_leading_hyphen=True)]


def ack(
    item: str,
    /,
    *,
    as_: As = None,
    note: str = "",
    amount: Amount = None,
    break_glass: str = "",
    person: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Say "mine" to what waits for you, or accept work that is handed over.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        as_: The subject that speaks; the one that was asked where left out.
        note: A remark for the record.
        amount: How much came of what was to come; all of it where left out.
        break_glass: Why you act although the policy does not let you; it will be reviewed.
        person: Who says it, as the roster of the subject names them.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(
        item,
        Word("ack", as_ or "", note, amount=amount, break_glass=break_glass, person=person),
        ledger,
        executor,
    )


def done(
    item: str,
    /,
    *,
    as_: As = None,
    note: str = "",
    break_glass: str = "",
    person: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Report work as done, give advice, or sign off.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        as_: The subject that speaks; the one that was asked where left out.
        note: What was done, or the advice, for the record.
        break_glass: Why you act although the policy does not let you; it will be reviewed.
        person: Who says it, as the roster of the subject names them.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(
        item,
        Word("done", as_ or "", note, break_glass=break_glass, person=person),
        ledger,
        executor,
    )


def decline(
    item: str,
    /,
    *,
    note: str = "",
    as_: As = None,
    person: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Decline what waits for you, with the reason; the next in line is called.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        note: The reason; it must be given.
        as_: The subject that speaks; the one that was asked where left out.
        person: Who says it, as the roster of the subject names them.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, Word("decline", as_ or "", note, None, None, person), ledger, executor)


def approve(
    item: str,
    /,
    *,
    as_: As = None,
    note: str = "",
    amount: Amount = None,
    break_glass: str = "",
    person: str = "",
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Order a measure, release money, sign off work, or close the incident.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: What is answered, as `remit inbox` names it.
        as_: The subject that speaks; the one that was asked where left out.
        note: Conditions and remarks, for the record.
        amount: How much is given of what is asked for; all of it where left out.
        break_glass: Why you act although the policy does not let you; it will be reviewed.
        person: Who says it, as the roster of the subject names them.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(
        item,
        Word("approve", as_ or "", note, amount=amount, break_glass=break_glass, person=person),
        ledger,
        executor,
    )


def hand_over(
    item: str,
    /,
    *,
    to: str | None = None,
    as_: As = None,
    note: str = "",
    person: str = "",
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
        person: Who says it, as the roster of the subject names them.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return _say(item, Word("hand-over", as_ or "", note, to, None, person), ledger, executor)


def _say(name: str, word: Word, place: str | None, executor: ExecutorName) -> int:
    return acted(name, word, place, executor)
