"""Packs as plain data, the way `tests/reference.py` takes them, and their reading from a folder.

A plain pack has the keys of `pack.yaml` and of `vocabulary.yaml`, `subjects` as a list of what the
files of that folder say, `tests` as a list of cases, and `extends` as a list of plain packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

__all__ = [
    "Plain",
    "conditions",
    "family",
    "maps_of",
    "read_pack",
    "read_yaml",
    "roles_of",
    "validity_of",
]

Plain = Mapping[str, Any]
LEFT_OUT = {"bool", "merge", "timestamp"}
"""Implicit types of YAML 1.1 that the language has not, or has in part."""


def family(pack: Plain) -> list[Any]:
    """Return the pack and every pack it extends, directly or not, nearest first, none twice."""
    found: list[Any] = []
    waiting = [pack]
    while waiting:
        one = waiting.pop(0)
        if all(one["pack"] != other["pack"] for other in found):
            found.append(one)
            waiting += one.get("extends") or ()
    return found


def maps_of(condition: object) -> list[Plain]:
    """Return the maps whose union a condition is."""
    return list(condition) if isinstance(condition, list | tuple) else [condition or {}]  # type: ignore[list-item]


def roles_of(duty: Plain) -> list[str]:
    """Return the letters of a duty."""
    return [duty["role"]] if isinstance(duty["role"], str) else list(duty["role"])


def validity_of(duty: Plain) -> Plain:
    """Return `valid` as a condition on the built-in dimension `date`."""
    valid = duty.get("valid") or {}
    ends = [str(valid.get(end) or "") for end in ("from", "until")]
    return {"date": "..".join(ends)} if any(ends) else {}


def conditions(pack: Plain) -> Iterator[object]:
    """Yield every condition that bears on the cells of a pack; higher packs' duties do not."""
    for one in family(pack):
        yield one.get("impossible") or []
        yield from (
            (spec or {}).get("needed", {}) for spec in (one.get("activities") or {}).values()
        )
        plans = one.get("plans") or () if one is pack else ()
        yield from (plan.get("when", {}) for plan in plans)
        for key in ("unowned", "limits", "accept"):
            yield from (entry.get("when", {}) for entry in one.get(key) or ())
        for subject in one["subjects"]:
            for key in ("authority", "prohibitions", "assists_only"):
                yield from (entry.get("when", {}) for entry in subject.get(key) or ())
            for duty in (subject.get("duties") or ()) if one is pack else ():
                yield from (duty.get("when", {}), duty.get("unless", []), validity_of(duty))


def read_pack(folder: Path) -> dict[str, Any]:
    """Return the pack in `folder`, written without tags and merge keys, as plain data."""
    pack = {**read_yaml(folder / "pack.yaml"), **read_yaml(folder / "vocabulary.yaml")}
    pack["subjects"] = [read_yaml(file) for file in sorted(folder.glob("subjects/*.yaml"))]
    pack["tests"] = [
        case for file in sorted(folder.glob("tests/*.yaml")) for case in read_yaml(file)
    ]
    pack["extends"] = [read_pack(folder / path) for path in pack.get("extends") or ()]
    return pack


def read_yaml(file: Path) -> Any:
    """Return what one file says, numbers exact."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_PlainLoader)  # noqa: S506  a safe loader


class _PlainLoader(yaml.SafeLoader):
    """The safe loader, but days are strings and only `true` and `false` are booleans."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag.rpartition(":")[2] not in LEFT_OUT]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf")
)
# WHY: a float would lose digits that an author wrote; a decimal is exact.
_PlainLoader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))
