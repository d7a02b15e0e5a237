"""`remit check`: all checks over a pack, or those that are selected."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from remit.cli.budgets import check_budget
from remit.cli.cache_folder import open_cache
from remit.cli.check_modes import Modes, run_mode
from remit.cli.check_outputs import report_told, scene_of, write_errors
from remit.cli.clock import current_day
from remit.cli.colors import wants_color
from remit.cli.configuration import Settings, settle
from remit.cli.destinations import destinations
from remit.cli.exits import Exit
from remit.cli.fix_report import NO_FIXING, Fixing, fix_and_tell
from remit.cli.found_before import recalled, remember
from remit.cli.kept_reports import KeptReports, Outcome, Place, Variant
from remit.cli.options import OPTIONS
from remit.cli.packs import load_pack
from remit.cli.roots import source_root
from remit.cli.selection import selected
from remit.engine.errors import PackErrors
from remit.engine.language.loader import is_unchanged
from remit.engine.language.stores import Member
from remit.validators.finding import LEVELS, Level, Report
from remit.validators.registry import check as run_checks

__all__ = ["check"]

Many = Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)]
Flag = Annotated[bool, Parameter(negative=())]


def check(  # noqa: PLR0913 -- the options of the command
    pack: str = ".",
    /,
    *,
    output: Many = (),
    fail_level: Level | None = None,
    select: Many = (),
    ignore: Many = (),
    seconds: Annotated[float | None, Parameter(validator=Number(gt=0))] = None,
    show_accepted: bool | None = None,
    statistics: bool | None = None,
    exit_zero: bool | None = None,
    today: dt.date | None = None,
    watch: Flag = False,
    list_accepted: Flag = False,
    write_baseline: Annotated[str | None, Parameter(show_default=False)] = None,
    until: dt.date | None = None,
    show_config: Flag = False,
    fixing: Annotated[Fixing, Parameter(name="*")] = NO_FIXING,
) -> int:
    """Find gaps, overlaps and other faults of a pack.

    Ends with 0 if nothing was found, 1 if something was or could not be proved, 4 if the pack
    cannot be loaded. The options above --today may also be set in remit.toml under [check], in
    pyproject.toml under [tool.remit.check], or as REMIT_CHECK_SELECT and so on.

    Args:
        pack: Folder of the pack.
        output: FORMAT or FORMAT:FILE, as often as wanted; the formats are text, json, sarif,
            github, gitlab, junit and markdown.
        fail_level: Least serious level that counts as a failure; error unless told otherwise.
        select: Run these checks alone: a code or its beginning, a name, or a family, such as
            R201, R, unowned-event or ownership; as often as wanted, or with commas between.
        ignore: Leave these checks out, named likewise, however they are selected.
        seconds: Time after which no further proof is begun; 30, and one more for every thousand
            duties, unless told otherwise. What is left is told as not proved.
        show_accepted: Show accepted findings too; json, sarif, junit and markdown always have them.
        statistics: Show how often each check found something instead of what it found, in text.
        exit_zero: End with 0 in spite of findings.
        today: Day that acceptances and drills are held against; today's date where left out.
        watch: Check again after every change of the files, and show what is new and what is gone.
        list_accepted: List the acceptances of the pack instead, with the days that are left.
        write_baseline: Accept every open finding, in a file of the pack; baseline.yaml unless one
            is named, and it ends in .yaml.
        until: Last day of the acceptances that are written; 90 days from today unless told
            otherwise.
        show_config: Show what holds instead, and where each value was set.
        fixing: Whether and how to fix.
    """
    cache = open_cache()
    values = (output, fail_level, select, ignore, seconds, show_accepted, statistics, exit_zero)
    given: dict[str, object] = dict(zip(OPTIONS, values, strict=True))
    settings = settle(pack, given, environment=os.environ, cache=cache)
    modes = Modes(watch, list_accepted, write_baseline, until, show_config)
    if fixing.is_wanted(is_alone=not (modes.is_any or output)):
        return fix_and_tell(pack, fixing, settings, today or current_day())
    if modes.is_any:
        return run_mode(pack, modes, settings, today)
    return _check(pack, settings, (today or current_day()).isoformat())


def _check(pack: str, settings: Settings, day: str) -> int:
    cache = open_cache()
    wanted = destinations(settings.output)
    checks = selected(settings.select, settings.ignore)
    folder = os.getcwd()  # noqa: PTH109 -- the same as in a quick run, to the letter
    place = Place(folder, source_root(folder, os.environ))
    scene = scene_of(pack, place, checks, settings.fail_level)
    try:
        loaded = load_pack(pack, cache)
    except PackErrors as errors:
        write_errors(errors, wanted, scene)
        raise
    kept = None if cache is None else recalled(pack, cache)
    report = run_checks(
        loaded,
        today=dt.date.fromisoformat(day),
        budget=check_budget(settings, loaded),
        checks=checks,
        kept=kept,
    )
    told: dict[Variant, str] = {}
    for destination in wanted:
        with destination.opened() as stream:
            variant = Variant.of(
                destination.format, settings, place, is_colored=wants_color(stream)
            )
            told[variant] = told.get(variant) or report_told(report, loaded, variant, scene)
            stream.write(told[variant])
    if cache is not None and kept is not None:
        remember(pack, kept, cache)
        _keep(report, told, KeptReports(cache, pack, day), cache.noted)
    clean = report.proved and not report.at_or_above(scene.fail_level)
    return Exit.CLEAN if clean or settings.exit_zero else Exit.FINDINGS


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
