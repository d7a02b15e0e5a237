"""`remit explain`: the page of a check, or the list of all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.screen import console_for, padded, show, wants_color
from remit.engine.wording import current_language, tell, tell_marked
from remit.validators.pages import page_of
from remit.validators.registry import CHECKS, find_check
from remit.validators.telling import level_word

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
        raise UsageError(tell("there is no check `{code}`", code=code), did_you_mean(code, names))
    page = page_of(check)
    if current_language() != "en":
        # WHY in the page: a copy of it should say so, too.
        page = f"> {tell('the pages of the checks are in English for now')}\n\n{page}"
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
        yield Text(tell_marked(family), "bold")
        for check in checks:
            line = Text(f"  {check.code}  ", "cyan").append(f"{check.name:{widest}}", "bold")
            level, summary = padded(level_word(check.level), 7), tell_marked(check.summary)
            yield line.append(f"  {level}  {summary}", "default")
