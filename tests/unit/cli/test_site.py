"""`remit docs`: pages that link to each other and to nothing else, and their drift."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, normpath

import pytest

from remit.cli import main
from tests.small_town import write_town

Captured = pytest.CaptureFixture[str]
TODAY = ("--today", "2026-03-01")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path)


def write(town: Path, *arguments: str) -> Path:
    out = town.parent / "site"
    assert main(["docs", str(town), "--out", str(out), *TODAY, *arguments]) == 0
    return out


def check(town: Path, *arguments: str) -> int:
    out = town.parent / "site"
    return main(["docs", str(town), "--out", str(out), *TODAY, "--check", *arguments])


def pages(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("*.html")
    }


@pytest.mark.parametrize("languages", [(), ("--lang", "en", "--lang", "zh")], ids=["one", "both"])
def test_every_link_leads_to_a_page_of_the_site(town: Path, languages: tuple[str, ...]) -> None:
    """From a folder on disk: no address, no script, nothing to fetch."""
    found = pages(write(town, *languages))
    assert len(found) == (13 if not languages else 27)
    for here, html in found.items():
        for link in re.findall(r'href="([^"]*)"', html):
            target, _, anchor = link.partition("#")
            there = normpath(f"{dirname(here)}/{target}".lstrip("/")) if target else here
            assert there in found, f"{here}: {link}"
            assert not anchor or f'id="{anchor}"' in found[there]
        assert not re.search(
            r"<(script|img|iframe|link)\b|\bsrc=|https?:(?!//www.w3.org/2000/svg)", html
        )


def test_each_subject_and_activity_has_its_page(town: Path) -> None:
    found = pages(write(town))
    assert "12 hours" in found["subjects/street.html"]
    assert "Answers for" in found["subjects/guard.html"]
    assert "Nobody answers, in 33 % of the events" in found["activities/gate.html"]
    assert "subjects/street.yaml:" in found["activities/gate.html"]
    assert "7 errors" in found["index.html"]
    assert "30,000 CNY" in found["means.html"]
    assert "symptom is fever or cough" in found["signals.html"]
    assert "≥ 38" in found["signals.html"]
    assert "<li>north<ul><li>n1</li><li>n2</li></ul></li>" in found["glossary.html"]


def test_a_site_that_is_what_the_pack_says_passes(town: Path, capsys: Captured) -> None:
    out = write(town)
    capsys.readouterr()
    assert check(town) == 0
    assert capsys.readouterr().out == f"the site in `{out}` is what the pack says\n"


def test_drift_is_told_file_by_file(town: Path, capsys: Captured) -> None:
    """Changed by hand, taken away, and left over from a subject that is gone."""
    out = write(town)
    (out / "glossary.html").write_text("mine", encoding="utf-8")
    (out / "command.html").unlink()
    (town / "subjects" / "team.yaml").unlink()
    capsys.readouterr()
    assert check(town) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "missing: command.html" in lines
    assert "out of date: glossary.html" in lines
    assert "left over: subjects/team.html" in lines
    write(town)
    assert check(town) == 0
    assert not (out / "subjects" / "team.html").exists()


def test_an_edit_that_is_not_written_anew_fails_the_check(town: Path) -> None:
    write(town)
    file = town / "subjects" / "guard.yaml"
    file.write_text(file.read_text("utf-8").replace("20..", "30.."), encoding="utf-8")
    assert check(town) == 1


def test_the_site_is_the_same_from_wherever_it_is_written(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths in it are those from the pack's folder on."""
    before = pages(write(town))
    monkeypatch.chdir(town)
    assert main(["docs", ".", "--out", "../again", *TODAY]) == 0
    assert pages(town.parent / "again") == before


def test_a_folder_with_other_things_is_left_alone(town: Path, capsys: Captured) -> None:
    site = town.parent / "site"
    site.mkdir()
    (site / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["docs", str(town), "--out", str(site)]) == 2
    assert "is not empty, and holds no site" in capsys.readouterr().err
    assert [path.name for path in site.iterdir()] == ["thesis.txt"]


def test_a_list_of_files_that_was_tampered_with_takes_nothing_away(town: Path) -> None:
    """Only what can be a page of a site, inside it, is ever deleted."""
    out = write(town)
    (town.parent / "victim.html").write_text("mine", encoding="utf-8")
    with (out / "remit-docs.txt").open("a", encoding="utf-8") as listing:
        listing.write("../victim.html\n/etc/hostname\nen/../../victim.html\n")
    write(town)
    assert (town.parent / "victim.html").exists()
