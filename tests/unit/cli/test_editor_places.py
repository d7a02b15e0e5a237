"""Places are counted in UTF-16 units, so that what an editor marks is what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.cli.editor.places import Places, Units
from remit.engine.language.sources import Source

TEXT = "label: {zh: 街道办 🚒}\r\nkey: 🚒🚒x\nlast"


@pytest.mark.parametrize(
    "word, units, place",
    [
        ("街道办", "utf-16", (0, 12)),
        ("}", "utf-16", (0, 18)),
        ("}", "utf-32", (0, 17)),
        ("}", "utf-8", (0, 26)),
        ("x", "utf-16", (1, 9)),
        ("last", "utf-16", (2, 0)),
    ],
)
def test_chinese_counts_one_and_an_emoji_two(
    word: str, units: Units, place: tuple[int, int]
) -> None:
    places = Places(Source("f", TEXT), units)
    assert places.place(TEXT.index(word)) == place
    assert places.offset(place) == TEXT.index(word)


@pytest.mark.parametrize(
    "place, offset", [((0, 99), 18), ((9, 0), len(TEXT)), ((2, 4), len(TEXT)), ((1, 6), 26)]
)
def test_a_place_past_an_end_or_inside_a_letter_is_taken_to_the_next_place_there_is(
    place: tuple[int, int], offset: int
) -> None:
    assert Places(Source("f", TEXT)).offset(place) == offset


@given(
    st.text(alphabet="ab🚒街\n", max_size=30),
    st.sampled_from(["utf-8", "utf-16", "utf-32"]),
)
def test_every_offset_has_a_place_of_its_own_and_comes_back(text: str, units: Units) -> None:
    places = Places(Source("f", text), units)
    for offset in range(len(text) + 1):
        line, character = places.place(offset)
        before = text[:offset].rsplit("\n", 1)[-1]
        width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[units]
        assert (line, character) == (
            text[:offset].count("\n"),
            len(before.encode(f"{units}-le" if width > 1 else units)) // width,
        )
        assert places.offset((line, character)) == offset
