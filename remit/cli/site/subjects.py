"""The page of a subject: what it is, what falls to it, what it may and must not do."""

from __future__ import annotations

from remit.cli.pages.card_words import Item, sheet_of
from remit.cli.pages.cards import items_list
from remit.cli.pages.markup import Markup, joined, tag
from remit.cli.pages.phrases import label_of, listed
from remit.cli.site.duties import duty_table
from remit.cli.site.frame import Site
from remit.engine.chart.card import card_of
from remit.engine.chart.sides import whole_box
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Subject
from remit.engine.wording import tell
from remit.validators.command import superiors

__all__ = ["subject_page"]


def subject_page(site: Site, name: str, map_: ResponsibilityMap | None) -> str:
    """Return the page of a subject.

    Args:
        map_: where left out, duties are told as they are written, without what overrides them.
    """
    here = f"subjects/{name}.html"
    subject = site.pack.subjects[name]
    return site.page(
        here,
        label_of(subject.label, name),
        _facts(site, here, subject),
        _tasks(site, here, name, map_) if map_ is not None else None,
        tag("h2", tell("Duties as they are written")) if subject.duties else None,
        duty_table(site, here, subject.duties, by="subject") if subject.duties else None,
    )


def _facts(site: Site, here: str, subject: Subject) -> Markup:
    pairs: list[tuple[str, Markup | str]] = [
        (tell("Name in the policy"), tag("code", subject.name))
    ]
    if subject.kind is not None:
        pairs.append((tell("Kind"), label_of(subject.kind, "")))
    boss = superiors(site.pack).get(subject.name)
    if boss is not None:
        pairs.append((tell("Stands under"), site.subject(here, boss)))
    below = [each for each, above in sorted(superiors(site.pack).items()) if above == subject.name]
    for words, names in (
        (tell("Above"), below),
        (tell("Deputies, in order"), subject.deputies),
        (tell("Acts together"), subject.members),
    ):
        if names:
            pairs.append((words, site.linked(site.subject(here, each) for each in names)))
    if subject.staff:
        told = (f"{kind} {number}" for kind, number in subject.staff.items())
        pairs.append((tell("People"), listed(told)))
    pairs += [
        (tell("Reached by {channel}", channel=contact.channel), contact.to)
        for contact in subject.contacts
    ]
    pairs.append((tell("Written at"), site.place(subject.span)))
    return tag("dl.facts", *(joined((tag("dt", a), tag("dd", b))) for a, b in pairs))


def _tasks(site: Site, here: str, name: str, map_: ResponsibilityMap) -> Markup:
    try:
        card = card_of(map_, name, whole_box(map_.compiled.space))
    except BudgetExceeded as error:
        return tag("p", tell("not proved: {reason}", reason=error))
    sheet = sheet_of(card, site.pack, {}, 1, to_holder=False)

    def link(item: Item) -> Markup | str:
        if item.target is None:
            return item.what
        kind, target = item.target
        found = site.activity(here, target) if kind == "activity" else site.subject(here, target)
        rest = item.what.removeprefix(_plain(site, kind, target))
        return joined((found, rest)) if rest != item.what else item.what

    parts: list[Markup] = []
    for section in sheet.sections:
        parts += [tag("h2", section.heading), items_list(section, link)]
    return joined(parts)


def _plain(site: Site, kind: str, name: str) -> str:
    if kind == "activity":
        return label_of(site.pack.vocabulary.activities[name].label, name)
    account = next((one for one in site.pack.accounts_of(name) if one.label is not None), None)
    return label_of(None if account is None else account.label, name)
