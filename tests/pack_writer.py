"""Plain packs written as folders of YAML, spelled differently by every draw.

Flow or block, quotes, anchors and aliases, the order of keys, and the names of files vary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from tests.plain_packs import Plain

__all__ = ["write_pack"]

VOCABULARY_KEYS = ("dimensions", "activities", "powers", "unowned", "impossible")
PACK_KEYS = (
    "remit",
    "pack",
    "version",
    "label",
    "lead",
    "state",
    "precedence",
    "limits",
    "accept",
    "mandatory",
    "checks",
)
SHARED_KEYS = frozenset({"when", "unless", "needed", "role"})
"""Keys whose values may be anchored, and be an alias where they come again in the file."""
PLAIN_TEXT = re.compile(r"[A-Za-z0-9<.-][A-Za-z0-9<./-]*\Z")
LOOKS_LIKE_A_NUMBER = re.compile(r"[-+.]?[0-9][0-9_.]*\Z")


def write_pack(pack: Plain, folder: Path, rng: Random) -> Path:
    """Return the folder of `pack`, written under `folder` with each pack it extends beside it."""
    home = folder / str(pack["pack"])
    if home.exists():
        return home
    main = {key: pack[key] for key in PACK_KEYS if key in pack}
    above = [write_pack(one, folder, rng) for one in pack.get("extends") or ()]
    if above:
        main["extends"] = [f"../{one.name}" for one in above]
    _write(home / "pack.yaml", main, rng)
    vocabulary = {key: pack[key] for key in VOCABULARY_KEYS if pack.get(key)}
    first, second = _halves(vocabulary, rng)
    _write(home / "vocabulary.yaml", first, rng)
    if second:
        _write(home / "vocabulary" / "more.yaml", second, rng)
    for number, subject in enumerate(pack["subjects"]):
        name = rng.choice((subject["subject"], f"file-{number}"))
        called = {"subject": subject["subject"]}
        first, second = _halves({**subject, **called}, rng)
        _write(home / "subjects" / f"{name}.yaml", {**first, **called}, rng)
        if second:
            _write(home / "subjects" / "more" / f"{name}.yaml", {**second, **called}, rng)
    tests = list(pack.get("tests") or ())
    if tests:
        cut = rng.randint(0, len(tests))
        for name, part in (("some", tests[:cut]), ("others", tests[cut:])):
            if part:
                _write(home / "tests" / f"{name}.yaml", part, rng)
    return home


def _halves(content: Plain, rng: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what one file says and what another adds to it; mostly the other says nothing."""
    first: dict[str, Any] = dict(content)
    second: dict[str, Any] = {}
    for key in [key for key in content if rng.random() < 0.5] if rng.random() < 0.2 else []:
        value = content[key]
        cut = rng.randint(0, len(value))
        if isinstance(value, list) and key != "members":
            first[key], second[key] = value[:cut], value[cut:]
        elif isinstance(value, Mapping):
            pairs = list(value.items())
            first[key], second[key] = dict(pairs[:cut]), dict(pairs[cut:])
    first, second = _filled(first), _filled(second)
    return (first, second) if first else (dict(content), {})


def _filled(content: Plain) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value not in ([], {})}


def _write(path: Path, content: Any, rng: Random) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _Speller(rng).block(content, 0)
    lead = "# written for a test\n" if rng.random() < 0.3 else ""
    path.write_text(lead + text.lstrip("\n") + "\n", encoding="utf-8")


class _Speller:
    """Spells one file; anchors live as long as it does."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.anchors: dict[str, str] = {}

    def block(self, value: Any, indent: int) -> str:
        """Return `value` as a block, starting on a new line, or as what fits behind a colon."""
        rng = self.rng
        if not isinstance(value, Mapping | list) or not value or (indent and rng.random() < 0.35):
            return " " + self.flow(value)
        pad = " " * indent
        if isinstance(value, list):
            return "".join(f"\n{pad}-{self.block(one, indent + 2)}" for one in value)
        return "".join(
            f"\n{pad}{self.text(key)}:"
            + (self.shared(key, value[key]) or self.block(value[key], indent + 2))
            for key in self.keys(value)
        )

    def flow(self, value: Any) -> str:
        """Return `value` on one line."""
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(one) for one in value) + "]"
        if isinstance(value, Mapping):
            pairs = (
                f"{self.text(key)}:{self.shared(key, value[key]) or ' ' + self.flow(value[key])}"
                for key in self.keys(value)
            )
            return "{" + ", ".join(pairs) + "}"
        return self.text(value)

    def keys(self, value: Plain) -> list[str]:
        keys = list(value)
        if self.rng.random() < 0.3:
            self.rng.shuffle(keys)
        return keys

    def shared(self, key: str, value: Any) -> str:
        """Return an alias, an anchor with the value, or nothing for a value written as usual."""
        if key not in SHARED_KEYS or not isinstance(value, Mapping | list) or not value:
            return ""
        content = json.dumps(value, default=str, sort_keys=True)
        if content in self.anchors:
            return f" *{self.anchors[content]}"
        if self.rng.random() < 0.8:
            return ""
        written = self.flow(value)
        self.anchors[content] = f"shared{len(self.anchors)}"
        return f" &{self.anchors[content]} {written}"

    def text(self, value: Any) -> str:
        """Return a scalar, quoted where it must be and sometimes where it need not."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str):
            return str(value)
        if (
            PLAIN_TEXT.match(value)
            and not LOOKS_LIKE_A_NUMBER.match(value)
            and self.rng.random() < 0.7
        ):
            return value
        return (
            f"'{value}'"
            if "'" not in value and self.rng.random() < 0.5
            else json.dumps(value, ensure_ascii=False)
        )
