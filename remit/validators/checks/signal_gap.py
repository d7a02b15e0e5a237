"""signal-gap: between two levels of one indicator lie readings that raise nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remit.engine.intervals import Cut, IntervalSet, Stretch
from remit.engine.pack import FieldTest, Signal
from remit.engine.spans import Related
from remit.engine.triage import matches
from remit.engine.vocabulary import Vocabulary
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault, ProofError
from remit.validators.thresholds import (
    EVERY_NUMBER,
    about,
    as_message,
    example,
    finest,
    has_numbers,
    is_number,
    levels,
    message_of,
    message_words,
    numbers_of,
    stretch_words,
)

__all__ = ["CHECK"]


@dataclass(frozen=True, slots=True)
class _Threshold:
    """A signal as far as it looks at one number."""

    signal: Signal
    test: FieldTest
    numbers: IntervalSet
    others: tuple[FieldTest, ...]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each stretch of readings between two levels that raises nothing."""
    vocabulary = context.pack.vocabulary
    signals = tuple(context.pack.signals.values())
    told: set[Hashable] = set()
    for group in _groups(signals, vocabulary):
        for stretch, fields in _gaps(group, signals, vocabulary):
            below, above = _neighbours(group, stretch)
            key = (below.test.field, stretch, below.signal.name, above.signal.name)
            if key not in told:
                told.add(key)
                yield _fault(below, above, stretch, message_words(fields))


def _groups(signals: Sequence[Signal], vocabulary: Vocabulary) -> Iterator[list[_Threshold]]:
    """Yield the thresholds of each indicator that raises different levels of one scale."""
    groups: defaultdict[tuple[str, Hashable], list[_Threshold]] = defaultdict(list)
    for signal in signals:
        for test in signal.when:
            if has_numbers(test):
                others = tuple(one for one in signal.when if one is not test)
                threshold = _Threshold(signal, test, numbers_of(test), others)
                for scale in levels(signal, vocabulary):
                    groups[scale, _indicator(threshold, vocabulary)].append(threshold)
    for (scale, _), group in groups.items():
        if len({one.signal.raises.values[scale] for one in group}) > 1:
            yield group


def _indicator(threshold: _Threshold, vocabulary: Vocabulary) -> Hashable:
    """Return what signals of one indicator share."""
    signal = threshold.signal
    return (
        signal.source,
        threshold.test.field,
        frozenset(_written(test) for test in threshold.others),
        frozenset(signal.by),
        (signal.count, signal.within, signal.distinct),
        about(signal, vocabulary),
    )


def _written(test: FieldTest) -> Hashable:
    ends = (test.low, test.high, test.low_open, test.high_open)
    return (test.field, frozenset(test.texts), *ends, test.negated)


def _gaps(
    group: Sequence[_Threshold], signals: Sequence[Signal], vocabulary: Vocabulary
) -> Iterator[tuple[Stretch, dict[str, str]]]:
    """Yield the stretches that no signal looks at, each with a message that shows it."""
    first = group[0]
    others = message_of(first.others, vocabulary)
    if others is None:
        return
    source, field = first.signal.source, first.test.field
    covered = IntervalSet.of(*(s for one in group for s in one.numbers.stretches))
    left = _hull(covered) - covered
    for signal in signals:
        left -= _let_pass(signal, source, field, others)
    step = finest([one.test for one in group])
    for stretch in left.stretches:
        reading = example(IntervalSet((stretch,)), field, vocabulary, step)
        if reading is None:
            continue
        fields = {**others, field: f"{reading:f}"}
        message = as_message(fields, source)
        if any(matches(signal, message) for signal in signals):
            raise ProofError(f"{CHECK.code}: {message_words(fields)}")
        yield stretch, fields


def _hull(covered: IntervalSet) -> IntervalSet:
    return IntervalSet.of((covered.stretches[0][0], covered.stretches[-1][1]))


def _neighbours(group: Sequence[_Threshold], stretch: Stretch) -> tuple[_Threshold, _Threshold]:
    """Return the thresholds that end last before a gap and begin first after it."""
    ends = [(end, one) for one in group for _, end in one.numbers.stretches]
    starts = [(start, one) for one in group for start, _ in one.numbers.stretches]
    below = max((one for one in ends if one[0] <= stretch[0]), key=lambda found: found[0])
    above = min((one for one in starts if one[0] >= stretch[1]), key=lambda found: found[0])
    return below[1], above[1]


def _let_pass(signal: Signal, source: str, field: str, others: dict[str, str]) -> IntervalSet:
    """Return the readings with which a signal matches a message of these other fields."""
    tests = [test for test in signal.when if test.field == field]
    rest = [test for test in signal.when if test.field != field]
    if signal.source != source or not _match_all(rest, signal, others, source):
        return IntervalSet(())
    if not tests:
        return EVERY_NUMBER
    (test,) = tests
    if has_numbers(test):
        return numbers_of(test)
    # WHY not all but these: `80` and `80.0` are one number and two texts.
    if test.negated:
        return EVERY_NUMBER
    numbers = [Decimal(text) for text in test.texts if is_number(text)]
    return IntervalSet.of(*((Cut(number), Cut(number, 1)) for number in numbers))


def _match_all(
    tests: Sequence[FieldTest], signal: Signal, fields: dict[str, str], source: str
) -> bool:
    part = Signal(signal.name, source, tuple(tests), signal.raises, signal.span)
    return matches(part, as_message(fields, source))


def _fault(below: _Threshold, above: _Threshold, stretch: Stretch, message: str) -> Fault:
    draft = CHECK.draft(
        tell(
            "no signal is raised for `{field}` {stretch}",
            field=below.test.field,
            stretch=stretch_words(stretch),
        ),
        below.test.span,
        label=tell("`{signal}` stops here", signal=below.signal.name),
        related=(
            Related(above.test.span, tell("`{signal}` starts here", signal=above.signal.name)),
        ),
        notes=(tell("a message that raises nothing: {message}", message=message),),
        help=tell(
            "let `{below}` and `{above}` meet: a range `a..<b` ends where the next begins",
            below=below.signal.name,
            above=above.signal.name,
        ),
    )
    return Fault(draft)


CHECK = Check(
    code="T701",
    name="signal-gap",
    level="warning",
    family="prevention",
    summary="between two warning levels of one indicator lie readings that raise nothing",
    faults=faults,
)
