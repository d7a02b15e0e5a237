"""Who acted for whom: of each duty performed, whose it was and how it came to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from remit.engine.pack import Letter
from remit.workflows.conformance.history import Asked, History, Said, text_in

__all__ = ["How", "Performance", "performances"]

How = Literal[
    "own", "deputy", "above", "acting", "hand-over", "decided", "reassigned", "break-glass"
]
"""How it came that somebody performed a duty: its own, as the next in line, by a hand-over, ..."""

LETTERS: Mapping[tuple[str, str], Letter] = {
    ("command", "acknowledged"): "accountable",
    ("take", "acknowledged"): "accountable",
    ("sign-off", "signed-off"): "accountable",
    ("accept", "accepted"): "accountable",
    ("close", "closed"): "accountable",
    ("do", "done"): "responsible",
    ("consult", "advised"): "consulted",
}
"""The letter that an answer performs, by what was asked and what was answered."""

_BY_REASON: Mapping[str, How] = {
    "accepted": "hand-over",
    "decided": "decided",
    "reassigned": "reassigned",
}


@dataclass(frozen=True, slots=True)
class Performance:
    """One duty performed in one incident.

    Args:
        by: who performed it; `actor` is who spoke, another where it leads `by`.
        reason: why somebody else was called: `no-answer`, `declined`, ...; or the reason given.
        entries: numbers of the entries that show it: asked, and answered.
    """

    incident: str
    part: str
    step: str
    activity: str
    letter: Letter
    purpose: str
    holder: str
    by: str
    actor: str
    how: How
    reason: str
    entries: tuple[int, ...]
    time: dt.datetime

    @property
    def is_own(self) -> bool:
        """Whether its holder performed it."""
        return self.how == "own"


def performances(history: History) -> Iterator[Performance]:
    """Yield every duty that somebody performed; work that was sent back only once."""
    seen: set[tuple[str, str, str, str]] = set()
    for said in history.said:
        letter = LETTERS.get((said.item.purpose, said.outcome))
        if letter is None:
            continue
        found = _performance(history, said, letter)
        # WHY: taking over an offered piece of work is told by the work done, not by the yes.
        key = (said.item.key.partition("#")[0], found.holder, found.by, found.how)
        if said.item.offer_of is None and key not in seen:
            seen.add(key)
            yield found
    yield from _by_doing(history)


def _by_doing(history: History) -> Iterator[Performance]:
    """Yield the sign-offs that needed no question: whoever answers for the work did it itself."""
    for entry in history.of_kind("signed-off"):
        part, step = text_in(entry.payload, "part"), text_in(entry.payload, "step")
        plan, by = history.step(part, step, entry.number), text_in(entry.payload, "by")
        if plan is not None:
            ask = plan.sign_off
            is_own = by in {ask.holder, *ask.line[: ask.together]}
            yield Performance(
                history.incident,
                part,
                step,
                plan.activity,
                "accountable",
                "sign-off",
                by if is_own else ask.holder,
                by,
                by,
                "own" if is_own else "acting",
                "",
                (entry.number,),
                entry.time,
            )


def _performance(history: History, said: Said, letter: Letter) -> Performance:
    item = said.item
    by = said.actor if said.glass else item.subject
    activity = history.activity(item.part, item.step, said.entry)
    if item.purpose == "accept":
        activity = item.key.partition("#")[0].rpartition("/")[2]
    how, reason = _how(history, said, by)
    return Performance(
        history.incident,
        item.part,
        item.step,
        activity,
        letter,
        item.purpose,
        by if how == "own" else item.holder,
        by,
        said.actor,
        how,
        reason,
        (item.entry, said.entry),
        said.time,
    )


def _how(history: History, said: Said, by: str) -> tuple[How, str]:
    item = said.item
    if said.glass:
        return "break-glass", said.glass
    if by in _holders(history, item):
        return "own", ""
    if item.why in _BY_REASON:
        return _BY_REASON[item.why], ""
    above = _above(history, item)
    if item.why == "first":
        return ("above" if by in above else "acting"), ""
    return ("above" if by in above else "deputy"), item.why


def _holders(history: History, item: Asked) -> set[str]:
    """Return whose duty it is: the holder, or all who hold it together."""
    ask = history.ask(item)
    together = ask.line[: ask.together] if ask is not None and ask.together > 1 else ()
    return {item.holder, *together}


def _above(history: History, item: Asked) -> tuple[str, ...]:
    """Return who is above the holder in the line of command, as far as the incident recorded it."""
    return history.response_at(item.entry).above.get(item.holder, ())
