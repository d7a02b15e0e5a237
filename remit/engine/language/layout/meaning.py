"""What a pack says, without where it is written: equal where no question tells two packs apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from remit.engine.pack import Pack
from remit.engine.spans import Span

__all__ = ["meaning"]

_ELSEWHERE = frozenset({"span", "spans", "requires_spans", "digest", "path"})
"""Fields that say where something is written, or are made of its bytes."""


def meaning(pack: Pack) -> object:
    """Return all that a pack says, its higher packs too, as plain values in the order written."""
    return _plain(pack)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return (
            type(value).__name__,
            *(
                (one.name, _plain(getattr(value, one.name)))
                for one in fields(value)
                if one.name not in _ELSEWHERE
            ),
        )
    if isinstance(value, Mapping):
        return tuple((key, _plain(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(_plain(inner) for inner in value if not isinstance(inner, Span))
    return (type(value).__name__, value)
