"""From a folder of strict YAML to a frozen pack, or to all the reasons why not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from remit.engine.collector import collector_paused
from remit.engine.errors import PackError, PackErrors
from remit.engine.language.assembly import Assembled
from remit.engine.language.pack_family import PackFamily, is_folder
from remit.engine.language.pack_files import NOTHING_UNSAVED, Unsaved, folder_digest
from remit.engine.language.problems import LONGEST_PATH, Problems, TooManyErrors, in_ticks
from remit.engine.language.stores import Kept, KeptPack, Member, Store
from remit.engine.pack import Pack
from remit.engine.wording import tell

__all__ = ["is_unchanged", "load"]

LEAST_CHANGE = 8
"""A pack is kept anew when one part in so many of its bytes changed."""


def load(path: str | Path, store: Store | None = None, unsaved: Unsaved = NOTHING_UNSAVED) -> Pack:
    """Return the pack in a folder, with the packs it extends.

    Args:
        path: the folder that holds `pack.yaml`.
        store: what earlier loads kept; only files that changed are read then.
        unsaved: what files hold in place of what is on disk.

    Raises:
        PackErrors: if anything in it cannot be read; with all reasons, sorted by place, none twice.
    """
    problems = Problems()
    shown = os.fspath(path) or "."
    pack: Pack | None = None
    with collector_paused():
        before = None if store is None else _recalled(shown, store)
        if (
            store is not None
            and before is not None
            and before.pack is not None
            and is_unchanged(before.members, unsaved)
        ):
            store.note(before.members)
            return before.pack
        kept = Kept({} if before is None else before.files)
        with suppress(TooManyErrors):
            pack = _load(shown, problems, kept, unsaved)
        if store is not None:
            good = None if problems else pack
            _keep(shown, KeptPack(tuple(kept.members), good, kept.files), kept, store)
            if good is not None:
                store.note(tuple(kept.members))
    if problems or pack is None:
        raise PackErrors(shown, problems.sorted())
    return pack


def is_unchanged(members: Iterable[Member], unsaved: Unsaved = NOTHING_UNSAVED) -> bool:
    """Return whether folders hold what they held when they were loaded."""
    return all(
        os.path.realpath(one.path) == one.real
        and folder_digest(one.path, one.shown, one.tables, unsaved) == one.digest
        for one in members
    )


def _recalled(path: str, store: Store) -> KeptPack | None:
    found = store.get(_key(path))
    return found if isinstance(found, KeptPack) else None


def _keep(path: str, pack: KeptPack, kept: Kept, store: Store) -> None:
    # WHY: to write out a whole pack takes longer than to read a few changed files once more.
    if store.is_quick or kept.fresh * LEAST_CHANGE >= kept.size:
        store.put(_key(path), pack)


def _key(path: str) -> str:
    return f"pack\0{os.path.realpath(path)}\0{path}"


def _load(path: str, problems: Problems, kept: Kept, unsaved: Unsaved) -> Pack | None:
    if not is_folder(path):
        problems.add(_no_folder(path))
        return None
    found = PackFamily(problems, kept, unsaved).load(path)
    if found is None:
        return None
    _check_whole(found, problems)
    return found.pack


def _no_folder(path: str) -> PackError:
    shown = in_ticks(path, LONGEST_PATH)
    if not os.path.lexists(path):
        return PackError(tell("there is no folder {shown}", shown=shown), None)
    help_ = tell(
        "give the folder of the pack: {parent}",
        parent=in_ticks(str(Path(path).parent), LONGEST_PATH),
    )
    return PackError(tell("{shown} is not a folder", shown=shown), None, help=help_)


def _check_whole(found: Assembled, problems: Problems) -> None:
    """Record what a pack that is to be used, not only extended, must have."""
    place = found.pack.span
    if found.lacks_vocabulary:
        message = tell("the pack has no vocabulary: nothing declares an activity")
        help_ = tell("add `vocabulary.yaml`, or extend a pack that has one")
        problems.at_span(place, message, help=help_)
    if found.lacks_subjects:
        help_ = tell("add a file in `subjects/` that begins with `subject: <name>`")
        problems.at_span(place, tell("the pack has no subjects"), help=help_)
