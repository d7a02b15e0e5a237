"""Keeps the books of an exported ledger against the YAML of its pack; nothing of remit is imported.

What there is comes from the pack's own files, not from what the ledger says it counted, so that a
figure the ledger made up, or stock used up that the pack says comes back, is seen too.

    python -m tests.exported_books EXPORT.jsonl PACK [PACK_IT_EXTENDS ...]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.books import Books

__all__ = ["Counted", "counted_in", "entries_of", "problems_of_export"]

NOT_POLICY = frozenset({"tests", "scenarios", "drills"})
"""Folders of a pack whose files count nothing."""


@dataclass
class Counted:
    """What the files of a pack count, by means, name and holder; stock has no holder in a ledger.

    Args:
        reusable: names of stock that comes back after use.
    """

    there: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)
    reusable: set[str] = field(default_factory=set)

    def add(self, node: dict[str, Any]) -> None:
        """Count what one file says."""
        if "subject" in node:
            for name, told in (node.get("staff") or {}).items():
                there = told["count"] if isinstance(told, dict) else told
                self.there["staff", name, node["subject"]] = Decimal(there)
        elif "fund" in node:
            self.there["money", node["fund"], ""] = Decimal(str(node["amount"]))
        elif isinstance(node.get("stock"), dict):
            for name, told in node["stock"].items():
                self.there["stock", name, ""] = Decimal(told["quantity"])
                if told.get("reusable"):
                    self.reusable.add(name)


def counted_in(folders: Iterable[Path]) -> Counted:
    """Return what packs count, those a pack extends among them."""
    counted = Counted()
    for folder in folders:
        for file in sorted(folder.rglob("*.yaml")):
            if not NOT_POLICY & set(file.relative_to(folder).parts[:-1]):
                node = yaml.safe_load(file.read_text(encoding="utf-8"))
                if isinstance(node, dict):
                    counted.add(node)
    return counted


def entries_of(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the entries of an export; its other lines are its head and receipts."""
    for line in lines:
        entry = json.loads(line).get("entry") if line.strip() else None
        if entry is not None:
            yield entry


def problems_of_export(lines: Iterable[str], folders: Iterable[Path]) -> list[str]:
    """Return what does not balance in an export of a ledger of one pack.

    Args:
        lines: JSON lines of `remit ledger export`.
        folders: the pack and those it extends.
    """
    counted, books, found = counted_in(folders), Books(), []
    for entry in entries_of(lines):
        wrong = [*books.add(entry), *_against(counted, entry)]
        found += [f"entry {entry['number']} {entry['kind']}: {one}" for one in wrong]
    return found + list(books.at_the_end())


def _against(counted: Counted, entry: dict[str, Any]) -> Iterator[str]:
    node = entry["payload"]
    if entry["kind"] == "opened" and node["counts"]:
        told = {
            (row["means"], row["name"], row["holder"]): Decimal(row["quantity"])
            / (1000 if row["means"] == "money" else 1)
            for row in node["counts"]
        }
        for key in sorted(told.keys() | counted.there.keys()):
            if told.get(key) != counted.there.get(key):
                yield f"{key} is {told.get(key)}, the pack counts {counted.there.get(key)}"
    elif entry["kind"] == "released":
        for row in node["stock"]:
            if row["used"] and row["stock"] in counted.reusable:
                yield f"{row['used']} of {row['stock']} are used up, the pack says it comes back"


def main() -> int:
    """Check an export against packs."""
    export, *folders = map(Path, sys.argv[1:])
    found = problems_of_export(export.read_text(encoding="utf-8").splitlines(), folders)
    sys.stdout.write("".join(f"{problem}\n" for problem in found) or "the books balance\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
