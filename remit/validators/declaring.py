"""Powers by which somebody declares a state or activates a version: used beside any activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from remit.engine.pack import Pack
from remit.engine.vocabulary import Dimension

__all__ = ["declaring", "powers_to_declare"]


def powers_to_declare(pack: Pack) -> frozenset[str]:
    """Return the powers that a declaration, a version or another's roster needs."""
    found = {
        power
        for dimension in pack.vocabulary.dimensions.values()
        for power in declaring(dimension).values()
        if power is not None
    }
    return frozenset({*found, *(one for one in (pack.activated_by, pack.rosters_by) if one)})


def declaring(dimension: Dimension) -> Mapping[str, str | None]:
    """Return the power that each value needs; a number, declared by one power, as `*`."""
    if dimension.declared_by is None:
        return {}
    return dict(_each(dimension))


def _each(dimension: Dimension) -> Iterator[tuple[str, str | None]]:
    if not dimension.is_named:
        yield "*", dimension.declared_by.otherwise if dimension.declared_by else None
    for value in dimension.values:
        yield value, dimension.power_to_declare(value)
