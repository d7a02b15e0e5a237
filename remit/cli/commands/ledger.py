"""`remit ledger verify` and `head`: whether the record is whole, and how to prove it later."""

from __future__ import annotations

from cyclopts import App

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format, open_ledger
from remit.cli.screen import say, show
from remit.engine.wording import tell
from remit.workflows.ledger_chain import Head

__all__ = ["app", "head", "verify"]

app = App(name="ledger", result_action="return_value")


@app.command
def verify(
    *,
    ledger: str | None = None,
    head: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Prove that no entry was changed, moved or removed.

    Ends with 0 if the ledger is whole, 1 if it is not, 2 if there is none.

    Args:
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        head: NUMBER:HASH, as `remit ledger head` printed it before; shows a rewritten history too.
        format: How to print the answer.
    """
    with open_ledger(ledger) as opened:
        verdict = opened.verify(_noted(head))
        if format == "json":
            found = {
                "entries": verdict.entries,
                "head": str(verdict.head),
                "whole": verdict.is_whole,
            }
            write_json(Destination("json"), {**found, "problems": list(verdict.problems)})
        elif verdict.is_whole:
            show(
                tell(
                    "the ledger is whole: {entries} entries, head {head}",
                    entries=verdict.entries,
                    head=verdict.head,
                )
            )
            if head is None:
                say(
                    tell(
                        "a head noted elsewhere (`remit ledger head`)"
                        " also proves that no end was cut"
                    )
                )
        else:
            for problem in verdict.problems:
                show(problem)
    return Exit.CLEAN if verdict.is_whole else Exit.FINDINGS


@app.command
def head(*, ledger: str | None = None) -> int:
    """Print the last entry's number and hash, to be noted somewhere else.

    Args:
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        show(str(opened.head()))
    return Exit.CLEAN


def _noted(text: str | None) -> Head | None:
    if text is None:
        return None
    try:
        return Head.parse(text)
    except ValueError as error:
        raise UsageError(
            tell("`--head {text}` is no head", text=text),
            tell("write it as `remit ledger head` prints it"),
        ) from error
