"""What a response takes along of its pack: names, addresses, who speaks for whom."""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.pack import Pack, Roster
from remit.engine.texts import Text

__all__ = ["above_of", "contacts_of", "labels_of", "leads_of", "rosters_in"]

Contacts = tuple[tuple[str, str], ...]


def labels_of(pack: Pack) -> dict[str, dict[str, str]]:
    """Return what people call things, by `kind:name`, then by language; the nearest pack's word."""
    found: dict[str, dict[str, str]] = {}
    for level in _farthest_first(pack):
        for name, subject in level.subjects.items():
            _add(found, f"subject:{name}", subject.label)
        for name, fund in level.funds.items():
            _add(found, f"fund:{name}", fund.label)
        for name, stock in level.reserves.items():
            _add(found, f"stock:{name}", stock.label)
        for roster in level.rosters.values():
            for person in roster.people:
                _add(found, f"person:{person.name}", person.label)
    for name, activity in pack.vocabulary.activities.items():
        _add(found, f"activity:{name}", activity.label)
    for name, power in pack.vocabulary.powers.items():
        _add(found, f"power:{name}", power.label)
    return found


def contacts_of(pack: Pack) -> dict[str, Contacts]:
    """Return how to reach each subject, `(channel, address)`, by the nearest pack that says so."""
    found: dict[str, Contacts] = {}
    for level in _farthest_first(pack):
        for name, subject in level.subjects.items():
            if subject.contacts:
                found[name] = tuple((contact.channel, contact.to) for contact in subject.contacts)
    return found


def rosters_in(pack: Pack) -> tuple[Roster, ...]:
    """Return who is on duty for whom, by name; the nearest pack's roster of a name."""
    found: dict[str, Roster] = {}
    for level in _farthest_first(pack):
        found |= level.rosters
    return tuple(roster for _, roster in sorted(found.items()))


def above_of(pack: Pack) -> dict[str, str]:
    """Return by subject the one it is directly under."""
    found: dict[str, str] = {}
    for level in _farthest_first(pack):
        found |= {name: subject.under for name, subject in level.subjects.items() if subject.under}
    return found


def leads_of(pack: Pack) -> dict[str, str]:
    """Return the member that speaks for each joint subject."""
    found: dict[str, str] = {}
    for level in _farthest_first(pack):
        found |= {name: subject.lead for name, subject in level.subjects.items() if subject.lead}
    return found


def _farthest_first(pack: Pack) -> Iterator[Pack]:
    yield from reversed(pack.higher)
    yield pack


def _add(labels: dict[str, dict[str, str]], key: str, text: Text | None) -> None:
    if text is not None:
        labels[key] = dict(text.by_language)
