"""The loader and the published schemas judge alike: what one takes the other takes too."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.engine.language.documents import read_documents
from remit.engine.language.model.base import Reading
from remit.engine.language.problems import Problems
from remit.engine.language.schema import FILE_TYPES, schema_flaws
from remit.engine.language.sources import Source
from remit.engine.language.yaml_reader import read_yaml
from remit.engine.language.yaml_scalars import plain_value

KEPT = Path(__file__).resolve().parents[1] / "packs" / "kept"
WORDS = (
    *(
        "a",
        "a-b",
        "A",
        "a_b",
        "a b",
        "a-",
        "",
        " ",
        "1",
        "01",
        "x" * 101,
        "é",
        "a\n",
        "a/b",
        "else",
    ),
    *("iii..", "..ii", "iv..ii", "10..<50", "..<50", "..", "a..<", ">= 10", "> a", "<", "-1..2.5"),
    *("15m", "1h30m", "0m", "30m1h", "2020-01-24", "2020-02-30", "2020-01-24..2020-04-30"),
    *("07:00", "24:00", "25:00", "07:00..<19:00", "19:00..", "..07:00", "07:00..", "7:00..19:00"),
    *(
        "2020-01-24T08:00:00Z",
        "2020-01-24T08:00:00",
        "accountable",
        "mon",
        "weekdays",
        "CNY",
        "cny",
    ),
    *("Asia/Shanghai", "/x", "R201", "r201", "dead-duty", "true", "null", "yes", "en", "zh-hant"),
)
NUMBERS = (0, 1, -1, 3, 2.5, 3.0, 10**9, 10**16, -(10**20))
LEAVES = st.sampled_from([*WORDS, *NUMBERS, True, False, None])
KEYS = (
    *(
        "a",
        "b",
        "id",
        "when",
        "unless",
        "not",
        "from",
        "until",
        "label",
        "labels",
        "en",
        "zh",
        "stage",
    ),
    *(
        "values",
        "scale",
        "tree",
        "integer",
        "decimal",
        "state",
        "derive",
        "min",
        "max",
        "unit",
        "date",
    ),
    *("time", "duties", "steps", "A", "a_b", "x" * 101, "basis", "owner", "needed", "requires"),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


def _documents() -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for pack in ("town", "harbour", "harbour-split"):
        documents = read_documents(str(KEPT / pack), pack, Problems())
        assert documents is not None
        for kind, of_kind in documents.by_kind.items():
            found += [(kind, plain_value(document.node)) for document in of_kind]
    found += [("event", test["given"]) for kind, tests in found if kind == "test" for test in tests]
    return found


DOCUMENTS = _documents()


def verdict_of_the_loader(kind: str, text: str) -> list[str]:
    problems = Problems()
    source = Source("file.yaml", text)
    node = read_yaml(source, problems)
    assert node is not None, text
    FILE_TYPES[kind].read(node, Reading(source, problems, [], None))
    return [f"{error.span}: {error.message}" for error in problems.sorted()]


def verdict_of_the_schema(kind: str, text: str) -> list[str]:
    node = read_yaml(Source("file.yaml", text), Problems())
    assert node is not None
    return [f"{flaw.path}: {flaw.message}" for flaw in schema_flaws(kind, plain_value(node))]


def assert_agreed(kind: str, document: object) -> None:
    text = json.dumps(document, default=float, ensure_ascii=False)
    loader, schema = verdict_of_the_loader(kind, text), verdict_of_the_schema(kind, text)
    assert bool(loader) == bool(schema), (text, loader, schema)


@st.composite
def changed(draw: st.DrawFn, document: Any) -> Any:
    """Draw a document with one or a few places changed: replaced, left out, doubled, or new."""
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        document = _change(draw, document)
    return document


def _change(draw: st.DrawFn, document: Any) -> Any:
    path = draw(st.sampled_from(_paths(document)))
    parent, last = _reach(document, path[:-1]), path[-1] if path else None
    how = draw(st.sampled_from(["replace", "replace", "drop", "add", "double", "swap"]))
    if last is None or how == "replace":
        new = draw(ANYTHING)
        if last is None:
            return new if draw(st.booleans()) else document
        parent[last] = new
    elif how == "drop":
        del parent[last]
    elif how == "swap":
        parent[last] = copy.deepcopy(_reach(document, draw(st.sampled_from(_paths(document)))))
    elif isinstance(parent, list):
        parent.append(draw(ANYTHING) if how == "add" else copy.deepcopy(parent[last]))
    else:
        parent[draw(st.sampled_from(KEYS))] = draw(ANYTHING) if how == "add" else parent[last]
    return document


def _paths(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(document, dict):
        pairs: Any = document.items()
    elif isinstance(document, list):
        pairs = enumerate(document)
    else:
        return [path]
    return [path, *(one for key, value in pairs for one in _paths(value, (*path, key)))]


def _reach(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@given(st.data())
def test_loader_and_schema_agree_on_changed_documents(data: st.DataObject) -> None:
    kind, document = data.draw(st.sampled_from(DOCUMENTS))
    assert_agreed(kind, data.draw(changed(document)))


@given(st.sampled_from(sorted(FILE_TYPES)), ANYTHING)
def test_loader_and_schema_agree_on_anything(kind: str, document: object) -> None:
    assert_agreed(kind, document)


def test_loader_and_schema_take_every_document_of_the_kept_packs() -> None:
    for kind, document in DOCUMENTS:
        text = json.dumps(document, default=float, ensure_ascii=False)
        assert [] == verdict_of_the_loader(kind, text)
        assert [] == verdict_of_the_schema(kind, text)


@pytest.mark.slow
def test_loader_and_schema_agree_on_every_word_at_every_place() -> None:
    # WHY every place of a few documents: a draw rarely puts the one odd word at the one odd place.
    for kind, document in DOCUMENTS:
        if len(json.dumps(document, default=float)) > 700:
            continue
        for path in _paths(document):
            if not path:
                continue
            for word in ("", "A", "1", 1, -1, 2.5, True, None, [], {}):
                one = copy.deepcopy(document)
                _reach(one, path[:-1])[path[-1]] = word
                assert_agreed(kind, one)
