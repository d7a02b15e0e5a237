"""The runner of documents sees wrong output, an unannounced failure, and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import Mismatch, blocks, links, play, refreshed


def document(folder: Path, text: str) -> Path:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_named_block_is_written_and_a_command_sees_it(tmp_path: Path) -> None:
    text = (
        "```yaml\n# a/b.yaml\nkey: 1\n```\n\n```console\n$ cat a/b.yaml\n# a/b.yaml\nkey: 1\n```\n"
    )
    assert play(document(tmp_path, text), tmp_path) == 1


def test_output_that_differs_is_a_mismatch_with_its_line(tmp_path: Path) -> None:
    page = document(tmp_path, "words\n\n```console\n$ echo two\none\n```\n")
    with pytest.raises(Mismatch, match=r"page.md:4: echo two\nthe document says:\none\n"):
        play(page, tmp_path)


def test_three_dots_stand_for_any_lines(tmp_path: Path) -> None:
    page = document(tmp_path, "```console\n$ printf 'a\\nb\\nc\\nd\\n'\na\n...\nd\n```\n")
    assert play(page, tmp_path) == 1


def test_a_failure_must_be_announced(tmp_path: Path) -> None:
    with pytest.raises(Mismatch, match="ended with 1"):
        play(document(tmp_path, "```console\n$ false\n```\n"), tmp_path)
    announced = document(tmp_path, "```console\n$ false\n$ echo $?\n1\n```\n")
    assert play(announced, tmp_path) == 2


def test_a_change_of_folder_lasts_to_the_end_of_the_document(tmp_path: Path) -> None:
    text = "```console\n$ mkdir in\n$ cd in\n```\n\n```console\n$ pwd | sed 's:.*/::'\nin\n```\n"
    assert play(document(tmp_path, text), tmp_path) == 2


def test_links_in_blocks_are_no_links() -> None:
    assert list(links("[a](b.md)\n```text\n[c](d.md)\n```\n")) == ["b.md"]


def test_blocks_know_their_language_and_line() -> None:
    (block,) = blocks("one\n\n```yaml title\nx: 1\n```\n")
    assert (block.language, block.body, block.line) == ("yaml", "x: 1\n", 4)


def test_what_really_comes_out_replaces_what_a_page_says(tmp_path: Path) -> None:
    text = "```console\n$ echo one\n$ printf 'a\\nb\\n'\nold\nlines\nhere\n$ echo $?\n1\n```\n"
    expected = "```console\n$ echo one\none\n$ printf 'a\\nb\\n'\na\nb\n$ echo $?\n0\n```\n"
    assert refreshed(text, tmp_path) == expected


def test_what_a_page_leaves_out_stays_out(tmp_path: Path) -> None:
    text = "```console\n$ printf 'a\\nb\\nc\\n'\na\n...\n```\n"
    assert refreshed(text, tmp_path) == text
