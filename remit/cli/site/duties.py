"""Duties as they are written, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from remit.cli.pages.markup import EMPTY, Markup, joined, tag
from remit.cli.pages.phrases import (
    condition_phrases,
    duration_phrase,
    label_of,
    letter_name,
    listed,
)
from remit.cli.site.frame import Site
from remit.engine.pack import Duty
from remit.engine.wording import tell

__all__ = ["duty_table", "lines"]


def duty_table(
    site: Site, here: str, duties: Iterable[Duty], *, by: Literal["activity", "subject"]
) -> Markup:
    """Return a table of duties.

    Args:
        by: whose page it stands on; the other side is linked.
    """
    heads = (
        tell("Activity") if by == "subject" else tell("Subject"),
        tell("Part"),
        tell("When"),
        tell("By when"),
        tell("Source"),
    )
    rows = [
        tag("tr", *(tag("td", cell) for cell in _cells(site, here, duty, by))) for duty in duties
    ]
    table = tag(
        "table.plain",
        tag("thead", tag("tr", *(tag("th", head, attributes={"scope": "col"}) for head in heads))),
        tag("tbody", *rows),
    )
    scroller: dict[str, str | int | None] = {
        "tabindex": 0,
        "role": "region",
        "aria-label": tell("Duties as they are written"),
    }
    return tag("div.scroll.low", table, attributes=scroller)


def lines(words: Iterable[str], empty: str) -> Markup:
    """Return phrases a line each; one word where there are none."""
    found = list(words)
    return joined(tag("span.where", each) for each in found) if found else tag("span", empty)


def _cells(site: Site, here: str, duty: Duty, by: str) -> tuple[Markup | str, ...]:
    other = (
        site.activity(here, duty.activity) if by == "subject" else site.subject(here, duty.subject)
    )
    when = [lines(condition_phrases(duty.when, site.pack.vocabulary), tell("always"))]
    if duty.unless is not None:
        phrases = condition_phrases(duty.unless, site.pack.vocabulary)
        when += [tag("span.where", tell("not where {region}", region=each)) for each in phrases]
    if duty.valid is not None:
        when.append(
            tag(
                "span.where",
                tell(
                    "from {start} to {end}",
                    start=duty.valid.start or "…",
                    end=duty.valid.end or "…",
                ),
            )
        )
    if duty.exception_to:
        names = listed(reference.name for reference in duty.exception_to)
        when.append(tag("span.with", tell("takes the place of {duties}", duties=names)))
    basis = tag("span.where", label_of(duty.basis, "")) if duty.basis is not None else EMPTY
    return (
        joined((other, tag("span.with", tag("code", duty.name)))),
        listed(map(letter_name, duty.roles)),
        joined(when),
        _times(duty),
        joined((basis, site.place(duty.span))),
    )


def _times(duty: Duty) -> Markup:
    found = []
    if duty.acknowledge is not None:
        found.append(tell("accepted within {time}", time=duration_phrase(duty.acknowledge)))
    if duty.complete is not None:
        found.append(tell("done within {time}", time=duration_phrase(duty.complete)))
    return joined(tag("span.where", each) for each in found)
