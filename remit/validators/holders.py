"""Who holds a letter by which duties, and which of these a finding should point at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remit.engine.pack import Duty, Letter, Pack
from remit.engine.spans import Span
from remit.engine.texts import Text
from remit.validators.check import Context

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["by_subject", "deciding", "labels_of", "place_of", "subject_label"]


def by_subject(context: Context, activity: str, letter: Letter) -> dict[str, tuple[Duty, ...]]:
    """Return the duties that give a letter for an activity, by subject."""
    found: dict[str, list[Duty]] = {}
    for duty in context.map.compiled.parts[activity].duties:
        if letter in duty.roles:
            found.setdefault(duty.subject, []).append(duty)
    return {subject: tuple(duties) for subject, duties in found.items()}


def deciding(duties: Sequence[Duty], cells: CellSet, context: Context) -> Duty:
    """Return the first of some duties that is effective in some of the cells."""
    return next((duty for duty in duties if cells & context.map.effective(duty.name)), duties[0])


def place_of(duty: Duty, *keys: str) -> Span:
    """Return the place of the first of `keys` the duty was written with, else that of the duty."""
    return next((duty.spans[key] for key in keys if key in duty.spans), duty.span)


def subject_label(pack: Pack, subject: str) -> Text | None:
    """Return what the nearest pack calls a subject for people."""
    return next((account.label for account in pack.accounts_of(subject) if account.label), None)


def labels_of(
    pack: Pack, activity: str | None = None, subjects: Sequence[str] = ()
) -> Iterator[tuple[str, Text | None]]:
    """Yield the names in a message with their labels."""
    if activity is not None:
        yield activity, pack.vocabulary.activities[activity].label
    for subject in subjects:
        yield subject, subject_label(pack, subject)
