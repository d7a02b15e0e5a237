"""`remit calls`: a list to print: whom to call, in which order, by which number."""

from __future__ import annotations

from remit.cli.exits import Exit
from remit.cli.live import find_incident, open_ledger
from remit.cli.screen import show
from remit.engine.wording import current_language, tell
from remit.workflows.adapters.clocks import SystemClock
from remit.workflows.calling import call_list
from remit.workflows.roster_changes import ROSTER_KINDS, changes_of

__all__ = ["calls"]


def calls(incident: str | None = None, /, *, ledger: str | None = None) -> int:
    """Print whom to call for what is open, in which order, by which number.

    For when no message goes out any more: it needs the ledger and nothing else. Ends with 0, 1 if
    somebody cannot be called.

    Args:
        incident: The incident; all that are open where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
    """
    language, now = current_language(), SystemClock().now()
    reached = True
    with open_ledger(ledger) as opened:
        changes = changes_of(opened.entries_of(ROSTER_KINDS))
        if incident is not None:
            wanted = [find_incident(opened, incident)]
        else:
            names = [one.id for one in opened.incidents() if one.state != "closed"]
            wanted = [find_incident(opened, name) for name in names]
        for at, found in enumerate(wanted):
            if at:
                show("")
            lines, complete = call_list(found, changes, now, language)
            for line in lines:
                show(line)
            reached = reached and complete
    if not wanted:
        show(tell("no incident is open: nobody is to be called"))
    return Exit.CLEAN if reached else Exit.FINDINGS
