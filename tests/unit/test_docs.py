"""The documents say what is so: their blocks run, and their links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import remit
from tests.documents import blocks, links, play

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".venv", ".venv-rivals", ".git", "build", "dist"}
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not NOT_OURS.intersection(path.relative_to(ROOT).parts) and not path.is_symlink()
)
LONGEST_README = 120


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {word.replace(" ", "-") for word in words}


def test_the_readme_is_short_enough_to_be_read() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_README


def test_the_readme_names_the_two_commands() -> None:
    shown = [b.body for b in blocks((ROOT / "README.md").read_text("utf-8")) if b.language == "sh"]
    assert any(
        {"make demo", "make test"} <= {line.split(" #")[0].strip() for line in body.splitlines()}
        for body in shown
    )


@pytest.mark.slow
def test_what_the_readme_shows_comes_out(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    assert play(ROOT / "README.md", tmp_path) > 0


@pytest.mark.slow
def test_the_story_of_one_function_is_what_the_shipped_packs_say(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    assert play(ROOT / "docs" / "guide" / "one-function-through-time.md", tmp_path) > 5


@pytest.mark.slow
def test_a_pack_is_rehearsed_as_the_guide_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    assert play(ROOT / "docs" / "guide" / "rehearsing.md", tmp_path) > 5


@pytest.mark.slow
def test_the_first_pack_of_the_guide_works_step_by_step(tmp_path: Path) -> None:
    assert play(ROOT / "docs" / "guide" / "first-pack.md", tmp_path) > 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        "after-an-incident.md",
        "from-a-spreadsheet.md",
        "charts-and-cards.md",
        "testing.md",
        "certificates.md",
        "ci.md",
        "duties-in-a-spreadsheet.md",
        "editor.md",
        "keeping-the-ledger.md",
        "reviewing-changes.md",
        "running-it.md",
    ],
)
def test_each_guide_works_from_an_empty_folder(page: str, tmp_path: Path) -> None:
    assert play(ROOT / "docs" / "guide" / page, tmp_path) > 2


@pytest.mark.slow
def test_the_language_page_is_a_pack_that_passes(tmp_path: Path) -> None:
    assert play(ROOT / "docs" / "reference" / "language.md", tmp_path) > 1


def test_every_public_name_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "contracts.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)[`(]", page))
    assert sorted(set(remit.__all__) - named) == []


@pytest.mark.slow
def test_the_generated_pages_are_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_tree_leads_somewhere(page: Path) -> None:
    dead = []
    for link in links(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_calls_anything_simple(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"\bsimply\b", prose, re.IGNORECASE) == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_every_page_is_listed_where_readers_look(page: Path) -> None:
    indexes = [ROOT / "docs" / "README.md", ROOT / "docs" / "decisions" / "README.md"]
    listed = {
        (index.parent / link.partition("#")[0]).resolve()
        for index in indexes
        for link in links(index.read_text(encoding="utf-8"))
    }
    assert page == indexes[0] or page.resolve() in listed


def test_both_languages_of_the_glossary_are_there() -> None:
    rows = [
        line.split("|")[1:4]
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| word", "| verb"))
    ]
    assert len(rows) > 50
    assert [
        row for row in rows if not re.search(r"[\u4e00-\u9fff]", row[1]) or not row[2].strip()
    ] == []
