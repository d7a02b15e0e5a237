"""`remit replay`: a recorded season again, under the same pack or another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.live import open_ledger
from remit.cli.packs import load_or_tell
from remit.cli.screen import show
from remit.cli.season_tables import account_json, show_table
from remit.engine.pack import Pack
from remit.engine.wording import tell, tell_count
from remit.workflows.entries import Entry
from remit.workflows.simulation.account import Day, Shortage
from remit.workflows.simulation.comparing import Call, Comparison, Move, compare
from remit.workflows.simulation.retelling import Retold, retell

__all__ = ["replay"]

MOST_SHOWN = 40
"""Moves shown on the terminal; the rest is in the JSON."""
Print = Callable[[Sequence[str], Sequence[Sequence[str | int]]], None]
Format = Literal["text", "json", "markdown"]
Seed = Annotated[int, Parameter(validator=validators.Number(gte=0, lte=2**31))]


def replay(
    recorded: str,
    pack: str,
    /,
    *,
    unasked: Literal["silent", "model"] = "silent",
    seed: Seed = 0,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 - the name of the option
) -> int:
    """Run a recorded season again: what came in and what people said, at their times.

    Under the pack it was decided by, every entry must come out the same, to the last hash. Under
    another pack or version, tell who would have been called instead, when, and what would have been
    short or late.
    Ends with 0, 1 if an entry comes out otherwise under the same pack, 2 if there is no such ledger
    or nothing in it, 4 if the pack cannot be loaded.

    Args:
        recorded: Path or URL of the ledger.
        pack: Folder of the pack.
        unasked: Under another pack, what those do whom nobody asked in the recording.
        seed: What the chance of the model begins with.
        ledger: File of a new ledger to keep what another pack made of it.
        format: How to print it.
    """
    found = load_or_tell(pack, as_json=format == "json")
    with open_ledger(recorded) as opened:
        entries = opened.entries()
    policies = {entry.policy for entry in entries if entry.kind == "opened"}
    if not policies:
        raise UsageError(
            tell("no incident was opened in `{path}`: there is nothing to replay", path=recorded)
        )
    if policies == {found.digest}:
        return _same(retell(entries, found), format)
    result = compare(entries, found, model=unasked == "model", seed=seed)
    if ledger is not None:
        result.world.ledger.save(ledger)
    _tell(result, found, format)
    return Exit.CLEAN


def _same(retold: Retold, format: Format) -> int:  # noqa: A002 - the name of the option
    difference = retold.difference
    if format == "json":
        number = None if difference is None else difference.recorded.number
        record = {"same_pack": True, "identical": difference is None, "first_difference": number}
        write_json(Destination("json"), {**record, "entries": retold.entries})
    elif difference is None:
        parts = {"entries": retold.entries, "decided": retold.decided, "head": str(retold.head)}
        show(
            tell(
                "identical: {entries} entries, {decided} of them decided anew, head {head}", **parts
            )
        )
    else:
        show(_different(difference.recorded, difference.kind))
    return Exit.CLEAN if difference is None else Exit.FINDINGS


def _different(recorded: Entry, kind: str) -> str:
    parts = {"number": recorded.number, "kind": recorded.kind, "incident": recorded.incident or "-"}
    if not kind:
        return tell(
            "entry {number} (`{kind}`, incident {incident}) does not follow from those before",
            **parts,
        )
    return tell(
        "entry {number} (`{kind}`, incident {incident}) comes out otherwise: `{other}`",
        **parts,
        other=kind,
    )


def _tell(found: Comparison, pack: Pack, format: Format) -> None:  # noqa: A002 - the name of the option
    if format == "json":
        write_json(Destination("json"), _record(found, pack))
        return
    print_table = _markdown if format == "markdown" else show_table
    title = tell("under {pack} {version}", pack=pack.name, version=pack.version)
    show(f"# {title}" if format == "markdown" else title)
    show("")
    rows = [
        (tell("calls"), _sum(found.before.days, "calls"), _sum(found.after.days, "calls")),
        (tell("passed on"), _sum(found.before.days, "passed_on"),
         _sum(found.after.days, "passed_on")),
        (tell("late"), len(found.before.late), len(found.after.late)),
        (tell("short"), len(found.before.shortages), len(found.after.shortages)),
        (tell("closed"), _sum(found.before.days, "closed"), _sum(found.after.days, "closed")),
    ]  # fmt: skip
    print_table(("", tell("recorded"), tell("replayed")), rows)
    _moves(found.moves, print_table, tell("who is called instead"))
    _moves(found.later, print_table, tell("who is called at another time"))
    for head, ones in (
        (tell("short or late now"), (*found.shortages, *found.late)),
        (tell("no longer short or late"), found.saved),
    ):
        show("")
        show(f"{head}{tell(': ')}{len(ones)}")
        if ones:
            print_table((tell("incident"), tell("step"), tell("what")), [_short(o) for o in ones])
    show("")
    show(
        tell_count(
            "{number} recorded word fits no question here",
            "{number} recorded words fit no question here",
            len(found.unfit),
        )
    )
    show(
        tell_count(
            "{number} question nobody was asked in the recording",
            "{number} questions nobody was asked in the recording",
            found.unheard,
        )
    )


def _moves(moves: Sequence[Move], print_table: Print, title: str) -> None:
    show("")
    show(f"{title}{tell(': ')}{len(moves)}")
    rows = [
        (one.incident, one.about, _call(one.before), _call(one.after)) for one in moves[:MOST_SHOWN]
    ]
    if rows:
        print_table((tell("incident"), tell("question"), tell("recorded"), tell("replayed")), rows)


def _call(call: Call | None) -> str:
    return tell("nobody") if call is None else f"{call.subject} {call.time:%m-%d %H:%M}"


def _short(one: Shortage) -> tuple[str, str, str]:
    what = tell("late") if one.kind == "time" else f"{one.kind} {one.name} {one.missing}"
    return one.incident, one.step, what


def _sum(days: Sequence[Day], name: Literal["calls", "passed_on", "closed"]) -> int:
    counts = {
        "calls": [day.calls for day in days],
        "passed_on": [day.passed_on for day in days],
        "closed": [day.closed for day in days],
    }
    return sum(counts[name])


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    show("| " + " | ".join(head) + " |")
    show("|" + " --- |" * len(head))
    for row in rows:
        show("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |")


def _record(found: Comparison, pack: Pack) -> dict[str, object]:
    def call(one: Call | None) -> object:
        return None if one is None else {"subject": one.subject, "time": one.time.isoformat()}

    def moves(ones: Sequence[Move]) -> list[object]:
        return [
            {"incident": one.incident, "about": one.about, "recorded": call(one.before),
             "replayed": call(one.after)}
            for one in ones
        ]  # fmt: skip

    return {
        "same_pack": False,
        "pack": {"name": pack.name, "version": pack.version, "digest": pack.digest},
        "recorded": account_json(found.before),
        "replayed": account_json(found.after),
        "moves": moves(found.moves),
        "later": moves(found.later),
        "unfit": [
            {"entry": one.entry, "by": one.word.by, "verb": one.word.verb} for one in found.unfit
        ],
        "unasked": found.unheard,
    }
