"""Edits of policy files, as data: which stretch to replace by what, and what the duty is then.

A check reads no file, so an edit is placed by the spans the loader kept. Where these do not tell
how a duty is laid out, in lines or in braces, no edit is offered rather than a doubtful one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from remit.engine.conditions import Box, Condition, Constraint
from remit.engine.intervals import IntervalSet
from remit.engine.language.constraints import format_constraint
from remit.engine.pack import Duty, DutyReference, Letter, Subject
from remit.engine.spans import Span
from remit.engine.vocabulary import Vocabulary
from remit.validators.finding import Edit
from remit.validators.words import flow

__all__ = [
    "Cure",
    "Rewrite",
    "applied",
    "new_duty",
    "with_constraint",
    "with_exception",
    "with_letter",
]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One duty as it was and as an edit makes it; `old` is `None` for a new one."""

    old: Duty | None
    new: Duty
    edit: Edit


@dataclass(frozen=True, slots=True)
class Cure:
    """Rewrites, to be made together, that may heal a finding, and what they do in words."""

    rewrites: tuple[Rewrite, ...]
    words: str


def with_constraint(
    duty: Duty, box: Box, dimension: str, allowed: IntervalSet, vocabulary: Vocabulary
) -> Rewrite:
    """Return the duty with one constraint of one map of its `when` replaced."""
    constraint = box.constraints[dimension]
    text = flow(format_constraint(vocabulary.dimension(dimension), allowed))
    changed = replace(
        box, constraints={**box.constraints, dimension: Constraint(allowed, constraint.span)}
    )
    boxes = tuple(changed if each is box else each for each in duty.when.boxes)
    when = replace(duty.when, boxes=boxes)
    return Rewrite(duty, replace(duty, when=when), Edit(constraint.span, text))


def with_letter(duty: Duty, letter: Letter) -> Rewrite | None:
    """Return the duty with one more letter."""
    span = duty.spans.get("role")
    if span is None:
        return None
    roles = (*duty.roles, letter)
    return Rewrite(duty, replace(duty, roles=roles), Edit(span, flow(list(roles))))


def with_exception(duty: Duty, names: Sequence[str]) -> Rewrite | None:
    """Return the duty as an exception to further duties; `None` where it cannot be placed."""
    references = tuple(DutyReference(name, duty.span) for name in names)
    changed = replace(duty, exception_to=(*duty.exception_to, *references))
    listed = f"[{', '.join(reference.name for reference in changed.exception_to)}]"
    span = duty.spans.get("exception_to")
    if span is not None:
        return Rewrite(duty, changed, Edit(span, listed))
    after = _last(duty)
    lead = _lead(duty)
    if after is None or lead is None:
        return None
    return Rewrite(duty, changed, Edit(_end_of(after), f"{lead}exception_to: {listed}"))


def new_duty(
    subject: Subject,
    *,
    activity: str,
    roles: tuple[Letter, ...],
    when: Mapping[str, IntervalSet],
    vocabulary: Vocabulary,
) -> Rewrite | None:
    """Return a further duty at the end of a subject's list; `None` where it cannot be placed."""
    place = subject.spans.get("duties")
    if place is None or not _in_lines(subject, place):
        return None
    taken = {duty.id for duty in subject.duties}
    names = (f"{activity}-rest{'' if number == 1 else f'-{number}'}" for number in count(1))
    name = next(each for each in names if each not in taken)
    end = _end_of(place)
    box = Box({key: Constraint(allowed, end) for key, allowed in when.items()}, end)
    duty = Duty(name, subject.name, activity, roles, Condition((box,), end), end)
    written: dict[str, object] = {"id": name, "activity": activity}
    written["role"] = roles[0] if len(roles) == 1 else list(roles)
    if when:
        written["when"] = {
            key: format_constraint(vocabulary.dimension(key), allowed)
            for key, allowed in when.items()
        }
    return Rewrite(None, duty, Edit(end, f"\n{' ' * (place.column - 1)}- {flow(written)}"))


def applied(text: str, edits: Sequence[Edit]) -> str:
    """Return the text of one file with edits made in it; they must not overlap."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        start = starts[edit.span.line - 1] + edit.span.column - 1
        end = starts[edit.span.end_line - 1] + edit.span.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text


def _end_of(span: Span) -> Span:
    return Span(span.file, span.end_line, span.end_column, span.end_line, span.end_column)


def _in_lines(subject: Subject, place: Span) -> bool:
    """Return whether a list of duties has a dash and a line for each.

    A list in brackets ends two signs or more after its last value, for a brace and a bracket are
    closed there; one with dashes at the value, or at the brace of its last duty.
    """
    here = [duty for duty in subject.duties if duty.span.file == place.file]
    last = max((_last(duty) or duty.span for duty in here), key=_end, default=None)
    if last is None or last.end_line != place.end_line:
        return False
    return place.end_column - last.end_column < 2  # noqa: PLR2004 -- a brace and a bracket


def _last(duty: Duty) -> Span | None:
    return max(duty.spans.values(), key=_end, default=None)


def _end(span: Span) -> tuple[int, int]:
    return (span.end_line, span.end_column)


def _lead(duty: Duty) -> str | None:
    """Return what goes before one more key of a duty: a comma, or a new line and its indent."""
    if not {"id", "activity"} <= duty.spans.keys():
        return None
    one, two = duty.spans["id"], duty.spans["activity"]
    if one.line == two.line:
        return ", "
    column = one.column - len("id: ")
    # WHY: in quotes a key puts its value two columns on; some key without them gives that away.
    quoted = any(
        span.column - len(f"{key}: ") == column - len('""') for key, span in duty.spans.items()
    )
    if not quoted and column > 0 and column == two.column - len("activity: "):
        return "\n" + " " * (column - 1)
    return None
