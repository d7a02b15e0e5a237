"""`remit cards`: what each subject must do, may do and must not do, on a card to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from remit.cli.charts.asking import Filter, compiled_for, read_filter
from remit.cli.exits import Exit, UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.packs import load_pack
from remit.cli.pages.card_words import Sheet, sheet_of
from remit.cli.pages.cards import Paper, cards_markdown, cards_page
from remit.cli.pages.output import Place, put, suffix_of
from remit.cli.pages.phrases import label_of
from remit.cli.screen import say
from remit.engine.chart.card import card_of
from remit.engine.chart.sides import value_side
from remit.engine.intervals import IntervalSet
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Pack
from remit.engine.wording import Language, current_language, speaking, tell

__all__ = ["cards"]

Format = Literal["html", "markdown"]
SUFFIXES: dict[str, Format] = {".html": "html", ".htm": "html", ".md": "markdown"}
"""Formats that the name of the file tells."""
MOST_CARDS = 250
"""Cards made at once; each takes about a tenth of a second, and more are printed by nobody."""


def cards(
    pack: str = ".",
    /,
    *,
    subject: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    where: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    by: str | None = None,
    paper: Paper = "a5",
    format: Format | None = None,  # noqa: A002 -- the name of the option
    out: Place = None,
    lang: Language | None = None,
) -> int:
    """Write duty cards: what each subject must do by when, may do and must not do, whom to call.

    A card tells what holds after all exceptions. There is one for each subject and each value of
    the state, such as a stage; a subject with nothing to do there gets none, unless it is named.
    Ends with 0; 1 if a card could not be made in time.

    Args:
        pack: Folder of the pack.
        subject: The subject it is for; as often as wanted; all where left out.
        where: The part of the event space it is about, as stage=early or place=north; as often as
            wanted.
        by: Dimension with a card for each value; the first state dimension where left out, unless
            --where names one; none for one card a subject.
        paper: Size of the paper to print on.
        format: How to write it; what the name of the file tells, else html.
        out: File to write to.
        lang: Language of words and labels.
    """
    shape = format or suffix_of(out, SUFFIXES) or "html"
    with speaking(lang or current_language()):
        loaded = load_pack(pack)
        asked = read_filter(where, loaded)
        for name in subject:
            if name not in loaded.subjects:
                raise UsageError(
                    tell("there is no subject `{name}`", name=name),
                    did_you_mean(name, loaded.subjects),
                )
        map_ = compiled_for(loaded, asked)
        late: list[str] = []
        sheets = tuple(_sheets(map_, subject or asked.subjects, asked, by, late))
        title = tell("Duty cards: {pack}", pack=label_of(loaded.label, loaded.name))
        put(cards_page(sheets, title, paper) if shape == "html" else cards_markdown(sheets), out)
    for name in late:
        say(Text().append("not proved", "bold yellow").append(f": {name}"))
    return Exit.FINDINGS if late else Exit.CLEAN


def _sheets(
    map_: ResponsibilityMap, named: tuple[str, ...], asked: Filter, by: str | None, late: list[str]
) -> Iterator[Sheet]:
    pack = map_.pack
    subjects = named or tuple(sorted(pack.subjects))
    parts = _parts(map_, asked, by)
    if len(subjects) * len(parts) > MOST_CARDS:
        raise UsageError(
            tell(
                "these would be up to {number} cards, and {most} are made at once",
                number=len(subjects) * len(parts),
                most=MOST_CARDS,
            ),
            tell("name subjects with `--subject`, or one value with `--where`"),
        )
    number = 0
    for subject in subjects:
        for shared in parts:
            box = Filter(shared).box(map_)
            try:
                card = card_of(map_, subject, box)
            except BudgetExceeded as error:
                late.append(f"{subject}: {error}")
                continue
            if not card.is_empty or named:
                number += 1
                yield sheet_of(card, pack, shared, number)


def _parts(map_: ResponsibilityMap, asked: Filter, by: str | None) -> list[dict[str, IntervalSet]]:
    """Return what the cards of a subject are about, one after another."""
    dimension = _by(map_.pack, asked, by)
    if dimension is None:
        return [asked.values]
    (at,) = (n for n, axis in enumerate(map_.compiled.space.axes) if axis.name == dimension)
    axis = map_.compiled.space.axes[at]
    side = value_side(axis, None, asked.box(map_)[at])
    whole = asked.values.get(dimension) or axis.dimension.everything()
    return [
        {dimension: whole & (heading.allowed or whole), **_without(asked.values, dimension)}
        for heading in side.headings
    ]


def _without(values: dict[str, IntervalSet], name: str) -> dict[str, IntervalSet]:
    return {key: value for key, value in values.items() if key != name}


def _by(pack: Pack, asked: Filter, by: str | None) -> str | None:
    dimensions = pack.vocabulary.dimensions
    if by == "none":
        return None
    if by is not None:
        if by not in dimensions:
            raise UsageError(
                tell("there is no dimension `{name}`", name=by),
                did_you_mean(by, (*dimensions, "none")),
            )
        return by
    states = [name for name, one in dimensions.items() if one.state]
    return None if set(states) & set(asked.values) else next(iter(states), None)
