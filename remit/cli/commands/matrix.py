"""`remit matrix`: the responsibility chart of a compiled pack."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated, Literal

from cyclopts import Parameter

from remit.cli.charts.asking import (
    Filter,
    compiled_for,
    filter_lines,
    read_chart,
    read_filter,
    read_letters,
)
from remit.cli.charts.fields import Fields, fields_of
from remit.cli.exits import Exit, UsageError
from remit.cli.packs import load_pack
from remit.cli.pages.output import Place, put, suffix_of
from remit.cli.pages.phrases import label_of
from remit.cli.screen import show
from remit.engine.pack import Pack
from remit.engine.wording import Language, current_language, speaking, tell

__all__ = ["matrix"]

Format = Literal["terminal", "html", "xlsx", "csv", "markdown"]
SUFFIXES: dict[str, Format] = {
    ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".csv": "csv", ".md": "markdown",
}  # fmt: skip
"""Formats that the name of the file tells."""
WIDTH_IN_A_FILE = 160
"""Cells of a line where a chart for the terminal is written to a file."""


def matrix(
    pack: str = ".",
    /,
    *,
    rows: str = "activity",
    columns: str = "subject",
    where: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    letters: str = "ARSCI",
    format: Format | None = None,  # noqa: A002 -- the name of the option
    out: Place = None,
    lang: Language | None = None,
) -> int:
    """Show who has which part in what: the responsibility chart of the compiled pack.

    Unlike the duties as written, it tells what holds after all exceptions, with exact shares, and
    where nobody answers or several do, each with an event that shows it.
    Ends with 0; 1 if part of it could not be proved in time, 3 if a library is missing.

    Args:
        pack: Folder of the pack.
        rows: What the rows are: activity, subject, or a dimension; of a tree the nodes at a depth,
            as place:2 or place:leaves.
        columns: What the columns are, likewise.
        where: The part of the event space it is about, as stage=early or level=iii.., also
            activity=NAME or subject=NAME; as often as wanted.
        letters: Letters shown for activities and subjects, as AR.
        format: How to print it; what the name of the file tells, else for the terminal.
        out: File to write to.
        lang: Language of words and labels; names as in the policy where left out, but in pages and
            workbooks.
    """
    shape = format or suffix_of(out, SUFFIXES) or "terminal"
    by_label = shape != "csv" and (lang is not None or shape in {"html", "xlsx"})
    with speaking("en" if shape == "csv" else lang or current_language()):
        loaded = load_pack(pack)
        asked = read_filter(where, loaded)
        map_ = compiled_for(loaded, asked)
        chart = read_chart(map_, rows, columns, asked, read_letters(letters))
        fields = fields_of(chart, loaded, by_label=by_label)
        _write(fields, shape, out, _title(loaded), _about(loaded, asked, by_label=by_label))
    return Exit.FINDINGS if chart.unproved else Exit.CLEAN


def _write(
    fields: Fields, shape: Format, out: str | None, title: str, about: tuple[str, ...]
) -> None:
    if shape == "terminal":
        _show(fields, out)
    elif shape == "csv":
        from remit.cli.charts.tables import csv_table

        put(csv_table(fields), out)
    elif shape == "markdown":
        from remit.cli.charts.tables import markdown_table

        put(markdown_table(fields, title, about), out)
    elif shape == "html":
        from remit.cli.charts.page import chart_page

        put(chart_page(fields, title, about), out)
    else:
        from remit.cli.charts.sheet import workbook

        if out is None and sys.stdout.isatty():
            raise UsageError(
                tell("a workbook is not for a terminal"), tell("write it to a file: `--out FILE`")
            )
        put(workbook(fields, title, about), out)


def _show(fields: Fields, out: str | None) -> None:
    from remit.cli.charts.terminal import drawn

    if out is None:
        for line in drawn(fields, shutil.get_terminal_size().columns):
            show(line)
        return
    put("".join(f"{line.plain}\n" for line in drawn(fields, WIDTH_IN_A_FILE)), out)


def _title(pack: Pack) -> str:
    return tell("Who answers for what: {pack}", pack=label_of(pack.label, pack.name))


def _about(pack: Pack, asked: Filter, *, by_label: bool) -> tuple[str, ...]:
    lines = [
        tell(
            "pack {name} {version}, digest {digest}",
            name=pack.name,
            version=pack.version,
            digest=pack.digest[:12],
        )
    ]
    return (*lines, *filter_lines(asked, pack, by_label=by_label))
