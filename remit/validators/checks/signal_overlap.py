"""signal-overlap: one message raises two levels of one indicator, or one event twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import combinations

from remit.engine.pack import FieldTest, Signal
from remit.engine.spans import Related, Span
from remit.engine.triage import matches
from remit.engine.vocabulary import Vocabulary
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault, ProofError
from remit.validators.thresholds import (
    Common,
    about,
    as_message,
    common_message,
    levels,
    message_words,
    stretch_words,
)
from remit.validators.words import value_words

__all__ = ["CHECK"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each two signals that one message sets off, against what they mean."""
    vocabulary = context.pack.vocabulary
    groups: defaultdict[Hashable, list[Signal]] = defaultdict(list)
    for signal in context.pack.signals.values():
        groups[_beside(signal, vocabulary)].append(signal)
    for group in groups.values():
        for first, second in combinations(group, 2):
            yield from _of_two(first, second, context)


def _beside(signal: Signal, vocabulary: Vocabulary) -> Hashable:
    """Return what two signals share that count the same messages about the same thing alike."""
    counted = (signal.count, signal.within, signal.distinct)
    return (signal.source, frozenset(signal.by), counted, about(signal, vocabulary))


def _of_two(first: Signal, second: Signal, context: Context) -> Iterator[Fault]:
    vocabulary = context.pack.vocabulary
    mine, theirs = levels(first, vocabulary), levels(second, vocabulary)
    differing = [name for name in mine if name in theirs and mine[name] != theirs[name]]
    is_same = first.raises.values == second.raises.values
    if not is_same and (not differing or context.pack.checks.prevention.highest_wins):
        return
    common = common_message(first, second, vocabulary)
    if common is None or not (_is_narrower(first, second) or (differing and common.shared)):
        return
    message = as_message(common.fields, first.source)
    if not (matches(first, message) and matches(second, message)):
        raise ProofError(f"{CHECK.code}: {message_words(common.fields)}")
    yield _twice(first, second, common) if is_same else _levels(first, second, differing[0], common)


def _is_narrower(first: Signal, second: Signal) -> bool:
    """Return whether one of two signals tests all fields of the other.

    Signals of different fields that raise the same are how a table writes "or".
    """
    mine, theirs = ({test.field for test in signal.when} for signal in (first, second))
    return mine <= theirs or theirs <= mine


def _twice(first: Signal, second: Signal, common: Common) -> Fault:
    return Fault(
        CHECK.draft(
            tell(
                "`{first}` and `{second}` raise the same event twice",
                first=first.name,
                second=second.name,
            ),
            second.span,
            label=tell("raises it again"),
            related=(Related(first.span, tell("raises it")),),
            notes=(_witness(common),),
            help=tell("delete one of them, or let no message match both"),
        )
    )


def _levels(first: Signal, second: Signal, scale: str, common: Common) -> Fault:
    names = {"first": first.name, "second": second.name, "scale": scale}
    if common.shared is None:
        message = tell("`{first}` and `{second}` raise different values of `{scale}`", **names)
    else:
        field, numbers = common.shared
        message = tell(
            "`{first}` and `{second}` raise different values of `{scale}` for `{field}` {stretch}",
            **names,
            field=field,
            stretch=stretch_words(numbers.stretches[0]),
        )
    draft = CHECK.draft(
        message,
        _place(second, common),
        label=_raises(second, scale),
        related=(Related(_place(first, common), _raises(first, scale)),),
        notes=(_witness(common),),
        help=tell(
            "end the lower range where the higher one begins, as `a..<b`; or, if the highest level"
            " counts by convention, set `highest-wins: true`"
        ),
    )
    return Fault(draft)


def _raises(signal: Signal, scale: str) -> str:
    return tell(
        "`{signal}` raises `{scale}: {level}`",
        signal=signal.name,
        scale=scale,
        level=value_words(signal.raises.values[scale]),
    )


def _witness(common: Common) -> str:
    if not common.fields:
        return tell("any message raises both")
    return tell("a message that raises both: {message}", message=message_words(common.fields))


def _place(signal: Signal, common: Common) -> Span:
    if common.shared is None:
        return signal.span
    test: FieldTest = next(test for test in signal.when if test.field == common.shared[0])
    return test.span


CHECK = Check(
    code="T702",
    name="signal-overlap",
    level="warning",
    family="prevention",
    summary="one message raises two warning levels of one indicator, or the same event twice",
    faults=faults,
    options=frozenset({"highest-wins"}),
)
