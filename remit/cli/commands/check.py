"""`remit check`: all checks over a pack."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from cyclopts import Parameter

from remit.cli.clock import current_day
from remit.cli.destinations import destinations, write_json
from remit.cli.exits import Exit
from remit.cli.reports import report_text
from remit.cli.screen import console_for
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.validators.finding import Level
from remit.validators.outputs.json import errors_json, report_json
from remit.validators.registry import check as run_checks

__all__ = ["check"]


def check(
    pack: str = ".",
    /,
    *,
    output: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    fail_level: Level = "error",
    show_accepted: Annotated[bool, Parameter(negative=())] = False,
    today: dt.date | None = None,
) -> int:
    """Find gaps, overlaps and other faults of a pack.

    Ends with 0 if nothing was found, 1 if something was or could not be proved, 4 if the pack
    cannot be loaded.

    Args:
        pack: Folder of the pack.
        output: FORMAT or FORMAT:FILE, as often as wanted; the formats are text and json.
        fail_level: Least serious level that counts as a failure.
        show_accepted: Show accepted findings too; json always has them.
        today: Day that acceptances are held against; today's date where left out.
    """
    wanted = destinations(output)
    try:
        loaded = load(pack)
    except PackErrors as errors:
        for destination in wanted:
            if destination.format == "json":
                write_json(destination, errors_json(errors))
        raise
    report = run_checks(loaded, today=today or current_day())
    for destination in wanted:
        if destination.format == "json":
            write_json(destination, report_json(report))
            continue
        with destination.opened() as stream:
            for part in report_text(report, loaded, with_accepted=show_accepted):
                console_for(stream).print(part)
    clean = report.proved and not report.at_or_above(fail_level)
    return Exit.CLEAN if clean else Exit.FINDINGS
