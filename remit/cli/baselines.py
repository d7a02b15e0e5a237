"""Writing a baseline: what is found now is accepted for a time, and what is new is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from rich.text import Text

from remit.cli.baseline_files import Written, baseline_path, with_baseline
from remit.cli.budgets import check_budget
from remit.cli.configuration import Settings
from remit.cli.exits import Exit, UsageError
from remit.cli.packs import load_pack
from remit.cli.reports import statistics_text, summary
from remit.cli.screen import clean, say, show
from remit.cli.selection import selected
from remit.engine.errors import PackErrors
from remit.engine.map.responsibility import compile_pack
from remit.engine.pack import Pack
from remit.engine.replay import Replay
from remit.engine.wording import tell, tell_count
from remit.validators.baseline import Draft, drafts
from remit.validators.check import Check, Context
from remit.validators.finding import LEVELS, Report
from remit.validators.registry import CHECKS
from remit.validators.registry import check as run_checks

__all__ = ["write_baseline"]

MOST_LINES = 60
"""Lines of a baseline that are shown."""


def write_baseline(
    pack: str, name: str, settings: Settings, *, today: dt.date, until: dt.date
) -> int:
    """Write a baseline, tell what is open in spite of it, and return how the command ends.

    Args:
        name: the file, by its path within the pack.
    """
    if until < today:
        raise UsageError(tell("a baseline that ends on {day} is over today", day=until.isoformat()))
    checks = selected(settings.select, settings.ignore)
    path = baseline_path(pack, name)
    loaded = load_pack(pack)
    found = _drafts(loaded, checks, settings, today)
    written = with_baseline(path, loaded, found, today=today, until=until)
    again = _changed(pack, written) if found or written.removed else loaded
    for line in (*_shown(written.removed, "-", "red"), *_shown(written.added, "+", "green")):
        show(line)
    _tell_written(found, written, until)
    report = run_checks(again, today=today, budget=check_budget(settings, again), checks=checks)
    for line in statistics_text(report):
        show(line)
    show(summary(report, again))
    return Exit.CLEAN if _is_clean(report, settings) else Exit.FINDINGS


def _drafts(
    pack: Pack, checks: tuple[Check, ...], settings: Settings, today: dt.date
) -> list[Draft]:
    compiled = compile_pack(pack, budget=check_budget(settings, pack))
    return list(drafts(checks, Context(pack, compiled, Replay(pack), today, CHECKS)))


def _changed(pack: str, written: Written) -> Pack:
    """Write a file and load the pack anew; if it cannot be, put the file back as it was."""
    written.path.parent.mkdir(parents=True, exist_ok=True)
    written.path.write_text(written.after, encoding="utf-8", newline="")
    try:
        return load_pack(pack)
    except PackErrors:
        if written.before is None:
            written.path.unlink()
        else:
            written.path.write_text(written.before, encoding="utf-8", newline="")
        raise


def _tell_written(found: Sequence[Draft], written: Written, until: dt.date) -> None:
    if not found:
        show(tell("there is nothing to accept"))
        return
    told = tell_count(
        "{number} acceptance until {day} written to `{path}`",
        "{number} acceptances until {day} written to `{path}`",
        len(found),
        path=written.path,
        day=until.isoformat(),
    )
    show(told)
    for draft in found:
        if not draft.is_exact:
            say(
                tell(
                    "note: `{code}` of `{activity}` lies in many pieces, so its acceptance is "
                    "wider than what was found",
                    code=draft.check.name,
                    activity=draft.activity,
                )
            )


def _shown(lines: Sequence[str], sign: str, style: str) -> Iterator[Text]:
    for line in lines[:MOST_LINES]:
        yield Text(f"{sign} {clean(line)}", style)
    more = len(lines) - MOST_LINES
    if more > 0:
        yield Text(tell_count("  and {number} more line", "  and {number} more lines", more))


def _is_clean(report: Report, settings: Settings) -> bool:
    serious = LEVELS[: [*LEVELS].index(settings.fail_level) + 1]  # type: ignore[arg-type]
    is_failed = any(one.level in serious for one in report.open_findings())
    return settings.exit_zero or (report.proved and not is_failed)
