"""failing-test: a test of the pack that does not get the answer it expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from remit.engine.events import Event
from remit.engine.letter_words import letter_word
from remit.engine.pack import Expectation, Letter, PackTest
from remit.engine.texts import Text
from remit.engine.vocabulary import Value
from remit.engine.wording import tell
from remit.validators.check import Check, Context, Fault, ProofError
from remit.validators.finding import Finding
from remit.validators.holders import by_subject, labels_of
from remit.validators.words import label_words, names_words, percent

if TYPE_CHECKING:
    from remit.engine.map.cells import CellSet

__all__ = ["CHECK", "failures"]


def faults(context: Context) -> Iterator[Fault]:
    """Yield a fault for each letter that a test expects and does not get."""
    for test in context.pack.tests:
        yield from failures(test, context)


def failures(test: PackTest, context: Context) -> Iterator[Fault]:
    """Yield what is wrong with one test: nothing if it passes in every cell its event may be."""
    if not _is_possible(test.given, context):
        yield Fault(_impossible(test))
        return
    for expected in test.expect:
        activity = expected.activity or context.pack.lead
        if activity is None:
            # WHY: the loader refuses a test that expects an owner of a pack without a lead.
            continue
        for letter, subjects in expected.subjects.items():
            wanted = frozenset(subjects)
            if _passes(test.given, activity, letter, wanted, context):
                continue
            cells = context.map.cells_of_event(test.given)
            wrong = _wrong(cells, activity, letter, wanted, context)
            if wrong:
                yield Fault(_failed(test, expected, activity, letter, wrong, context))


def _is_possible(given: Event, context: Context) -> bool:
    from remit.engine.map.restrict import seen

    compiled = context.map.compiled
    return True in seen(compiled.possible, compiled.space.box_of(given.values))


def _passes(
    given: Event, activity: str, letter: Letter, wanted: frozenset[str], context: Context
) -> bool:
    """Return whether a letter has just the wanted holders; looks inside the event only."""
    from remit.engine.map.compiled import BY_DUTIES
    from remit.engine.map.restrict import seen

    compiled = context.map.compiled
    box = compiled.space.box_of(given.values)
    part = compiled.parts[activity]
    if letter in BY_DUTIES:
        shares = seen(compiled.answers(activity, letter), box) - {None}
        return all(part.subjects(share) == wanted for share in shares)
    known = set(by_subject(context, activity, letter))
    held = {s: seen(compiled.holding(activity, letter, s), box) - {None} for s in known}
    return wanted <= known and all(held[s] == {s in wanted} for s in known)


def _wrong(
    cells: CellSet, activity: str, letter: Letter, expected: frozenset[str], context: Context
) -> CellSet:
    """Return the cells in which the holders of a letter are not just those expected."""
    known = set(by_subject(context, activity, letter))
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
        raise ProofError(f"test `{test.name}` passes where it was found to fail")
    parts = {"test": test.name, "wanted": _subjects(wanted), "found": _subjects(found)}
    draft = CHECK.draft(
        tell("test `{test}` expects {wanted} as the owner, and finds {found}", **parts)
        if expected.activity is None
        else tell(
            "test `{test}` expects {wanted} as {letter} for `{activity}`, and finds {found}",
            letter=letter_word(letter),
            activity=activity,
            **parts,
        ),
        expected.span,
        activity=activity,
        letter=letter,
        subjects=tuple(sorted(wanted ^ found)),
        label=tell("expected here"),
        notes=(
            _extent(wrong, test, context),
            *label_words(_labels(activity, wanted ^ found, context)),
        ),
        help=tell("correct the duties or the expectation; `remit why` tells which duties decide"),
    )
    return replace(
        draft,
        region=region.constraints,
        share=region.share,
        density=region.density,
        witness=witness,
    )


def _extent(wrong: CellSet, test: PackTest, context: Context) -> str:
    # WHY a share: a number of the event counts as all that the map does not tell from it.
    share = Fraction(wrong.count(), context.map.cells_of_event(test.given).count())
    return tell("so it is in {share} of the events the test speaks of", share=percent(share))


def _as_given(witness: Mapping[str, Value], given: Event) -> Mapping[str, Value]:
    """Return a witness with the test's own numbers and days; the map takes neighbours for one."""
    return {
        name: given.values.get(name, value) if not isinstance(value, str) else value
        for name, value in witness.items()
    }


def _subjects(names: frozenset[str]) -> str:
    return names_words(sorted(names)) or tell("nobody")


def _labels(
    activity: str, names: frozenset[str], context: Context
) -> Iterator[tuple[str, Text | None]]:
    known = [name for name in sorted(names) if context.pack.accounts_of(name)]
    yield from labels_of(context.pack, activity, known)


def _impossible(test: PackTest) -> Finding:
    return CHECK.draft(
        tell("test `{test}` gives an event that cannot happen", test=test.name),
        test.span,
        label=tell("impossible"),
        help=tell("correct `given`, or the entry under `impossible` that rules the event out"),
    )


CHECK = Check(
    code="V901",
    name="failing-test",
    level="error",
    family="the pack",
    summary="a test of the pack does not get the answer it expects",
    faults=faults,
)
