"""What lies in the folder of a pack: wrong kinds of files, links, encodings, files that change."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from remit.engine.errors import PackErrors
from remit.engine.language.loader import load
from remit.engine.language.pack_files import LARGEST_FILE, PackFile, read_file
from remit.engine.language.problems import Problems
from tests.hostile.bounds import load_within_bounds
from tests.loading import PACK, SUBJECT, errors_of, messages_of, told, write_pack


def test_a_path_that_leads_nowhere(tmp_path: Path) -> None:
    assert [f": there is no folder `{tmp_path}/nowhere`"] == messages_of(tmp_path / "nowhere")


def test_a_path_to_a_file(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (error,) = errors_of(folder / "pack.yaml")
    assert f"`{tmp_path}/pack.yaml` is not a folder" == error.message
    assert error.span is None
    assert f"give the folder of the pack: `{tmp_path}`" == error.help


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 100_000, "\ud800", "~", "\n"])
def test_a_path_that_no_file_can_have(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PackErrors) as caught:
        load(path)
    (error,) = caught.value.errors
    assert len(error.message) < 600


def test_a_folder_that_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (error,) = errors_of(tmp_path)
    assert "is no pack: it has no `pack.yaml`" in error.message
    assert "give the folder of a pack" == error.help


def test_a_folder_of_packs_names_one_of_them(tmp_path: Path) -> None:
    write_pack(tmp_path / "inner")
    (error,) = errors_of(tmp_path)
    assert f"did you mean `{tmp_path}/inner`?" == error.help


def test_a_pack_without_vocabulary_or_subjects(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, {"vocabulary.yaml": None, "subjects/office.yaml": None})
    (folder / "pack.yaml").write_text(PACK.replace("lead: supply\n", ""), encoding="utf-8")
    assert [
        "pack.yaml:2:7: the pack has no subjects",
        "pack.yaml:2:7: the pack has no vocabulary: nothing declares an activity",
    ] == messages_of(folder)


def test_a_pack_within_a_pack(tmp_path: Path) -> None:
    assert ["sub/pack.yaml:2:7: a folder holds one pack"] == messages_of(
        write_pack(tmp_path, {"sub/pack.yaml": PACK.replace("small", "other")})
    )


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"# nothing\n", "the file holds nothing but comments"),
        (b"---\n", "the file holds nothing but comments"),
        (b"hello\n", "this file holds a single value"),
        (b"12\n", "this file holds a single value"),
        (b"colour: red\n", "this is no file of a pack: nothing says what it holds"),
        (b"{}\n", "this is no file of a pack: nothing says what it holds"),
        (b"name: x\ngiven: {}\n", "tests are a list"),
    ],
)
def test_a_file_that_holds_nothing_of_a_pack(tmp_path: Path, content: bytes, message: str) -> None:
    (error,) = errors_of(write_pack(tmp_path, {"other.yaml": content}))
    assert (message, 1) == (error.message, error.span.line if error.span else 0)


def test_a_word_mistyped_at_the_top_of_a_file_is_answered_with_the_near_one(tmp_path: Path) -> None:
    (error,) = errors_of(write_pack(tmp_path, {"other.yaml": "subjcet: x\n"}))
    assert "did you mean `subject`?" == error.help


@pytest.mark.parametrize(
    "content, place, message",
    [
        ("a: ä\n".encode("latin-1"), "1:4", "the file is not UTF-8"),
        ("# ok\nb: 街\n".encode("gb18030"), "2:4", "the file is not UTF-8"),
        (SUBJECT.encode("utf-16"), "1:1", "the file is not UTF-8"),
        (SUBJECT.encode("utf-32"), "1:1", "the file is not UTF-8"),
        (SUBJECT.encode("utf-16-le"), "1:2", "the file holds a NUL character"),
        (SUBJECT.encode("utf-16-be"), "1:1", "the file holds a NUL character"),
        (b"a: \xed\xa0\x80\n", "1:4", "the file is not UTF-8"),
        (b"a: \xc0\x80\n", "1:4", "the file is not UTF-8"),
        (b"a: \xe8\xa1", "1:4", "the file is not UTF-8"),
        (b"a: x\0y\n", "1:5", "the file holds a NUL character"),
        (b"a: \x1b[31mred\n", "1:4", "the file holds a control character"),
        ("街: \x85\n".encode(), "1:4", "the file holds a control character"),
        ("a: x\u2028b: y\n".encode(), "1:5", "the file holds a line separator"),
        (
            "a: x\n\ufeffb: y\n".encode(),
            "2:1",
            "the file holds a byte-order mark past its beginning",
        ),
        (b"\xff" * 100, "1:1", "the file is not UTF-8"),
        (bytes(range(256)) * 40, "3:115", "the file is not UTF-8"),
    ],
)
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes, place: str, message: str) -> None:
    assert [f"other.yaml:{place}: {message}"] == messages_of(
        write_pack(tmp_path, {"other.yaml": content})
    )


def test_a_byte_order_mark_at_the_beginning_is_passed_over(tmp_path: Path) -> None:
    marked = b"\xef\xbb\xbf" + SUBJECT.encode()
    pack = load(write_pack(tmp_path, {"subjects/office.yaml": marked}))
    assert (1, 10) == (pack.subjects["office"].span.line, pack.subjects["office"].span.column)


@pytest.mark.parametrize("break_", ["\r\n", "\r"])
def test_other_line_breaks_give_the_same_places(tmp_path: Path, break_: str) -> None:
    plain = load(write_pack(tmp_path / "a")).subjects["office"].duties[0]
    text = SUBJECT.replace("\n", break_)
    other = (
        load(write_pack(tmp_path / "b", {"subjects/office.yaml": text}))
        .subjects["office"]
        .duties[0]
    )
    assert [(span.line, span.column) for span in plain.spans.values()] == [
        (span.line, span.column) for span in other.spans.values()
    ]
    wrong = text.replace("role: accountable", "role: acountable")
    (error,) = errors_of(write_pack(tmp_path / "b", {"subjects/office.yaml": wrong}))
    assert ("  - {id: supply, activity: supply, role: acountable}",) == error.excerpt


def test_a_link_that_leads_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("subject: secret\n", encoding="utf-8")
    folder = write_pack(tmp_path / "pack")
    (folder / "subjects/link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "more").symlink_to(tmp_path)
    assert [
        "more:1:1: this link leads out of the pack",
        "subjects/link.yaml:1:1: this link leads out of the pack",
    ] == messages_of(folder)


def test_links_in_circles_and_links_to_nothing(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "pack")
    (folder / "a.yaml").symlink_to(folder / "b.yaml")
    (folder / "b.yaml").symlink_to(folder / "a.yaml")
    (folder / "c.yaml").symlink_to(folder / "nothing.yaml")
    (folder / "around").symlink_to(folder)
    (folder / "README").symlink_to(folder / "nothing")
    message = "this link leads nowhere, or in a circle"
    assert [f"{name}.yaml:1:1: {message}" for name in "abc"] == messages_of(folder)


def test_a_link_to_a_place_inside_is_read_once(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "again.yaml").symlink_to(folder / "subjects/office.yaml")
    (folder / "all").symlink_to(folder / "subjects")
    (folder / "text").write_text("subject: other\n", encoding="utf-8")
    (folder / "linked.yaml").symlink_to(folder / "text")
    assert ["office", "other"] == sorted(load(folder).subjects)


def test_pipes_sockets_and_devices_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pack(tmp_path)
    os.mkfifo(folder / "pipe.yaml")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.yaml")
        found = load_within_bounds(folder)
    assert [
        ("pipe.yaml:1:1", "this is a pipe, not a file"),
        ("socket.yaml:1:1", "this is a socket, not a file"),
    ] == found


def test_a_pipe_put_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.yaml")
    problems = Problems()
    found = PackFile(str(tmp_path / "plan.yaml"), "plan.yaml", "plan.yaml")
    assert read_file(found, problems) is None
    assert ["this is a pipe, not a file"] == [one.message for one in problems.sorted()]


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "more.yaml").mkdir()
    assert ["more.yaml:1:1: this is a folder, though named like a file"] == messages_of(folder)


def test_hidden_files_and_other_files_are_passed_over(tmp_path: Path) -> None:
    files = {
        ".hidden.yaml": "{",
        ".git/x.yaml": "{",
        "notes.md": "{",
        "x.yaml~": "{",
        "x.json": "{",
    }
    assert "small" == load(write_pack(tmp_path, files)).name


def test_a_file_that_cannot_be_read_is_told_and_hides_nothing_else(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, {"plan.yaml": "plan: p\nsteps: [{activity: suply}]\n"})
    problems = Problems()

    def failing(_descriptor: int, _size: int) -> bytes:
        raise OSError(5, "Input/output error")

    found = PackFile(str(folder / "plan.yaml"), "plan.yaml", "plan.yaml")
    assert read_file(found, problems, read=failing) is None
    assert ["the file cannot be read: input/output error"] == [
        one.message for one in problems.sorted()
    ]


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written anew"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("plan: one\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    problems = Problems()

    def changing(descriptor: int, size: int) -> bytes:
        if change == "grows":
            with path.open("a", encoding="utf-8") as file:
                file.write("more: 1\n")
        else:
            path.write_text("plan: two\n" if change == "is written anew" else "p", encoding="utf-8")
        return os.read(descriptor, size)

    found = PackFile(str(path), "plan.yaml", "plan.yaml")
    assert read_file(found, problems, read=changing) is None
    assert ["the file changed while it was read"] == [one.message for one in problems.sorted()]


def test_a_file_that_vanishes_before_it_is_read(tmp_path: Path) -> None:
    problems = Problems()
    found = PackFile(str(tmp_path / "gone.yaml"), "gone.yaml", "gone.yaml")
    assert read_file(found, problems) is None
    assert ["the file cannot be read: no such file or directory"] == [
        one.message for one in problems.sorted()
    ]


def test_a_file_of_a_hundred_megabytes_is_not_read(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    with (folder / "big.yaml").open("wb") as file:
        file.truncate(100 * 2**20)
    (error,) = errors_of(folder)
    assert ("the file is larger than 8 MiB", "100.0 MiB") == (error.message, error.found)


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    comment = b"# " + b"x" * 98 + b"\n"
    lead = comment * (LARGEST_FILE // len(comment))
    full = lead[: LARGEST_FILE - len(SUBJECT) - 1] + b"\n" + SUBJECT.encode()
    folder = write_pack(tmp_path, {"subjects/office.yaml": full})
    assert LARGEST_FILE == len(full)
    assert "small" == load(folder).name
    (folder / "subjects/office.yaml").write_bytes(full + b"\n")
    assert ["subjects/office.yaml:1:1: the file is larger than 8 MiB"] == messages_of(folder)


def test_files_past_the_room_that_is_left_for_a_pack_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"plan: p\n")
    found = PackFile(str(tmp_path / "plan.yaml"), "plan.yaml", "plan.yaml")
    problems = Problems()
    assert b"plan: p\n" == read_file(found, problems, 8)
    assert read_file(found, problems, 7) is None
    assert ["the files of the pack are larger than 256 MiB"] == [
        one.message for one in problems.sorted()
    ]


def test_folders_within_folders_without_end(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    deep = folder / "/".join("d" * 40)[:79]
    deep.mkdir(parents=True)
    assert ["folders are nested more than 32 deep"] == [one.message for one in errors_of(folder)]


def test_a_name_that_is_no_text_is_shown_without_harm(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / os.fsdecode(b"bad\xff\n.yaml")).write_text("x: 1\n", encoding="utf-8")
    (error,) = errors_of(folder)
    assert error.span is not None
    assert error.span.file.endswith("/bad\ufffd\ufffd.yaml")
    told((error,), folder).encode()
