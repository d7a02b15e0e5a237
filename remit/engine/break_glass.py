"""How a pack lets somebody act past it in need, and whose consent a new version needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remit.engine.spans import Span

__all__ = ["Agreement", "BreakGlass"]


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """That somebody may act past the policy in need, and what that brings with it.

    Args:
        lasts: seconds after which what was taken so is handed back.
        review_by: who must say afterwards whether it was justified.
        never: powers that are not used so.
    """

    lasts: int
    review_by: str
    span: Span
    never: tuple[str, ...] = ()


Agreement = Literal["none", "both"]
"""Whose consent a version needs where owners change: nobody's, or the losing and the gaining."""
