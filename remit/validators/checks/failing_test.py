"""failing-test: a test of the pack whose answer is not the one expected, in some event its event may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from remit.engine.events import Event
from remit.engine.pack import Expectation, Letter, PackTest
from remit.engine.texts import Text
from remit.engine.vocabulary import Value
from remit.validators.check import Check, Context, Fault
from remit.validators.finding import Finding
from remit.validators.holders import by_subject, labels_of
from remit.validators.words import label_words, names_words

if TYPE_CHECKING:
    from remit.engine.cells import CellSet

__all__ = ["CHECK", "failures"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each letter that a test expects and does not get."""
    for test in context.pack.tests:
        yield from failures(test, context)


def failures(test: PackTest, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with one test; nothing if it passes in every possible cell its event may be."""
    cells = context.map.cells_of_event(test.given)
    if not cells:
        yield Fault(_impossible(test))
        return
    for expected in test.expect:
        activity = expected.activity or context.pack.lead
        if activity is None:
            yield Fault(_ownerless(test, expected))
            continue
        for letter, subjects in expected.subjects.items():
            wrong = _wrong(cells, activity, letter, frozenset(subjects), context)
            if wrong:
                yield Fault(_failed(test, expected, activity, letter, wrong, context))


def _wrong(
    cells: CellSet, activity: str, letter: Letter, expected: frozenset[str], context: Context
) -> CellSet:
    """Return the cells in which the holders of a letter are not just those expected."""
    known = set(by_subject(context.pack, activity, letter))
    wrong = cells if expected - known else cells - cells
    for subject in sorted(known):
        held = context.map.holding(activity, letter, subject)
        wrong |= cells - held if subject in expected else cells & held
    return wrong


def _failed(
    test: PackTest,
    expected: Expectation,
    activity: str,
    letter: Letter,
    wrong: CellSet,
    context: Context,
) -> Finding:
    region = wrong.regions()[0]
    witness = _as_given(region.witness, test.given)
    wanted = frozenset(expected.subjects[letter])
    found = context.replay.holders(activity, letter, witness)
    if found == wanted:
        raise ArithmeticError(f"test `{test.name}` passes where it was found to fail")
    what = "the owner" if expected.activity is None else f"{letter} for `{activity}`"
    draft = CHECK.draft(
        f"test `{test.name}` expects {_subjects(wanted)} as {what}, and finds {_subjects(found)}",
        expected.span,
        activity=activity,
        letter=letter,
        subjects=tuple(sorted(wanted ^ found)),
        label="expected here",
        notes=(_extent(wrong, test, context), *label_words(_labels(activity, wanted ^ found, context))),
        help="correct the duties or the expectation; `remit why` tells which duties decide",
    )
    return replace(
        draft,
        region=region.constraints,
        share=region.share,
        density=region.density,
        witness=witness,
    )


def _extent(wrong: CellSet, test: PackTest, context: Context) -> str:
    cells = context.map.cells_of_event(test.given)
    if wrong.count() == cells.count():
        return "so it is in every cell the event may be"
    return f"so it is in {wrong.count():,} of the {cells.count():,} cells the event may be"


def _as_given(witness: Mapping[str, Value], given: Event) -> Mapping[str, Value]:
    """Return a witness with the test's own numbers and days, which the map does not tell from their neighbours."""
    return {
        name: given.values.get(name, value) if not isinstance(value, str) else value
        for name, value in witness.items()
    }


def _subjects(names: frozenset[str]) -> str:
    return names_words(sorted(names)) or "nobody"


def _labels(activity: str, names: frozenset[str], context: Context) -> Iterator[tuple[str, Text | None]]:
    known = [name for name in sorted(names) if context.pack.accounts_of(name)]
    yield from labels_of(context.pack, activity, known)


def _impossible(test: PackTest) -> Finding:
    return CHECK.draft(
        f"test `{test.name}` gives an event that cannot happen",
        test.span,
        label="impossible",
        help="correct `given`, or delete the entry under `impossible` in the vocabulary that rules it out",
    )


def _ownerless(test: PackTest, expected: Expectation) -> Finding:
    return CHECK.draft(
        f"test `{test.name}` expects an owner, and the pack names no lead activity",
        expected.span,
        label="expected here",
        help="write `lead:` in pack.yaml",
    )


CHECK = Check(
    code="V901",
    name="failing-test",
    level="error",
    family="the pack",
    summary="a test of the pack does not get the answer it expects",
    faults=faults,
)
