"""Keys of findings: digests of everything that the findings about one activity depend on.

Two runs in which an activity has the same key find the same about it, but for the lines at which
its duties stand: these are written relative to where a duty begins, so that a key outlives what is
only moved. What bears on every activity (the space, the vocabulary, settings, higher packs, the
language of messages) is in each key.

INVARIANT: a key may tell more than a finding depends on, never less. So what is seldom edited is in
it with its places; and where the duties of an activity are related to those of another, or share
places with others by an alias, the whole pack or the whole subject is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import marshal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from remit.engine.conditions import Condition
from remit.engine.intervals import IntervalSet
from remit.engine.pack import AssistsOnly, Duty, Grant, Prohibition, Subject
from remit.engine.spans import Span
from remit.engine.wording import current_language
from remit.validators.acceptance import concerns, is_stale
from remit.validators.check import Check, Context
from remit.validators.holders import subject_label

if TYPE_CHECKING:
    from remit.engine.map.parts import ActivityPart

__all__ = ["Keys", "Records", "spans_of", "tail_of"]

MARSHAL = 2
"""The last form of marshal in which equal values are equal bytes, whichever objects they share."""
COLUMN_BITS = 16


class Record(NamedTuple):
    """One duty in writing.

    Args:
        written: all it says, its lines counted from the first.
        starts: where its places start, as numbers; see `_start`.
        last: the end of its last key, line and column.
        is_foreign: whether one of its places is in another file.
    """

    written: bytes
    starts: frozenset[int]
    last: tuple[int, int]
    is_foreign: bool


@dataclass(slots=True)
class Records:
    """Duties in writing, remembered for as long as they are the same values; one for each pack."""

    known: dict[int, tuple[Duty, Record]] = field(default_factory=dict)

    def of(self, duties: tuple[Duty, ...]) -> dict[str, Record]:
        """Return the records of some duties by full name, and forget all others."""
        writer = _Writer()
        known = {}
        for duty in duties:
            found = self.known.get(id(duty))
            # WHY the duty beside it: for as long as it is kept no other can have its identity.
            if found is None or found[0] is not duty:
                found = (duty, writer.record(duty))
            known[id(duty)] = found
        self.known = known
        return {duty.name: record for duty, record in known.values()}


class Keys:
    """The keys of one pack, compiled.

    Args:
        context: of the run.
        records: what is known of its duties from before.
    """

    def __init__(self, context: Context, records: Records) -> None:
        self._context = context
        self._records = records
        self._by_activity: dict[str, bytes] = {}
        self._by_subject: dict[str, tuple[object, ...]] = {}

    def of(self, check: Check, activity: str) -> bytes:
        """Return the key of what a check finds about an activity."""
        context = self._context
        about = [
            (at, repr(entry), is_stale(entry, context.today))
            for at, entry in enumerate(context.pack.accept)
            if entry.activity in {None, activity} and concerns(entry, check)
        ]
        parts = [self._whole, self._of_activity(activity), repr((check.code, about)).encode()]
        if check.family == "authority and duty":
            parts.append(self._entitlements)
        return _digest(parts)

    @cached_property
    def _duties(self) -> Mapping[str, Record]:
        return self._records.of(self._context.map.compiled.duties)

    @cached_property
    def _whole(self) -> bytes:
        """What bears on every activity."""
        pack, compiled = self._context.pack, self._context.map.compiled
        vocabulary = pack.vocabulary
        space = [(axis.name, axis.cuts, axis.weights) for axis in compiled.space.axes]
        told = (
            current_language(),
            [*vocabulary.dimensions.items()],
            [*vocabulary.powers.items()],
            vocabulary.impossible,
            space,
            compiled.budget.memberships,
            compiled.budget.work,
            (pack.lead, pack.state, pack.precedence, pack.checks),
            (pack.limits, pack.mandatory),
            [(each.path, each.digest) for each in pack.higher],
            pack.digest if self._crosses else "",
        )
        return _digest([repr(told).encode("utf-8", "surrogatepass")])

    @cached_property
    def _crosses(self) -> bool:
        """Whether a duty excepts one of another activity, through which others may relate."""
        duty = self._context.map.compiled.duty
        return any(
            reference.name not in duty or duty[reference.name].activity != each.activity
            for each in self._context.map.compiled.duties
            for reference in each.exception_to
        )

    @cached_property
    def _entitlements(self) -> bytes:
        """What all subjects may do, may not, or may only assist in, and with whom."""
        told = [
            (one.name, one.label, one.members, one.authority, one.prohibitions, one.assists_only)
            for one in self._context.pack.subjects.values()
        ]
        return _digest([repr(told).encode("utf-8", "surrogatepass")])

    def _of_activity(self, activity: str) -> bytes:
        found = self._by_activity.get(activity)
        if found is None:
            found = self._by_activity[activity] = _digest(self._parts_of(activity))
        return found

    def _parts_of(self, activity: str) -> Iterator[bytes]:
        vocabulary = self._context.pack.vocabulary
        part = self._context.map.compiled.parts[activity]
        unowned = [entry for entry in vocabulary.unowned if entry.activity == activity]
        told = repr((vocabulary.activities[activity], unowned))
        yield told.encode("utf-8", "surrogatepass")
        yield from (self._duties[duty.name].written for duty in part.duties)
        # WHY the order: a finding is placed at the first, or the last, of the duties that meet.
        order = sorted(range(len(part.duties)), key=lambda index: _order(part.duties[index].span))
        yield _bytes(order)
        for name in sorted({duty.subject for duty in part.duties}):
            yield _bytes((*self._of_subject(name), self._taken(name, part)))

    def _taken(self, subject: str, part: ActivityPart) -> list[str]:
        """Return the ids that a new duty of a subject for an activity cannot have."""
        duties = self._context.pack.subjects[subject].duties
        return sorted(duty.id for duty in duties if duty.id.startswith(f"{part.name}-rest"))

    def _of_subject(self, name: str) -> tuple[object, ...]:
        found = self._by_subject.get(name)
        if found is None:
            pack = self._context.pack
            subject = pack.subjects[name]
            found = (
                name,
                repr(subject_label(pack, name)),
                self._layout(subject),
                repr(subject) if self._is_tangled(subject) else "",
            )
            self._by_subject[name] = found
        return found

    def _layout(self, subject: Subject) -> tuple[object, ...]:
        """Return how a subject's list of duties is laid out, wherever it stands."""
        place = subject.spans.get("duties")
        if place is None:
            return ()
        ends = [
            self._duties[duty.name].last for duty in subject.duties if duty.span.file == place.file
        ]
        line, column = max(ends, default=(place.end_line, 0))
        return (place.file, place.column, place.end_column, line - place.end_line, column)

    def _is_tangled(self, subject: Subject) -> bool:
        """Return whether two parts of a subject share a place, as an alias does."""
        seen: dict[str, set[int]] = {}
        for duty in subject.duties:
            record = self._duties[duty.name]
            mine = seen.setdefault(duty.span.file, set())
            if record.is_foreign or not mine.isdisjoint(record.starts):
                return True
            mine |= record.starts
        granted: tuple[Grant | Prohibition | AssistsOnly, ...] = (
            *subject.authority,
            *subject.prohibitions,
            *subject.assists_only,
        )
        return any(
            _start(span) in seen.get(span.file, ())
            for member in granted
            for span in (*member.spans.values(), *_places(member.when))
        )


def spans_of(duty: Duty) -> Iterator[Span]:
    """Yield every place of a duty; all move with it as long as its record is the same."""
    yield duty.span
    yield from duty.spans.values()
    for condition in (duty.when, duty.unless):
        if condition is not None:
            yield from _places(condition)
    yield from (reference.span for reference in duty.exception_to)
    if duty.valid is not None:
        yield duty.valid.span


def tail_of(subject: Subject) -> Span | None:
    """Return the end of a subject's list of duties, where one more would be written."""
    place = subject.spans.get("duties")
    if place is None:
        return None
    return Span(place.file, place.end_line, place.end_column, place.end_line, place.end_column)


def _places(condition: Condition) -> Iterator[Span]:
    yield condition.span
    for box in condition.boxes:
        yield box.span
        for constraint in box.constraints.values():
            yield constraint.span


class _Writer:
    """Writes duties as tuples of plain values; what many of them say is written once."""

    def __init__(self) -> None:
        self._sets: dict[int, tuple[IntervalSet, str]] = {}
        self._file = ""
        self._base = 0
        self._starts: list[int] = []
        self._is_foreign = False

    def record(self, duty: Duty) -> Record:
        """Return the record of a duty."""
        self._file, self._base = duty.span.file, duty.span.line
        self._starts, self._is_foreign = [], False
        keys = [(key, self._at(span)) for key, span in duty.spans.items()]
        last = max(((line, column) for _, (_, _, line, column) in keys), default=None)
        at = self._at(duty.span)
        end = (at[2], 0) if last is None else last
        written = (
            (self._file, at, *keys),
            (duty.id, duty.subject, duty.activity, *duty.roles),
            self._condition(duty.when),
            duty.unless and self._condition(duty.unless),
            [(one.name, self._at(one.span)) for one in duty.exception_to],
            duty.valid
            and (_day(duty.valid.start), _day(duty.valid.end), self._at(duty.valid.span)),
            (duty.acknowledge, duty.complete, duty.ack),
            duty.label and duty.label.by_language,
            duty.basis and duty.basis.by_language,
        )
        return Record(
            _bytes(written),
            frozenset(self._starts),
            (end[0] + self._base, end[1]),
            self._is_foreign,
        )

    def _condition(self, condition: Condition) -> list[object]:
        at, allowed = self._at, self._set
        found: list[object] = [at(condition.span)]
        for box in condition.boxes:
            found.append(at(box.span))
            found += [
                (name, allowed(one.allowed), at(one.span)) for name, one in box.constraints.items()
            ]
        return found

    def _set(self, allowed: IntervalSet) -> str:
        found = self._sets.get(id(allowed))
        if found is None:
            found = self._sets[id(allowed)] = (allowed, repr(allowed))
        return found[1]

    def _at(self, span: Span) -> tuple[int, int, int, int]:
        if span.file != self._file:
            self._is_foreign = True
        self._starts.append(_start(span))
        base = self._base
        return (span.line - base, span.column, span.end_line - base, span.end_column)


def _start(span: Span) -> int:
    """Return where a place starts in its file; two that start apart may have one number."""
    return span.line << COLUMN_BITS ^ span.column


def _order(span: Span) -> tuple[str, int, int, int, int]:
    # WHY: to compare spans themselves would make such a tuple each time.
    return (span.file, span.line, span.column, span.end_line, span.end_column)


def _bytes(written: Sequence[object]) -> bytes:
    """Return texts, numbers, and sequences of them as bytes."""
    return marshal.dumps(cast("tuple[int, ...]", written), MARSHAL)


def _day(day: dt.date | None) -> int | None:
    return None if day is None else day.toordinal()


def _digest(parts: Iterator[bytes] | list[bytes]) -> bytes:
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        # WHY the length: so that what ends one part cannot begin the next.
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.digest()
