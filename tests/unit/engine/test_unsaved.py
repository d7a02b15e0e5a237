"""Texts that are not saved stand in for files on disk, wherever a pack is loaded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.language.stores import Member

VOCABULARY = "dimensions: {h: {values: [a, b]}}\nactivities: {act: }\n"
SUBJECT = "subject: one\nduties: [{id: d, activity: act, role: accountable}]\n"


class Memory:
    is_quick = True

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def get(self, key: str) -> object | None:
        return self.values.get(key)

    def put(self, key: str, value: object) -> None:
        self.values[key] = value

    def note(self, members: tuple[Member, ...]) -> None:
        pass


@pytest.fixture(name="folder")
def fixture_folder(tmp_path: Path) -> Path:
    (tmp_path / "subjects").mkdir()
    (tmp_path / "pack.yaml").write_text('remit: 1\npack: p\nversion: "1"\n')
    (tmp_path / "vocabulary.yaml").write_text(VOCABULARY)
    (tmp_path / "subjects" / "one.yaml").write_text(SUBJECT)
    return tmp_path


def real(path: Path) -> str:
    return os.path.realpath(path)


def test_an_unsaved_text_is_read_in_place_of_its_file(folder: Path) -> None:
    file = folder / "subjects" / "one.yaml"
    pack = load(folder, None, {real(file): SUBJECT.replace("id: d", "id: e").encode()})
    assert [duty.name for duty in pack.duties()] == ["one/e"]
    assert pack.digest != load(folder).digest
    assert file.read_text() == SUBJECT


def test_a_file_that_was_never_saved_is_part_of_the_pack(folder: Path) -> None:
    new = {real(folder / "subjects" / "two.yaml"): b"subject: two\n"}
    assert set(load(folder, None, new).subjects) == {"one", "two"}
    assert set(load(folder).subjects) == {"one"}


@pytest.mark.parametrize("name", [".hidden.yaml", ".git/x.yaml", "notes.txt", "../outside.yaml"])
def test_what_is_no_file_of_the_pack_stays_out(folder: Path, name: str) -> None:
    assert set(load(folder, None, {real(folder / name): b"subject: two\n"}).subjects) == {"one"}


def test_a_table_may_be_unsaved(folder: Path) -> None:
    (folder / "subjects" / "one.yaml").write_text("subject: one\nduties: {table: t.csv}\n")
    table = {real(folder / "subjects" / "t.csv"): b"id,activity,role\nd,act,accountable\n"}
    assert [duty.name for duty in load(folder, None, table).duties()] == ["one/d"]


def test_errors_point_into_the_unsaved_text(folder: Path) -> None:
    file = folder / "subjects" / "one.yaml"
    with pytest.raises(PackErrors) as caught:
        load(folder, None, {real(file): b"\n\nsubject: one\nundr: two\n"})
    (error,) = caught.value.errors
    assert error.span is not None
    assert (error.span.file, error.span.line) == (str(file), 4)
    assert error.excerpt == ("undr: two",)


def test_a_store_does_not_give_back_what_was_there_before_an_edit(folder: Path) -> None:
    memory = Memory()
    file = real(folder / "subjects" / "one.yaml")
    saved = load(folder, memory)
    assert load(folder, memory) is saved
    edited = load(folder, memory, {file: SUBJECT.replace("id: d", "id: e").encode()})
    assert [duty.name for duty in edited.duties()] == ["one/e"]
    assert load(folder, memory).digest == saved.digest


def test_an_unsaved_text_has_the_limits_of_a_file(folder: Path) -> None:
    file = real(folder / "subjects" / "one.yaml")
    with pytest.raises(PackErrors, match="larger than 8 MiB"):
        load(folder, None, {file: b"#" * (8 * 2**20 + 1)})
