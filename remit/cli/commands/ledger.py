"""`remit ledger`: whether the record is whole, proofs of it for later, and copies of it."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format, open_ledger
from remit.cli.progress import counting
from remit.cli.screen import say, show
from remit.engine.wording import tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.anchors import AnchorError, anchor_line, append_anchor, read_anchors
from remit.workflows.ledger import LedgerError
from remit.workflows.ledger_chain import Head, Verdict
from remit.workflows.ledger_copies import back_up, lines_of, write_lines
from remit.workflows.ledger_copies import restore as restore_copy
from remit.workflows.wiring import ledger_place

__all__ = ["anchor", "app", "backup", "export", "head", "import_", "restore", "verify"]

STDOUT = "-"

app = App(name="ledger", result_action="return_value")


@app.command
def verify(
    *,
    ledger: str | None = None,
    head: str | None = None,
    anchor: Path | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Prove that no entry was changed, moved or removed.

    Only an anchor, or a head, noted where nobody can change it shows that an end was cut or all of
    it written anew. Ends with 0 if the ledger is whole, 1 if it is not, 2 if there is none.

    Args:
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        head: NUMBER:HASH, as `remit ledger head` printed it before; shows a rewritten history too.
        anchor: File of anchors, as `remit ledger anchor` wrote it before; all of them must hold.
        format: How to print the answer.
    """
    noted = [*_noted(head), *(_anchors(anchor) if anchor is not None else ())]
    with open_ledger(ledger) as opened:
        verdict = opened.verify(*noted, progress=counting(tell("entries verified")))
    if format == "json":
        found = {
            "entries": verdict.entries,
            "head": str(verdict.head),
            "whole": verdict.is_whole,
            "anchors": len(noted),
        }
        write_json(Destination("json"), {**found, "problems": list(verdict.problems)})
    elif verdict.is_whole:
        show(_whole(verdict))
        if not noted:
            say(
                tell("a head noted elsewhere (`remit ledger head`) also proves that no end was cut")
            )
    else:
        for problem in verdict.problems:
            show(problem)
    return Exit.CLEAN if verdict.is_whole else Exit.FINDINGS


@app.command
def head(*, ledger: str | None = None) -> int:
    """Print the last entry's number and hash, to be noted somewhere else.

    Args:
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        show(str(opened.head()))
    return Exit.CLEAN


@app.command
def anchor(file: Path | None = None, /, *, ledger: str | None = None) -> int:
    """Note the last entry's number and hash, and the time, at the end of a file.

    Keep the file where whoever can write the ledger cannot; `remit ledger verify --anchor FILE`
    then shows a cut end and a rewritten history. Ends with 0, 1 if the ledger no longer fits what
    the file holds: then nothing is noted.

    Args:
        file: The file of anchors; printed instead where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    earlier = _anchors(file) if file is not None and file.exists() else ()
    with open_ledger(ledger) as opened:
        problems = opened.noted_problems(earlier)
        line = anchor_line(opened.head(), SystemClock().now())
    for problem in problems:
        show(problem)
    if problems:
        return Exit.FINDINGS
    if file is not None:
        try:
            append_anchor(file, line)
        except AnchorError as error:
            raise UsageError(str(error)) from error
    show(line)
    return Exit.CLEAN


@app.command
def export(file: str = STDOUT, /, *, ledger: str | None = None, force: bool = False) -> int:
    """Write the whole record as JSON lines: entries with their hashes, and receipts.

    The same ledger gives the same lines, whatever database it is in. Everything else follows from
    them, so `remit ledger import` makes a ledger with the same head.

    Args:
        file: Where to write; standard output where left out or `-`.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        force: Replace the file if it is there.
    """
    with open_ledger(ledger) as opened:
        lines = opened.export(counting(tell("entries exported")))
        if file == STDOUT:
            for line in lines:
                print(line)  # noqa: T201 -- data, of which the screen must change nothing
            return Exit.CLEAN
        path = Path(file)
        if path.exists() and not force:
            raise UsageError(
                tell("`{path}` is there already", path=path),
                tell("name another file, or replace it with --force"),
            )
        try:
            write_lines(lines, path)
        except LedgerError as error:
            raise UsageError(error.message, error.help) from error
        say(tell("exported: {head} to {path}", head=opened.head(), path=path))
    return Exit.CLEAN


@app.command(name="import")
def import_(file: Path, /, *, ledger: str | None = None) -> int:
    """Make a ledger of exported JSON lines, after proving every one of them.

    The ledger must be empty, or not there yet. Ends with 0, 2 if a line is not as it was exported:
    then nothing is written.

    Args:
        file: The exported ledger.
        ledger: Path or URL of the new ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    _readable(file)
    with open_ledger(ledger, create=True) as opened:
        try:
            found = opened.load(lines_of(file), counting(tell("entries imported")))
        except LedgerError as error:
            raise UsageError(f"{file}: {error.message}", error.help) from error
        show(tell("imported: {head} into {ledger}", head=found, ledger=opened.location))
    return Exit.CLEAN


@app.command
def backup(file: Path, /, *, ledger: str | None = None, force: bool = False) -> int:
    """Copy the ledger into a file while it is in use, and prove the copy.

    A ledger in a file becomes such a file, one on a server becomes JSON lines.

    Args:
        file: The copy; there whole, or not at all.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        force: Replace the file if it is there.
    """
    with open_ledger(ledger) as opened:
        try:
            verdict = back_up(opened, file, counting(tell("entries verified")), force=force)
        except LedgerError as error:
            raise UsageError(error.message, error.help) from error
    show(_whole(verdict))
    say(tell("its copy: {path}", path=file))
    return Exit.CLEAN


@app.command
def restore(file: Path, /, *, ledger: str | None = None, force: bool = False) -> int:
    """Put a ledger back from a backup or an export, after proving it.

    What it replaces stays beside it as NAME.replaced. A ledger on a server is never replaced: name
    an empty database or schema.

    Args:
        file: The backup or export.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        force: Replace the ledger if it is there.
    """
    _readable(file)
    place = ledger_place(ledger)
    try:
        verdict = restore_copy(file, place, counting(tell("entries verified")), force=force)
    except LedgerError as error:
        raise UsageError(error.message, error.help) from error
    show(_whole(verdict))
    say(tell("restored from {path}", path=file))
    return Exit.CLEAN


def _whole(verdict: Verdict) -> str:
    return tell(
        "the ledger is whole: {entries} entries, head {head}",
        entries=verdict.entries,
        head=verdict.head,
    )


def _readable(path: Path) -> None:
    if not path.is_file():
        raise UsageError(
            tell("there is no file `{path}`", path=path),
            tell("name one that `remit ledger backup` or `export` wrote"),
        )


def _anchors(path: Path) -> tuple[Head, ...]:
    try:
        return read_anchors(path)
    except AnchorError as error:
        raise UsageError(
            str(error), tell("`remit ledger anchor FILE` writes such a file")
        ) from error


def _noted(text: str | None) -> tuple[Head, ...]:
    if text is None:
        return ()
    try:
        return (Head.parse(text),)
    except ValueError as error:
        raise UsageError(
            tell("`--head {text}` is no head", text=text),
            tell("write it as `remit ledger head` prints it"),
        ) from error
