"""What the authors of malformed packs are told, word for word.

`REMIT_REGENERATE=1` writes every `expected.txt` anew; read the difference before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.samples import regenerating
from tests.loading import errors_of, told

MALFORMED = Path(__file__).resolve().parents[2] / "packs" / "malformed"
PACKS = {
    folder.name: folder / "low" if folder.name == "family" else folder
    for folder in sorted(MALFORMED.iterdir())
    if folder.is_dir()
}


@pytest.mark.parametrize("name", PACKS)
def test_the_author_of_a_malformed_pack_is_told(name: str) -> None:
    golden = MALFORMED / name / "expected.txt"
    shown = told(errors_of(PACKS[name]), PACKS[name]).replace(str(MALFORMED / name), "..")
    if regenerating():
        golden.write_text(shown, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("name", PACKS)
def test_every_first_line_stands_alone(name: str) -> None:
    for error in errors_of(PACKS[name]):
        first = error.message
        assert first == first.strip()
        assert "\n" not in first
        assert not first.endswith(".") or first.endswith("..")
        assert first[0].islower() or first[0] in "`0123456789"
        assert 0 == first.count("`") % 2
        assert "None" not in first
        assert first.isprintable()


@pytest.mark.parametrize("name", PACKS)
def test_errors_are_sorted_by_place_and_none_is_told_twice(name: str) -> None:
    errors = errors_of(PACKS[name])
    places = [
        (error.span.file, error.span.line, error.span.column) for error in errors if error.span
    ]
    assert places == sorted(places)
    assert len(errors) == len({(error.span, error.message) for error in errors})


@pytest.mark.parametrize("name", PACKS)
def test_every_error_in_a_text_shows_the_line_it_points_at(name: str) -> None:
    for error in errors_of(PACKS[name]):
        assert error.span is not None
        text = Path(error.span.file).read_text(encoding="utf-8")
        lines = text.split("\n")
        if error.excerpt:
            assert lines[error.span.line - 1] == error.excerpt[0]
            assert error.span.column <= len(error.excerpt[0]) + 1
        else:
            assert (1, 1) == (error.span.line, error.span.column)
