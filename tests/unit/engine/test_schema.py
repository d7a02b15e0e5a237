"""The published schemas: closed, described, right by their own standard, and true of real packs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from remit.engine.language.documents import read_documents
from remit.engine.language.problems import Problems
from remit.engine.language.schema import FILE_TYPES, published_schema, schema_flaws
from remit.engine.language.yaml_scalars import plain_value

ROOT = Path(__file__).resolve().parents[3]
PACKS = sorted(
    path.parent
    for folder in ("policies", "tests/packs/kept", "tests/packs/broken")
    for path in (ROOT / folder).rglob("pack.yaml")
)


def objects_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Return every schema inside a schema, itself too."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from objects_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects_of(part)


@pytest.mark.parametrize("kind", FILE_TYPES)
def test_a_schema_is_right_by_its_own_standard(kind: str) -> None:
    schema = published_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    assert f"{kind}.schema.json" == schema["$id"]
    assert schema["title"]
    assert schema["description"]
    assert schema == json.loads(json.dumps(schema))


@pytest.mark.parametrize("kind", FILE_TYPES)
def test_every_object_is_closed_or_says_what_its_other_keys_are(kind: str) -> None:
    for part in objects_of(published_schema(kind)):
        if part.get("type") == "object":
            assert "additionalProperties" in part or {"if", "then", "else"} <= part.keys()


@pytest.mark.parametrize("kind", FILE_TYPES)
def test_every_key_of_every_record_is_described(kind: str) -> None:
    for part in objects_of(published_schema(kind)):
        for name, value in part.get("properties", {}).items():
            if part.get("additionalProperties") is False and name != "not":
                assert value["description"].endswith("."), name


@pytest.mark.parametrize("kind", FILE_TYPES)
def test_every_reference_leads_somewhere(kind: str) -> None:
    schema = published_schema(kind)
    named = {f"#/$defs/{name}" for name in schema["$defs"]}  # type: ignore[attr-defined]
    assert {part["$ref"] for part in objects_of(schema) if "$ref" in part} <= named


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: "/".join(path.parts[-2:]))
def test_every_file_of_every_pack_fits_the_schema_of_its_kind(pack: Path) -> None:
    documents = read_documents(str(pack), str(pack), Problems())
    assert documents is not None
    for kind, found in documents.by_kind.items():
        for document in found:
            assert () == schema_flaws(kind, plain_value(document.node)), document.source.file


@pytest.mark.parametrize(
    "kind, document, path",
    [
        ("pack", {"remit": 1, "pack": "x"}, ()),
        ("pack", {"remit": 2, "pack": "x", "version": "1"}, ("remit",)),
        ("pack", {"remit": 1, "pack": "X", "version": "1"}, ("pack",)),
        ("subject", {"subject": "x", "dutys": []}, ()),
        ("subject", {"subject": "x", "duties": [{"id": "a", "activity": "b"}]}, ("duties", 0)),
        (
            "vocabulary",
            {"dimensions": {"x": {"values": ["a", "a"]}}},
            ("dimensions", "x", "values"),
        ),
        (
            "vocabulary",
            {"dimensions": {"x": {"values": ["a"], "scale": ["b"]}}},
            ("dimensions", "x"),
        ),
        ("event", {"date": "2020-02-30"}, ("date",)),
        ("event", {"stage": None}, ("stage",)),
        ("test", [{}], (0,)),
        ("signal", {"signal": "s", "from": "report", "raise": {}, "count": 0}, ("count",)),
    ],
)
def test_a_flaw_is_found_at_its_path(kind: str, document: object, path: tuple[object, ...]) -> None:
    assert path in [flaw.path for flaw in schema_flaws(kind, document)]


def test_a_number_without_a_fraction_is_whole_however_it_is_written() -> None:
    for amount in (3, 3.0, Decimal("3.00")):
        document = {"stock": {"a": {"quantity": amount}}}
        assert () == schema_flaws("reserves", document)
    assert schema_flaws("reserves", {"stock": {"a": {"quantity": Decimal("3.5")}}})


def test_a_line_break_at_the_end_is_part_of_a_name() -> None:
    assert schema_flaws("subject", {"subject": "x\n"})


def test_an_unknown_kind_has_no_schema() -> None:
    with pytest.raises(KeyError):
        published_schema("memo")
