"""`remit check`: all checks over a pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import StringIO
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from remit.cli.budgets import MOST_SECONDS, proof_budget
from remit.cli.cache_folder import open_cache
from remit.cli.clock import current_day, pause
from remit.cli.colors import wants_color
from remit.cli.destinations import destinations, json_text, write_json
from remit.cli.exits import Exit, UsageError
from remit.cli.kept_reports import KeptReports, Outcome, Variant
from remit.cli.packs import load_pack
from remit.cli.reports import report_text
from remit.cli.screen import console_for
from remit.engine.errors import PackErrors
from remit.engine.language.loader import is_unchanged
from remit.engine.language.stores import Member
from remit.engine.map.budget import Budget
from remit.engine.pack import Pack
from remit.validators.finding import LEVELS, Level, Report
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
    watch: Annotated[bool, Parameter(negative=())] = False,
    seconds: Annotated[float, Parameter(validator=Number(gt=0))] = MOST_SECONDS,
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
        watch: Check again after every change of the files, and show what is new and what is gone.
        seconds: Time after which no further proof is begun; what is left is told as not proved.
    """
    wanted = destinations(output)
    if watch:
        if wanted != destinations(()):
            raise UsageError("`--watch` writes text to the terminal alone", "leave `--output` out")
        return _watch(pack, today, seconds, show_accepted=show_accepted)
    day = today or current_day()
    cache = open_cache()
    try:
        loaded = load_pack(pack, cache)
    except PackErrors as errors:
        for destination in wanted:
            if destination.format == "json":
                write_json(destination, errors_json(errors))
        raise
    report = run_checks(loaded, today=day, budget=proof_budget(seconds))
    told: dict[Variant, str] = {}
    for destination in wanted:
        with destination.opened() as stream:
            variant = Variant(
                destination.format,
                destination.format == "text" and wants_color(stream),
                destination.format == "text" and show_accepted,
            )
            told[variant] = told.get(variant) or _told(report, loaded, variant)
            stream.write(told[variant])
    if cache is not None:
        _keep(report, told, KeptReports(cache, pack, day.isoformat()), cache.noted)
    clean = report.proved and not report.at_or_above(fail_level)
    return Exit.CLEAN if clean else Exit.FINDINGS


def _watch(pack: str, today: dt.date | None, most_s: float, *, show_accepted: bool) -> int:
    from remit.cli.check_watch import watch

    def day() -> dt.date:
        return today or current_day()

    def budget() -> Budget:
        return proof_budget(most_s)

    for _ in watch(pack, with_accepted=show_accepted, today=day, sleep=pause, budget=budget):
        pass
    return Exit.CLEAN


def _told(report: Report, pack: Pack, variant: Variant) -> str:
    """Return a report as it is printed."""
    if variant.format == "json":
        return json_text(report_json(report)) + "\n"
    out = StringIO()
    console = console_for(out, is_colored=variant.is_colored)
    for part in report_text(report, pack, with_accepted=variant.with_accepted):
        console.print(part)
    return out.getvalue()


def _keep(
    report: Report, told: Mapping[Variant, str], kept: KeptReports, members: tuple[Member, ...]
) -> None:
    """Keep what was printed, if the pack is still the one that it is about."""
    # WHY only proved: what ran out of a budget may come further the next time.
    # WHY unchanged: excerpts are read when they are printed.
    if not report.proved or not members or not is_unchanged(members):
        return
    levels = [finding.level for finding in report.open_findings()]
    counts = tuple((level, levels.count(level)) for level in LEVELS)
    folders = [(one.path, one.real, one.shown, one.tables, one.digest) for one in members]
    kept.put(
        folders,
        {variant: Outcome(text, report.proved, counts) for variant, text in told.items()},
    )
