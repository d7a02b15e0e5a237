"""Waiting for the files of a pack to change, by looking again and again.

Looking at names, sizes and times costs a few microseconds a file and works on every disk, shared
ones too, where a system's own notices do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

__all__ = ["Look", "Sleep", "changes", "look_at"]

INTERVAL_S = 0.3
"""Seconds between two looks."""
SETTLED_S = 0.05
"""Seconds in which nothing may change any more: an editor writes a file in several steps."""
LONGEST_UNREST = 100
"""Looks after which files that go on changing are taken as they are."""
MOST_NAMES = 200_000
"""Names looked at; what lies beyond is not watched."""
_WATCHED = (".yaml", ".yml", ".csv")

Look = frozenset[tuple[str, int, int, int]]
"""What a look shows: path, size, time of the last change in nanoseconds, and number of each file.
"""


class Sleep(Protocol):
    """Waits some seconds; a fake lets files change meanwhile."""

    def __call__(self, seconds: float, /) -> None:
        """Wait."""
        ...


def look_at(folders: Iterable[str]) -> Look:
    """Return what lies in folders and below now; what is gone meanwhile is not there."""
    found: set[tuple[str, int, int, int]] = set()
    left = list(folders)
    count = 0
    while left and count < MOST_NAMES:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    elif entry.name.endswith(_WATCHED):
                        status = entry.stat()
                        found.add((entry.path, status.st_size, status.st_mtime_ns, status.st_ino))
        except OSError:
            continue
    return frozenset(found)


def changes(look: Callable[[], Look], sleep: Sleep) -> Iterator[None]:
    """Yield at once, and then after each change that has settled; for ever.

    A change that comes while the caller works is seen at the next look.
    """
    seen = look()
    yield
    while True:
        sleep(INTERVAL_S)
        now = look()
        if now != seen:
            seen = _settled(now, look, sleep)
            yield


def _settled(now: Look, look: Callable[[], Look], sleep: Sleep) -> Look:
    for _ in range(LONGEST_UNREST):
        sleep(SETTLED_S)
        later = look()
        if later == now:
            break
        now = later
    return now
