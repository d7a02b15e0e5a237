"""Who acted without being the one to act: refused, past the policy in need, or unopposed."""

from __future__ import annotations

from collections.abc import Iterator

from remit.workflows.conformance.deviation import Deviation
from remit.workflows.conformance.history import History, Said, number_in, text_in

__all__ = ["outside_authority", "past_policy", "who_owns"]

REVIEW = "review"


def outside_authority(history: History) -> Iterator[Deviation]:
    """Yield the acts of subjects that were not asked: those refused, and any that were not."""
    for entry in history.of_kind("refused"):
        item = history.asked.get(number_in(entry.payload, "item") or 0)
        if item is None or history.speaks_for(entry.actor, item.subject, entry.number):
            continue
        yield Deviation(
            "outside-authority",
            history.incident,
            (item.entry, entry.number),
            item.part,
            item.step,
            history.activity(item.part, item.step, entry.number),
            entry.actor,
            item.subject,
            item.purpose,
            text_in(entry.payload, "verb"),
            tried=True,
        )
    for entry in history.of_kind("denied"):
        act = text_in(entry.payload, "act")
        yield Deviation(
            "outside-authority",
            history.incident,
            (entry.number,),
            subject=entry.actor,
            about=act,
            activity=history.response_at(entry.number).lead,
            tried=True,
        )
    for said in history.said:
        if not said.glass and not history.speaks_for(said.actor, said.item.subject, said.entry):
            yield _of(history, said, "outside-authority")


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
