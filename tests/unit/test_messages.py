"""The catalogues are complete, hold nothing that nobody says, and are what is compiled."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def templates(messages: ModuleType) -> dict[str, set[object]]:
    """What the code says, which takes seconds to find."""
    found: dict[str, set[object]] = messages.templates()
    return found


def test_every_template_of_the_code_is_translated_and_no_other(
    messages: ModuleType, templates: dict[str, set[object]]
) -> None:
    """With the same places; `python tools/messages.py` says what is missing."""
    assert messages.mistakes(templates, messages.catalogues()) == []


def test_what_is_compiled_is_what_is_written(
    messages: ModuleType, templates: dict[str, set[object]]
) -> None:
    """Byte for byte, as are the catalogues themselves."""
    written = messages.catalogues()
    assert messages.COMPILED.read_bytes() == messages.compiled(written.values())
    made = messages.updated(templates, written.values())
    for room, catalogue in made.items():
        file = messages.FOLDER / f"{room}.po"
        assert file.read_bytes() == messages.as_po(catalogue), f"{room}.po is not in its form"


CODE = """
def say(name):
    tell("no `{name}` here", name=name)
    tell_count("{number} cell", "{number} cells", 3)
    mark("later")
    counted(3, "duty")
    Check(summary="a gap", family="ownership")
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "module.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def test_templates_are_found_where_they_are_said(messages: ModuleType, code: Path) -> None:
    """By the functions that tell them, and by what marks its own texts."""
    assert messages.templates(code)["engine"] == {
        "no `{name}` here",
        ("{number} cell", "{number} cells"),
        "later",
        ("{number:,} duty", "{number:,} duties"),
        "a gap",
        "ownership",
    }


def test_a_template_that_is_computed_is_refused(messages: ModuleType, code: Path) -> None:
    """With its place, for it could not be found."""
    (code / "engine" / "module.py").write_text("tell(template, name=1)\n", encoding="utf-8")
    with pytest.raises(messages.NoLiteralError, match=r"module\.py:1"):
        messages.templates(code)


def catalogue(messages: ModuleType, *entries: tuple[object, object]):  # noqa: ANN201 -- of babel
    made = messages._empty()
    for template, text in entries:
        made.add(template, text)
    return made


@pytest.mark.parametrize(
    "entry, mistake",
    [
        (None, "engine.po has no 'no `{name}` here'"),
        (("no `{name}` here", ""), "engine.po: 'no `{name}` here' is not translated"),
        (
            ("no `{name}` here", "没有 `{other}`"),
            "engine.po: 'no `{name}` here' has the places ['name'], and its translation ['other']",
        ),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_told(
    messages: ModuleType, entry: tuple[str, str] | None, mistake: str
) -> None:
    """Missing, empty, or with other places."""
    found = catalogue(messages, *([entry] if entry else []))
    assert messages.mistakes({"engine": {"no `{name}` here"}}, {"engine": found}) == [mistake]


def test_a_translation_that_nothing_says_is_told_and_dropped(messages: ModuleType) -> None:
    """A catalogue does not remember what was."""
    found = catalogue(messages, ("gone", "没了"))
    assert messages.mistakes({"engine": set()}, {"engine": found}) == [
        "engine.po has 'gone', which nothing says"
    ]
    assert not [one for one in messages.updated({"engine": set()}, [found])["engine"] if one.id]


def test_a_translation_moves_with_its_template_to_another_room(messages: ModuleType) -> None:
    """Nobody translates twice."""
    found = catalogue(messages, ("a gap", "空白"))
    moved = messages.updated({"cli": {"a gap"}}, [found])["cli"]
    assert moved.get("a gap").string == "空白"
