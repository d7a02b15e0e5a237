"""The files of subjects, read, or taken from an earlier load where nothing they say has changed.

A file means the same while its bytes are the same and the vocabulary is; the latter is told by a
mark, a digest over the files that declare it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from remit.engine.language.declarations import names_of_subject
from remit.engine.language.documents import Document, Documents, KnownDocument, read_again
from remit.engine.language.model.base import Invalid, Reading, Reference, Tables
from remit.engine.language.model.subject_file import SUBJECT_FILE
from remit.engine.language.model.terms import Terms
from remit.engine.language.problems import Problems
from remit.engine.language.sources import Source
from remit.engine.language.stores import Kept, KeptFile
from remit.engine.pack import Subject

__all__ = ["current_documents", "read_subjects", "terms_mark"]

Begin = Callable[[Source, Tables | None], Reading]
"""Begins the reading of a file, with the tables it names."""


def terms_mark(documents: Documents, above: Sequence[str], terms: Terms) -> str:
    """Return what stands for the terms of a pack; nothing where they are not wholly known.

    Args:
        above: the marks of the packs that it extends.
    """
    if terms.broken or not terms.is_complete or not all(above):
        return ""
    whole = hashlib.sha256("\0".join(above).encode())
    for document in documents.of("vocabulary"):
        whole.update(document.key.encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def current_documents(
    documents: Documents, mark: str, problems: Problems
) -> tuple[KnownDocument, ...]:
    """Return the known files that still mean the same; the others are read again."""
    current: list[KnownDocument] = []
    for known in documents.known:
        if mark and known.kept.terms == mark:
            current.append(known)
        else:
            read_again(documents, known, problems)
    return tuple(current)


def read_subjects(
    documents: Documents,
    known: Sequence[KnownDocument],
    begin: Begin,
    mark: str,
    kept: Kept,
) -> list[Subject]:
    """Return what every file of a subject says, by path; what can be kept is kept.

    Args:
        mark: stands for the terms.
    """
    found: list[Subject] = []
    files: list[tuple[str, Document | KnownDocument]] = [
        *((one.inside, one) for one in documents.of("subject")),
        *((one.found.inside, one) for one in known),
    ]
    for _, document in sorted(files, key=lambda file: file[0]):
        if isinstance(document, KnownDocument):
            found.append(_recall(document, begin, kept))
            continue
        reading = begin(document.source, document.tables)
        before = (len(reading.problems), len(reading.references))
        subject = SUBJECT_FILE.read(document.node, reading)
        if isinstance(subject, Invalid):
            continue
        found.append(subject)
        is_sound = mark and len(reading.problems) == before[0] and not document.tables.sources
        if is_sound and document.tables.is_whole:
            mentions = reading.references[before[1] :]
            _keep(document, subject, mentions, mark, kept)
    return found


def _recall(known: KnownDocument, begin: Begin, kept: Kept) -> Subject:
    source = known.source
    reading = begin(source, None)
    reading.references.extend(
        Reference(kind, name, source, start, end, also)
        for kind, name, start, end, also in known.kept.mentions
    )
    kept.add(known.key, known.kept, len(known.bytes), is_fresh=False)
    return known.kept.subject


def _keep(
    document: Document, subject: Subject, mentions: Sequence[Reference], mark: str, kept: Kept
) -> None:
    told = tuple((one.kind, one.name, one.start, one.end, one.also) for one in mentions)
    file = KeptFile(mark, subject, told, names_of_subject(document.node))
    kept.add(document.key, file, document.size, is_fresh=True)
