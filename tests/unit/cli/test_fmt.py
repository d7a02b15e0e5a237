"""`remit fmt`: the layout by example, and what is refused with nothing touched."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from remit.cli import main
from remit.cli.exits import UsageError
from remit.cli.laying_out import laid_out, write_laid_out
from remit.engine.language.layout.formatting import Unformatted, formatted

ROOT = Path(__file__).resolve().parents[3]
ODD = """# Head.


subject:   one   # 甲
kind: 'body'
label: {zh: 街道办 🚒 ,en: "Street office"}
duties:
- role:    [ accountable,responsible ]
  activity: act
  id: first
  basis: >-
      Some regulation, art. 1;
      another, art. 2

# About the second.
- {id: second, activity: act, role: [accountable, responsible], when: {h: [a, b]}, \
basis: "Some long regulation, art. 44"}
- id: third   # kept here
  when:   # everywhere
      h:
          - a   # one
          # below one
  role: supports
  activity: act
# The end.
"""
LAID = """# Head.

subject: one  # 甲
kind: "body"
label: {zh: 街道办 🚒, en: "Street office"}
duties:
  - id: first
    activity: act
    role: [accountable, responsible]
    basis: >-
      Some regulation, art. 1;
      another, art. 2

  # About the second.
  - id: second
    activity: act
    role: [accountable, responsible]
    when: {h: [a, b]}
    basis: "Some long regulation, art. 44"
  - id: third  # kept here
    when:  # everywhere
      h:
        - a  # one
        # below one
    role: supports
    activity: act
# The end.
"""


@pytest.fixture(name="home")
def fixture_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "p"
    (home / "subjects").mkdir(parents=True)
    (home / "pack.yaml").write_text('remit: 1\npack: p\nversion: "1"\n')
    (home / "vocabulary.yaml").write_text(
        "dimensions:\n  h: {values: [a, b]}\nactivities:\n  act: {}\n"
    )
    (home / "subjects" / "one.yaml").write_text(ODD)
    monkeypatch.chdir(tmp_path)
    return home


def lay(text: str, inside: str = "subjects/f.yaml") -> str:
    found = formatted("f.yaml", inside, text.encode())
    assert isinstance(found, bytes), found
    assert formatted("f.yaml", inside, found) == found
    return found.decode()


def test_a_file_is_laid_out_with_every_comment_and_once_is_enough(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fmt", "p"]) == 0
    assert (home / "subjects" / "one.yaml").read_text() == LAID
    told = capsys.readouterr()
    assert told.out == "p/subjects/one.yaml\n"
    assert "1 file laid out, 2 as they were" in told.err
    assert main(["fmt", "--check"]) == 0


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_trial_writes_nothing_and_ends_with_1(
    home: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fmt", "p/subjects/one.yaml", option]) == 1
    told = capsys.readouterr()
    assert "p/subjects/one.yaml" in told.out
    assert "1 file would change" in told.err
    assert (home / "subjects" / "one.yaml").read_text() == ODD


def test_the_patch_can_be_applied(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "p", "--diff"]) == 1
    (home.parent / "x.patch").write_text(capsys.readouterr().out)
    subprocess.run(["git", "apply", "x.patch"], cwd=home.parent, check=True)
    assert (home / "subjects" / "one.yaml").read_text() == LAID


def test_line_ends_and_a_byte_order_mark_stay(home: Path) -> None:
    file = home / "subjects" / "one.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + ODD.replace("\n", "\r\n").encode())
    assert main(["fmt", "p"]) == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + LAID.replace("\n", "\r\n").encode()


def test_broken_yaml_is_told_at_its_place_and_nothing_of_its_pack_is_touched(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "funds.yaml").write_text("fund: x\n  amount: 1\n")
    assert main(["fmt", "p"]) == 4
    told = capsys.readouterr().err
    assert "p/funds.yaml:2" in told
    assert "its pack cannot be loaded" in told
    assert (home / "subjects" / "one.yaml").read_text() == ODD
    assert (home / "funds.yaml").read_text() == "fund: x\n  amount: 1\n"


@pytest.mark.parametrize(
    "arguments, reason",
    [
        (["nowhere"], "there is no file and no folder `nowhere`"),
        (["empty"], "there is no pack in `empty`"),
        (["p/duties.csv"], "`p/duties.csv` is no file of a pack"),
    ],
)
def test_what_is_no_file_of_a_pack_is_refused(
    home: Path, arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home.parent / "empty").mkdir()
    (home / "duties.csv").write_text("id\n")
    assert main(["fmt", *arguments]) == 2
    assert reason in capsys.readouterr().err


def test_a_file_with_document_markers_is_left(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "subjects" / "one.yaml").write_text("---\nsubject:   one\n")
    assert main(["fmt", "p"]) == 1
    assert "document markers" in capsys.readouterr().err
    assert (home / "subjects" / "one.yaml").read_text() == "---\nsubject:   one\n"


@pytest.mark.parametrize(
    "old, new",
    [
        (b"h: {values: [a, b]}", b"h: {values: [b, a]}"),
        (b"act: {}", b"act: {needed: {h: a}}"),
        (b"act: {}", b"act: [}"),
    ],
)
def test_a_layout_that_would_say_something_else_is_refused(
    home: Path,
    old: bytes,
    new: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        "remit.cli.laying_out.formatted", lambda _shown, _inside, text: text.replace(old, new)
    )
    before = (home / "vocabulary.yaml").read_bytes()
    assert main(["fmt", "p"]) == 1
    assert "its pack would not say the same" in capsys.readouterr().err
    assert (home / "vocabulary.yaml").read_bytes() == before


def test_a_file_that_changed_meanwhile_is_not_overwritten(home: Path) -> None:
    found = laid_out(["p"])
    (home / "subjects" / "one.yaml").write_text("subject: two\n")
    with pytest.raises(UsageError, match="changed meanwhile"):
        write_laid_out(found)
    assert (home / "subjects" / "one.yaml").read_text() == "subject: two\n"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a:   1\n\n\n\nb:  2", "a: 1\n\nb: 2\n"),
        ("a: 'it''s'\nb: 'so \"so\"'\n", 'a: "it\'s"\nb: \'so "so"\'\n'),
        ("a:\n    - b\n    -   - c\n        - d\n", "a:\n  - b\n  - - c\n    - d\n"),
        ("a: [ {b: 1},{c: 2} ]\n", "a: [{b: 1}, {c: 2}]\n"),
        ("a: [b,   # why\n    c]\n", "a: [b,   # why\n  c]\n"),
        ("a: &x {b: 1}\nc: *x\n", "a: &x {b: 1}\nc: *x\n"),
        ("a: &x\n     b: 1\nc:   *x\n", "a: &x\n  b: 1\nc: *x\n"),
        ("a: one\n   two\n", "a: one two\n"),
        ("a:   |2\n    x\n   y\n", "a: |2\n    x\n   y\n"),
        ("? a\n: b\n", "a: b\n"),
        ("- a\n# foot\n", "- a\n# foot\n"),
        ("a:\n  - b\n  # foot of a\n# head of c\nc: d\n",) * 2,
    ],
)
def test_forms_of_yaml(text: str, expected: str) -> None:
    assert lay(text) == expected


def test_long_lines_are_folded_at_spaces_and_long_lists_filled() -> None:
    words = " ".join(["regulation"] * 20)
    names = ", ".join(f"name-{number}" for number in range(30))
    laid = lay(f"basis: {words}\nnames: [{names}]\nkey: {'x' * 120}\n")
    assert max(len(line) for line in laid.split("\n") if "xxx" not in line) <= 100
    assert laid.startswith("basis: regulation regulation")
    assert "\n  name-" in laid


def test_keys_stay_where_a_comment_or_a_blank_line_groups_them() -> None:
    assert lay("kind: a\n\nsubject: one\n") == "kind: a\n\nsubject: one\n"
    assert lay("kind: a  # why\nsubject: one\n") == "kind: a  # why\nsubject: one\n"
    assert lay("kind: a\nsubject: one\n") == "subject: one\nkind: a\n"
    assert lay("kind: &k a\nsubject: one\n") == "kind: &k a\nsubject: one\n"


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe", b"a: 1\na: 2\n", b"a: !!str b\n"])
def test_what_the_loader_refuses_is_refused_with_a_place(content: bytes) -> None:
    found = formatted("f.yaml", "f.yaml", content)
    assert isinstance(found, Unformatted)
    assert all(error.span is not None and error.span.file == "f.yaml" for error in found.errors)
    assert found.errors


@pytest.mark.slow
def test_every_shipped_pack_can_be_laid_out() -> None:
    found = laid_out([str(ROOT / "policies")])
    assert not found.left
    assert not found.errors
    assert found.looked_at > 200
