"""`remit costs`: what incidents cost, beside what their plans foresaw."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from rich.cells import cell_len
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.live import find_incident, is_absent, open_ledger
from remit.cli.screen import clean, padded, show
from remit.engine.wording import tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.costs import CostLine, costs_of, totals
from remit.workflows.incident import Incident

__all__ = ["costs"]

Shape = Literal["text", "json", "csv"]
FIELDS = (
    "incident", "part", "step", "kind", "name", "subject", "currency", "planned_quantity",
    "quantity", "planned", "actual",
)  # fmt: skip


def costs(
    incident: str | None = None,
    /,
    *,
    ledger: str | None = None,
    format: Shape = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Show what incidents cost: money paid, stock used, hours of people, planned against actual.

    Args:
        incident: The incident; all of them where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    lines: list[CostLine] = []
    if incident is not None or not is_absent(ledger):
        with open_ledger(ledger) as opened:
            now = SystemClock().now()
            names = [one.id for one in opened.incidents()] if incident is None else [incident]
            for name in names:
                found: Incident = find_incident(opened, name)
                lines += costs_of(found, max(now, found.time))
    if format == "json":
        write_json(Destination("json"), _report(lines))
    elif format == "csv":
        show(_csv(lines).rstrip("\n"))
    else:
        _show(lines)
    return Exit.CLEAN


def _show(lines: Sequence[CostLine]) -> None:
    if not lines:
        show(tell("nothing was drawn on yet"))
        return
    head = (tell("step"), tell("what"), tell("by"), tell("planned"), tell("actual"))
    rows = [head, *(_row(line) for line in lines)]
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(head))]
    for at, row in enumerate(rows):
        cells = [padded(clean(cell), width) for cell, width in zip(row, widths, strict=True)]
        show(Text("  ".join(cells).rstrip(), "bold" if at == 0 else ""))
    for (_, currency), (planned, actual) in sorted(_whole(lines).items()):
        parts = {"planned": f"{planned:f}", "actual": f"{actual:f}", "currency": currency}
        show(tell("in all: {actual} {currency}, planned {planned}", **parts))


def _row(line: CostLine) -> tuple[str, str, str, str, str]:
    units = {"stock": "×", "staff": tell("h")}.get(line.kind, "")
    what = f"{line.name}"
    return (
        f"{line.incident} {line.step}",
        what,
        line.subject or "–",
        _amount(line.planned, line.planned_quantity, units, line.currency),
        _amount(line.actual, line.quantity, units, line.currency),
    )


def _amount(cost: Decimal | None, quantity: Decimal | None, unit: str, currency: str) -> str:
    parts = []
    if quantity is not None:
        parts.append(f"{quantity:f} {unit}".strip())
    if cost is not None:
        parts.append(f"{cost:f} {currency}".strip())
    return ", ".join(parts) or "–"


def _whole(lines: Sequence[CostLine]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    found: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for (_, currency), (planned, actual) in totals(lines, "kind").items():
        before = found.get(("", currency), (Decimal(0), Decimal(0)))
        found["", currency] = (before[0] + planned, before[1] + actual)
    return found


def _report(lines: Sequence[CostLine]) -> dict[str, object]:
    return {
        "lines": [{name: _plain(getattr(line, name)) for name in FIELDS} for line in lines],
        "by_step": _summed(lines, "step"),
        "by_subject": _summed(lines, "subject"),
        "by_fund": _summed(lines, "fund"),
        "in_all": _records(_whole(lines)),
    }


def _summed(
    lines: Sequence[CostLine], by: Literal["step", "subject", "fund", "kind"]
) -> list[dict[str, str]]:
    return _records(totals(lines, by))


def _records(
    sums: dict[tuple[str, str], tuple[Decimal, Decimal]],
) -> list[dict[str, str]]:
    return [
        {"name": name, "currency": currency, "planned": f"{planned:f}", "actual": f"{actual:f}"}
        for (name, currency), (planned, actual) in sorted(sums.items())
    ]


def _csv(lines: Sequence[CostLine]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(FIELDS)
    for line in lines:
        rows.writerow([_cell(getattr(line, name)) for name in FIELDS])
    return text.getvalue()


def _cell(value: object) -> str:
    """Return a cell; what a spreadsheet would take for a formula is told as text."""
    text = "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _plain(value: object) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else value
