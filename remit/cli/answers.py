"""Resolutions in words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from remit.cli.screen import padded
from remit.engine.letter_words import letter_word
from remit.engine.pack import LETTERS, Pack
from remit.engine.resolution import ActivityResolution, Holders, Resolution
from remit.engine.wording import tell
from remit.validators.words import every_language, listed, witness_words

__all__ = ["holders_words", "resolution_text"]


def resolution_text(resolution: Resolution, pack: Pack) -> Text:
    """Return who answers for an event, an activity a paragraph."""
    parts = [Text().append(tell("event: "), "bold").append(witness_words(resolution.event.values))]
    if pack.lead is not None:
        parts.append(Text().append(tell("owner: "), "bold").append(_owner(resolution, pack.lead)))
    for name, answer in sorted(resolution.activities.items()):
        parts.append(_activity(name, answer, pack))
    if not resolution.activities:
        parts.append(Text(tell("no activity is needed")))
    if resolution.ask is not None:
        parts.append(Text().append(tell("ask for: "), "bold").append(resolution.ask))
    return Text("\n").join(parts)


def _owner(resolution: Resolution, lead: str) -> str:
    answer = resolution.activities.get(lead)
    return holders_words(answer.accountable if answer else Holders(resolution.owner))


def _activity(name: str, answer: ActivityResolution, pack: Pack) -> Text:
    label = pack.vocabulary.activities[name].label
    text = Text().append(f"\n{name}", "bold").append(f"  {every_language(label)}" if label else "")
    for line in _letters(answer):
        text.append(f"\n  {line}")
    return text


def _letters(answer: ActivityResolution) -> Iterator[str]:
    for letter in LETTERS:
        holders = answer.holders[letter]
        if holders.possible or letter in {"accountable", "responsible"}:
            yield f"{padded(letter_word(letter), 12)} {holders_words(holders)}"


def holders_words(holders: Holders) -> str:
    """Return who has a letter: "a, b", "a; perhaps b", "nobody"."""
    perhaps = [name for name in holders.possible if name not in holders.certain]
    certain = listed(holders.certain)
    if not perhaps:
        return certain or tell("nobody")
    maybe = tell("perhaps {names}", names=tell(" or ").join(perhaps))
    return tell("{certain}; {maybe}", certain=certain, maybe=maybe) if certain else maybe
