"""The packs that come with remit, and copies of a pack with the packs it extends."""

from __future__ import annotations

import os
from pathlib import Path

import remit
from remit.cli.exits import UsageError
from remit.cli.inputs import did_you_mean
from remit.cli.question_files import read_map
from remit.engine.wording import tell

__all__ = ["copied_files", "shipped_names"]

PACK_FILE = "pack.yaml"
MOST_FILES = 20_000
"""Files of one pack; the loader reads no more."""


def shipped_names() -> tuple[str, ...]:
    """Return the names of the packs that come with remit."""
    return tuple(sorted(path.parent.name for path in _home().glob(f"*/{PACK_FILE}")))


def copied_files(start: str) -> tuple[str, dict[str, str]]:
    """Return where a pack will be within a folder, and all files for that folder, by path.

    Args:
        start: the name of a pack that comes with remit, or the folder of any pack.

    Raises:
        UsageError: if there is no such pack, or it cannot be read.
    """
    first = _home() / start
    if not (first / PACK_FILE).is_file():
        first = Path(start)
    if not (first / PACK_FILE).is_file():
        known = shipped_names()
        listed = tell("these come with remit: {names}", names=", ".join(known))
        raise UsageError(
            tell("there is no pack `{name}`", name=start), did_you_mean(start, known) or listed
        )
    folders = _family(first.resolve())
    top = Path(os.path.commonpath([folder.parent for folder in folders]))
    files: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                files[path.relative_to(top).as_posix()] = _text(path)
            if len(files) > MOST_FILES:
                raise UsageError(tell("`{pack}` has too many files", pack=start))
    return first.resolve().relative_to(top).as_posix(), files


def _home() -> Path:
    own = Path(remit.__file__).parent
    # WHY two: where links are not kept in a checkout, the packs are beside the package.
    return next((one for one in (own, own.parent) if (one / "policies").is_dir()), own) / "policies"


def _family(first: Path) -> list[Path]:
    """Return a pack's folder and those of all packs above it."""
    found: list[Path] = []
    waiting = [first]
    while waiting:
        folder = waiting.pop()
        if folder in found:
            continue
        found.append(folder)
        extends = read_map(str(folder / PACK_FILE)).get("extends", [])
        names = extends if isinstance(extends, list) else []
        waiting.extend((folder / str(above)).resolve() for above in names)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(tell("`{file}` is no text", file=path)) from error
