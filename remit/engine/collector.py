"""Python's collector of garbage in circles, kept out of work that makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from running: also a decorator, `@collector_paused()`.

    WHY: to load a pack or to prove something of it makes very many values and no garbage in
    circles; the collector would look at all of them again and again, for a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
