"""The vocabulary of a pack, from its files and its higher packs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from remit.engine.language.documents import Document, Documents
from remit.engine.language.merging import join_names
from remit.engine.language.model.base import Invalid, Reading, Reference
from remit.engine.language.model.derivations import read_derivation
from remit.engine.language.model.dimension_record import WrittenDimension
from remit.engine.language.model.terms import Terms
from remit.engine.language.model.tests_file import OWNER
from remit.engine.language.model.vocabulary_file import (
    VOCABULARY_DIMENSIONS,
    VOCABULARY_REST,
    WrittenVocabulary,
)
from remit.engine.language.problems import Problems, in_ticks, some_of
from remit.engine.language.yaml_nodes import MappingNode
from remit.engine.vocabulary import RESERVED_FIELDS, Dimension, Vocabulary
from remit.engine.wording import tell

__all__ = ["Above", "read_terms", "read_vocabulary"]

T = TypeVar("T")

RESERVED = ("activity", *RESERVED_FIELDS)
"""Names that no dimension may have."""


@dataclass(frozen=True, slots=True)
class Above:
    """What a higher pack gives to the vocabulary of the packs that extend it."""

    vocabulary: Vocabulary
    terms: Terms


def read_terms(
    documents: Documents,
    above: Sequence[Above],
    references: list[Reference],
    problems: Problems,
) -> Terms:
    """Return the dimensions conditions may speak of: the higher packs', then this pack's own."""
    written: list[dict[str, WrittenDimension]] = []
    declared: set[str] = set()
    # WHY: without dimensions to speak of, this reading sees the form of a dimension and what its
    # own keys say.
    reading_terms = Terms.of({})
    for document in documents.of("vocabulary"):
        declared.update(_declared(document))
        reading = Reading(document.source, problems, references, reading_terms)
        found = VOCABULARY_DIMENSIONS.read(document.node, reading)
        if not isinstance(found, Invalid):
            written.append(found)
    own = [{name: dimension.dimension for name, dimension in group.items()} for group in written]
    joined = join_names(
        [*(a.vocabulary.dimensions for a in above), *own], "the dimension", problems
    )
    for name in RESERVED:
        if name in joined:
            message = tell("no dimension may be called {name}", name=in_ticks(name))
            problems.at_span(
                joined[name].span,
                message,
                help=tell("it is a field of every event; use another name"),
            )
    hidden = declared.union(documents.words) - joined.keys()
    broken = frozenset(hidden).union(*(a.terms.broken for a in above))
    is_complete = not documents.hides("vocabulary") and all(a.terms.is_complete for a in above)
    terms = Terms.of(joined, broken, is_complete=is_complete)
    derived = _derive(written, terms, problems)
    return Terms.of({**joined, **derived}, broken, is_complete=is_complete)


def read_vocabulary(
    documents: Documents,
    above: Sequence[Above],
    terms: Terms,
    references: list[Reference],
    problems: Problems,
) -> Vocabulary:
    """Return the whole vocabulary; names are looked up later."""
    own: list[WrittenVocabulary] = []
    for document in documents.of("vocabulary"):
        found = VOCABULARY_REST.read(
            document.node, Reading(document.source, problems, references, terms)
        )
        if not isinstance(found, Invalid):
            own.append(found)
    activities = join_names(
        [*(a.vocabulary.activities for a in above), *(part.activities for part in own)],
        "the activity",
        problems,
    )
    if OWNER in activities:
        message = tell("no activity may be called {owner}", owner=in_ticks(OWNER))
        problems.at_span(
            activities[OWNER].span,
            message,
            help=tell("tests use this word for the subject that leads"),
        )
    powers = join_names(
        [*(a.vocabulary.powers for a in above), *(part.powers for part in own)],
        "the power",
        problems,
    )
    return Vocabulary(
        {name: dimension for name, dimension in terms.dimensions.items() if name not in RESERVED},
        activities,
        powers,
        _once(
            [
                *(u for a in above for u in a.vocabulary.unowned),
                *(u for part in own for u in part.unowned),
            ]
        ),
        _once(
            [
                *(i for a in above for i in a.vocabulary.impossible),
                *(i for part in own for i in part.impossible),
            ]
        ),
    )


def _declared(document: Document) -> Iterable[str]:
    node = document.node.value("dimensions") if isinstance(document.node, MappingNode) else None
    return node.entries if isinstance(node, MappingNode) else ()


def _derive(
    written: list[dict[str, WrittenDimension]], terms: Terms, problems: Problems
) -> dict[str, Dimension]:
    found: dict[str, Dimension] = {}
    for group in written:
        for name, dimension in group.items():
            if dimension.derive is None or terms.dimensions.get(name) is not dimension.dimension:
                continue
            derivation = read_derivation(dimension.derive, dimension.dimension, terms)
            if not isinstance(derivation, Invalid):
                found[name] = replace(dimension.dimension, derive=derivation)
    _refuse_circles(found, problems)
    return found


def _refuse_circles(derived: dict[str, Dimension], problems: Problems) -> None:
    """Record an error for every circle of dimensions derived from each other.

    Each has one source, so a walk from source to source ends, meets an earlier walk, or closes a
    circle. Cost: linear in the derived dimensions.
    """
    seen: set[str] = set()
    for start in derived:
        walk: dict[str, int] = {}
        name = start
        while name in derived and name not in seen:
            seen.add(name)
            walk[name] = len(walk)
            derivation = derived[name].derive
            name = "" if derivation is None else derivation.source
        if name in walk:
            _report_circle(list(walk)[walk[name] :], derived, problems)


def _report_circle(names: list[str], derived: dict[str, Dimension], problems: Problems) -> None:
    first = derived[min(names)].derive
    if first is not None:
        message = tell("these dimensions are derived from each other in a circle")
        problems.at_span(first.span, f"{message}: {some_of(names)}")


def _once(items: Iterable[T]) -> tuple[T, ...]:
    """Return the items without those met twice, through two higher packs that extend one."""
    return tuple({id(item): item for item in items}.values())
