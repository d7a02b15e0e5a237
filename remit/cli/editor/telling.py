"""What is shown beside a name: what it is, who owns it and by which duty, over how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from remit.cli.editor.checking import Checked
from remit.engine.errors import EventError
from remit.engine.language.outline import Word
from remit.engine.map.budget import BudgetExceeded
from remit.engine.map.cells import CellSet
from remit.engine.map.responsibility import ResponsibilityMap
from remit.engine.pack import Duty, Letter, Pack
from remit.engine.texts import Text
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell, tell_count
from remit.validators.words import percent, region_words

__all__ = ["hover_text", "lens_text", "name_label"]

MOST_REGIONS = 3
"""Regions shown of one answer; a hover is read at a glance."""
MOST_LINES = 12
"""Answers shown of one name."""


def hover_text(word: Word, checked: Checked) -> str:
    """Return what there is to say of a name, as Markdown; nothing where nothing is known."""
    map_ = checked.map
    if map_ is None:
        return ""
    teller = _TELLERS.get(word.kind)
    lines = [] if teller is None else list(_within_budget(teller(word, map_)))
    if lines and checked.errors:
        lines.append(tell("*as the pack last could be loaded*"))
    return "\n\n".join(lines)


def lens_text(duty: Duty, checked: Checked) -> str:
    """Return how much of the event space a duty decides, and what was found about it."""
    map_ = checked.map
    if map_ is None or duty.name not in map_.compiled.duty:
        return ""
    try:
        share = _decided(duty, map_)
    except BudgetExceeded:
        told = tell("what it decides is not proved")
    else:
        told = (
            tell("decides {share} of the event space", share=percent(share))
            if share
            else tell("decides nothing")
        )
    findings = sum(
        duty.name == one.duty or one.span in {duty.span, *duty.spans.values()}
        for one in (checked.report.open_findings() if checked.report else ())
    )
    if findings:
        found = tell_count("{number} finding", "{number} findings", findings)
        told = tell("{decides}, {findings}", decides=told, findings=found)
    return told


def name_label(kind: str, scope: str, name: str, pack: Pack) -> str:
    """Return what people call a thing, in all its languages; nothing where it has no label."""
    vocabulary = pack.vocabulary
    label: Text | None = None
    if kind == "value" and scope in vocabulary.dimensions:
        label = vocabulary.dimensions[scope].labels.get(name)
    elif kind == "subject":
        label = next((one.label for one in pack.accounts_of(name) if one.label), None)
    elif kind == "duty":
        label = next((d.label for d in _duties_of(scope, pack) if d.id == name), None)
    else:
        tables: Mapping[str, Mapping[str, object]] = {
            "activity": vocabulary.activities,
            "power": vocabulary.powers,
            "dimension": vocabulary.dimensions,
            "plan": pack.plans,
            "signal": pack.signals,
            "fund": pack.funds,
            "stock item": pack.reserves,
        }
        found = getattr(tables.get(kind, {}).get(name), "label", None)
        label = found if isinstance(found, Text) else None
    return "" if label is None else " / ".join(dict.fromkeys(t for _, t in label.by_language))


def _within_budget(lines: Iterator[str]) -> Iterator[str]:
    try:
        yield from lines
    except BudgetExceeded:
        yield tell("*the rest is not proved: it would cost too much*")


def _head(word: Word, pack: Pack, name: str = "") -> str:
    label = name_label(word.kind, word.scope, word.name, pack)
    kind = _KINDS[word.kind]()
    title = f"**{name or word.name}** ({kind})"
    return f"{title}: {label}" if label else title


def _activity(word: Word, map_: ResponsibilityMap) -> Iterator[str]:
    pack = map_.pack
    activity = pack.vocabulary.activities.get(word.name)
    if activity is None:
        return
    yield _head(word, pack)
    needed = map_.needed(word.name)
    yield tell("needed in {share} of the event space", share=percent(needed.share()))
    if activity.requires:
        names = ", ".join(f"`{name}`" for name in activity.requires)
        yield tell("its accountable subject must hold {powers}", powers=names)
    part = map_.compiled.parts.get(word.name)
    duties = () if part is None else part.duties
    lines = [
        _answer(duty.subject, duty.name, cells, pack)
        for duty in duties
        if "accountable" in duty.roles and (cells := _cells(duty, "accountable", map_) & needed)
    ]
    yield _listed(tell("who answers"), lines)
    nobody = map_.unheld(word.name, "accountable")
    if nobody:
        yield tell(
            "**nobody** in {share}: {regions}",
            share=percent(nobody.share()),
            regions=_regions(nobody),
        )


def _subject(word: Word, map_: ResponsibilityMap) -> Iterator[str]:
    pack = map_.pack
    accounts = pack.accounts_of(word.name)
    if not accounts:
        return
    yield _head(word, pack)
    kind = next((str(one.kind) for one in accounts if one.kind), "")
    under = next((one.under for one in accounts if one.under), "")
    if kind or under:
        parts = [kind] if kind else []
        parts += [tell("under `{subject}`", subject=under)] if under else []
        yield ", ".join(parts)
    lines: list[str] = []
    activities = dict.fromkeys(duty.activity for duty in _duties_of(word.name, pack))
    for activity in activities:
        cells = map_.holding(activity, "accountable", word.name) & map_.needed(activity)
        if cells:
            lines.append(
                tell(
                    "- `{name}` in {share}: {regions}",
                    name=activity,
                    share=percent(cells.share()),
                    regions=_regions(cells),
                )
            )
    yield _listed(tell("answers for"), lines)
    powers = dict.fromkeys(grant.power for one in accounts for grant in one.authority)
    if powers:
        yield tell("holds {powers}", powers=", ".join(f"`{name}`" for name in powers))


def _duty(word: Word, map_: ResponsibilityMap) -> Iterator[str]:
    pack = map_.pack
    found = [duty for duty in _duties_of(word.scope, pack) if duty.id == word.name]
    for duty in found[:1]:
        yield _head(word, pack, duty.name)
        yield tell("{roles} for `{activity}`", roles=", ".join(duty.roles), activity=duty.activity)
        if duty.basis is not None:
            yield f"*{duty.basis}*"
        for letter in duty.roles:
            cells = _cells(duty, letter, map_)
            if cells:
                yield tell(
                    "{letter} in {share}: {regions}",
                    letter=letter,
                    share=percent(cells.share()),
                    regions=_regions(cells),
                )
            else:
                yield tell(
                    "{letter} nowhere: other duties override it, or no event meets it",
                    letter=letter,
                )
        if duty.exception_to:
            names = ", ".join(f"`{one.name}`" for one in duty.exception_to)
            yield tell("goes before {duties}", duties=names)


def _dimension(word: Word, map_: ResponsibilityMap) -> Iterator[str]:
    pack = map_.pack
    if word.name == DATE:
        yield tell("**date** (built in): the day, from the `valid` of duties")
        return
    dimension = pack.vocabulary.dimensions.get(word.name)
    if dimension is None:
        return
    yield _head(word, pack)
    if dimension.is_named:
        names = dimension.nodes if dimension.kind == "tree" else dimension.values
        shown = list(names)[:MOST_LINES]
        labels = (
            f"- `{name}` {name_label('value', word.name, name, pack)}".rstrip() for name in shown
        )
        more = len(names) - len(shown)
        yield "\n".join([*labels, *([tell("- and {number} more", number=more)] if more else [])])
    else:
        yield tell(
            "from {low} to {high} {unit}",
            low=dimension.minimum,
            high=dimension.maximum,
            unit=dimension.unit or "",
        ).rstrip()


def _value(word: Word, map_: ResponsibilityMap) -> Iterator[str]:
    pack = map_.pack
    dimension = pack.vocabulary.dimensions.get(word.scope)
    if dimension is None or not dimension.is_named:
        return
    if word.name not in (dimension.nodes if dimension.kind == "tree" else dimension.values):
        return
    yield _head(word, pack)
    where = tell("a value of `{dimension}`", dimension=word.scope)
    if word.name in dimension.parents:
        where = tell(
            "in `{parent}`, of `{dimension}`",
            parent=dimension.parents[word.name],
            dimension=word.scope,
        )
    yield where
    if pack.lead is None:
        return
    try:
        found = map_.resolve({word.scope: word.name}, pack.lead)
    except EventError:
        return
    holders = found.activities[pack.lead].accountable if pack.lead in found.activities else None
    if holders is None:
        return
    lines = [tell("- `{name}` always", name=name) for name in holders.certain]
    for name in (one for one in holders.possible if one not in holders.certain):
        cells = map_.holding(pack.lead, "accountable", name) & map_.cells_of_event(found.event)
        lines.append(tell("- `{name}`: {regions}", name=name, regions=_regions(cells)))
    yield _listed(tell("who owns such an event"), lines)
    duties = ", ".join(f"`{one.duty}`" for one in found.activities[pack.lead].because)
    if duties:
        yield tell("by {duties}", duties=duties)


def _other(word: Word, map_: ResponsibilityMap) -> Iterator[str]:
    pack = map_.pack
    yield _head(word, pack)
    if word.kind == "power":
        holders = [
            name
            for one in (pack, *pack.higher)
            for name, subject in one.subjects.items()
            if any(grant.power == word.name for grant in subject.authority)
        ]
        yield _listed(
            tell("who holds it"), [f"- `{name}`" for name in dict.fromkeys(sorted(holders))]
        )
    packs = (pack, *pack.higher)
    if word.kind == "fund":
        for fund in [one.funds[word.name] for one in packs if word.name in one.funds][:1]:
            yield f"{fund.amount:,} {fund.currency}"
    if word.kind == "stock item":
        for item in [one.reserves[word.name] for one in packs if word.name in one.reserves][:1]:
            yield tell("{quantity} in stock", quantity=f"{item.quantity:,}")


def _answer(subject: str, duty: str, cells: CellSet, pack: Pack) -> str:
    label = name_label("subject", "", subject, pack)
    return tell(
        "- `{name}` {label} by `{duty}` in {share}: {regions}",
        name=subject,
        label=f"({label})" if label else "",
        duty=duty,
        share=percent(cells.share()),
        regions=_regions(cells),
    ).replace("  ", " ")


def _listed(title: str, lines: list[str]) -> str:
    if not lines:
        return tell("{title}: nobody and nothing", title=title)
    shown = lines[:MOST_LINES]
    if len(lines) > len(shown):
        shown.append(tell("- and {number} more", number=len(lines) - len(shown)))
    return "\n".join([f"{title}:", *shown])


def _regions(cells: CellSet) -> str:
    regions = cells.regions()
    told = "; ".join(f"`{region_words(one.constraints)}`" for one in regions[:MOST_REGIONS])
    return told + ("; …" if len(regions) > MOST_REGIONS else "")


def _cells(duty: Duty, letter: Letter, map_: ResponsibilityMap) -> CellSet:
    held = map_.compiled.effective(duty.name, letter)
    return CellSet(map_.ground, held.mapped(lambda holds: holds is True))


def _decided(duty: Duty, map_: ResponsibilityMap) -> Fraction:
    """Return the share of events that need the activity and in which the duty gives a letter."""
    return (map_.effective(duty.name) & map_.needed(duty.activity)).share()


def _duties_of(subject: str, pack: Pack) -> tuple[Duty, ...]:
    return pack.subjects[subject].duties if subject in pack.subjects else ()


_KINDS: Mapping[str, Callable[[], str]] = {
    "activity": lambda: tell("activity"),
    "subject": lambda: tell("subject"),
    "duty": lambda: tell("duty"),
    "dimension": lambda: tell("dimension"),
    "value": lambda: tell("value"),
    "power": lambda: tell("power"),
    "fund": lambda: tell("fund"),
    "stock item": lambda: tell("stock item"),
    "plan": lambda: tell("plan"),
    "signal": lambda: tell("signal"),
}
_TELLERS: Mapping[str, Callable[[Word, ResponsibilityMap], Iterator[str]]] = {
    "activity": _activity,
    "subject": _subject,
    "duty": _duty,
    "dimension": _dimension,
    "value": _value,
    "power": _other,
    "fund": _other,
    "stock item": _other,
    "plan": _other,
    "signal": _other,
}
