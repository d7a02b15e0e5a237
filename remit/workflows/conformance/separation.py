"""Who stood on both sides: asked for money and released it, did the work and signed it off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.history import History, Said, number_in, text_in
from remit.workflows.entries import Entry

__all__ = ["self_approvals"]

Sides = frozenset[str]


@dataclass
class _Sides:
    """Who has stood on which side of a step so far, each with the entry that shows it."""

    working: list[tuple[Sides, int]] = field(default_factory=list)
    releasing: list[tuple[Sides, int]] = field(default_factory=list)
    done: list[tuple[str, int, int]] = field(default_factory=list)


def self_approvals(history: History) -> Iterator[Deviation]:
    """Yield whoever released money it asked for or works with, or signed off its own work."""
    steps: dict[str, _Sides] = {}
    said = {one.entry: one for one in history.said}
    for entry in history.entries:
        answer = said.get(entry.number)
        name = f"{text_in(entry.payload, 'part')}/{text_in(entry.payload, 'step')}"
        sides = steps.setdefault(answer.item.name if answer else name, _Sides())
        if answer is not None:
            yield from _answered(history, answer, sides)
        elif entry.kind == "requested":
            sides.working.append((_payload_sides(history, entry), entry.number))
        elif entry.kind == "spent":
            hand = _payload_sides(history, entry) | {entry.actor}
            both = (*sides.working, *sides.releasing)
            yield from _crossed(history, name, entry.number, hand, both, entry.actor)
        elif entry.kind in {"handed-over", "reassigned"}:
            _change_hands(history, entry, steps)
        elif entry.kind == "refused":
            item = history.asked.get(number_in(entry.payload, "item") or 0)
            if item is not None:
                yield from _refused(history, entry, steps.setdefault(item.name, _Sides()))


def _change_hands(history: History, entry: Entry, steps: dict[str, _Sides]) -> None:
    """Let whoever gives work away leave its side; who takes it over at once is on it."""
    given = history.asked.get(number_in(entry.payload, "from") or 0)
    if given is None or given.purpose != "do":
        return
    sides = steps.setdefault(given.name, _Sides())
    answers = {said.entry for said in history.said if said.item.number == given.number}
    sides.working = [one for one in sides.working if one[1] not in answers]
    if entry.kind == "handed-over":
        taker = text_in(entry.payload, "subject")
        held = _sides(history, entry.number, taker, given.holder)
        sides.working.append((held, entry.number))


def _answered(history: History, said: Said, sides: _Sides) -> Iterator[Deviation]:
    item = said.item
    hand = _sides(history, said.entry, said.actor, item.subject)
    place = (item.purpose, said.outcome)
    if place == ("approve", "approved"):
        yield from _crossed(history, item.name, said.entry, hand, sides.working, said.actor)
        sides.releasing.append((hand, said.entry))
    elif place in {("do", "acknowledged"), ("do", "done")}:
        yield from _crossed(history, item.name, said.entry, hand, sides.releasing, said.actor)
        held = hand | _sides(history, said.entry, item.holder)
        sides.working.append((held, said.entry))
        if said.outcome == "done":
            sides.done.append((item.subject, said.entry, item.round))
    elif place == ("do", "declined"):
        # WHY: who lays the work down is not on its side any more, unless it asked for the money.
        sides.working = [one for one in sides.working if not _is_answer_of(history, one[1], hand)]
    elif place == ("sign-off", "signed-off"):
        yield from _own_work(history, said, sides)


def _own_work(history: History, said: Said, sides: _Sides) -> Iterator[Deviation]:
    """Yield a sign-off by whoever did the work, unless it is the one that answers for it."""
    item = said.item
    ask = history.ask(item)
    holders = {item.holder, *(ask.line[: ask.together] if ask is not None else ())}
    shown = [entry for subject, entry, round_ in sides.done
             if subject == item.subject and round_ == item.round]  # fmt: skip
    if shown and item.subject not in holders:
        yield _deviation(history, item.name, (shown[-1], said.entry), said.actor, "sign-off")


def _is_answer_of(history: History, number: int, hand: Sides) -> bool:
    return any(one.entry == number and one.item.subject in hand for one in history.said)


def _crossed(
    history: History,
    name: str,
    entry: int,
    hand: Sides,
    others: list[tuple[Sides, int]] | tuple[tuple[Sides, int], ...],
    actor: str,
) -> Iterator[Deviation]:
    shown = [number for side, number in others if side & hand]
    if shown:
        yield _deviation(history, name, (shown[-1], entry), actor, "money")


def _refused(history: History, entry: Entry, sides: _Sides) -> Iterator[Deviation]:
    """Yield what was tried and refused for standing on both sides."""
    item = history.asked[number_in(entry.payload, "item") or 0]
    verb = text_in(entry.payload, "verb")
    if not history.speaks_for(entry.actor, item.subject, entry.number):
        return
    hand = _sides(history, entry.number, entry.actor, item.subject)
    others = {("approve", "approve"): sides.working, ("do", "ack"): sides.releasing,
              ("do", "done"): sides.releasing}.get((item.purpose, verb), [])  # fmt: skip
    shown = [number for side, number in others if side & hand]
    if shown:
        entries = (shown[-1], entry.number)
        yield _deviation(history, item.name, entries, entry.actor, "money", tried=True)


def _deviation(
    history: History,
    name: str,
    entries: tuple[int, ...],
    actor: str,
    about: str,
    *,
    tried: bool = False,
) -> Deviation:
    part, _, step = name.partition("/")
    activity = history.activity(part, step, entries[-1])
    return Deviation(
        "self-approval",
        history.incident,
        entries,
        part,
        step,
        activity,
        actor,
        about=about,
        tried=tried,
    )


def _payload_sides(history: History, entry: Entry) -> Sides:
    names = (text_in(entry.payload, "by"), text_in(entry.payload, "for"))
    return _sides(history, entry.number, *names)


def _sides(history: History, entry: int, *names: str) -> Sides:
    """Return some subjects and whoever speaks for them."""
    leads = history.response_at(entry).leads
    found = frozenset(name for name in names if name)
    return found | {leads[name] for name in found if name in leads}
