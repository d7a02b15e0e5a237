"""`remit explain`: the page of a check, or the list of all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.screen import console_for, show, wants_color
from remit.validators.pages import page_of
from remit.validators.registry import CHECKS, find_check

__all__ = ["explain"]

WIDEST_PAGE = 130
"""Columns a page is set in on a wide terminal."""


def explain(code: str | None = None, /) -> int:
    """Print the page of a check: what it finds, why it matters, an example and its cure.

    Args:
        code: Code or name of a check, such as R201 or unowned-event; all are listed without one.
    """
    if code is None:
        for line in _listed():
            show(line)
        return Exit.CLEAN
    check = find_check(code)
    if check is None:
        names = [name for each in CHECKS for name in (each.code, each.name)]
        raise UsageError(f"there is no check `{code}`", did_you_mean(code, names))
    page = page_of(check)
    if wants_color(sys.stdout):
        from rich.markdown import Markdown

        console = console_for(sys.stdout)
        console.print(Markdown(page), width=min(console.width, WIDEST_PAGE), soft_wrap=False)
    else:
        sys.stdout.write(page)
    return Exit.CLEAN


def _listed() -> Iterator[Text]:
    widest = max(len(check.name) for check in CHECKS)
    for family, checks in groupby(CHECKS, key=lambda check: check.family):
        yield Text(family, "bold")
        for check in checks:
            line = Text(f"  {check.code}  ", "cyan").append(f"{check.name:{widest}}", "bold")
            yield line.append(f"  {check.level:7}  {check.summary}", "default")
