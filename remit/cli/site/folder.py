"""A site's folder: what is written there, and how what stands there differs from what should.

A list of the files written lies beside them, so that a page whose subject is gone is taken away
the next time, and nothing that somebody else put there ever is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from remit.cli.exits import UsageError
from remit.engine.wording import tell

__all__ = ["Drift", "drift", "write_site"]

LIST = "remit-docs.txt"
"""The list of files, a path a line."""
_OURS = re.compile(r"(?:(?:en|zh)/)?(?:(?:subjects|activities)/)?[a-z0-9][a-z0-9-]*\.html")


@dataclass(frozen=True, slots=True)
class Drift:
    """How a folder differs from a site, as paths, sorted."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether the folder is just what it should be."""
        return not (self.missing or self.changed or self.left_over)


def drift(folder: Path, pages: Mapping[str, str]) -> Drift:
    """Return how a folder differs from a site.

    Raises:
        OSError: if a file cannot be read.
    """
    wanted = {**pages, LIST: _listing(pages)}
    missing, changed = [], []
    for path, content in wanted.items():
        file = folder / path
        if not file.is_file():
            missing.append(path)
        elif file.read_bytes() != content.encode("utf-8", "replace"):
            changed.append(path)
    left = [path for path in _listed(folder) if path not in pages and (folder / path).is_file()]
    return Drift(tuple(sorted(missing)), tuple(sorted(changed)), tuple(sorted(left)))


def write_site(folder: Path, pages: Mapping[str, str]) -> Drift:
    """Write a site where it differs from what is there, and return how it did.

    Raises:
        OSError: if a file cannot be written.
        UsageError: if the folder holds other things and no site yet.
    """
    if folder.is_dir() and not (folder / LIST).is_file() and any(folder.iterdir()):
        raise UsageError(
            tell("`{folder}` is not empty, and holds no site", folder=folder),
            tell("name a folder that is not there yet, or an empty one"),
        )
    found = drift(folder, pages)
    # WHY the list first: what a run that is cut short has written is known to the next one.
    for path in sorted((*found.missing, *found.changed), key=lambda path: path != LIST):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        content = _listing(pages) if path == LIST else pages[path]
        file.write_bytes(content.encode("utf-8", "replace"))
    for path in found.left_over:
        (folder / path).unlink()
    return found


def _listing(pages: Mapping[str, str]) -> str:
    return "".join(f"{path}\n" for path in sorted(pages))


def _listed(folder: Path) -> list[str]:
    """Return what the list names, as far as it can be a page of a site."""
    file = folder / LIST
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if _OURS.fullmatch(line)]
