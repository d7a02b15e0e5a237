"""The name an author may have meant."""

from __future__ import annotations

import pytest

from remit.engine.language.problems import did_you_mean, in_ticks, one_of
from remit.engine.language.suggest import closest, distance

NAMES = ("street-office", "residents-committee", "property-company", "supply", "ii", "iii")


@pytest.mark.parametrize(
    "word, expected",
    [
        ("street-offce", "street-office"),
        ("Street_Office", "street-office"),
        ("street office", "street-office"),
        ("residents-comittee", "residents-committee"),
        ("suply", "supply"),
        ("supyl", "supply"),
        ("iv", "ii"),
        ("volunteers", None),
        ("", None),
        ("x" * 100, None),
    ],
)
def test_a_near_name_is_found_and_a_far_one_is_not(word: str, expected: str | None) -> None:
    assert expected == closest(word, NAMES)


def test_the_same_word_is_never_suggested() -> None:
    assert closest("supply", ("supply",)) is None


def test_among_equally_near_names_the_first_by_alphabet_is_taken() -> None:
    assert "bat" == closest("xat", ("cat", "bat", "mat"))


@pytest.mark.parametrize(
    "one, other, expected",
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "axc", 1), ("abc", "cba", 2)],
)
def test_a_slip_is_a_letter_more_less_or_other_or_two_exchanged(
    one: str, other: str, expected: int
) -> None:
    assert expected == distance(one, other, 3)
    assert expected == distance(other, one, 3)


def test_a_distance_past_the_limit_is_only_known_to_be_past_it() -> None:
    assert distance("residents", "property", 2) > 2


def test_what_an_author_wrote_is_quoted_on_one_line_and_cut() -> None:
    assert "`a b`" == in_ticks("a\n b")
    assert 62 == len(in_ticks("x" * 1000))


def test_long_lists_of_choices_are_cut() -> None:
    assert "`a`" == one_of(["a"])
    assert "one of `a`, `b`" == one_of(["a", "b"])
    assert one_of([str(n) for n in range(20)]).endswith("`11` and 8 more")


def test_nothing_near_is_no_question() -> None:
    assert "" == did_you_mean("far", ["away"])
