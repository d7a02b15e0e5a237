"""From a folder of strict YAML to a frozen pack, or to all the reasons why not."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from remit.engine.errors import PackError, PackErrors
from remit.engine.language.assembly import Assembled
from remit.engine.language.pack_family import PackFamily, is_folder
from remit.engine.language.problems import LONGEST_PATH, Problems, TooManyErrors, in_ticks
from remit.engine.pack import Pack

__all__ = ["load"]


def load(path: str | Path) -> Pack:
    """Return the pack in a folder, with the packs it extends.

    Args:
        path: the folder that holds `pack.yaml`.

    Raises:
        PackErrors: if anything in it cannot be read; with all reasons, sorted by place, none twice.
    """
    problems = Problems()
    shown = os.fspath(path) or "."
    pack: Pack | None = None
    with _collector_paused(), suppress(TooManyErrors):
        pack = _load(shown, problems)
    if problems or pack is None:
        raise PackErrors(shown, problems.sorted())
    return pack


@contextmanager
def _collector_paused() -> Iterator[None]:
    # WHY: a load makes many values and no garbage in circles; the collector would look at all of
    # them again and again.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load(path: str, problems: Problems) -> Pack | None:
    if not is_folder(path):
        problems.add(_no_folder(path))
        return None
    found = PackFamily(problems).load(path)
    if found is None:
        return None
    _check_whole(found, problems)
    return found.pack


def _no_folder(path: str) -> PackError:
    shown = in_ticks(path, LONGEST_PATH)
    if not os.path.lexists(path):
        return PackError(f"there is no folder {shown}", None)
    help_ = f"give the folder of the pack: {in_ticks(str(Path(path).parent), LONGEST_PATH)}"
    return PackError(f"{shown} is not a folder", None, help=help_)


def _check_whole(found: Assembled, problems: Problems) -> None:
    """Record what a pack that is to be used, not only extended, must have."""
    place = found.pack.span
    if found.lacks_vocabulary:
        message = "the pack has no vocabulary: nothing declares an activity"
        help_ = "add `vocabulary.yaml`, or extend a pack that has one"
        problems.at_span(place, message, help=help_)
    if found.lacks_subjects:
        help_ = "add a file in `subjects/` that begins with `subject: <name>`"
        problems.at_span(place, "the pack has no subjects", help=help_)
