"""no-way-to-report: a kind of event that residents have no way to report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.engine.intervals import IntervalSet
from remit.engine.pack import Signal
from remit.engine.prevention import ReportOptions
from remit.engine.spans import Related
from remit.engine.texts import Text
from remit.engine.vocabulary import Dimension
from remit.engine.wording import tell
from remit.validators.check import Cell, Check, Context, Fault
from remit.validators.gaps import MOST_RELATED
from remit.validators.holders import subject_label
from remit.validators.kinds import (
    cells_with,
    groups_of,
    named_dimension,
    needed_anywhere,
    raised_by,
)
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet
    from remit.engine.replay import Replay

__all__ = ["CHECK"]

REPORT = "report"
"""The kind of message that residents send (`from` of a signal)."""


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each kind of event with cells in which nobody takes a resident's report."""
    asked = context.pack.checks.participation.reports
    signals = [one for one in context.pack.signals.values() if one.source == REPORT]
    dimension = named_dimension((asked or ReportOptions()).dimension, context)
    if dimension is None or (asked is None and not signals):
        return
    options = asked or ReportOptions()
    wordless = tuple(one for one in signals if not _is_told(one.label, options))
    left = dimension.everything()
    for signal in signals:
        if signal not in wordless and _is_answered(signal, context):
            left -= raised_by(signal, dimension)
    if not left:
        return
    open_cells = needed_anywhere(context, in_response=False)
    for subject in _takers(options, context):
        open_cells -= context.map.holding(options.activity or "", "accountable", subject)
    unheard = [
        index
        for index in range(len(dimension.values))
        if (one := IntervalSet.indexes(index, index + 1)) <= left
        and open_cells & cells_with(dimension, one, context)
    ]
    for name, values in groups_of(dimension, unheard):
        cells = open_cells & cells_with(dimension, values, context)
        yield _fault(name, values, dimension, cells, wordless, context)


def _is_told(label: Text | None, options: ReportOptions) -> bool:
    """Return whether a label has the words of every language residents read."""
    known = set() if label is None else {language for language, _ in label.by_language}
    return set(options.languages) <= known


def _is_answered(signal: Signal, context: Context) -> bool:
    """Return whether somebody is accountable for something in an event that a signal raises."""
    raised = context.map.cells_of_event(signal.raises)
    return any(
        raised & (context.map.needed(activity) - context.map.unheld(activity, "accountable"))
        for activity in context.pack.vocabulary.activities
    )


def _takers(options: ReportOptions, context: Context) -> Iterator[str]:
    """Yield the subjects that take reports: accountable for the intake, and within reach."""
    if options.activity is None:
        return
    if not _is_told(context.pack.vocabulary.activities[options.activity].label, options):
        return
    for name, subject in sorted(context.pack.subjects.items()):
        has_contact = any(account.contacts for account in context.pack.accounts_of(name))
        if subject.duties and has_contact and _is_told(subject_label(context.pack, name), options):
            yield name


def _fault(
    name: str,
    values: IntervalSet,
    dimension: Dimension,
    cells: CellSet,
    wordless: tuple[Signal, ...],
    context: Context,
) -> Fault:
    options = context.pack.checks.participation.reports or ReportOptions()
    ((low, high),) = values.stretches
    inside = dimension.values[int(low.value) : int(high.value)]
    notes = label_words([(name, dimension.labels.get(name))])
    if len(inside) > 1:
        notes = (*notes, tell("it stands for {values}", values=names_words(inside)))
    if options.languages:
        languages = names_words(options.languages)
        notes = (*notes, tell("residents read {languages}", languages=languages))
    near = [one for one in wordless if values & raised_by(one, dimension)]
    draft = CHECK.draft(
        tell("residents have no way to report `{value}`", value=name),
        dimension.span,
        label=tell("`{value}` is one of these", value=name),
        related=tuple(
            Related(one.span, tell("`{signal}` lacks a label in these languages", signal=one.name))
            for one in near[:MOST_RELATED]
        ),
        notes=notes,
        help=tell(
            "write a signal with `from: report` that raises it, or name the activity that takes"
            " reports under `checks` in pack.yaml and give its accountable subject contacts"
        ),
    )
    takers = tuple(_takers(options, context))

    def holds_at(replay: Replay, cell: Cell) -> bool:
        activities = context.pack.vocabulary.activities
        is_needed = any(replay.is_needed(activity, cell) for activity in activities)
        taken = options.activity is not None and bool(
            replay.holders(options.activity, "accountable", cell) & set(takers)
        )
        return cell[dimension.name] in inside and is_needed and not taken

    return Fault(draft, cells, holds_at=holds_at, as_one=True)


CHECK = Check(
    code="P801",
    name="no-way-to-report",
    level="warning",
    family="participation",
    summary="residents have no way to report a kind of event",
    faults=faults,
    cells_are="without a way to report",
    options=frozenset({"activity", "dimension", "languages"}),
)
