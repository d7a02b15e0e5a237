"""A smaller pack that still shows the same disagreement."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from tests.plain_packs import Plain

__all__ = ["shrink"]

KEPT = frozenset(
    {"remit", "pack", "version", "lead", "dimensions", "activities", "subjects", "subject"}
)
"""Keys without which a pack is no pack."""
Path = tuple[str | int, ...]


def shrink(pack: Plain, fails: Callable[[Plain], bool]) -> Plain:
    """Return `pack` without what can be left out while `fails` holds, as it does for `pack`."""
    again = True
    while again:
        again = False
        for path in sorted(_parts(pack, ()), key=len):
            smaller = _without(pack, path)
            if smaller is not None and fails(smaller):
                pack, again = smaller, True
                break
    return pack


def _parts(value: Any, path: Path) -> Iterator[Path]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, below in items:
        if key not in KEPT:
            yield (*path, key)
        yield from _parts(below, (*path, key))


def _without(pack: Plain, path: Path) -> Plain | None:
    smaller = copy.deepcopy(dict(pack))
    place: Any = smaller
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return smaller
