"""The names a pack declares, as written: also where the rest of a declaration has errors.

So one mistake in a declaration is one error, and not one more for each place that refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from remit.engine.language.documents import Document, Documents
from remit.engine.language.file_kinds import FileKind
from remit.engine.language.model.tests_file import OWNER
from remit.engine.language.references import Declared
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.wording import tell, tell_marked

__all__ = ["declare_names", "inherit_names", "names_of_subject"]

_DECLARED_IN: dict[FileKind, tuple[str, ...]] = {
    "vocabulary": ("dimension", "activity", "power"),
    "subject": ("subject", "duty", "kind of staff"),
    "plan": ("plan",),
    "fund": ("fund",),
    "reserves": ("stock item",),
    "pack": ("lead",),
}
_NOT_IN_FORCE_BELOW = ("duty", "plan")
"""Kinds of which a lower pack may name only its own."""


def declare_names(documents: Documents, declared: Declared) -> None:
    """Add to `declared` every name that the documents of a pack give to something."""
    for document in documents.of("vocabulary"):
        declared.add("dimension", _keys(document, "dimensions"))
        declared.add("activity", _keys(document, "activities"))
        declared.add("power", _keys(document, "powers"))
    for document in documents.of("subject"):
        for kind, names in names_of_subject(document.node):
            declared.add(kind, names)
    for document in (*documents.of("subject"), *documents.of("pack")):
        declared.add("duty", (f"{subject}/{name}" for subject, name in document.tables.ids))
        if not document.tables.is_whole:
            declared.excused.add("duty")
    kinds: tuple[FileKind, ...] = ("plan", "fund")
    for kind in kinds:
        for document in documents.of(kind):
            declared.add(kind, _texts(_below(document.node, kind)))
    for document in documents.of("reserves"):
        declared.add("stock item", _keys(document, "stock"))
    if any(_below(document.node, "lead") is not None for document in documents.of("pack")):
        declared.add("lead", [OWNER])
    _excuse(documents, declared)


def inherit_names(above: Declared, pack: str, declared: Declared) -> None:
    """Add to `declared` what a higher pack lets lower ones name.

    That is all but its duties, its plans and its lead.
    """
    for kind, names in above.names.items():
        if kind in _NOT_IN_FORCE_BELOW:
            reason = tell(
                "it is a {kind} of the higher pack `{pack}`, and those are not in force here",
                kind=tell_marked(kind),
                pack=pack,
            )
            declared.above.update({(kind, name): reason for name in names})
        elif kind != "lead":
            declared.add(kind, names)
    declared.above.update(above.above)
    declared.excused.update(above.excused - {*_NOT_IN_FORCE_BELOW, "lead"})
    declared.words.update(above.words)


def names_of_subject(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names that a file of a subject gives to something, by kind."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for subject in _texts(_below(node, "subject")):
        found.append(("subject", (subject,)))
        duties = _below(node, "duties")
        items = duties.items if isinstance(duties, SequenceNode) else []
        ids = (name for item in items for name in _texts(_below(item, "id")))
        found.append(("duty", tuple(f"{subject}/{name}" for name in ids)))
    staff = _below(node, "staff")
    if isinstance(staff, MappingNode):
        found.append(("kind of staff", tuple(staff.entries)))
    return tuple(found)


def _excuse(documents: Documents, declared: Declared) -> None:
    """Let pass what may be declared in files that could not be read."""
    declared.words.update(documents.words)
    for file_kind, kinds in _DECLARED_IN.items():
        if documents.hides(file_kind):
            declared.excused.update(kinds)


def _keys(document: Document, key: str) -> list[str]:
    below = _below(document.node, key)
    if isinstance(below, SequenceNode):
        # WHY: a list where a map belongs is told once, and its names are still meant as such.
        return [name for item in below.items for name in _texts(item)]
    return list(below.entries) if isinstance(below, MappingNode) else []


def _below(node: Node, key: str) -> Node | None:
    return node.value(key) if isinstance(node, MappingNode) else None


def _texts(node: Node | None) -> Iterator[str]:
    if isinstance(node, ScalarNode):
        yield node.text
