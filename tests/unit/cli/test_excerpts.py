"""Excerpts: the signs stand under the place, whatever stands before it."""

from __future__ import annotations

import pytest

from remit.cli.excerpts import WIDEST_LINE, Mark, excerpt, gutter_width
from remit.cli.sources import Lines
from remit.engine.spans import Span


def drawn(marks: list[Mark], lines: dict[tuple[str, int], str]) -> list[str]:
    texts = excerpt(marks, Lines(lines), gutter_width(marks))
    return [text.plain for text in texts]


def mark(
    line: int,
    column: int,
    end_column: int,
    label: str = "",
    *,
    file: str = "a.yaml",
    end_line: int | None = None,
    primary: bool = True,
) -> Mark:
    span = Span(file, line, column, end_line or line, end_column)
    return Mark(span, label, is_primary=primary, style="red")


def test_signs_stand_under_the_place() -> None:
    lines = {("a.yaml", 41): "    when: {stage: [early]}"}
    assert drawn([mark(41, 19, 26, "stops here")], lines) == [
        "  --> a.yaml:41:19",
        "   |",
        "41 |     when: {stage: [early]}",
        "   |                   ^^^^^^^ stops here",
    ]


def test_a_chinese_letter_takes_two_columns_before_and_under_the_signs() -> None:
    lines = {("a.yaml", 1): "责任: 街道办 x"}
    assert drawn([mark(1, 5, 8)], lines)[-2:] == [
        "1 | 责任: 街道办 x",
        "  |       ^^^^^^",
    ]


def test_a_combining_letter_takes_no_column() -> None:
    lines = {("a.yaml", 1): "e\u0301: x"}
    assert drawn([mark(1, 5, 6)], lines)[-1] == "  |    ^"


def test_a_tab_is_four_columns_wide() -> None:
    lines = {("a.yaml", 1): "\tx: y"}
    assert drawn([mark(1, 2, 3)], lines)[-2:] == ["1 |     x: y", "  |     ^"]


def test_an_empty_place_has_one_sign() -> None:
    assert drawn([mark(1, 4, 4)], {("a.yaml", 1): "abc"})[-1] == "  |    ^"


def test_a_long_line_is_cut_to_a_window_around_the_place() -> None:
    line = "a" * 5_000 + "HERE" + "b" * 5_000
    shown, signs = drawn([mark(1, 5_001, 5_005)], {("a.yaml", 1): line})[-2:]
    assert shown.startswith("1 | …aaa")
    assert shown.endswith("bbb…")
    assert len(shown) < WIDEST_LINE + 10
    assert shown[signs.index("^") : signs.rindex("^") + 1] == "HERE"


def test_signs_of_a_long_place_end_with_the_window() -> None:
    line = "a" * 5_000
    signs = drawn([mark(1, 10, 4_000)], {("a.yaml", 1): line})[-1]
    assert len(signs) <= WIDEST_LINE + 10


def test_a_place_of_several_lines_is_marked_on_the_first_and_names_the_last() -> None:
    lines = {("a.yaml", 2): "when:   ", ("a.yaml", 3): "  x: y"}
    assert drawn([mark(2, 1, 7, "here", end_line=3)], lines)[-1] == "  | ^^^^^ here (to line 3)"


def test_places_of_one_file_share_an_excerpt_with_dots_where_lines_are_left_out() -> None:
    lines = {("a.yaml", 2): "role: x", ("a.yaml", 12): "role: y"}
    marks = [mark(12, 7, 8, "one"), mark(2, 7, 8, "another", primary=False)]
    assert drawn(marks, lines) == [
        "  --> a.yaml:12:7",
        "   |",
        " 2 | role: x",
        "   |       - another",
        "...",
        "12 | role: y",
        "   |       ^ one",
    ]


def test_places_of_another_file_follow_under_their_own_head() -> None:
    lines = {("a.yaml", 1): "x", ("b.yaml", 3): "y"}
    marks = [mark(1, 1, 2, "one"), mark(3, 1, 2, "two", file="b.yaml", primary=False)]
    assert drawn(marks, lines)[4:] == [" ::: b.yaml:3:1", "  |", "3 | y", "  | - two"]


def test_a_file_that_cannot_be_read_still_has_its_place_and_label() -> None:
    assert drawn([mark(1, 1, 2, "one", file="/nowhere/x.yaml")], {}) == [
        " --> /nowhere/x.yaml:1:1 one"
    ]


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\u202e", "\u200b", "\x85", "\udcff"])
def test_nothing_in_a_file_steers_the_terminal(sign: str) -> None:
    lines = {("a.yaml", 1): f"x: {sign}[31m y"}
    assert not any(sign in line for line in drawn([mark(1, 1, 2)], lines))


def test_a_place_past_the_end_of_its_line_is_marked_there() -> None:
    assert drawn([mark(1, 40, 41)], {("a.yaml", 1): "ab"})[-1] == "  |   ^"
