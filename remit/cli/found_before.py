"""Findings of the latest check of a pack, kept for the next one, which asks what an edit touched.

What they depend on is in their keys; a pack is told from others by its folder, and how it is named.
"""

from __future__ import annotations

import os

from remit.engine.language.stores import Store
from remit.validators.kept_findings import KeptFindings
from remit.validators.kept_group import KeptGroup

__all__ = ["recalled", "remember"]


def recalled(pack: str, store: Store) -> KeptFindings:
    """Return what the latest check of a pack found; nothing where that is not kept."""
    found = store.get(_key(pack))
    groups: dict[bytes, KeptGroup] = found if isinstance(found, dict) else {}
    return KeptFindings(groups)


def remember(pack: str, kept: KeptFindings, store: Store) -> None:
    """Keep what a check found, unless an earlier one left just that."""
    if kept.is_new:
        store.put(_key(pack), dict(kept.groups))


def _key(pack: str) -> str:
    return f"findings\0{os.path.realpath(pack)}\0{pack}"
