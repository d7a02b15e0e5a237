"""What came of a season, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.cells import cell_len
from rich.text import Text

from remit.cli.screen import clean, padded, show
from remit.engine.season import Season
from remit.engine.wording import tell
from remit.workflows.simulation.account import Account, Shortage

__all__ = ["account_json", "show_account", "show_table"]

MOST_CALLED = 12
"""Subjects shown; the rest is in the JSON."""


def show_table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """Print rows below a head, numbers to the right."""
    cells = [[clean(str(cell)) for cell in row] for row in (head, *rows)]
    widths = [max(cell_len(row[at]) for row in cells) for at in range(len(head))]
    right = [all(isinstance(row[at], int) for row in rows) for at in range(len(head))]
    for number, row in enumerate(cells):
        line = "  ".join(
            padded(cell, width, to_the_right=is_right)
            for cell, width, is_right in zip(row, widths, right, strict=True)
        )
        show(Text(line.rstrip(), "bold" if number == 0 else ""))


def show_account(season: Season, account: Account) -> None:
    """Print what came of a season."""
    show_table(
        (tell("day"), tell("date"), tell("came in"), tell("opened"), tell("closed"), tell("calls"),
         tell("answers"), tell("passed on"), tell("late"), tell("undelivered")),
        [
            (one.number, one.date.isoformat(), one.came_in, one.opened, one.closed, one.calls,
             one.answers, one.passed_on, one.late, one.undelivered)
            for one in account.days
        ],
    )  # fmt: skip
    show("")
    show_table(
        (tell("who was called"), tell("calls"), tell("by night"), tell("in another's place"),
         tell("reminded"), tell("answers")),
        [
            (one.subject, one.calls, one.by_night, one.in_place, one.reminded, one.answers)
            for one in account.called[:MOST_CALLED]
        ],
    )  # fmt: skip
    for title, found in (
        (tell("what ran out"), account.shortages),
        (tell("what was late"), account.late),
    ):
        show("")
        if not found:
            show(Text(f"{title}{tell(': ')}{tell('nothing')}"))
            continue
        rows = [_row(season, one) for one in found]
        show_table((title, tell("incident"), tell("step"), tell("what"), tell("missing")), rows)


def account_json(account: Account) -> dict[str, object]:
    """Return what came of a season for machines."""
    return {
        "days": [{**asdict(one), "date": one.date.isoformat()} for one in account.days],
        "called": [asdict(one) for one in account.called],
        "shortages": [{**asdict(one), "time": one.time.isoformat()} for one in account.shortages],
        "late": [{**asdict(one), "time": one.time.isoformat()} for one in account.late],
    }


def _row(season: Season, one: Shortage) -> tuple[str, ...]:
    when = one.time.astimezone(season.start.tzinfo).strftime("%m-%d %H:%M")
    what = "" if one.kind == "time" else f"{one.kind} {one.name}"
    return when, one.incident, one.step, what, one.missing
