"""`remit doctor`: what works on this machine, and the one line that mends what does not."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.diagnosis import Found, look, state_words
from remit.cli.exits import Exit
from remit.cli.live import Format
from remit.cli.screen import clean, show

__all__ = ["doctor"]

STYLES = {"ok": "green", "missing": "yellow", "broken": "red"}


def doctor(
    *,
    start: Annotated[bool, Parameter(negative=())] = False,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Tell what works on this machine, each with the one line that mends it.

    Ends with 0, or 3 if something is missing or broken that is needed as things are set up here.

    Args:
        start: Also start a Prefect server for a moment, which takes seconds.
        format: How to print it.
    """
    found = list(look(start=start)) if format == "json" else []
    if format == "json":
        write_json(Destination("json"), {"parts": [_record(each) for each in found]})
    else:
        for each in look(start=start):
            found.append(each)
            _tell(each)
    wrong = any(each.needed and each.state != "ok" for each in found)
    return Exit.MISSING if wrong else Exit.CLEAN


def _tell(found: Found) -> None:
    style = STYLES[found.state] if found.needed or found.state == "ok" else "yellow"
    line = Text(found.part.ljust(10)).append(state_words(found.state), style)
    show(line.append(f"  {clean(found.told)}"))
    if found.help:
        show(Text(f"{'':10}= {clean(found.help)}", "dim"))


def _record(found: Found) -> dict[str, object]:
    return {
        "part": found.part,
        "state": found.state,
        "told": found.told,
        "help": found.help,
        "needed": found.needed,
    }
