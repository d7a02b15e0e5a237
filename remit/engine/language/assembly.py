"""One pack from its documents: values, names looked up, what several files say joined."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from remit.engine.language.declarations import declare_names, inherit_names
from remit.engine.language.documents import Documents, KnownDocument
from remit.engine.language.file_kinds import FileKind
from remit.engine.language.merging import join_names, join_subjects, report_twice
from remit.engine.language.model.base import Invalid, Reading, Reference, Tables, Type
from remit.engine.language.model.drill_file import DRILL_FILE
from remit.engine.language.model.fund_file import FUND_FILE
from remit.engine.language.model.pack_file import (
    ACCEPT_FILE,
    LIMITS_FILE,
    PACK_EXTENDS,
    PACK_HEADER,
    PACK_REST,
    Extended,
    WrittenHeader,
    WrittenRest,
)
from remit.engine.language.model.plan_file import PLAN_FILE
from remit.engine.language.model.reserves_file import RESERVES_FILE
from remit.engine.language.model.roster_file import ROSTER_FILE
from remit.engine.language.model.scenario_file import SCENARIO_FILE
from remit.engine.language.model.signal_file import SIGNAL_FILE
from remit.engine.language.model.terms import Terms
from remit.engine.language.model.tests_file import TESTS_FILE
from remit.engine.language.problems import Problems
from remit.engine.language.references import Declared, check_exceptions, check_references
from remit.engine.language.scenarios import check_means, check_scenarios
from remit.engine.language.sources import Source
from remit.engine.language.stores import Kept, TableMemory
from remit.engine.language.subject_reading import current_documents, read_subjects, terms_mark
from remit.engine.language.vocabulary_assembly import Above, read_terms, read_vocabulary
from remit.engine.language.yaml_nodes import Node
from remit.engine.pack import Acceptance, Duty, Limit, Pack, Subject
from remit.engine.spans import Span
from remit.engine.vocabulary import DATE
from remit.engine.wording import tell

__all__ = ["Assembled", "assemble", "read_extends", "read_header"]

T = TypeVar("T")


NO_TERMS = Terms.of({})
"""What is known before the vocabulary."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def span(self) -> Span: ...


N = TypeVar("N", bound=_Named)


@dataclass(frozen=True, slots=True)
class Assembled:
    """A pack, as good as its files allow, and what packs that extend it need to know.

    Args:
        mark: stands for its vocabulary; empty where something is not known of it.
    """

    pack: Pack
    terms: Terms
    declared: Declared
    lacks_vocabulary: bool
    lacks_subjects: bool
    mark: str

    @property
    def above(self) -> Above:
        """What it gives to the vocabulary of lower packs."""
        return Above(self.pack.vocabulary, self.terms)


def read_header(documents: Documents, problems: Problems) -> WrittenHeader | None:
    """Return what the pack says of itself, or `None` after the reason was recorded."""
    documents_read = [
        PACK_HEADER.read(document.node, Reading(document.source, problems, [], NO_TERMS))
        for document in documents.of("pack")
    ]
    headers = [header for header in documents_read if not isinstance(header, Invalid)]
    for header in headers[1:]:
        help_ = tell("move one to a folder of its own")
        report_twice(tell("a folder holds one pack"), header.span, headers[0].span, problems, help_)
    return headers[0] if headers else None


def read_extends(documents: Documents, problems: Problems) -> list[Extended]:
    """Return the higher packs that the pack names."""
    return [
        extended
        for document in documents.of("pack")
        for extended in _extended(Reading(document.source, problems, [], NO_TERMS), document.node)
    ]


def assemble(
    path: str,
    header: WrittenHeader | None,
    documents: Documents,
    direct: Sequence[Assembled],
    problems: Problems,
    kept: Kept,
) -> Assembled:
    """Return the pack in a folder.

    Args:
        path: the folder as shown.
        direct: the packs that it names under `extends`.
        kept: where its files are left for the next load.
    """
    higher = _nearest_first(direct)
    above = [found.above for found in direct]
    references: list[Reference] = []
    terms = read_terms(documents, above, references, problems)
    vocabulary = read_vocabulary(documents, above, terms, references, problems)
    mark = terms_mark(documents, [found.mark for found in direct], terms)
    known = current_documents(documents, mark, problems)
    reader = _Reader(documents, terms, references, problems, TableMemory(kept, mark))
    name, rest = "" if header is None else header.name, reader.rest()
    written = read_subjects(documents, known, reader.reading, mark, kept)
    pack = Pack(
        name,
        "" if header is None else header.version,
        path,
        _digest(documents, higher),
        Span(path, 1, 1, 1, 1) if header is None else header.span,
        vocabulary,
        join_subjects([*written, *_of_table(rest.duties)], problems),
        label=None if header is None else header.label,
        lead=rest.lead,
        state=rest.state,
        precedence=rest.precedence,
        higher=higher,
        limits=tuple(replace(limit, pack=name) for limit in (*rest.limits, *reader.limits())),
        accept=(*rest.accept, *reader.accepted()),
        mandatory=tuple(replace(one, pack=name) for one in rest.mandatory),
        checks=rest.checks,
        currency=rest.currency,
        activated_by=rest.activated_by,
        rosters_by=rest.rosters_by,
        agreement=rest.agreement,
        break_glass=rest.break_glass,
    )
    pack = _with_files(pack, reader, problems)
    declared = _look_up(pack, documents, known, direct, references, problems)
    has_subjects = documents.of("subject") or known or rest.duties
    return Assembled(
        pack,
        terms,
        declared,
        lacks_vocabulary=not (declared.names.get("activity") or documents.may_lack("vocabulary")),
        lacks_subjects=not (has_subjects or documents.may_lack("subject")),
        mark=mark,
    )


def _with_files(pack: Pack, reader: _Reader, problems: Problems) -> Pack:
    """Return a pack with what stands in files of their own beside its subjects."""
    return replace(
        pack,
        plans=_by_name(reader.all("plan", PLAN_FILE), "the plan", problems),
        signals=_by_name(reader.all("signal", SIGNAL_FILE), "the signal", problems),
        funds=_by_name(reader.all("fund", FUND_FILE), "the fund", problems),
        reserves=join_names(reader.all("reserves", RESERVES_FILE), "the stock item", problems),
        rosters=_by_name(reader.all("roster", ROSTER_FILE), "the roster", problems),
        scenarios=_by_name(reader.all("scenario", SCENARIO_FILE), "the scenario", problems),
        drills=_by_name(reader.all("drill", DRILL_FILE), "the drill", problems),
        tests=tuple(test for tests in reader.all("test", TESTS_FILE) for test in tests),
    )


class _Reader:
    """Reads the documents of one pack with its terms."""

    def __init__(
        self,
        documents: Documents,
        terms: Terms,
        references: list[Reference],
        problems: Problems,
        memory: TableMemory,
    ) -> None:
        self.documents = documents
        self.terms = terms
        self.references = references
        self.problems = problems
        self.memory = memory

    def all(self, kind: FileKind, type_: Type[T]) -> list[T]:
        """Return the values of all files of a kind that can be read."""
        found = [
            type_.read(document.node, self.reading(document.source, document.tables))
            for document in self.documents.of(kind)
        ]
        return [value for value in found if not isinstance(value, Invalid)]

    def reading(self, source: Source, tables: Tables | None) -> Reading:
        """Return the reading of one file."""
        if tables is not None:
            tables.memory = self.memory
        return Reading(source, self.problems, self.references, self.terms, tables)

    def rest(self) -> WrittenRest:
        """Return what the pack file says in the words of the vocabulary."""
        return next(iter(self.all("pack", PACK_REST)), WrittenRest())

    def limits(self) -> list[Limit]:
        """Return the limits written apart from the pack file."""
        return [limit for limits in self.all("limits", LIMITS_FILE) for limit in limits]

    def accepted(self) -> list[Acceptance]:
        """Return the acceptances written apart from the pack file."""
        return [entry for entries in self.all("accept", ACCEPT_FILE) for entry in entries]


def _of_table(duties: Iterable[Duty]) -> Iterable[Subject]:
    """Return the subjects of a table of many, each with its duties."""
    groups: dict[str, list[Duty]] = {}
    for duty in duties:
        groups.setdefault(duty.subject, []).append(duty)
    return [Subject(name, group[0].span, duties=tuple(group)) for name, group in groups.items()]


def _extended(reading: Reading, node: Node) -> tuple[Extended, ...]:
    found = PACK_EXTENDS.read(node, reading)
    return () if isinstance(found, Invalid) else found


def _nearest_first(direct: Sequence[Assembled]) -> tuple[Pack, ...]:
    """Return the packs named and theirs, level by level, each once."""
    found: dict[int, Pack] = {}
    level = [assembled.pack for assembled in direct]
    for pack in level:
        found.setdefault(id(pack), pack)
    # WHY: each pack already lists all packs above it, nearest first, so what is left are these
    # lists, taken in turns.
    depth = max((len(pack.higher) for pack in level), default=0)
    for rank in range(depth):
        for pack in level:
            if rank < len(pack.higher):
                found.setdefault(id(pack.higher[rank]), pack.higher[rank])
    return tuple(found.values())


def _by_name(values: Iterable[N], what: str, problems: Problems) -> dict[str, N]:
    return join_names([{value.name: value} for value in values], what, problems)


def _digest(documents: Documents, higher: Sequence[Pack]) -> str:
    whole = hashlib.sha256(documents.digest.encode())
    for pack in higher:
        whole.update(pack.digest.encode())
    return whole.hexdigest()


def _look_up(
    pack: Pack,
    documents: Documents,
    known: Sequence[KnownDocument],
    direct: Sequence[Assembled],
    references: list[Reference],
    problems: Problems,
) -> Declared:
    """Look up every name, and return the names that lower packs may refer to, too."""
    declared = Declared()
    for assembled in direct:
        inherit_names(assembled.declared, assembled.pack.name, declared)
    declare_names(documents, declared)
    for document in known:
        for kind, names in document.kept.declares:
            declared.add(kind, names)
    declared.add("dimension", [DATE])
    check_references(references, declared, problems)
    check_exceptions({duty.name: duty for duty in pack.duties()}, problems)
    check_scenarios(pack, problems)
    check_means(pack, problems)
    return declared
