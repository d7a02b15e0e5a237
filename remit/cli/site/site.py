"""All pages of a site, by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from remit.cli.pages.markup import page, tag
from remit.cli.pages.phrases import label_of
from remit.cli.site.activities import activity_page
from remit.cli.site.frame import LANGUAGE_NAMES, Site
from remit.cli.site.overview import command_page, glossary_page, index_page, matrix_page
from remit.cli.site.response import means_page, plans_page, signals_page
from remit.cli.site.subjects import subject_page
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.wording import Language, speaking, tell
from remit.validators.finding import Report

__all__ = ["pages_of"]

MOST_DUTIES = 2_000
"""Duties past which pages tell them as written alone: all their regions would take minutes."""
MOST_FIELDS = 20_000
"""Fields past which there is no page of the whole chart: no browser shows it well."""


def pages_of(
    map_: ResponsibilityMap, report: Report, languages: Sequence[Language]
) -> dict[str, str]:
    """Return the pages of a site, by path; in several languages each has a folder of its own."""
    found: dict[str, str] = {}
    for language in languages:
        with speaking(language):
            site = Site(map_.pack, tuple(languages), _absent(map_))
            for path, content in _pages(site, map_, report):
                found[f"{site.folder}{path}"] = content
    if len(languages) > 1:
        found["index.html"] = _choice(map_, languages)
    return found


def _absent(map_: ResponsibilityMap) -> frozenset[str]:
    pack = map_.pack
    fields = len(pack.subjects) * len(pack.vocabulary.activities)
    has = {
        "matrix.html": 0 < fields <= MOST_FIELDS,
        "plans.html": bool(pack.plans),
        "means.html": bool(pack.funds or pack.reserves),
        "signals.html": bool(pack.signals),
    }
    return frozenset(name for name, is_there in has.items() if not is_there)


def _pages(site: Site, map_: ResponsibilityMap, report: Report) -> Iterator[tuple[str, str]]:
    told = map_ if len(map_.compiled.duties) <= MOST_DUTIES else None
    yield "index.html", index_page(site, report)
    yield "command.html", command_page(site)
    yield "glossary.html", glossary_page(site)
    if "matrix.html" not in site.absent:
        yield "matrix.html", matrix_page(site, map_)
    if "plans.html" not in site.absent:
        yield "plans.html", plans_page(site, told)
    if "means.html" not in site.absent:
        yield "means.html", means_page(site)
    if "signals.html" not in site.absent:
        yield "signals.html", signals_page(site)
    for name in site.pack.subjects:
        yield f"subjects/{name}.html", subject_page(site, name, told)
    for name in site.pack.vocabulary.activities:
        yield f"activities/{name}.html", activity_page(site, name, told)


def _choice(map_: ResponsibilityMap, languages: Sequence[Language]) -> str:
    """Return the page that leads to each language."""
    items = []
    for language in languages:
        with speaking(language):
            title = label_of(map_.pack.label, map_.pack.name)
            words = tell("{language}: {title}", language=LANGUAGE_NAMES[language], title=title)
            attributes: dict[str, str | int | None] = {
                "href": f"{language}/index.html",
                "lang": language,
            }
            items.append(tag("li", tag("a", words, attributes=attributes)))
    with speaking(languages[0]):
        title = label_of(map_.pack.label, map_.pack.name)
        return page(title, tag("main", tag("h1", title), tag("ul", *items)), kind="text")
