"""The schema of a pack: right by its own standard, true of the pack, and closed to other names."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from remit.engine.language.documents import read_documents
from remit.engine.language.loader import load
from remit.engine.language.pack_schema import pack_flaws, pack_schema
from remit.engine.language.problems import Problems
from remit.engine.language.schema import flaws_of
from remit.engine.language.yaml_scalars import plain_value
from remit.engine.pack import Pack

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted(path.parent for path in (ROOT / "policies").rglob("pack.yaml"))
KEPT = sorted(path.parent for path in (ROOT / "tests/packs/kept").rglob("pack.yaml"))
COMMUNITY = ROOT / "policies" / "rf-community"


def documents_of(folder: Path) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, the kind and the plain content of each file of a pack."""
    documents = read_documents(str(folder), str(folder), Problems())
    assert documents is not None
    for kind, found in documents.by_kind.items():
        for document in found:
            yield document.inside, kind, plain_value(document.node)


@cache
def community() -> Pack:
    return load(COMMUNITY)


@cache
def community_schema() -> Any:
    return pack_schema(community())


@cache
def community_documents() -> dict[str, Any]:
    return {path: found for path, _, found in documents_of(COMMUNITY)}


def content(inside: str) -> Any:
    return copy.deepcopy(
        next(found for path, _, found in documents_of(COMMUNITY) if path == inside)
    )


@pytest.mark.parametrize("folder", [*SHIPPED, *KEPT], ids=lambda path: path.name)
def test_every_file_of_a_pack_is_right_by_the_schema_of_the_pack(folder: Path) -> None:
    pack = load(folder)
    schema = pack_schema(pack)
    jsonschema.Draft202012Validator.check_schema(schema)
    for inside, _, document in documents_of(folder):
        assert flaws_of(schema, document) == (), inside


@pytest.mark.parametrize("kind", ["subject", "plan", "fund", "test", "vocabulary", "pack"])
def test_the_schema_of_one_kind_takes_the_files_of_that_kind(kind: str) -> None:
    schema = pack_schema(community(), kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    found = [document for _, each, document in documents_of(COMMUNITY) if each == kind]
    assert found
    assert all(flaws_of(schema, document) == () for document in found)


@pytest.mark.parametrize(
    "inside, path, typo",
    [
        ("subjects/residents-committee.yaml", ["under"], "stret-office"),
        ("subjects/residents-committee.yaml", ["duties", 0, "activity"], "gate-chek"),
        ("subjects/residents-committee.yaml", ["duties", 0, "when"], {"hazrd": "epidemic"}),
        ("subjects/residents-committee.yaml", ["duties", 0, "when"], {"hazard": "epidemc"}),
        ("subjects/residents-committee.yaml", ["duties", 0, "when"], {"hazard": {"not": ["flod"]}}),
        ("subjects/residents-committee.yaml", ["duties", 0, "when"], {"level": "v.."}),
        ("subjects/residents-committee.yaml", ["duties", 0, "when"], {"cases": "some"}),
        ("subjects/residents-committee.yaml", ["duties", 0, "exception_to"], ["nobody/nothing"]),
        ("subjects/residents-committee.yaml", ["authority"], [{"power": "close"}]),
        ("pack.yaml", ["lead"], "comand"),
        ("pack.yaml", ["state"], {"hazard": "epidemic"}),
        ("tests/epidemic-early.yaml", [0, "given", "stage"], "erly"),
        ("tests/epidemic-early.yaml", [0, "expect"], {"comand": {"accountable": "street-office"}}),
    ],
)
def test_a_typo_is_a_flaw_at_its_place(inside: str, path: list[str | int], typo: object) -> None:
    document = content(inside)
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = typo
    flaws = flaws_of(community_schema(), document)
    assert any(flaw.path[: len(path)] == tuple(path) for flaw in flaws), flaws


@pytest.mark.parametrize(
    "constraint",
    [
        {"level": "iii.."},
        {"level": "..ii"},
        {"level": "iv..ii"},
        {"level": ">= iii"},
        {"level": ["iv", "ii..i"]},
        {"level": {"not": "i"}},
        {"cases": ">= 1"},
        {"cases": "10..<50"},
        {"cases": 3},
        {"date": "2020-01-24..2020-04-30"},
    ],
)
def test_ranges_and_numbers_stay_allowed(constraint: dict[str, object]) -> None:
    document = content("subjects/residents-committee.yaml")
    document["duties"][0]["when"] = constraint
    assert flaws_of(community_schema(), document) == ()


def test_names_carry_what_people_call_them_in_every_language() -> None:
    schema = community_schema()
    activities = schema["$defs"]["activity-name"]
    labels = dict(zip(activities["enum"], activities["markdownEnumDescriptions"], strict=True))
    assert labels["command"] == "Command / 统一指挥"
    box = schema["$defs"]["box"]["properties"]
    assert box["hazard"]["description"] == "Hazard / 灾害事件"


def test_subjects_of_higher_packs_may_be_named_and_their_duties_may_not() -> None:
    pack = community()
    above = next(iter(pack.higher[0].subjects.values()))
    schema = community_schema()
    assert above.name in schema["$defs"]["subject-name"]["enum"]
    own = set(schema["$defs"]["duty-name"]["enum"])
    assert own == {duty.name for duty in pack.duties()}


def test_a_value_of_digits_may_be_written_as_a_number(tmp_path: Path) -> None:
    (tmp_path / "subjects").mkdir()
    (tmp_path / "pack.yaml").write_text("remit: 1\npack: p\nversion: '1'\n")
    (tmp_path / "vocabulary.yaml").write_text(
        "dimensions: {year: {values: [2019, 2020]}}\nactivities: {act: }\n"
    )
    (tmp_path / "subjects" / "a.yaml").write_text(
        "subject: a\nduties: [{id: d, activity: act, role: accountable, when: {year: 2020}}]\n"
    )
    pack = load(tmp_path)
    for inside, _, document in documents_of(tmp_path):
        assert pack_flaws(pack, document) == (), inside
