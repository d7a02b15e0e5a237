"""What must hold after a run in which processes died."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from remit.workflows.audit_sweep import audit_ledger
from remit.workflows.entries import Json
from remit.workflows.ledger import Ledger
from tests.kills.fuse import DEATHS
from tests.kills.scenes import SENT

__all__ = ["Outcome", "deaths_of", "faults", "outcome_of"]

LATER = dt.timedelta(hours=12)
"""After the last entry: whatever was left undone is an omission by then."""

Told = tuple[str, str, str, Json]

_PASSING = frozenset({"tries", "repeat", "received"})
"""Keys of payloads that differ with a second try, or name an entry by its number."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Args:
        stories: of each incident, by name, and of the community: kind, actor, time and payload of
            each entry, without what a second try of a message adds.
        omissions: what the auditor tells of it.
        faults: what is wrong whatever the run was.
    """

    stories: dict[str, tuple[Told, ...]]
    omissions: tuple[str, ...]
    faults: tuple[str, ...]


def outcome_of(place: str, folder: Path, again: int) -> Outcome:
    """Return how a run in a folder ended.

    Args:
        again: messages that may have gone out a second time, as so many processes died over them.
    """
    with Ledger.at(place, create=False) as ledger:
        entries = ledger.entries()
        names = [summary.id for summary in ledger.incidents()]
        stories = {name: _story(ledger, name) for name in sorted(names)}
        stories[""] = tuple(sorted(_story(ledger, None), key=str))
        omissions = tuple(
            f"{found.kind} {found.subject}"
            for found in audit_ledger(ledger, entries[-1].time + LATER)
        )
        problems = [f"not whole: {problem}" for problem in ledger.verify().problems]
        problems += [f"never sent: {name}" for name in ledger.undelivered()]
    keys = [
        str(entry.payload["message"])
        for entry in entries
        if entry.kind in {"delivered", "undelivered"}
    ]
    return Outcome(stories, omissions, (*problems, *_wrongly_sent(folder, keys, again)))


def faults(found: Outcome, undisturbed: Outcome) -> tuple[str, ...]:
    """Return what is wrong with a run, held against one in which nobody died."""
    problems = [*found.faults]
    for name in sorted({*found.stories, *undisturbed.stories}):
        own, other = found.stories.get(name, ()), undisturbed.stories.get(name, ())
        if own != other:
            problems.append(f"another story of {name or 'the community'}: {_first(own, other)}")
    if sorted(found.omissions) != sorted(undisturbed.omissions):
        problems.append(f"omissions: {found.omissions} instead of {undisturbed.omissions}")
    return tuple(problems)


def deaths_of(folder: Path) -> Counter[str]:
    """Return how many processes died at each place."""
    path = folder / DEATHS
    return Counter(path.read_text(encoding="utf-8").split() if path.exists() else ())


def _story(ledger: Ledger, incident: str | None) -> tuple[Told, ...]:
    entries = ledger.entries(incident) if incident else ledger.entries()
    found = [entry for entry in entries if entry.incident == incident]
    places = {str(entry.number): at for at, entry in enumerate(found)}
    return tuple(
        (entry.kind, entry.actor, entry.time.isoformat(), _lasting(entry.payload, places))
        for entry in found
    )


def _lasting(payload: Json, places: dict[str, int]) -> Json:
    """Return a payload without what a second try adds, and without numbers of the whole ledger."""
    assert isinstance(payload, dict)
    found = {key: value for key, value in payload.items() if key not in _PASSING}
    if isinstance(message := found.get("message"), str):
        incident, number, subject = message.split("/", 2)
        found["message"] = f"{incident}/{places.get(number)}/{subject}"
    return found


def _wrongly_sent(folder: Path, keys: list[str], again: int) -> Iterator[str]:
    """Tell receipts and messages that are there too often, or not at all."""
    path = folder / SENT
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    yield from (f"two receipts: {key}" for key, count in Counter(keys).items() if count > 1)
    sent: dict[str, list[bool]] = {}
    for line in lines:
        key, _, told = line.partition(" ")
        sent.setdefault(key, []).append(told == "repeat")
    yield from (f"a receipt of nothing: {key}" for key in sorted({*keys} - {*sent}))
    yield from (f"no receipt: {key}" for key in sorted({*sent} - {*keys}))
    for key, repeats in sent.items():
        # INVARIANT: whoever gets a message again is told that it may be a repeat.
        if not all(repeats[1:]):
            yield f"a repeat that was not told: {key}"
    extra = sum(len(repeats) - 1 for repeats in sent.values())
    if extra > again:
        yield f"{extra} messages sent again, and at most {again} may be"


def _first(own: tuple[Told, ...], other: tuple[Told, ...]) -> str:
    for at, (one, two) in enumerate(zip(own, other, strict=False)):
        if one != two:
            return f"entry {at}: {one} instead of {two}"[:600]
    more = own[len(other) :] or other[len(own) :]
    return f"{len(own)} entries instead of {len(other)}, as: {more[0]}"[:600]
