"""Who acted without being the one to act: refused, past the policy in need, or unopposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.history import (
    Asked,
    History,
    Said,
    number_in,
    text_in,
)
from remit.workflows.entries import Entry

__all__ = ["denied", "outside_authority", "past_policy", "who_owns"]

REVIEW = "review"
LEADING = frozenset({"cancel", "merge", "reassign", "reopen", "review", "split"})
"""Acts upon an incident as a whole: they are for whoever leads it, or stands above."""


def outside_authority(history: History) -> Iterator[Deviation]:
    """Yield the acts of subjects that were not asked: those refused, and any that were not."""
    for entry in history.of_kind("refused"):
        item = history.asked.get(number_in(entry.payload, "item") or 0)
        if _had_no_part(history, entry, item):
            yield _refused(history, entry, item)
    yield from denied(history.of_kind("denied"), history.incident, history.response.lead)
    for said in history.said:
        if not said.glass and not history.speaks_for(said.actor, said.item.subject, said.entry):
            yield _of(history, said, "outside-authority")


def denied(entries: Iterable[Entry], incident: str = "", lead: str = "") -> Iterator[Deviation]:
    """Yield the acts that were refused and belong to no item: declaring, activating, moving, ...

    Args:
        entries: of the kind `denied`; the community's own have no incident.
    """
    for entry in entries:
        about = text_in(entry.payload, "act")
        yield Deviation(
            "outside-authority",
            incident,
            (entry.number,),
            subject=entry.actor,
            about=about,
            activity=lead,
            tried=True,
        )


def _had_no_part(history: History, entry: Entry, item: Asked | None) -> bool:
    """Return whether a refused subject was not the one to act, whatever else stood against it."""
    verb = text_in(entry.payload, "verb")
    if verb in LEADING:
        return not any(
            history.speaks_for(entry.actor, name, entry.number)
            for name in _leading(history, entry, item)
        )
    if item is None:
        return False
    return not history.speaks_for(entry.actor, item.subject, entry.number)


def _leading(history: History, entry: Entry, item: Asked | None) -> Iterator[str]:
    """Yield who may decide about the incident as a whole, or about whose a piece of work is."""
    response = history.response_at(entry.number)
    for part in response.parts:
        for owner in part.owners or part.command.line[: part.command.together]:
            yield from (owner, *response.above.get(owner, ()))
    yield from (
        asked.subject
        for asked in history.asked.values()
        if asked.purpose == "command" and asked.entry < entry.number
    )
    step = None if item is None else history.step(item.part, item.step, entry.number)
    if step is not None:
        yield from step.sign_off.line


def _refused(history: History, entry: Entry, item: Asked | None) -> Deviation:
    verb = text_in(entry.payload, "verb")
    if item is None:
        found = denied((entry,), history.incident, history.response.lead)
        return replace(next(iter(found)), about=verb)
    return Deviation(
        "outside-authority",
        history.incident,
        (item.entry, entry.number),
        item.part,
        item.step,
        history.activity(item.part, item.step, entry.number),
        entry.actor,
        item.subject,
        item.purpose,
        verb,
        tried=True,
    )


def past_policy(history: History) -> Iterator[Deviation]:
    """Yield the acts past the policy, each with what its review said: `open` while it is."""
    for said in history.said:
        if said.glass:
            found, review = _of(history, said, "past-policy"), _review(history, said)
            verdict = "open" if review is None else review.outcome
            entries = found.entries if review is None else (*found.entries, review.entry)
            yield _with(found, entries, verdict)


def who_owns(history: History) -> Iterator[Deviation]:
    """Yield that nobody owned the incident, or several did."""
    response = history.responses[0][1]
    first = response.parts[0]
    if len(first.owners) != 1:
        yield Deviation(
            "contested" if first.owners else "unowned",
            history.incident,
            (history.opened.number,),
            first.name,
            activity=response.lead,
            subject=" ".join(first.owners),
        )


def _review(history: History, said: Said) -> Said | None:
    about = f"glass@{said.item.number}"
    for one in history.said:
        key = one.item.key.partition("#")[0]
        verdict = one.item.purpose == REVIEW and one.outcome in {"justified", "unjustified"}
        if verdict and key.endswith(f"/{about}"):
            return one
    return None


def _of(history: History, said: Said, kind: str) -> Deviation:
    item = said.item
    return Deviation(
        "past-policy" if kind == "past-policy" else "outside-authority",
        history.incident,
        (item.entry, said.entry),
        item.part,
        item.step,
        history.activity(item.part, item.step, said.entry),
        said.actor,
        item.holder if said.glass else item.subject,
        item.purpose,
        said.outcome,
    )


def _with(found: Deviation, entries: tuple[int, ...], verdict: str) -> Deviation:
    return Deviation(
        found.kind,
        found.incident,
        entries,
        found.part,
        found.step,
        found.activity,
        found.subject,
        found.holder,
        found.purpose,
        verdict,
    )
