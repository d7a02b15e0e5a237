"""`remit incidents`: all incidents of a ledger, the latest first."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from remit.cli.destinations import Destination, write_json
from remit.cli.exits import Exit
from remit.cli.live import Format, is_absent, open_ledger, state_word
from remit.cli.screen import clean, padded, show
from remit.cli.work_states import work_records, work_summary
from remit.engine.wording import Language, current_language, tell
from remit.workflows.incident import Incident
from remit.workflows.ledger import Summary
from remit.workflows.states import ENDED
from remit.workflows.times import shown

__all__ = ["incidents"]


def incidents(
    *,
    ledger: str | None = None,
    format: Format = "text",  # noqa: A002 -- the name of the option
) -> int:
    """List incidents, the latest first.

    Args:
        ledger: Path or URL of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to print it.
    """
    found: tuple[Summary, ...] = ()
    work: dict[str, Incident] = {}
    if not is_absent(ledger):
        with open_ledger(ledger) as opened:
            found = opened.incidents()
            for summary in found:
                known = None if summary.state in ENDED else opened.incident(summary.id)
                if known is not None:
                    work[summary.id] = known
    if format == "json":
        records = [_record(summary, work.get(summary.id)) for summary in found]
        write_json(Destination("json"), {"incidents": records})
        return Exit.CLEAN
    if not found:
        show(tell("no incidents yet: `remit respond PACK EVENT` opens one, `remit demo` plays one"))
    rows = [_row(summary, work.get(summary.id), current_language()) for summary in found]
    widths = [max(cell_len(row[at]) for row in rows) for at in range(4)] if rows else []
    for row in rows:
        cells = "  ".join(
            padded(clean(cell), width) for cell, width in zip(row, widths, strict=False)
        )
        show(Text(f"{cells}  {clean(row[4])}"))
    return Exit.CLEAN


def _row(
    summary: Summary, incident: Incident | None, language: Language
) -> tuple[str, str, str, str, str]:
    led = (
        tell("led by {commander}", commander=summary.commander)
        if summary.commander
        else tell("nobody leads it yet")
    )
    title = (
        summary.title.get(language)
        or summary.title.get("en")
        or next(iter(summary.title.values()), "")
    )
    stands = work_summary(incident) if incident is not None else ""
    state = state_word(summary.state) + (f" ({stands})" if stands else "")
    return summary.id, state, shown(summary.opened, summary.offset), led, title


def _record(summary: Summary, incident: Incident | None) -> dict[str, object]:
    return {
        "id": summary.id,
        "state": summary.state,
        "title": summary.title,
        "pack": summary.pack,
        "led_by": summary.commander,
        "opened": summary.opened.isoformat(),
        "changed": summary.changed.isoformat(),
        "closed": None if summary.closed is None else summary.closed.isoformat(),
        "steps": [] if incident is None else work_records(incident),
    }
