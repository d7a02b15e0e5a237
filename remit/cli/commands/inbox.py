"""`remit inbox`: what waits for a subject, the most urgent first."""

from __future__ import annotations

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.glass import glass_line, glass_record, open_glass
from remit.cli.live import (
    Format,
    is_absent,
    item_lines,
    item_record,
    open_ledger,
    waiting,
)
from remit.cli.screen import say, show
from remit.engine.wording import current_language, tell
from remit.validators.words import listed
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.community_glass import GlassAct
from remit.workflows.incident import Incident, Item

__all__ = ["inbox"]


def inbox(
    subject: str | None = None,
    /,
    *,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """Show what waits for a subject, the most urgent first, and how to answer it.

    Args:
        subject: The subject, as the pack names it; everybody where left out.
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    found: list[tuple[Incident, Item]] = []
    past: list[GlassAct] = []
    if not is_absent(ledger):
        with open_ledger(ledger) as opened:
            found = waiting(opened, None if subject is None else (subject,))
            past = [one for one in open_glass(opened) if subject is None or one.may_judge(subject)]
            if not found and not past and subject is not None:
                _tell_others(waiting(opened), subject)
    if format == "json":
        items = [item_record(*entry) for entry in found]
        record = {"items": items, "past_policy": [glass_record(one) for one in past]}
        write_json(Destination("json"), record)
        return Exit.CLEAN
    if not found and not past:
        show(
            tell("nothing waits for `{subject}`", subject=subject)
            if subject
            else tell("nothing waits for anybody")
        )
    for line in item_lines(found, current_language(), SystemClock().now()):
        show(line)
    for one in past:
        show(glass_line(one))
    return Exit.CLEAN


def _tell_others(others: list[tuple[Incident, Item]], subject: str) -> None:
    """Tell for whom something waits, in case the subject was misspelt, and for whom it speaks."""
    names = sorted({item.subject for _, item in others})
    joint = sorted(
        {i.subject for incident, i in others if incident.response.speaks_for(subject, i.subject)}
    )
    if joint:
        told = listed(f"`{name}`" for name in joint)
        say(tell("`{subject}` speaks for {names}: look there too", subject=subject, names=told))
    elif names:
        say(tell("something waits for: {names}", names=listed(f"`{name}`" for name in names)))
