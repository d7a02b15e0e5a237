"""Two versions of a small pack, written as changes of one text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import remit

__all__ = ["BEFORE", "both", "written"]

BEFORE: Mapping[str, str] = {
    "pack.yaml": "remit: 1\npack: harbour\nversion: 1\nlead: pump\n",
    "vocabulary.yaml": """\
dimensions:
  hazard: {tree: {water: {flood: , leak: }, fire: }}
  shift: {values: [day, night]}
  stage: {values: [early, late], state: true}
  height: {integer: {min: 0, max: 9}}
activities:
  pump: {needed: {hazard: water}}
""",
    "subjects/office.yaml": """\
subject: office
duties:
  - {id: pump, activity: pump, role: [accountable, responsible]}
""",
}


def written(folder: Path, files: Mapping[str, str], **parts: tuple[str, str]) -> Path:
    """Write a pack: the files of `BEFORE`, then `files`, each `old` replaced by its `new`."""
    for name, text in {**BEFORE, **files}.items():
        changed = text
        for old, new in parts.values():
            changed = changed.replace(old, new)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed, encoding="utf-8")
    return folder


def both(
    folder: Path, files: Mapping[str, str], *changes: tuple[str, str]
) -> tuple[remit.Pack, remit.Pack]:
    """Return `BEFORE` and the version with other files and replaced words, loaded."""
    parts = {f"change{number}": change for number, change in enumerate(changes)}
    old = remit.load(written(folder / "old", {}))
    return old, remit.load(written(folder / "new", files, **parts))
