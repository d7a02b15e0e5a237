"""Packs whose duties are written as tables: what YAML says of them, said again in CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.plain_packs import read_yaml

__all__ = ["cell", "move_duties", "table_of"]

Duty = Mapping[str, Any]


def cell(value: Any) -> str | None:
    """Return a constraint, or one or several names, as a cell says them; `None` if none can."""
    if isinstance(value, Mapping):
        inner = cell(value["not"])
        return None if inner is None else f"not {inner}"
    if isinstance(value, list):
        if any(isinstance(one, list | Mapping) for one in value):
            return json.dumps(value)
        return " | ".join(str(one) for one in value)
    return str(value)


def table_of(duties: Sequence[Duty], *, subject_of: Sequence[str] | None = None) -> str:
    """Return duties as a table; a union of maps cannot be written so, and is refused."""
    dimensions = sorted({name for duty in duties for name in _box(duty, "when")})
    unless = sorted({name for duty in duties for name in _box(duty, "unless")})
    languages = {
        key: sorted({name for duty in duties for name in _texts(duty.get(key))})
        for key in ("label", "basis")
    }
    fixed = ["id", "activity", "role", "exception_to", "acknowledge", "complete"]
    heads = [
        *(["subject"] if subject_of else []),
        *fixed,
        *("valid_from", "valid_until"),
        *(f"when.{name}" for name in dimensions),
        *(f"unless.{name}" for name in unless),
        *(f"{key}.{name}" if name else key for key, names in languages.items() for name in names),
    ]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    for number, duty in enumerate(duties):
        valid = duty.get("valid") or {}
        writer.writerow(
            [
                *([subject_of[number]] if subject_of else []),
                *(cell(duty[key]) if key in duty else "" for key in fixed),
                *(valid.get(key, "") for key in ("from", "until")),
                *_cells(_box(duty, "when"), dimensions),
                *_cells(_box(duty, "unless"), unless),
                *(_texts(duty.get(k)).get(n, "") for k, names in languages.items() for n in names),
            ]
        )
    return out.getvalue()


def move_duties(pack: Path, *, together: bool = False) -> None:
    """Rewrite a pack so that the duties of its subjects are in tables, where a table can say them.

    Args:
        together: one table of all subjects, named in `pack.yaml`.
    """
    moved: list[Duty] = []
    owners: list[str] = []
    for path in sorted((pack / "subjects").rglob("*.yaml")):
        content = read_yaml(path)
        duties = content.pop("duties", None)
        if not isinstance(duties, list) or not all(_is_plain(duty) for duty in duties):
            continue
        if together:
            moved += duties
            owners += [content["subject"]] * len(duties)
        else:
            table = path.with_suffix(".csv")
            table.write_text(table_of(duties), encoding="utf-8-sig", newline="")
            content["duties"] = {"table": table.name}
        path.write_text(_json(content), encoding="utf-8")
    if together and moved:
        (pack / "all.csv").write_text(table_of(moved, subject_of=owners), encoding="utf-8")
        main = pack / "pack.yaml"
        content = read_yaml(main)
        main.write_text(_json({**content, "duties": {"table": "all.csv"}}), encoding="utf-8")


def _json(content: Any) -> str:
    # WHY `str`: the plain reader of the tests takes days for days.
    return json.dumps(content, ensure_ascii=False, default=str)


def _is_plain(duty: Duty) -> bool:
    return not any(isinstance(duty.get(key), list) for key in ("when", "unless"))


def _box(duty: Duty, key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = duty.get(key) or {}
    return found


def _cells(box: Mapping[str, Any], names: Iterable[str]) -> list[str | None]:
    return [cell(box[name]) if name in box else "" for name in names]


def _texts(value: Any) -> Mapping[str, str]:
    if value is None:
        return {}
    return value if isinstance(value, Mapping) else {"": value}
