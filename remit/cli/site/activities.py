"""The page of an activity: where it is needed, who has which part in it, and by which duties."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from remit.cli.pages.markup import Markup, joined, tag
from remit.cli.pages.phrases import (
    condition_phrases,
    label_of,
    letter_name,
    listed,
    region_phrase,
    subject_label,
    witness_phrase,
)
from remit.cli.site.duties import duty_table, lines
from remit.cli.site.frame import Site
from remit.engine.chart.regions import values_of
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.cells import CellSet, Region
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import LETTERS
from remit.engine.wording import tell, tell_count
from remit.validators.words import percent

__all__ = ["activity_page"]

MOST_REGIONS = 8
"""Regions that are told one by one; how many more there are is told."""


def activity_page(site: Site, name: str, map_: ResponsibilityMap | None) -> str:
    """Return the page of an activity.

    Args:
        map_: where left out, duties are told as they are written, without what overrides them.
    """
    here = f"activities/{name}.html"
    activity = site.pack.vocabulary.activities[name]
    duties = [duty for duty in site.pack.duties() if duty.activity == name]
    facts: list[tuple[str, Markup | str]] = [
        (tell("Name in the policy"), tag("code", name)),
        (
            tell("Needed"),
            lines(condition_phrases(activity.needed, site.pack.vocabulary), tell("always")),
        ),
    ]
    if activity.requires:
        powers = (site.pack.vocabulary.powers[each] for each in activity.requires)
        told = listed(label_of(power.label, power.name) for power in powers)
        facts.append((tell("Power that whoever answers must hold"), told))
    for entry in site.pack.vocabulary.unowned:
        if entry.activity == name:
            where = listed(condition_phrases(entry.when, site.pack.vocabulary)) or tell("always")
            reason = label_of(entry.reason, "")
            facts.append((tell("Left to nobody on purpose"), f"{where}: {reason}"))
    return site.page(
        here,
        label_of(activity.label, name),
        tag("dl.facts", *(joined((tag("dt", a), tag("dd", b))) for a, b in facts)),
        _who(site, here, name, map_) if map_ is not None else None,
        tag("h2", tell("Duties as they are written")) if duties else None,
        duty_table(site, here, duties, by="activity") if duties else None,
    )


def _who(site: Site, here: str, name: str, map_: ResponsibilityMap) -> Markup:
    try:
        return joined(_parts(site, here, name, map_))
    except BudgetExceeded as error:
        return tag("p", tell("not proved: {reason}", reason=error))


def _parts(site: Site, here: str, name: str, map_: ResponsibilityMap) -> Iterator[Markup]:
    needed = map_.needed(name)
    if not needed:
        yield tag("p", tell("It is needed nowhere."))
        return
    yield tag("h2", tell("Who has which part in it"))
    yield tag(
        "p.soft",
        tell("After all exceptions; shares are of the events in which it is needed."),
    )
    part = map_.compiled.parts[name]
    for letter in LETTERS:
        subjects = sorted({duty.subject for duty in part.duties if letter in duty.roles})
        held = [(each, map_.holding(name, letter, each) & needed) for each in subjects]
        rows = [
            _row(site.subject(here, each), cells, needed, site) for each, cells in held if cells
        ]
        if letter == "accountable":
            gaps = map_.unheld(name, letter)
            if gaps:
                yield _fault(tell("Nobody answers"), gaps, needed, site)
            for conflict in map_.conflicts(name):
                both = listed(subject_label(site.pack, one) for one in conflict.subjects)
                yield _fault(
                    tell("Several answer: {names}", names=both), conflict.cells, needed, site
                )
        if rows:
            yield tag("h3", letter_name(letter).capitalize())
            yield tag("table.plain", tag("tbody", *rows))


def _row(subject: Markup, cells: CellSet, needed: CellSet, site: Site) -> Markup:
    share = Fraction(cells.count(), needed.count())
    where = (
        tag("span", tell("everywhere"))
        if share == 1
        else lines(_regions(cells.regions(), site), tell("everywhere"))
    )
    return tag(
        "tr",
        tag("th", subject, attributes={"scope": "row"}),
        tag("td.number", percent(share), attributes={"title": str(share)}),
        tag("td", where),
    )


def _regions(regions: tuple[Region, ...], site: Site) -> Iterator[str]:
    for region in regions[:MOST_REGIONS]:
        phrase = region_phrase(values_of(region), site.pack.vocabulary) or tell("everywhere")
        if region.density == 1:
            yield phrase
        else:
            yield tell("{share} of: {region}", share=percent(region.density), region=phrase)
    further = len(regions) - MOST_REGIONS
    if further > 0:
        yield tell_count("and {number} case more", "and {number} cases more", further)


def _fault(heading: str, cells: CellSet, needed: CellSet, site: Site) -> Markup:
    share = percent(Fraction(cells.count(), needed.count()))
    regions = cells.regions()
    event = witness_phrase(regions[0].witness, site.pack.vocabulary)
    return tag(
        "div.verdict.broken",
        tell("{what}, in {share} of the events in which it is needed", what=heading, share=share),
        *(tag("span.where", phrase) for phrase in _regions(regions, site)),
        tag("span.why", tell("for example {event}", event=event)),
    )
