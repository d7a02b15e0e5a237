"""The pages that show all of a pack at once: overview, chart, line of command, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from remit.cli.charts.fields import fields_of
from remit.cli.charts.page import chart_body
from remit.cli.drawings.picture import picture
from remit.cli.drawings.sketches import command_sketch
from remit.cli.pages.markup import Markup, joined, tag, trusted
from remit.cli.pages.phrases import (
    condition_phrases,
    dimension_label,
    label_of,
    listed,
    parted,
    region_phrase,
    value_label,
    witness_phrase,
)
from remit.cli.site.duties import lines
from remit.cli.site.frame import Site
from remit.engine.chart.chart import chart_of
from remit.engine.chart.sides import activity_side, subject_side, whole_box
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.vocabulary import Dimension
from remit.engine.wording import tell, tell_count
from remit.validators.finding import LEVELS, Finding, Report
from remit.validators.words import percent

__all__ = ["command_page", "glossary_page", "index_page", "matrix_page"]

MOST_FINDINGS = 200
"""Findings told one by one; `remit check` tells all."""
MOST_SPOTS = 400
"""Subjects of a picture; of more nobody sees anything."""


def index_page(site: Site, report: Report) -> str:
    """Return the first page: what the pack is, what was proved of it, and where all else is."""
    pack, here = site.pack, "index.html"
    subjects = [tag("li", site.subject(here, name)) for name in sorted(pack.subjects)]
    activities = [tag("li", site.activity(here, name)) for name in pack.vocabulary.activities]
    return site.page(
        here,
        site.title,
        _verdict(report),
        tag("dl.facts", *_facts(site, here)),
        tag("h2", tell("Subjects")),
        tag("ul.columns", *subjects),
        tag("h2", tell("Activities")),
        tag("ul.columns", *activities),
        *_limits(site, here),
        *_findings(site, report),
    )


def _verdict(report: Report) -> Markup:
    counts = Counter(finding.level for finding in report.open_findings())
    accepted = len(report.findings) - sum(counts.values())
    told = [_count(level, counts[level]) for level in LEVELS if counts[level]]
    if accepted:
        told.append(tell_count("{number} accepted finding", "{number} accepted findings", accepted))
    proof = (
        tell("proved over every possible event") if report.proved else tell("not proved to the end")
    )
    found = parted(told) or tell("no findings")
    kind = "p.verdict.broken" if counts["error"] or not report.proved else "p.verdict"
    return tag(kind, tell("{found} ({proof})", found=found, proof=proof))


def _count(level: str, number: int) -> str:
    match level:
        case "error":
            return tell_count("{number} error", "{number} errors", number)
        case "warning":
            return tell_count("{number} warning", "{number} warnings", number)
        case _:
            return tell_count("{number} note", "{number} notes", number)


def _facts(site: Site, here: str) -> Iterator[Markup]:
    pack, vocabulary = site.pack, site.pack.vocabulary
    pairs: list[tuple[str, Markup | str]] = [(tell("Version"), pack.version)]
    if pack.higher:
        names = listed(label_of(each.label, each.name) for each in pack.higher)
        pairs.append((tell("Extends"), names))
    if pack.lead is not None:
        lead = site.activity(here, pack.lead)
        pairs.append((tell("Whoever answers for it leads the incident"), lead))
    if pack.state:
        pairs.append((tell("State"), witness_phrase(pack.state, vocabulary)))
    counts = (
        tell_count("{number} subject", "{number} subjects", len(pack.subjects)),
        tell_count("{number} activity", "{number} activities", len(vocabulary.activities)),
        tell_count("{number} duty", "{number} duties", len(pack.duties())),
        tell_count("{number} plan", "{number} plans", len(pack.plans)),
        tell_count("{number} test", "{number} tests", len(pack.tests)),
    )
    pairs.append((tell("Size"), listed(counts)))
    yield from (joined((tag("dt", a), tag("dd", b))) for a, b in pairs)


def _limits(site: Site, here: str) -> Iterator[Markup]:
    limits = site.pack.binding_limits()
    if not limits:
        return
    rows = []
    for limit in limits:
        where = lines(condition_phrases(limit.when, site.pack.vocabulary), "")
        basis = tag("span.with", label_of(limit.basis, "")) if limit.basis else None
        bodies = site.linked(site.subject(here, name) for name in limit.accountable)
        rows.append(
            tag(
                "tr",
                tag("th", site.activity(here, limit.activity), attributes={"scope": "row"}),
                tag("td", bodies, where, basis),
            )
        )
    yield tag("h2", tell("Who may at most answer"))
    yield tag("table.plain", tag("tbody", *rows))


def _findings(site: Site, report: Report) -> Iterator[Markup]:
    if not report.findings and not report.unproved:
        return
    yield tag("h2", tell("Findings"), attributes={"id": "findings"})
    shown = report.findings[:MOST_FINDINGS]
    yield tag("ul.findings", *(_finding(site, finding) for finding in shown))
    further = len(report.findings) - len(shown)
    if further:
        yield tag("p", tell_count("and {number} more", "and {number} more", further))
    for one in report.unproved:
        yield tag("p", tell("not proved: {reason}", reason=one))


def _finding(site: Site, finding: Finding) -> Markup:
    level = tell("accepted") if finding.accepted else finding.level
    event = None
    if finding.witness:
        words = witness_phrase(finding.witness, site.pack.vocabulary)
        event = tag("span.why", tell("for example {event}", event=words))
    share = f" ({percent(finding.share)})" if finding.share is not None else ""
    return tag(
        f"li.finding.{'accepted' if finding.accepted else finding.level}",
        tag("b", f"{level} {finding.code} {finding.name}: "),
        f"{finding.message}{share} ",
        site.place(finding.span),
        event,
    )


def matrix_page(site: Site, map_: ResponsibilityMap) -> str:
    """Return the chart of all activities and subjects."""
    pack = site.pack
    chart = chart_of(
        map_,
        activity_side(pack),
        subject_side(pack),
        whole_box(map_.compiled.space),
        activities=tuple(pack.vocabulary.activities),
    )
    fields = fields_of(chart, pack, by_label=True)
    return site.page("matrix.html", tell("Who answers for what"), chart_body(fields), wide=True)


def command_page(site: Site) -> str:
    """Return the line of command as a picture and as a list."""
    here = "command.html"
    sketch = command_sketch(site.pack)
    drawn = None
    if len(sketch.spots) <= MOST_SPOTS:
        # WHY trusted: the picture escapes every text.
        drawn = tag("figure.scroll.low", trusted(picture(sketch, name="command")))
    rows = [
        tag(
            "tr",
            tag("th", site.subject(here, spot.id), attributes={"scope": "row"}),
            tag("td", lines(spot.notes, "")),
            tag(
                "td",
                site.linked(
                    site.subject(here, link.start)
                    for link in sketch.links
                    if link.kind == "under" and link.end == spot.id
                ),
            ),
        )
        for spot in sketch.spots
    ]
    heads = (tell("Subject"), tell("What it is"), tell("Stands under"))
    head = tag("tr", *(tag("th", each, attributes={"scope": "col"}) for each in heads))
    table = tag("table.plain", tag("thead", head), tag("tbody", *rows))
    return site.page(here, tell("Line of command"), drawn, table, wide=True)


def glossary_page(site: Site) -> str:
    """Return the words of the pack: dimensions with their values, and powers."""
    vocabulary = site.pack.vocabulary
    parts: list[Markup] = []
    for dimension in vocabulary.dimensions.values():
        parts.append(
            tag("h2", dimension_label(dimension), attributes={"id": f"dimension-{dimension.name}"})
        )
        parts.append(tag("p.soft", joined((tag("code", dimension.name), _kind(dimension)), " – ")))
        parts.append(_values(dimension))
    if vocabulary.powers:
        parts.append(tag("h2", tell("Powers")))
        rows = [
            joined(
                (
                    tag("dt", tag("code", power.name)),
                    tag(
                        "dd",
                        label_of(power.label, power.name),
                        tag("span.with", label_of(power.basis, "")) if power.basis else None,
                    ),
                )
            )
            for power in vocabulary.powers.values()
        ]
        parts.append(tag("dl.facts", *rows))
    if vocabulary.impossible:
        parts.append(tag("h2", tell("What cannot happen")))
        told = (
            region_phrase({n: c.allowed for n, c in box.constraints.items()}, vocabulary)
            for condition in vocabulary.impossible
            for box in condition.boxes
        )
        parts.append(tag("ul", *(tag("li", each) for each in told)))
    return site.page("glossary.html", tell("Words"), *parts)


def _kind(dimension: Dimension) -> str:
    kinds = {
        "values": tell("one of these"),
        "scale": tell("from low to high"),
        "tree": tell("a part is also all that is below it"),
        "integer": tell("a whole number"),
        "decimal": tell("a number"),
        "date": tell("a day"),
    }
    told = kinds[dimension.kind]
    return tell("{kind}; a state", kind=told) if dimension.state else told


def _values(dimension: Dimension) -> Markup:
    if not dimension.is_named:
        low, high = (value_label(dimension, v) for v in (dimension.minimum, dimension.maximum))
        return tag("p", tell("{low} to {high}", low=low, high=high))
    if dimension.kind != "tree":
        names = dimension.values
        return tag("ul", *(tag("li", *_value(dimension, name)) for name in names))
    below: dict[str | None, list[str]] = {}
    for name in sorted(dimension.nodes, key=lambda each: dimension.nodes[each]):
        below.setdefault(dimension.parents.get(name), []).append(name)
    return _branch(dimension, below)


def _branch(dimension: Dimension, below: dict[str | None, list[str]]) -> Markup:
    """Return a tree as lists inside lists, however deep it is."""
    made: dict[str, Markup] = {}
    order = [*below.get(None, [])]
    for name in order:
        order += below.get(name, [])
    for name in reversed(order):
        inner = [made[each] for each in below.get(name, [])]
        made[name] = tag("li", *_value(dimension, name), tag("ul", *inner) if inner else None)
    return tag("ul", *(made[name] for name in below.get(None, [])))


def _value(dimension: Dimension, name: str) -> tuple[Markup | str, ...]:
    label = value_label(dimension, name)
    return (label,) if label == name else (label, " ", tag("code", name))
