"""`remit forms`: forms of the Incident Command System, filled from the ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.exits import Exit, UsageError
from remit.cli.live import find_incident, open_ledger
from remit.cli.pages.output import put
from remit.cli.screen import clean, say
from remit.cli.written_files import write_all
from remit.engine.wording import Language, current_language, speaking, tell
from remit.workflows.conformance.history import history_of
from remit.workflows.forms.filling import FORMS, FormName, filled
from remit.workflows.forms.form import Form
from remit.workflows.forms.markdown import forms_markdown
from remit.workflows.forms.page import forms_page
from remit.workflows.forms.source import Period, Source
from remit.workflows.incident import Incident
from remit.workflows.ledger import Ledger
from remit.workflows.times import zone

__all__ = ["forms"]

Format = Literal["html", "markdown"]
SUFFIXES: dict[Format, str] = {"html": ".html", "markdown": ".md"}
APART = ".."
"""Stands between the ends of a period."""


def forms(
    incident: str,
    /,
    *,
    form: Annotated[tuple[FormName | Literal["all"], ...], Parameter(negative=())] = ("all",),
    period: str | None = None,
    ledger: str | None = None,
    format: Format | None = None,  # noqa: A002 -- the name of the option
    output: Path | None = None,
    lang: Language | None = None,
) -> int:
    """Fill the forms of the Incident Command System from what happened in an incident.

    201 is the briefing, 203 and 207 who has which position, 213RR one for each request, 214 the log
    of each subject. What nobody filled in stays blank, to be written on.

    Args:
        incident: The incident, as `remit incidents` names it.
        form: Which form; as often as wanted.
        period: Operational period, as 2026-03-02T08:00..2026-03-02T20:00, in the incident's zone;
            all of it where left out.
        ledger: File of the ledger; $REMIT_LEDGER or .remit/ledger.db where left out.
        format: How to write it: html prints on Letter and A4, a form a page. html with --output,
            else markdown.
        output: Folder to write to, a file for each form; all on standard output where left out.
        lang: Language of words and labels; titles stay English, with the Chinese beside.
    """
    shape: Format = format or ("markdown" if output is None else "html")
    language = lang or current_language()
    names = FORMS if "all" in form else tuple(name for name in FORMS if name in form)
    with speaking(language), open_ledger(ledger) as opened:
        found = find_incident(opened, incident)
        source = _source(opened, found, period, language)
        made = filled(source, names)
        if not made:
            say(tell("nothing in the period fills these forms"))
        if output is None:
            put(_written(made, source, shape), None)
        else:
            _write(made, source, shape, output)
    return Exit.CLEAN


def _source(ledger: Ledger, incident: Incident, period: str | None, language: Language) -> Source:
    story = ledger.story(incident.id)
    own = tuple(entry for entry in story if entry.incident == incident.id)
    history = history_of(own)
    if history is None:
        raise UsageError(tell("the ledger does not tell how incident `{id}` began", id=incident.id))
    whole = Period(min(entry.time for entry in story), max(entry.time for entry in story))
    asked = whole if period is None else _period(period, incident)
    return Source(incident, history, story, asked, language)


def _period(text: str, incident: Incident) -> Period:
    start, apart, end = text.partition(APART)
    try:
        found = Period(_time(start, incident), _time(end, incident, is_end=True))
    except ValueError as error:
        raise UsageError(
            tell("`--period {text}` is no period", text=clean(text)),
            tell("write it as 2026-03-02T08:00..2026-03-02T20:00"),
        ) from error
    if not apart or found.end < found.start:
        raise UsageError(
            tell("`--period {text}` ends before it begins", text=clean(text)),
            tell("write it as 2026-03-02T08:00..2026-03-02T20:00"),
        )
    return found


def _time(text: str, incident: Incident, *, is_end: bool = False) -> dt.datetime:
    """Return a time as written; a day alone begins at midnight, and ends a minute before it."""
    time = dt.datetime.fromisoformat(text.strip())
    if is_end and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        time += dt.timedelta(hours=23, minutes=59)
    return time if time.tzinfo else time.replace(tzinfo=zone(incident.offset))


def _written(made: Sequence[Form], source: Source, shape: Format) -> str:
    if shape == "html":
        return forms_page(made, f"{source.title} ({source.incident.id})", source.language)
    return forms_markdown(made, source.language)


def _write(made: Sequence[Form], source: Source, shape: Format, folder: Path) -> None:
    by_code: dict[str, list[Form]] = {}
    for form in made:
        by_code.setdefault(form.code, []).append(form)
    contents = {
        str(folder / f"{source.incident.id}-{_file(code)}{SUFFIXES[shape]}"): _written(
            found, source, shape
        ).encode()
        for code, found in by_code.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_all(contents)
    except OSError as error:
        raise UsageError(
            tell("cannot write to `{folder}`: {reason}", folder=folder, reason=error.strerror)
        ) from error
    for file in contents:
        say(tell("written: {file}", file=file))


def _file(code: str) -> str:
    return code.lower().replace(" ", "")
