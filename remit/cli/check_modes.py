"""What `remit check` does in place of a report: watching, acceptances, baselines, settings."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from remit.cli.budgets import proof_budget
from remit.cli.clock import current_day, pause
from remit.cli.configuration import Settings, find_file
from remit.cli.destinations import destinations
from remit.cli.exits import Exit, UsageError
from remit.cli.options import OPTIONS
from remit.cli.packs import load_pack
from remit.cli.screen import clean, show
from remit.cli.selection import selected
from remit.engine.map.budget import Budget
from remit.engine.pack import Acceptance, Pack
from remit.engine.wording import tell
from remit.validators.acceptance import days_left

__all__ = ["BASELINE_DAYS", "Modes", "run_mode", "with_file"]

BASELINE_DAYS = 90
"""Days for which a baseline accepts what it found, unless told otherwise."""
WRITE_BASELINE = "--write-baseline"


@dataclass(frozen=True, slots=True)
class Modes:
    """What is asked for in place of a report.

    Args:
        write_baseline: the file; `None` where none is to be written.
        until: last day of its acceptances.
    """

    watch: bool
    list_accepted: bool
    write_baseline: str | None
    until: dt.date | None
    show_config: bool

    @property
    def is_any(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self._named()) or self.until is not None

    def refuse_mixtures(self, settings: Settings) -> None:
        """Raise a usage error where options do not go together."""
        named = self._named()
        if len(named) > 1:
            raise UsageError(
                tell("`{one}` and `{other}` do not go together", one=named[0], other=named[1])
            )
        if self.until is not None and self.write_baseline is None:
            raise UsageError(
                tell("`--until` is about a baseline"), tell("add `{option}`", option=WRITE_BASELINE)
            )
        is_given = settings.sources["output"] == "command line"
        if is_given and destinations(settings.output) != destinations(()):
            raise UsageError(
                tell("`{option}` writes text to the terminal alone", option=named[0]),
                tell("leave `--output` out"),
            )

    def _named(self) -> list[str]:
        asked = (
            ("--watch", self.watch),
            ("--list-accepted", self.list_accepted),
            (WRITE_BASELINE, self.write_baseline is not None),
            ("--show-config", self.show_config),
        )
        return [name for name, is_asked in asked if is_asked]


def with_file(arguments: Sequence[str]) -> list[str]:
    """Return arguments in which `--write-baseline` has its file, the usual one if none is named.

    What follows is the file if it ends as one; a folder there is the pack.
    """
    from remit.cli.baseline_files import ENDINGS, FILE

    found = list(arguments)
    if WRITE_BASELINE in found:
        at = found.index(WRITE_BASELINE)
        is_named = found[at + 1 : at + 2] and found[at + 1].endswith(ENDINGS)
        if not is_named:
            found[at] = f"{WRITE_BASELINE}={FILE}"
    return found


def run_mode(pack: str, modes: Modes, settings: Settings, today: dt.date | None) -> int:
    """Do what is asked for, and return the exit code."""
    modes.refuse_mixtures(settings)
    if modes.show_config:
        for line in _settings_lines(pack, settings):
            show(line)
        return Exit.CLEAN
    if modes.watch:
        return _watch(pack, settings, today)
    day = today or current_day()
    if modes.list_accepted:
        loaded = load_pack(pack)
        for line in _accepted_lines(loaded, day):
            show(line)
        return Exit.CLEAN
    from remit.cli.baselines import write_baseline

    until = modes.until or day + dt.timedelta(days=BASELINE_DAYS)
    return write_baseline(pack, modes.write_baseline or "", settings, today=day, until=until)


def _watch(pack: str, settings: Settings, today: dt.date | None) -> int:
    from remit.cli.check_watch import watch

    def day() -> dt.date:
        return today or current_day()

    def budget() -> Budget:
        return proof_budget(settings.seconds)

    for _ in watch(
        pack,
        with_accepted=settings.show_accepted,
        today=day,
        sleep=pause,
        budget=budget,
        checks=selected(settings.select, settings.ignore),
    ):
        pass
    return Exit.CLEAN


def _settings_lines(pack: str, settings: Settings) -> Iterator[Text]:
    """Yield the settings as a file would have them, each with where it is from."""
    path = find_file(pack)
    shown = os.path.relpath(path) if path else tell("no file of settings")
    yield Text(f"# {shown}", "cyan")
    yield Text("[check]")
    values = settings._asdict()
    written = {name: _toml(values[name.replace("-", "_")]) for name in OPTIONS}
    wide = max(len(f"{name} = {value}") for name, value in written.items())
    for name, value in written.items():
        yield Text(f"{name} = {value}".ljust(wide)).append(f"  # {settings.sources[name]}", "cyan")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{value:g}"


def _accepted_lines(pack: Pack, today: dt.date) -> Iterator[Text]:
    """Yield a table of the acceptances of a pack, those that end first before the others."""
    from remit.validators.words import region_words

    if not pack.accept:
        named = f"{pack.name} {pack.version}"
        yield Text(tell("{pack}: nothing is accepted", pack=named))
        return
    head = (
        tell("code"),
        tell("where"),
        tell("reason"),
        tell("by"),
        tell("until"),
        tell("days left"),
    )
    rows = [head]
    entries = sorted(pack.accept, key=lambda one: (one.until or dt.date.max, one.span))
    for entry in entries:
        where = tell(" or ").join(region_words(box) for box in _written_boxes(entry, pack))
        about = [one for one in (entry.activity, entry.subject, entry.duty) if one]
        rows.append(
            (
                entry.code,
                clean("; ".join([*about, where])),
                clean(str(entry.reason)),
                clean(entry.by or "-"),
                str(entry.until or "-"),
                _left(entry, today),
            )
        )
    yield from _table(rows)


def _written_boxes(entry: Acceptance, pack: Pack) -> list[dict[str, object]]:
    from remit.engine.language.constraints import format_constraint

    return [
        {
            name: format_constraint(pack.vocabulary.dimension(name), constraint.allowed)
            for name, constraint in box.constraints.items()
        }
        for box in entry.when.boxes
    ]


def _left(entry: Acceptance, today: dt.date) -> str:
    left = days_left(entry, today)
    if left is None:
        return "-"
    return str(left) if left >= 0 else tell("over")


def _table(rows: Sequence[Sequence[str]]) -> Iterator[Text]:
    from rich.cells import cell_len

    wide = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for number, row in enumerate(rows):
        pairs = zip(row, wide, strict=True)
        cells = [text + " " * (width - cell_len(text)) for text, width in pairs]
        yield Text("  ".join(cells).rstrip(), "bold" if number == 0 else "")
