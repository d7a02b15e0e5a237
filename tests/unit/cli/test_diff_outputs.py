"""The outputs of a diff keep to their bounds, and tell apart what is near."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import remit
from remit.cli import diff_markdown, diff_text
from remit.cli.diff_parts import Asked, headline, load_words
from remit.cli.revisions import Revision, revision_in
from remit.cli.versions import Version
from remit.engine.diff.load import Load
from remit.engine.map.budget import Budget
from tests.two_versions import both

BY_HEIGHT = """\
subject: brigade
duties:
  - {id: a, activity: pump, role: accountable, when: {height: 1}}
  - {id: b, activity: pump, role: [supports, informed], when: {height: 2..4}}
  - {id: c, activity: pump, role: consulted, when: {shift: night}}
"""


def asked(folder: Path, budget: Budget | None = None) -> Asked:
    old, new = both(folder, {"subjects/brigade.yaml": BY_HEIGHT})
    difference = remit.diff(old, new, budget=budget)
    return Asked(difference, Version(old, "old"), Version(new, "new"))


def test_markdown_stops_before_a_forge_would_cut_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diff_markdown, "MOST_ROWS", 1)
    monkeypatch.setattr(diff_markdown, "MOST_CHARACTERS", 500)
    monkeypatch.setattr(diff_markdown, "MOST_LISTED", 1)
    page = diff_markdown.diff_markdown(asked(tmp_path))
    assert "2 more moves: `remit diff` lists them" in page
    assert "more changes: `remit diff` lists them" in page
    assert page.count("<details>") == page.count("</details>") == 2


def test_the_text_stops_after_the_largest_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diff_text, "MOST_SHOWN", 1)
    page = "\n".join(part.plain for part in diff_text.diff_text(asked(tmp_path)))
    assert "and 3 more changes: `--activity` and `--letter` narrow the question" in page


def test_letters_that_move_alike_are_one_move(tmp_path: Path) -> None:
    one = asked(tmp_path)
    assert ("supports", "informed") in [tuple(move.letter for move in alike) for alike in one.moves]
    assert "3 moves, 1 overlap opened" in headline(one)


def test_of_many_subjects_only_those_that_come_and_go_are_named() -> None:
    esf = Path(__file__).resolve().parents[3] / "policies" / "esf"
    old, new = (remit.load(esf / name) for name in ("nrf-2008", "nrf-2016"))
    difference = remit.diff(old, new, activities=["logistics"], letters=["supports"])
    one = Asked(difference, Version(old, "old"), Version(new, "new"))
    page = "\n".join(part.plain for part in diff_text.diff_text(one))
    assert "`logistics` loses `national-communications-system`; 13 others stay" in page
    assert page.count("= before:") == 1
    assert "= after:" not in page


def test_what_is_not_proved_is_told_everywhere(tmp_path: Path) -> None:
    one = asked(tmp_path, Budget(memberships=1))
    assert "not all proved" in headline(one)
    assert "not proved: `pump`" in "".join(part.plain for part in diff_text.diff_text(one))
    assert "**not proved**: `pump`" in diff_markdown.diff_markdown(one)


def test_loads_that_differ_never_look_the_same() -> None:
    near = Load("a", "accountable", Fraction(4931, 100000), Fraction(4902, 100000))
    assert ("4.93 %", "4.90 %") == load_words(near)
    assert ("0 %", "50 %") == load_words(Load("a", "accountable", Fraction(0), Fraction(1, 2)))


def test_a_text_with_a_colon_is_a_revision_unless_it_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Revision("main:a/b", "main", "a/b") == revision_in("main:a/b")
    assert Revision("main:", "main", ".") == revision_in("main:")
    assert revision_in("a/b") is None
    Path("main:a").mkdir()
    assert revision_in("main:a") is None
