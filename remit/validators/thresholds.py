"""What the thresholds of signals allow, exactly: which readings pass, and which message shows it.

A signal's test of a number is a set of numbers; so signals of one indicator are sets on one line,
and gaps and overlaps are differences and intersections of these. Every claim is made of one
message whose fields have one value each, and is replayed through `triage.matches`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remit.engine.events import Event
from remit.engine.intervals import Cut, IntervalSet, Stretch
from remit.engine.pack import FieldTest, Signal
from remit.engine.triage import Message, matches
from remit.engine.vocabulary import Dimension, Value, Vocabulary
from remit.engine.wording import tell

__all__ = [
    "EVERY_NUMBER",
    "Common",
    "about",
    "as_message",
    "common_message",
    "example",
    "finest",
    "has_numbers",
    "is_number",
    "levels",
    "message_of",
    "message_words",
    "numbers_of",
    "possible_numbers",
    "stretch_words",
]

EVERY_NUMBER = IntervalSet.of((Cut(Decimal("-Infinity")), Cut(Decimal("Infinity"))))
_NOTHING = Event({})
ANY_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Signals that look at one message alone do not look at its time."""
MOST_PLACES = 12
"""Digits after the point of an example."""


def has_numbers(test: FieldTest) -> bool:
    """Return whether a test compares numbers."""
    return test.low is not None or test.high is not None


def is_number(text: str) -> bool:
    """Return whether a text is a finite number."""
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def numbers_of(test: FieldTest) -> IntervalSet:
    """Return the numbers that pass a test of numbers, written as one value."""
    (lowest, highest) = EVERY_NUMBER.stretches[0]
    low = lowest if test.low is None else Cut(test.low, int(test.low_open))
    high = highest if test.high is None else Cut(test.high, int(not test.high_open))
    found = IntervalSet.of((low, high))
    return EVERY_NUMBER - found if test.negated else found


def possible_numbers(field: str, vocabulary: Vocabulary) -> IntervalSet:
    """Return the numbers a field can have: within the bounds of the dimension of that name.

    Triage takes others as well; a threshold that only they would miss is no fault of the pack.
    """
    dimension = vocabulary.dimensions.get(field)
    if dimension is None or dimension.is_named:
        return EVERY_NUMBER
    return IntervalSet.of((Cut(dimension.minimum), Cut(dimension.maximum, 1)))


def about(signal: Signal, vocabulary: Vocabulary) -> frozenset[tuple[str, Value]]:
    """Return what a raised event is about: its trees; without any, all but levels and numbers."""
    named = {
        name: value
        for name, value in signal.raises.values.items()
        if name in vocabulary.dimensions and vocabulary.dimensions[name].is_named
    }
    trees = {n: v for n, v in named.items() if vocabulary.dimensions[n].kind == "tree"}
    others = {n: v for n, v in named.items() if vocabulary.dimensions[n].kind != "scale"}
    return frozenset((trees or others).items())


def levels(signal: Signal, vocabulary: Vocabulary) -> dict[str, Value]:
    """Return the levels of scales that a signal raises, by dimension."""
    return {
        name: value
        for name, value in signal.raises.values.items()
        if name in vocabulary.dimensions and vocabulary.dimensions[name].kind == "scale"
    }


def example(
    found: IntervalSet, field: str, vocabulary: Vocabulary, step: Decimal
) -> Decimal | None:
    """Return a number of a set that a reading can have; `None` where there is none.

    Readings are whole or exact as the dimension of that name has them; where there is none, as
    fine as `step`.
    """
    dimension = vocabulary.dimensions.get(field)
    for stretch in found.stretches:
        number = _in_stretch(stretch, dimension, step)
        if number is not None:
            return number
    return None


def _in_stretch(stretch: Stretch, dimension: Dimension | None, step: Decimal) -> Decimal | None:
    if dimension is not None and dimension.kind == "decimal":
        return _roundest(stretch)
    if dimension is not None and not dimension.is_named:
        step = Decimal(1)
    return _multiple(stretch, step)


def _roundest(stretch: Stretch) -> Decimal:
    """Return the number of a stretch with the fewest digits after the point."""
    for places in range(MOST_PLACES):
        found = _multiple(stretch, Decimal(1).scaleb(-places))
        if found is not None:
            return found
    low, high = stretch
    return Decimal(low.value) if not low.after else Decimal(low.value + high.value) / 2


def _multiple(stretch: Stretch, step: Decimal) -> Decimal | None:
    """Return the lowest multiple of a step in a stretch; the highest where it has no lower end."""
    low, high = stretch
    if Decimal(low.value).is_finite():
        found = -(-Decimal(low.value) // step) * step
        # WHY: a division that cuts towards zero leaves a number below the stretch, or at its open
        # end.
        while not low <= Cut(found):
            found += step
    elif Decimal(high.value).is_finite():
        found = Decimal(high.value) // step * step
        while not Cut(found, 1) <= high:
            found -= step
    else:
        found = Decimal(0)
    return found if low <= Cut(found) and Cut(found, 1) <= high else None


def stretch_words(stretch: Stretch) -> str:
    """Return a stretch of numbers in words: "from 80 to below 100"."""
    low, high = stretch
    a, b = f"{low.value:f}", f"{high.value:f}"
    has_low, has_high = Decimal(low.value).is_finite(), Decimal(high.value).is_finite()
    said = tell("at any number")
    if a == b:
        said = tell("at {number}", number=a)
    elif has_low and has_high:
        said = _between(stretch, a, b)
    elif has_low:
        said = tell("above {low}", low=a) if low.after else tell("from {low} on", low=a)
    elif has_high:
        said = tell("up to {high}", high=b) if high.after else tell("below {high}", high=b)
    return said


def _between(stretch: Stretch, a: str, b: str) -> str:
    low, high = stretch
    if low.after and high.after:
        return tell("above {low} and up to {high}", low=a, high=b)
    if low.after:
        return tell("above {low} and below {high}", low=a, high=b)
    if high.after:
        return tell("from {low} to {high}", low=a, high=b)
    return tell("from {low} to below {high}", low=a, high=b)


@dataclass(frozen=True, slots=True)
class Common:
    """What one message must be to pass the tests of two signals.

    Args:
        fields: one text a field, of a message that does.
        shared: the field with numbers that both test, and the numbers that both let pass.
    """

    fields: Mapping[str, str]
    shared: tuple[str, IntervalSet] | None


def common_message(first: Signal, second: Signal, vocabulary: Vocabulary) -> Common | None:
    """Return a message with one value a field that both match, or `None` if there is none."""
    if first.source != second.source:
        return None
    tests: dict[str, list[FieldTest]] = {}
    for test in (*first.when, *second.when):
        tests.setdefault(test.field, []).append(test)
    shared: list[tuple[str, IntervalSet]] = []
    fields: dict[str, str] = {}
    for name, of_field in tests.items():
        found = _text_for(name, of_field, vocabulary)
        if found is None:
            return None
        if found:
            fields[name] = found
        if len(of_field) > 1 and all(map(has_numbers, of_field)):
            shared.append((name, numbers_of(of_field[0]) & numbers_of(of_field[1])))
    return Common(fields, shared[0] if shared else None)


def message_of(tests: Sequence[FieldTest], vocabulary: Vocabulary) -> dict[str, str] | None:
    """Return the fields of a message that passes some tests, one a field; `None` if none can."""
    fields: dict[str, str] = {}
    for test in tests:
        found = _text_for(test.field, [test], vocabulary)
        if found is None:
            return None
        if found:
            fields[test.field] = found
    return fields


def _text_for(name: str, tests: Sequence[FieldTest], vocabulary: Vocabulary) -> str | None:
    """Return a text that passes all tests of one field; "" to leave the field out."""
    is_number = any(map(has_numbers, tests))
    if all(test.negated for test in tests) and not is_number:
        return ""
    numbers = possible_numbers(name, vocabulary)
    for test in tests:
        if has_numbers(test):
            numbers &= numbers_of(test)
    candidates = [text for test in tests if not test.negated for text in test.texts]
    if is_number and not candidates:
        number = example(numbers, name, vocabulary, finest(tests))
        candidates = [] if number is None else [f"{number:f}"]
    return next((text for text in candidates if _pass(text, name, tests)), None)


def finest(tests: Sequence[FieldTest]) -> Decimal:
    """Return the step of the finest number written in some tests, at most 1."""
    ends = [end for test in tests for end in (test.low, test.high) if end is not None]
    places = max((-int(end.as_tuple().exponent) for end in ends), default=0)
    return Decimal(1).scaleb(-max(0, places))


def _pass(text: str, name: str, tests: Sequence[FieldTest]) -> bool:
    signal = Signal("", "", tuple(tests), _NOTHING, tests[0].span)
    return matches(signal, as_message({name: text}, ""))


def as_message(fields: Mapping[str, str], source: str) -> Message:
    """Return a message with one text a field."""
    texts = {name: (text,) for name, text in fields.items()}
    return Message("witness", source, texts, ANY_TIME)


def message_words(fields: Mapping[str, str]) -> str:
    """Return the fields of a message as `sensor=rain-gauge rain-3h=80`."""
    return " ".join(f"{name}={text}" for name, text in fields.items())
