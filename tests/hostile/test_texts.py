"""What stands in a file: bombs, depths, lengths, numbers without end, tricks of YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.bounds import load_within_bounds
from tests.loading import PACK, SUBJECT, VOCABULARY, errors_of, messages_of, write_pack


def only(found: list[tuple[str, str]], file: str) -> list[str]:
    return [message for place, message in found if place.startswith(f"{file}:")]


@pytest.mark.slow
def test_a_bomb_of_aliases_is_cut_short(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    folder = write_pack(tmp_path, {"bomb.yaml": "\n".join(levels)})
    assert ["aliases stand for more than 100000 values"] == only(
        load_within_bounds(folder), "bomb.yaml"
    )


@pytest.mark.slow
def test_a_hundred_thousand_aliases_of_little_are_cut_short_too(tmp_path: Path) -> None:
    text = "subject: &x office\nduties: [" + ", ".join(["*x"] * 100_001) + "]\n"
    folder = write_pack(tmp_path, {"bomb.yaml": text})
    assert ["aliases stand for more than 100000 values"] == only(
        load_within_bounds(folder), "bomb.yaml"
    )


def test_aliases_cannot_build_a_depth_that_is_not_written(tmp_path: Path) -> None:
    lines = ["a0: &a0 [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]"]
    lines += [f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 400)]
    folder = write_pack(tmp_path, {"deep.yaml": "\n".join(lines)})
    assert ["lists and maps are nested more than 64 deep"] == only(
        load_within_bounds(folder), "deep.yaml"
    )


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_depth_of_a_hundred_thousand_is_refused(tmp_path: Path, opening: str) -> None:
    folder = write_pack(tmp_path, {"deep.yaml": "a: " * (opening in "[{a: ") + opening * 100_000})
    (message,) = only(load_within_bounds(folder), "deep.yaml")
    assert message in {"lists and maps are nested more than 64 deep", "a key must be one word"}


@pytest.mark.slow
def test_a_file_full_of_values_is_cut_short(tmp_path: Path) -> None:
    text = "subject: office\nduties: [" + "1," * 3_000_000 + "1]\n"
    folder = write_pack(tmp_path, {"many.yaml": text})
    assert ["the file has more than 1000000 values"] == only(
        load_within_bounds(folder), "many.yaml"
    )


def test_scalars_of_a_hundred_thousand_characters_are_told_shortly(tmp_path: Path) -> None:
    long = "x" * 100_000
    duty = f"{{id: {long}, activity: {long}, role: {long}}}"
    text = f"subject: office\nkind: {long}\nduties:\n  - {duty}\n"
    errors = errors_of(write_pack(tmp_path, {"subjects/office.yaml": text}))
    assert errors
    for error in errors:
        said = (error.message, error.expected, error.found, error.help, *error.excerpt)
        assert max(map(len, said)) <= 500


def test_a_place_far_to_the_right_has_no_excerpt_and_a_long_line_is_cut(tmp_path: Path) -> None:
    text = "subject: office\nlabl: x # " + "x" * 5000 + "\nkind: {" + " " * 5000 + "english: x}\n"
    near, far = errors_of(write_pack(tmp_path, {"subjects/office.yaml": text}))
    assert (401, "…") == (len(near.excerpt[0]), near.excerpt[0][-1])
    assert () == far.excerpt
    assert far.span is not None
    assert (3, 5008) == (far.span.line, far.span.column)


@pytest.mark.parametrize(
    "number", ["9" * 100_000, "-" + "9" * 5000, "1e999999999", "0." + "9" * 9999]
)
def test_a_number_without_end_costs_nothing(tmp_path: Path, number: str) -> None:
    vocabulary = VOCABULARY.replace("max: 100}", f"max: {number}}}")
    files = {
        "vocabulary.yaml": vocabulary,
        "fund.yaml": f"fund: f\namount: {number}\ncurrency: CNY\n",
    }
    assert ["fund.yaml:2:9", "vocabulary.yaml:5:34"] == [
        place
        for place, message in load_within_bounds(write_pack(tmp_path, files))
        if message.endswith(("is not a number", "is not a whole number"))
    ]


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 29])
def test_a_large_number_is_out_of_bounds(tmp_path: Path, number: str) -> None:
    vocabulary = VOCABULARY.replace("max: 100}", f"max: {number}}}")
    assert [f"vocabulary.yaml:5:34: `{number}` is out of bounds"] == messages_of(
        write_pack(tmp_path, {"vocabulary.yaml": vocabulary})
    )


@pytest.mark.parametrize(
    "word", ["yes", "True", "on", "1", "'true'", "null", "~", "", "!!bool true", "[true]"]
)
def test_only_true_and_false_are_truth_values(tmp_path: Path, word: str) -> None:
    vocabulary = VOCABULARY.replace("state: true", f"state: {word}")
    (error,) = errors_of(write_pack(tmp_path, {"vocabulary.yaml": vocabulary}))
    assert error.span is not None
    assert 2 == error.span.line


def test_a_pattern_meets_no_word_that_makes_it_slow(tmp_path: Path) -> None:
    tricky = ("a-" * 50 + "!", "1" * 100 + "x", "0" * 199, "1.." * 60, " " * 190 + "x", "9d" * 90)
    duties = "".join(
        f"  - {{id: '{word}', activity: '{word}', role: '{word}', acknowledge: '{word}', "
        f"complete: '{word}', when: {{cases: '{word}', depth: '{word}', date: '{word}'}}}}\n"
        for word in tricky
    )
    text = "subject: office\nduties:\n" + duties
    assert load_within_bounds(write_pack(tmp_path, {"subjects/office.yaml": text}))


def test_a_language_from_the_future_is_refused(tmp_path: Path) -> None:
    assert ["pack.yaml:1:8: the pack is written in version 2 of the language"] == messages_of(
        write_pack(tmp_path, {"pack.yaml": PACK.replace("remit: 1", "remit: 2")})
    )


def test_a_text_cannot_carry_control_characters_by_escapes(tmp_path: Path) -> None:
    for escape in (r"\e", r"\0", r"\x9b", r"\u202", r"\uFEFF", r"\N", r"\P"):
        text = SUBJECT + f'label: "{escape}"\n'
        (error,) = errors_of(write_pack(tmp_path, {"subjects/office.yaml": text}))
        assert error.span is not None
        assert 4 == error.span.line
