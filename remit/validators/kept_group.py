"""Findings as they are kept from one run to the next: values alone, so that they can be written."""

from __future__ import annotations

from dataclasses import dataclass

from remit.validators.finding import Finding

__all__ = ["Anchor", "Anchored", "KeptFinding", "KeptGroup"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a place moves with.

    Args:
        name: full name of a duty; or of a subject, for the end of its list of duties.
        line: where that was.
    """

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Anchored:
    """A finding, and what its places move with.

    Args:
        anchors: one for each place: its own, those of related spans, those of the edits of its fix;
            `None` for one that stays.
        named: of the duties whose file and line a note names.
    """

    finding: Finding
    anchors: tuple[Anchor | None, ...]
    named: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as a run told it.

    Args:
        entries: positions in `pack.accept` of the entries that accept it.
        barred: positions of those that would, were this not a matter nobody may accept.
        can_be_fixed: whether a fix may be looked for.
        is_tried: whether it was.
    """

    anchored: Anchored
    entries: frozenset[int]
    barred: frozenset[int]
    can_be_fixed: bool
    is_tried: bool


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """All that one check found about one activity."""

    findings: tuple[KeptFinding, ...]
