"""`remit stock`: what there is, what is promised to whom, what is low; add to it, and use it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from remit.cli.acting import acted
from remit.cli.destinations import Destination, write_json
from remit.cli.diagnostics import message_text
from remit.cli.exits import Exit, UsageError
from remit.cli.live import Format, is_absent, open_ledger
from remit.cli.screen import clean, say, show
from remit.engine.wording import current_language, tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.spending import Use, judge_use
from remit.workflows.stock_keeping import (
    StockDenied,
    StockError,
    StockLine,
    add_stock,
    stock_of,
)
from remit.workflows.wiring import ExecutorName

__all__ = ["add", "app", "stock", "use"]

As = Annotated[str | None, Parameter(name="--as")]
Number = Annotated[int, Parameter(allow_leading_hyphen=True)]

app = App(name="stock", result_action="return_value")


@app.default
def stock(
    *,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Show what there is of stock, what is promised to whom, and what is below its floor.

    Args:
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    found: tuple[StockLine, ...] = ()
    if not is_absent(ledger):
        with open_ledger(ledger) as opened:
            found = stock_of(opened)
    if format == "json":
        write_json(Destination("json"), {"stock": [_record(line) for line in found]})
        return Exit.CLEAN
    if not found:
        show(tell("no stock yet: it is counted when the first incident is opened"))
    for line in found:
        _show(line)
    return Exit.CLEAN


@app.command
def add(
    item: str,
    number: Number,
    /,
    *,
    reason: str,
    as_: As = None,
    pack: str | None = None,
    ledger: str | None = None,
) -> int:
    """Add to what there is of some stock, or take away from it with a number below 0.

    Ends with 0, 1 if the policy does not let you and who may, 2 if it cannot be.

    Args:
        item: The stock, as the pack names it.
        number: How many more there are.
        reason: Why, for the record.
        as_: The subject that counted; its holder where left out.
        pack: The pack, where several have such stock.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    with open_ledger(ledger) as opened:
        now = SystemClock().now()
        try:
            add_stock(opened, item, number, reason=reason, by=as_, pack=pack, now=now)
        except StockDenied as error:
            say(message_text("error", clean(error.message), clean(error.help)))
            return Exit.FINDINGS
        except StockError as error:
            raise UsageError(error.message, error.help) from error
        for line in stock_of(opened):
            if line.item == item and pack in {None, line.pack}:
                _show(line)
    return Exit.CLEAN


@app.command
def use(
    item: str,
    stock: str,
    number: Number,
    /,
    *,
    as_: As = None,
    ledger: str | None = None,
    executor: ExecutorName = "auto",
) -> int:
    """Tell how much of some stock was used up for a step; the rest goes back when it is over.

    Ends with 0, 1 if your word does not count and why, 2 if there is no such item.

    Args:
        item: The work, as `remit inbox` names it.
        stock: The stock, as the pack names it.
        number: How many were used.
        as_: The subject that speaks; the one that does the work where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        executor: What runs the work that follows; auto is Prefect where $PREFECT_API_URL is set.
    """
    return acted(
        item,
        lambda found, at: judge_use(found, at, Use(as_ or found.items[at].subject, stock, number)),
        ledger,
        executor,
    )


def _show(line: StockLine) -> None:
    label = line.labels.get(current_language()) or line.labels.get("en") or line.item
    name = label if label == line.item else f"{label} ({line.item})"
    parts = {"there": line.there, "free": line.free, "unit": line.store.unit}
    told = (
        tell("{there} {unit}, {free} of them free", **parts)
        if line.store.unit
        else tell("{there}, {free} of them free", **parts)
    )
    text = Text(f"{clean(name)}  ", "bold").append(told)
    if line.store.floor:
        text.append(tell(", floor {floor}", floor=line.store.floor))
    if line.is_low:
        text.append(f"  {tell('below its floor')}", "yellow")
    show(text)
    for promise in line.promises:
        parts = {"quantity": promise.quantity, "incident": promise.incident, "step": promise.step}
        show(Text("  " + tell("{quantity} for {step} of {incident}", **parts), "dim"))


def _record(line: StockLine) -> dict[str, object]:
    return {
        "pack": line.pack,
        "item": line.item,
        "unit": line.store.unit,
        "holder": line.store.holder,
        "there": line.there,
        "free": line.free,
        "floor": line.store.floor,
        "below_floor": line.is_low,
        "promised": [
            {"incident": one.incident, "step": one.step, "quantity": one.quantity}
            for one in line.promises
        ],
    }
