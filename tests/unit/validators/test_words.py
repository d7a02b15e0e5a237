"""How regions, witnesses, counts and names are put into words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import yaml

from remit.engine.texts import Text
from remit.validators.words import (
    count_words,
    extent,
    flow,
    label_words,
    names_words,
    percent,
    region_words,
    when_words,
    witness_words,
)


@pytest.mark.parametrize(
    "written, words",
    [
        ("epidemic", "epidemic"),
        ("iii..", "iii.."),
        ("..ii", "..ii"),
        ("10..<50", "10..<50"),
        (">= 10", '">= 10"'),
        ("< 50", '"< 50"'),
        ("off", '"off"'),
        (["early", "mid-term"], "[early, mid-term]"),
        ({"not": ["a", 3]}, "{not: [a, 3]}"),
        (12, "12"),
    ],
)
def test_a_constraint_reads_as_an_author_writes_it(written: object, words: str) -> None:
    assert flow(written) == words
    assert yaml.safe_load(words) == written


def test_a_region_is_words_and_an_empty_one_is_every_event() -> None:
    region = {"hazard": "epidemic", "stage": ["early", "mid"]}
    assert region_words(region) == "hazard: epidemic, stage: [early, mid]"
    assert when_words(region) == "with `when: {hazard: epidemic, stage: [early, mid]}`"
    assert region_words({}) == "every event"
    assert when_words({}) == "for every event"


def test_a_witness_has_numbers_without_exponents_and_days_as_written() -> None:
    witness = {"rain": Decimal("1E+2"), "cases": 7, "date": dt.date(2026, 2, 1)}
    assert witness_words(witness) == "rain=100 cases=7 date=2026-02-01"


@pytest.mark.parametrize(
    "share, words",
    [
        (Fraction(0), "0 %"),
        (Fraction(1), "100 %"),
        (Fraction(1, 8), "12 %"),
        (Fraction(4, 10_000), "0.04 %"),
        (Fraction(9_997, 10_000), "99.97 %"),
        (Fraction(1, 10**15), "next to nothing"),
        (1 - Fraction(1, 10**15), "nearly all"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share: Fraction, words: str) -> None:
    assert percent(share) == words


def test_counts_have_separators_and_a_verb_that_agrees() -> None:
    assert count_words(214, 9_600) == "214 of 9,600 cells"
    assert count_words(9_600, 9_600) == "all 9,600 cells"
    assert extent(1, 4, Fraction(1), "unowned") == "1 of 4 cells is unowned"
    assert extent(3, 8, Fraction(3, 4), "unowned") == "3 of 8 cells are unowned, 75 % of the region"


def test_names_are_listed_in_backticks() -> None:
    assert names_words(["a"]) == "`a`"
    assert names_words(["a", "b"]) == "`a` and `b`"
    assert names_words(["a", "b", "c"], "or") == "`a`, `b` or `c`"
    assert not names_words([])


def test_labels_are_told_in_every_language_and_names_without_one_are_left_out() -> None:
    label = Text((("en", "Supplies"), ("zh", "物资配送")))
    assert label_words([("supply", label), ("gate", None)]) == ("`supply` is Supplies / 物资配送",)
    assert label_words([("gate", None)]) == ()
