"""The dialogue of `remit ask`: one question after the other, until it is certain who answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from rich.cells import cell_len
from rich.text import Text

from remit.cli.dialogue_words import phrase
from remit.cli.screen import clean, show
from remit.engine.completion import complete_event
from remit.engine.events import Event
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import format_constraint, parse_constraint
from remit.engine.language.flaws import FlawError
from remit.engine.map.intake import Choice, Decided, Intake, Owner, Question, known_of
from remit.engine.pack import Pack
from remit.engine.vocabulary import DATE, Dimension, Value
from remit.engine.wording import Language, tell
from remit.validators.words import flow, percent

__all__ = ["Dialogue", "Facts", "hold", "told_step"]

MOST_SHOWN = 40
"""Choices printed; of more, the rest are answered by name."""
UNKNOWN = {"", "u"}
BACK = "b"
WHY = "?"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an event, and how the rest is filled in.

    Args:
        event: what the event itself says.
        said: what was answered, by dimension; a range where no single value is known.
        unknown: dimensions of which no more can be known.
        state: the current value of state dimensions.
    """

    event: Event
    said: Mapping[str, IntervalSet]
    unknown: tuple[str, ...]
    state: Mapping[str, Value]
    today: dt.date

    def known(self, intake: Intake) -> dict[str, IntervalSet]:
        """Return what is known of each dimension, what can be filled in included."""
        vocabulary = intake.map.pack.vocabulary
        single = {name: _single(vocabulary.dimension(name), s) for name, s in self.said.items()}
        values = {name: value for name, value in single.items() if value is not None}
        event = replace(self.event, values={**self.event.values, **values})
        filled = complete_event(event, vocabulary, state=self.state, today=self.today)
        return {**known_of(intake.map, filled), **self.said}


@dataclass(slots=True)
class Dialogue:
    """One conversation: what it is about, and where answers come from.

    Args:
        read: gives one answer after a prompt; raises `EOFError` where there is none.
        past: the facts before each answer, for taking it back, with the dimension asked for.
    """

    intake: Intake
    facts: Facts
    language: Language
    read: Callable[[str], str]
    past: list[tuple[str, Facts]] = field(default_factory=list)

    @property
    def pack(self) -> Pack:
        """The pack that is asked."""
        return self.intake.map.pack


def hold(dialogue: Dialogue) -> Decided | None:
    """Ask until it is certain who answers, and tell; `None` if the answers end before that."""
    show(_title(dialogue))
    while True:
        known = dialogue.facts.known(dialogue.intake)
        found = dialogue.intake.next(known, dialogue.facts.unknown)
        if isinstance(found, Decided):
            for line in _end(dialogue, found, known):
                show(line)
            return found
        for line in _question(dialogue, found):
            show(line)
        if not _answered(dialogue, found, known):
            show("")
            show(Text(phrase("stopped", dialogue.language), "yellow"))
            show(_known(dialogue, known))
            return None


def told_step(
    dialogue: Dialogue, found: Question | Decided, known: Mapping[str, IntervalSet]
) -> Iterator[Text]:
    """Yield one step in words: the next question, or who answers."""
    yield _title(dialogue)
    if isinstance(found, Decided):
        yield from _end(dialogue, found, known)
    else:
        yield from _question(dialogue, found)


def _answered(dialogue: Dialogue, question: Question, known: Mapping[str, IntervalSet]) -> bool:
    """Take answers until one moves the dialogue on; return whether there was one."""
    while True:
        try:
            text = dialogue.read(_prompt(dialogue, question)).strip()
        except EOFError:
            return False
        except KeyboardInterrupt:
            # WHY: what comes next on the terminal begins a line of its own.
            show("")
            raise
        if text == WHY:
            for line in _why(dialogue, question):
                show(line)
            continue
        told = _take(dialogue, question, known, text)
        if told is None:
            return True
        show(Text(f"  {clean(told)}", "yellow"))


def _take(
    dialogue: Dialogue, question: Question, known: Mapping[str, IntervalSet], text: str
) -> str | None:
    """Move the dialogue on by one answer; return what is wrong with it, if it cannot be."""
    name, language = question.dimension.name, dialogue.language
    facts = dialogue.facts
    if text == BACK:
        if not dialogue.past:
            return phrase("back-none", language)
        asked, dialogue.facts = dialogue.past.pop()
        show(Text(f"  {phrase('back', language, dimension=asked)}", "dim"))
        return None
    if text in UNKNOWN:
        dialogue.past.append((name, facts))
        dialogue.facts = replace(facts, unknown=(*facts.unknown, name))
        show(Text(f"  {phrase('not-known', language, dimension=name)}", "dim"))
        return None
    meant = _meant(question, known, text, language)
    if isinstance(meant, str):
        return meant
    dialogue.past.append((name, facts))
    dialogue.facts = replace(facts, said={**facts.said, name: meant})
    return None


def _meant(
    question: Question, known: Mapping[str, IntervalSet], text: str, language: Language
) -> IntervalSet | str:
    """Return what an answer allows, or what is wrong with it."""
    dimension = question.dimension
    before = known.get(dimension.name, dimension.everything())
    if text.isascii() and text.isdigit():
        number, last = int(text[:9]), len(question.choices)
        if not 1 <= number <= last:
            return phrase("no-choice", language, number=text[:9], last=last)
        raw = question.choices[number - 1].constraint
    else:
        raw = _named(dimension, text.removeprefix("=").strip())
    try:
        allowed = parse_constraint(dimension, raw) & before
    except FlawError as error:
        return "; ".join(flaw.sentence() for flaw in error.flaws)
    return allowed or phrase("not-here", language, value=flow(raw))


def _named(dimension: Dimension, text: str) -> str:
    """Return the value whose label a text is, in any language; else the text."""
    for name, label in dimension.labels.items():
        if any(text.casefold() == told.casefold() for _, told in label.by_language):
            return name
    return text


def _single(dimension: Dimension, allowed: IntervalSet) -> Value | None:
    """Return the one value or node that a set is; `None` if it is none."""
    raw = format_constraint(dimension, allowed)
    if dimension.kind == DATE:
        ((low, high), *rest) = allowed.stretches
        alone = not rest and int(high.value) - int(low.value) == 1
        return dt.date.fromordinal(int(low.value)) if alone else None
    if dimension.is_named:
        names = dimension.nodes if dimension.kind == "tree" else dimension.values
        return raw if isinstance(raw, str) and raw in names else None
    ((low, high), *rest) = allowed.stretches
    width = (high.value - low.value, high.after - low.after)
    alone = not rest and width == ((1, 0) if dimension.kind == "integer" else (0, 1))
    return low.value if alone else None


def _title(dialogue: Dialogue) -> Text:
    pack = dialogue.pack
    name = pack.label.in_language(dialogue.language) if pack.label else pack.name
    asked = phrase("title", dialogue.language, activity=_activity(dialogue))
    return Text(clean(name) + tell(": "), "bold").append(clean(asked), "bold")


def _activity(dialogue: Dialogue) -> str:
    label = dialogue.pack.vocabulary.activities[dialogue.intake.activity].label
    # WHY: an English reader meets the name in files and findings; a Chinese one knows the label.
    if label is None or dialogue.language == "en":
        return dialogue.intake.activity
    return label.in_language(dialogue.language)


def _question(dialogue: Dialogue, question: Question) -> Iterator[Text]:
    dimension, language = question.dimension, dialogue.language
    label = dimension.label.in_language(language) if dimension.label else dimension.name
    head = Text("\n").append(clean(label), "bold cyan")
    if dimension.label is not None:
        head.append(f"  {dimension.name}", "dim")
    if dimension.unit:
        head.append(f"  ({clean(dimension.unit)})", "dim")
    may = phrase("possible", language, count=len(question.possible))
    yield head.append(f"  {may}", "dim")
    names = [_choice(choice, language) for choice in question.choices]
    width = max(cell_len(name) for name in names[:MOST_SHOWN])
    shown = list(zip(question.choices, names, strict=True))[:MOST_SHOWN]
    for number, (choice, name) in enumerate(shown, 1):
        line = Text(f"  {number:>{len(str(len(names)))}}  ", "cyan")
        yield line.append(name + " " * (width - cell_len(name))).append(
            f"  {clean(_left(choice, dialogue))}", "dim"
        )
    if len(names) > len(shown):
        yield Text("  " + phrase("more", language, count=f"{len(names) - len(shown):,}"), "dim")


def _choice(choice: Choice, language: Language) -> str:
    return clean(choice.label.in_language(language) if choice.label else flow(choice.constraint))


def _left(choice: Choice, dialogue: Dialogue) -> str:
    language = dialogue.language
    if len(choice.owners) > 1:
        return phrase("possible", language, count=len(choice.owners))
    (owner,) = choice.owners
    if not owner.is_needed:
        return phrase("settled-not-needed", language)
    if not owner.subjects:
        return phrase("settled-nobody", language)
    return phrase("settled", language, owner=_owner(owner, dialogue))


def _owner(owner: Owner, dialogue: Dialogue) -> str:
    """Return who answers by name and, where they have one, label."""
    language = dialogue.language
    if not owner.is_needed:
        return phrase("not-needed", language)
    if not owner.subjects:
        return phrase("nobody", language)
    return phrase("and", language).join(_subject(name, dialogue) for name in owner.subjects)


def _subject(name: str, dialogue: Dialogue) -> str:
    for account in dialogue.pack.accounts_of(name):
        if account.label is not None:
            return account.label.in_language(dialogue.language)
    return name


def _prompt(dialogue: Dialogue, question: Question) -> str:
    language = dialogue.language
    told = [phrase("prompt", language, last=len(question.choices))]
    if not question.dimension.is_named:
        example = flow(_example(question))
        told.append(phrase("prompt-value", language, example=example))
    told.append(phrase("prompt-more", language))
    return clean(phrase("prompt-join", language).join(told)) + " > "


def _example(question: Question) -> object:
    dimension = question.dimension
    if dimension.kind == DATE:
        return "2026-11-23"
    return dimension.minimum if dimension.minimum > 0 else 1


def _why(dialogue: Dialogue, question: Question) -> Iterator[Text]:
    language = dialogue.language
    told = phrase("why", language, count=len(question.possible))
    yield Text(f"  {told}")
    for choice in question.choices:
        owners = phrase("or", language).join(_owner(o, dialogue) for o in choice.owners)
        yield Text(f"    {_choice(choice, language)}{tell(': ')}", "cyan").append(
            clean(owners), "default"
        )
    if question.bits > 0:
        share = Fraction(round(1000 * question.bits / question.doubt), 1000)
        yield Text(f"  {phrase('why-bits', language, percent=percent(share))}", "dim")


def _end(dialogue: Dialogue, found: Decided, known: Mapping[str, IntervalSet]) -> Iterator[Text]:
    language, activity = dialogue.language, _activity(dialogue)
    yield Text()
    if found.owner is None:
        owners = phrase("or", language).join(_owner(o, dialogue) for o in found.possible)
        told = phrase("open", language, activity=activity, owners=owners)
        yield Text(clean(told), "bold yellow")
        yield Text("  " + phrase("missing", language, names=", ".join(found.missing)))
    elif not found.owner.is_needed:
        yield Text(phrase("none-needed", language, activity=activity), "bold")
    elif not found.owner.subjects:
        yield Text(phrase("nobody-answers", language, activity=activity), "bold red")
    else:
        key = "answers" if len(found.owner.subjects) == 1 else "answer-all"
        owner = _owner(found.owner, dialogue)
        told = phrase(key, language, owner=owner, activity=activity)
        yield Text(clean(told), "bold green" if key == "answers" else "bold red")
    duties = {duty.name: duty for duty in dialogue.pack.duties()}
    for duty in (duties[name] for name in found.duties):
        place = f"{duty.span.file}:{duty.span.line}"
        yield Text(clean("  " + phrase("by", language, duty=duty.name, place=place)))
        if duty.basis is not None:
            basis = duty.basis.in_language(language)
            yield Text(clean("    " + phrase("basis", language, basis=basis)), "dim")
    yield _known(dialogue, known)


def _known(dialogue: Dialogue, known: Mapping[str, IntervalSet]) -> Text:
    """Return what is known, as an event or a condition would write it."""
    vocabulary, language = dialogue.pack.vocabulary, dialogue.language
    told = [
        f"{name}: {flow(format_constraint(vocabulary.dimension(name), known[name]))}"
        for name in (*vocabulary.dimensions, DATE)
        if name in known
    ]
    listed = ", ".join(told) or phrase("nothing-known", language)
    return Text(phrase("known", language) + tell(": "), "dim").append(clean(listed), "dim")
