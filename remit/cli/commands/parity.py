"""`remit parity`: authority and duty of each party, side by side."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from rich.text import Text

from remit.cli.budgets import proof_budget
from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.packs import load_or_tell
from remit.cli.screen import say, show
from remit.engine.pack import Pack
from remit.engine.wording import tell, tell_count
from remit.validators.parity import Part, Party, parity
from remit.validators.words import percent

__all__ = ["parity_table"]

Format = Literal["text", "json", "markdown", "csv"]


def parity_table(
    pack: str = ".",
    /,
    *,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Show how much each party answers for and does, beside the powers it holds and needs.

    `events` is the share of all possible events in which it has something to answer for or to do,
    `work` its share of all there is to do, each activity counted in each event that needs it.
    Who does much and decides little, or holds powers it never needs, is seen at a glance.
    Ends with 0, 1 if it cannot be counted within the budget, 4 if the pack cannot be loaded.

    Args:
        pack: Folder of the pack.
        format: How to print the table.
    """
    from remit.engine.map.budget import BudgetExceeded
    from remit.engine.map.responsibility import compile_pack

    loaded = load_or_tell(pack, as_json=format == "json")
    try:
        parties = parity(compile_pack(loaded, budget=proof_budget()))
    except BudgetExceeded as error:
        say(Text().append(tell("not counted"), "bold yellow").append(f": {error}"))
        return Exit.FINDINGS
    if format == "json":
        write_json(Destination("json"), _json(loaded, parties))
    elif format == "csv":
        sys.stdout.write(_csv(parties))
    elif format == "markdown":
        sys.stdout.write(_markdown(parties))
    else:
        show(_text(loaded, parties))
    return Exit.CLEAN


def _json(pack: Pack, parties: Sequence[Party]) -> Mapping[str, object]:
    return {
        "pack": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "parties": [
            {
                "subject": one.subject,
                "label": None if one.label is None else dict(one.label.by_language),
                "accountable": _part_json(one.accountable),
                "responsible": _part_json(one.responsible),
                "powers": {
                    "held": list(one.held),
                    "required": list(one.required),
                    "lacking": list(one.lacking),
                    "idle": list(one.idle),
                },
            }
            for one in parties
        ],
    }


def _part_json(part: Part) -> Mapping[str, object]:
    return {
        "activities": part.activities,
        "events": float(part.events),
        "work": float(part.work),
    }


CSV_COLUMNS = (
    "subject",
    "accountable_activities",
    "accountable_events",
    "accountable_work",
    "responsible_activities",
    "responsible_events",
    "responsible_work",
    "powers_held",
    "powers_required",
    "powers_lacking",
    "powers_idle",
)


def _csv(parties: Sequence[Party]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for one in parties:
        parts = (one.accountable, one.responsible)
        numbers = [n for part in parts for n in (part.activities, part.events, part.work)]
        powers = (one.held, one.required, one.lacking, one.idle)
        shown = [n if isinstance(n, int) else f"{float(n):.6f}" for n in numbers]
        writer.writerow([one.subject, *shown, *(" ".join(names) for names in powers)])
    return out.getvalue()


def _head() -> list[str]:
    return [
        tell("party"),
        tell("answers for"),
        tell("events"),
        tell("work"),
        tell("does"),
        tell("events"),
        tell("work"),
        tell("powers held"),
        tell("required"),
        tell("lacking"),
        tell("idle"),
    ]


def _row(one: Party) -> list[str]:
    return [
        one.subject,
        *_part_words(one.accountable),
        *_part_words(one.responsible),
        str(len(one.held)),
        str(len(one.required)),
        str(len(one.lacking)),
        str(len(one.idle)),
    ]


def _part_words(part: Part) -> tuple[str, str, str]:
    return (str(part.activities), percent(part.events), percent(part.work))


def _markdown(parties: Sequence[Party]) -> str:
    head = _head()
    lines = [_line(head), _line(["---", *("---:" for _ in head[1:])])]
    lines += [_line([f"`{one.subject}`", *_row(one)[1:]]) for one in parties]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(pack: Pack, parties: Sequence[Party]) -> Text:
    title = tell_count(
        "{pack} {version}: authority and duty of {number} party",
        "{pack} {version}: authority and duty of {number} parties",
        len(parties),
        pack=pack.name,
        version=pack.version,
    )
    rows = [_head(), *(_row(one) for one in parties)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [Text(title, "bold"), Text()]
    for at, row in enumerate(rows):
        cells = [
            _padded(cell, width, at=n)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(Text("  ".join(cells).rstrip(), "dim" if at == 0 else ""))
    told = list(_remarks(parties))
    return Text("\n").join([*lines, *([Text()] if told else []), *map(Text, told)])


def _width(text: str) -> int:
    return Text(text).cell_len


def _padded(text: str, width: int, *, at: int) -> str:
    gap = " " * (width - _width(text))
    return text + gap if at == 0 else gap + text


def _remarks(parties: Sequence[Party]) -> Iterator[str]:
    for one in parties:
        if one.lacking:
            names = ", ".join(one.lacking)
            yield tell("{party} lacks: {powers}", party=one.subject, powers=names)
        if one.idle:
            names = ", ".join(one.idle)
            yield tell("{party} never needs: {powers}", party=one.subject, powers=names)
