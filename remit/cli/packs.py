"""Loading a pack for a command."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from remit.cli.cache_folder import open_cache
from remit.cli.destinations import Destination, write_json
from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.language.stores import Store
from remit.engine.pack import Pack
from remit.validators.outputs.json import errors_json

__all__ = ["load_or_tell", "load_pack"]


def load_pack(path: str, store: Store | None = None) -> Pack:
    """Return a pack, as far as nothing changed from what an earlier command kept of it.

    Args:
        store: where to look; the cache of this user where left out.

    Raises:
        PackErrors: if it cannot be loaded.
    """
    with _frozen():
        return load(path, store or open_cache())


def load_or_tell(path: str, *, as_json: bool) -> Pack:
    """Return a pack; where it cannot be loaded, print why as JSON first, if JSON is wanted.

    Raises:
        PackErrors: if it cannot be loaded; whoever runs the command tells them in words.
    """
    try:
        return load_pack(path)
    except PackErrors as errors:
        if as_json:
            write_json(Destination("json"), errors_json(errors))
        raise


@contextmanager
def _frozen() -> Iterator[None]:
    # WHY: a pack lives as long as the command; to look through it for garbage, as the collector
    # would do next, takes a tenth as long as to load it.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
