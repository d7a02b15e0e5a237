"""`remit report`: what became of an incident, or of many together."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.destinations import json_text
from remit.cli.exits import Exit, UsageError
from remit.cli.live import find_incident, open_ledger
from remit.cli.pages.output import Place, put, suffix_of
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.pack import Pack
from remit.engine.wording import Language, current_language, speaking, tell
from remit.workflows.conformance.habits import LEAST
from remit.workflows.conformance.history import History, history_of
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.reports.html import render_page, render_report
from remit.workflows.reports.markdown import page_markdown
from remit.workflows.reports.overview import overview_of, overview_page
from remit.workflows.reports.reading import view_of
from remit.workflows.reports.view_sections import report_page
from remit.workflows.times import zone

__all__ = ["report"]

Format = Literal["html", "markdown", "json"]
SUFFIXES: dict[str, Format] = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".json": "json",
}  # fmt: skip
"""Formats that the name of the file tells."""


def report(
    incident: str | None = None,
    /,
    *,
    all: Annotated[bool, Parameter(negative=())] = False,  # noqa: A002 -- the name of the option
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    ledger: str | None = None,
    format: Format | None = None,  # noqa: A002 -- the name of the option
    output: Place = None,
    lang: Language | None = None,
) -> int:
    """Tell what became of an incident: what happened, who was to answer and who did, times, costs.

    With --all it tells of many incidents together: what each subject carried, how long things took,
    which share of the limits was kept, who stood in for whom.

    Args:
        incident: The incident, as `remit incidents` names it.
        all: Tell of all incidents of the ledger together.
        from_: With --all, only incidents opened on this day or later, as 2026-03-01.
        to: With --all, only incidents opened on this day or before.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to write it; what the name of the file tells, else markdown.
        output: File to write to.
        lang: Language of words and labels.
    """
    if all == (incident is not None):
        raise UsageError(
            tell("name one incident, or say `--all`"), tell("`remit incidents` lists them")
        )
    if not all and (from_ or to):
        raise UsageError(tell("`--from` and `--to` go with `--all` alone"))
    shape = format or suffix_of(output, SUFFIXES) or "markdown"
    language = lang or current_language()
    with speaking(language), open_ledger(ledger) as opened:
        if incident is not None:
            text = _one(opened, incident, shape, language)
        else:
            text = _many(opened, _day(from_, "--from"), _day(to, "--to"), shape, language)
        put(text, output)
    return Exit.CLEAN


def _one(ledger: Ledger, name: str, shape: Format, language: Language) -> str:
    found = find_incident(ledger, name)
    view = view_of(ledger, found.id, _pack(found), language=language)
    if shape == "html":
        return render_report(view)
    if shape == "json":
        return json_text(_plain(view)) + "\n"
    return page_markdown(report_page(view))


def _many(
    ledger: Ledger, start: dt.date | None, end: dt.date | None, shape: Format, language: Language
) -> str:
    if start and end and end < start:
        raise UsageError(tell("`--to {end}` lies before `--from {start}`", end=end, start=start))
    found = list(_opened(ledger, start, end))
    view = overview_of(found, language, start=start, end=end, least=LEAST)
    if shape == "json":
        return json_text(_plain(view)) + "\n"
    page = overview_page(view)
    return render_page(page) if shape == "html" else page_markdown(page)


def _opened(
    ledger: Ledger, start: dt.date | None, end: dt.date | None
) -> Iterator[tuple[Incident, History]]:
    """Yield the incidents opened from one day to another, in their own zone, the oldest first."""
    for summary in reversed(ledger.incidents()):
        day = summary.opened.astimezone(zone(summary.offset)).date()
        if (start and day < start) or (end and day > end):
            continue
        incident, history = ledger.incident(summary.id), history_of(ledger.entries(summary.id))
        if incident is not None and history is not None:
            yield incident, history


def _day(text: str | None, option: str) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            tell("`{option} {text}` is no day", option=option, text=text),
            tell("write it as 2026-03-01"),
        ) from error


def _pack(incident: Incident) -> Pack | None:
    """Return the pack that decided, if it is still where it was."""
    try:
        return load(incident.pack_path)
    except PackErrors:
        return None


def _plain(value: object) -> object:
    """Return a value of frozen dataclasses as JSON: times as texts, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(found) for name, found in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(found) for found in value]
    return value
