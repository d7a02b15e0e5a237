"""`remit check --fix` as it is told: the patch to standard output, all else to standard error."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from typing import Annotated, cast

from cyclopts import Parameter

from remit.cli.budgets import proof_budget
from remit.cli.configuration import Settings
from remit.cli.exits import Exit, UsageError
from remit.cli.fixing import Fixed, fixed, written
from remit.cli.reports import summary
from remit.cli.screen import clean, say, show
from remit.cli.selection import selected
from remit.cli.text_edits import patch
from remit.engine.wording import tell, tell_count
from remit.validators.finding import Finding, Level

__all__ = ["NO_FIXING", "Fixing", "fix_and_tell"]


@dataclass(frozen=True, slots=True)
class Fixing:
    """The options of `remit check` that fix."""

    fix: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Make the edits that are proved to heal a finding and to change nothing else; "
            "print them as a patch.",
        ),
    ] = False
    diff: Annotated[
        bool, Parameter(negative=(), help="With `--fix`, print the patch and write nothing.")
    ] = False
    unsafe: Annotated[
        bool,
        Parameter(
            negative=(),
            help="With `--fix`, make edits, too, that change who answers in events with an owner.",
        ),
    ] = False

    def is_wanted(self, *, is_alone: bool) -> bool:
        """Return whether to fix.

        Args:
            is_alone: whether nothing else is asked for that prints or waits.

        Raises:
            UsageError: if the options do not go together.
        """
        if not self.fix and (self.diff or self.unsafe):
            raise UsageError(tell("`--diff` and `--unsafe` say how to fix"), tell("add `--fix`"))
        if self.fix and not is_alone:
            raise UsageError(
                tell("`--fix` prints a patch and nothing else: neither `--output` nor `--watch`"),
                tell("fix first, then check"),
            )
        return self.fix


NO_FIXING = Fixing()


def fix_and_tell(path: str, fixing: Fixing, settings: Settings, today: dt.date) -> int:
    """Fix a pack, show the patch and what is left, and return the exit code.

    Args:
        settings: which checks, for how long, and what counts as a failure.
        today: day that acceptances are held against.

    Raises:
        PackErrors: if the pack cannot be loaded.
        UsageError: if a file changed meanwhile.
    """
    found = fixed(
        path,
        today=today,
        budget=lambda: proof_budget(settings.seconds),
        with_unsafe=fixing.unsafe,
        checks=selected(settings.select, settings.ignore),
    )
    told = patch(found.changes)
    is_trial = fixing.diff
    if not is_trial:
        written(found)
    if told and sys.stdout.isatty():
        show("\n".join(clean(line) for line in told.rstrip("\n").split("\n")))
    else:
        # WHY not the console: a patch is read by programs, to the last line end.
        sys.stdout.write(told)
    sys.stdout.flush()
    for finding in found.made:
        say(_made(finding, is_trial=is_trial))
    for refusal in found.refused:
        say(
            tell(
                "left as it is: {place} {code} {name}: {reason}",
                place=refusal.finding.span,
                code=refusal.finding.code,
                name=refusal.finding.name,
                reason=refusal.reason,
            )
        )
    for line in _closing(found, is_trial=is_trial):
        say(line)
    after = found.before if is_trial else found.after
    level = cast("Level", settings.fail_level)
    is_clean = after.proved and not after.at_or_above(level)
    return Exit.CLEAN if is_clean or settings.exit_zero else Exit.FINDINGS


def _made(finding: Finding, *, is_trial: bool) -> str:
    if is_trial:
        return tell("would fix: {place} {code} {name}: {fix}", **_parts(finding))
    return tell("fixed: {place} {code} {name}: {fix}", **_parts(finding))


def _parts(finding: Finding) -> dict[str, object]:
    return {
        "place": finding.span,
        "code": finding.code,
        "name": finding.name,
        "fix": "" if finding.fix is None else finding.fix.description,
    }


def _closing(found: Fixed, *, is_trial: bool) -> list[str]:
    lines: list[str] = []
    made, files = len(found.made), len(found.changes)
    if not made:
        lines.append(tell("there is nothing that can be fixed with a proof"))
    else:
        finding = tell_count("{number} finding", "{number} findings", made)
        file = tell_count("{number} file", "{number} files", files)
        lines.append(
            tell(
                "would fix {findings} in {files}; nothing is written", findings=finding, files=file
            )
            if is_trial
            else tell("fixed {findings} in {files}", findings=finding, files=file)
        )
    left = [one for one in found.after.open_findings() if one.fix is not None]
    unsafe = sum(one.fix is not None and not one.fix.is_safe for one in left)
    if unsafe:
        lines.append(
            tell_count(
                "{number} more could be fixed by changing who answers: `--unsafe` does",
                "{number} more could be fixed by changing who answers: `--unsafe` does",
                unsafe,
            )
        )
    if made and not is_trial:
        lines.append(tell("undo: `git apply -R` with what was printed, kept in a file"))
    whole = summary(found.after, found.pack)
    lines.append(tell("then: {summary}", summary=whole) if made and is_trial else whole)
    return lines
