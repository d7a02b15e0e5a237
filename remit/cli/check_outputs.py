"""A report of `remit check`, or why there is none, in each format."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

import remit
from remit.cli.colors import wants_color
from remit.cli.destinations import Destination, json_text
from remit.cli.diagnostics import error_text
from remit.cli.kept_reports import Place, Variant
from remit.cli.reports import report_text, statistics_text, summary
from remit.cli.screen import console_for
from remit.engine.errors import PackErrors
from remit.engine.pack import Pack
from remit.validators.check import Check
from remit.validators.finding import LEVELS, Level, Report
from remit.validators.outputs.github import errors_github, report_github
from remit.validators.outputs.gitlab import errors_gitlab, report_gitlab
from remit.validators.outputs.json import errors_json, report_json
from remit.validators.outputs.junit import errors_junit, report_junit
from remit.validators.outputs.markdown import errors_markdown, report_markdown
from remit.validators.outputs.sarif import errors_sarif, report_sarif
from remit.validators.telling import Scene

__all__ = ["report_told", "scene_of", "write_errors"]


def scene_of(pack: str, place: Place, checks: tuple[Check, ...], fail_level: str) -> Scene:
    """Return where and for whom a report is told."""
    level: Level = next(one for one in LEVELS if one == fail_level)
    return Scene(place.folder, place.root, pack, remit.__version__, checks, level)


def report_told(report: Report, pack: Pack, variant: Variant, scene: Scene) -> str:
    """Return a report as it is written."""
    if variant.format == "text":
        return _text(report, pack, variant)
    written = {
        "json": lambda: _json(report_json(report)),
        "sarif": lambda: _json(report_sarif(report, scene)),
        "github": lambda: report_github(report, scene),
        "gitlab": lambda: _json(report_gitlab(report, scene)),
        "junit": lambda: report_junit(report, scene),
        "markdown": lambda: report_markdown(report, scene),
    }
    return written[variant.format]()


def write_errors(errors: PackErrors, wanted: Iterable[Destination], scene: Scene) -> None:
    """Write why a pack cannot be loaded to every destination that is no terminal's."""
    written = {
        "json": lambda: _json(errors_json(errors)),
        "sarif": lambda: _json(errors_sarif(errors, scene)),
        "github": lambda: errors_github(errors, scene),
        "gitlab": lambda: _json(errors_gitlab(errors, scene)),
        "junit": lambda: errors_junit(errors, scene),
        "markdown": lambda: errors_markdown(errors, scene),
    }
    for destination in wanted:
        # WHY: whoever runs the command tells the errors in words, on standard error.
        if destination.format == "text" and destination.file is None:
            continue
        with destination.opened() as stream:
            if destination.format == "text":
                stream.write(_errors_text(errors, is_colored=wants_color(stream)))
            else:
                stream.write(written[destination.format]())


def _json(value: object) -> str:
    return json_text(value) + "\n"


def _text(report: Report, pack: Pack, variant: Variant) -> str:
    out = StringIO()
    console = console_for(out, is_colored=variant.is_colored)
    if variant.with_statistics:
        parts = [*statistics_text(report), summary(report, pack)]
    else:
        parts = [*report_text(report, pack, with_accepted=variant.with_accepted)]
    for part in parts:
        console.print(part)
    return out.getvalue()


def _errors_text(errors: PackErrors, *, is_colored: bool) -> str:
    out = StringIO()
    console = console_for(out, is_colored=is_colored)
    for error in errors.errors:
        console.print(error_text(error).append("\n"))
    return out.getvalue()
