"""Duty cards in plain words, before they are drawn as HTML or Markdown.

A card speaks to the one who holds it; it has no word of the policy language on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from remit.cli.pages.phrases import (
    duration_phrase,
    label_of,
    listed,
    region_phrase,
    subject_label,
)
from remit.engine.chart.card import Card, CardRegion, Rule, Task
from remit.engine.intervals import IntervalSet
from remit.engine.pack import Contact, Letter, Pack
from remit.engine.texts import Text
from remit.engine.wording import tell, tell_count
from remit.validators.command import superiors

__all__ = ["Item", "Section", "Sheet", "sheet_of"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a card and what belongs to it.

    Args:
        what: the activity, the power or the body.
        where: regions, a line each; none is everywhere.
        time: by when, or empty.
        others: who else has which part, a line each.
        source: what it rests on, or empty.
        target: the activity or the subject it is about, for links.
    """

    kind: Literal["own", "help", "may", "must-not", "call"]
    what: str
    where: tuple[str, ...] = ()
    time: str = ""
    others: tuple[str, ...] = ()
    source: str = ""
    target: tuple[Literal["activity", "subject"], str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One card.

    Args:
        id: unique among the cards of a page.
        who: the body it is for.
        when: for which stage or other part it holds; empty where it always does.
        about: kind of the body, and how it is reached.
        source: which policy it is made from.
    """

    id: str
    who: str
    when: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    source: str


def sheet_of(
    card: Card, pack: Pack, shared: dict[str, IntervalSet], number: int, *, to_holder: bool = True
) -> Sheet:
    """Return a card in words, in the language spoken here.

    Args:
        shared: what the whole card is about, by dimension.
        number: of the card.
        to_holder: whether it speaks to the body it is for, or to others about it.
    """
    words = _Words(pack, card.subject, to_holder)
    return Sheet(
        f"card-{number}",
        subject_label(pack, card.subject),
        region_phrase(shared, pack.vocabulary),
        tuple(words.about()),
        tuple(section for section in words.sections(card) if section.items),
        tell(
            "From {pack}, version {version}",
            pack=label_of(pack.label, pack.name),
            version=pack.version,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    pack: Pack
    subject: str
    to_holder: bool

    def about(self) -> Iterator[str]:
        accounts = self.pack.accounts_of(self.subject)
        kind = next((one.kind for one in accounts if one.kind is not None), None)
        if kind is not None:
            yield label_of(kind, "")
        for account in accounts[:1]:
            if account.members:
                names = (subject_label(self.pack, member) for member in account.members)
                yield tell("acts together: {names}", names=listed(names))
        reached = _reached(next((one.contacts for one in accounts if one.contacts), ()))
        if reached:
            yield tell("reached by {contacts}", contacts=reached)

    def sections(self, card: Card) -> Iterator[Section]:
        parts, others = _headings() if self.to_holder else _headings_about()
        mine = {task.activity for task in card.tasks if "accountable" in task.letters}
        for letter, heading in parts.items():
            tasks = (task for task in card.tasks if task.letters[0] == letter)
            yield Section(heading, tuple(self._task(task, mine) for task in tasks))
        if card.is_empty:
            yield Section(tell("Nothing to do"), (Item("help", tell("no duty falls here")),))
        yield Section(others[0], tuple(self._rule(one, "may") for one in card.powers))
        must_not = [self._rule(one, "must-not") for one in card.prohibitions]
        yield Section(others[1], tuple(must_not))
        assists = [self._assist(one) for one in card.assists_only]
        yield Section(others[2], tuple(assists))
        if self.to_holder:
            yield Section(tell("Whom to call"), tuple(self._calls()))

    def _task(self, task: Task, mine: Collection[str]) -> Item:
        """Return a task; `mine` are the activities the subject answers for somewhere."""
        is_own = task.letters[0] in {"accountable", "responsible"}
        return Item(
            "own" if is_own else "help",
            self._task_title(task),
            tuple(self._regions(task.regions, task.further)),
            _times(task),
            tuple(self._others(task, is_mine=task.activity in mine)),
            _sources(task.bases),
            ("activity", task.activity),
        )

    def _task_title(self, task: Task) -> str:
        activity = self._activity(task.activity)
        further = [letter for letter in task.letters[1:] if letter in _ALSO]
        if task.letters[:2] == ("accountable", "responsible"):
            return tell("{activity} (and carry it out)", activity=activity)
        if further:
            also = listed(_also(letter) for letter in further)
            return tell("{activity} (also: {also})", activity=activity, also=also)
        return activity

    def _others(self, task: Task, *, is_mine: bool) -> Iterator[str]:
        names = {
            letter: listed(subject_label(self.pack, name) for name in found)
            for letter, found in task.others.items()
            if found
        }
        if "accountable" in task.letters:
            if "accountable" in names:
                yield tell("in part also answering: {names}", names=names["accountable"])
        elif "accountable" in names and is_mine:
            yield tell("elsewhere answering for it: {names}", names=names["accountable"])
        elif "accountable" in names:
            yield tell("answering for it: {names}", names=names["accountable"])
        if "responsible" in names:
            yield tell("carried out by: {names}", names=names["responsible"])
        if "supports" in names:
            yield tell("helped by: {names}", names=names["supports"])
        if "consulted" in names:
            yield tell("ask first: {names}", names=names["consulted"])
        if "informed" in names:
            yield tell("tell: {names}", names=names["informed"])

    def _regions(self, regions: Iterable[CardRegion], further: int = 0) -> Iterator[str]:
        found = list(regions)
        if any(not region.values and region.is_full for region in found):
            return
        for region in found:
            phrase = region_phrase(region.values, self.pack.vocabulary)
            if region.is_full:
                yield phrase
            elif phrase:
                yield tell("in part of: {region}", region=phrase)
            else:
                yield tell("in part of it")
        if further:
            yield tell_count("and {number} case more", "and {number} cases more", further)

    def _rule(self, rule: Rule, kind: Literal["may", "must-not"]) -> Item:
        power = self.pack.vocabulary.powers.get(rule.name)
        label = label_of(None if power is None else power.label, rule.name)
        source = _sources(filter(None, [rule.basis]))
        return Item(kind, label, tuple(self._regions(rule.regions)), source=source)

    def _assist(self, rule: Rule) -> Item:
        source = _sources(filter(None, [rule.basis]))
        return Item(
            "must-not",
            self._activity(rule.name),
            tuple(self._regions(rule.regions)),
            source=source,
            target=("activity", rule.name),
        )

    def _calls(self) -> Iterator[Item]:
        boss = superiors(self.pack).get(self.subject)
        if boss is not None:
            yield self._call(boss, tell("your superior"))
        for account in self.pack.accounts_of(self.subject)[:1]:
            for number, deputy in enumerate(account.deputies, 1):
                if len(account.deputies) == 1:
                    yield self._call(deputy, tell("your deputy"))
                else:
                    yield self._call(deputy, tell("your deputy, number {number}", number=number))

    def _call(self, name: str, why: str) -> Item:
        accounts = self.pack.accounts_of(name)
        reached = _reached(next((one.contacts for one in accounts if one.contacts), ()))
        label = subject_label(self.pack, name)
        told = tell("{subject}, {why}", subject=label, why=why)
        return Item("call", told, (reached,) if reached else (), target=("subject", name))

    def _activity(self, name: str) -> str:
        return label_of(self.pack.vocabulary.activities[name].label, name)


_ALSO: tuple[Letter, ...] = ("responsible", "supports", "consulted", "informed")


def _headings() -> tuple[dict[Letter, str], tuple[str, str, str]]:
    """Return the headings of tasks by their strongest letter, and those of rules."""
    return {
        "accountable": tell("You answer for"),
        "responsible": tell("You carry out"),
        "supports": tell("You help with"),
        "consulted": tell("You are asked first about"),
        "informed": tell("You are told of"),
    }, (
        tell("You may"),
        tell("You must not"),
        tell("You may only help with, and never answer for"),
    )


def _headings_about() -> tuple[dict[Letter, str], tuple[str, str, str]]:
    """Return the same headings where others read them."""
    return {
        "accountable": tell("Answers for"),
        "responsible": tell("Carries out"),
        "supports": tell("Helps with"),
        "consulted": tell("Is asked first about"),
        "informed": tell("Is told of"),
    }, (tell("May"), tell("Must not"), tell("May only help with, and never answer for"))


def _also(letter: Letter) -> str:
    match letter:
        case "responsible":
            return tell("carry it out")
        case "supports":
            return tell("help")
        case "consulted":
            return tell("asked first")
        case _:
            return tell("told")


def _times(task: Task) -> str:
    parts = []
    if task.acknowledge is not None:
        parts.append(tell("accepted within {time}", time=duration_phrase(task.acknowledge)))
    if task.complete is not None:
        parts.append(tell("done within {time}", time=duration_phrase(task.complete)))
    return "; ".join(parts)


def _sources(bases: Iterable[Text]) -> str:
    return "; ".join(label_of(basis, "") for basis in bases)


def _reached(contacts: Iterable[Contact]) -> str:
    return listed(
        tell("{channel} {address}", channel=contact.channel, address=contact.to)
        for contact in contacts
    )
