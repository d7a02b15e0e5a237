"""Schemas beside the files of a new pack, so that any editor completes and checks what is typed."""

from __future__ import annotations

from collections.abc import Mapping

from remit.cli.destinations import json_text
from remit.engine.language.file_kinds import kind_by_name
from remit.engine.language.schema import published_schema

__all__ = ["FOLDER", "with_schemas"]

FOLDER = ".schema"
"""Where they are; folders that begin with a dot are no part of a pack."""


def with_schemas(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a pack, each with a first line that points at its schema, and these.

    Args:
        files: texts by path within the pack.
    """
    found: dict[str, str] = {}
    for inside, text in files.items():
        kind = kind_by_name(inside) if inside.endswith(".yaml") else None
        if kind is None:
            found[inside] = text
            continue
        schema = f"{FOLDER}/{kind}.schema.json"
        up = "../" * inside.count("/")
        found[inside] = f"# yaml-language-server: $schema={up}{schema}\n{text}"
        if schema not in found:
            found[schema] = json_text(published_schema(kind)) + "\n"
    return found
