"""After an incident, as its readers meet it: the real commands, and their pages in a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from remit.workflows.ledger import Ledger
from tests.small_incident import play_small
from tests.terminal import Said, run_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

SHEETS = {"A4": (794, 1123), "Letter": (816, 1056)}
"""Pixels of a sheet at 96 to the inch."""


@dataclass(frozen=True)
class Place:
    """A folder with the ledger of an incident that was played to its close."""

    folder: Path
    incident: str

    def remit(self, *arguments: str) -> Said:
        """Run the command."""
        return run_command(*arguments, "--ledger", "ledger.db", folder=self.folder)

    def process(self, *arguments: str) -> Said:
        """Run the command in a process of its own, as a user would."""
        done = subprocess.run(
            [sys.executable, "-m", "remit", *arguments, "--ledger", "ledger.db"],
            cwd=self.folder,
            env={**os.environ, "REMIT_LANG": "en", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A small incident, played."""
    folder = tmp_path_factory.mktemp("small")
    _, _, incident = play_small(folder)
    return Place(folder, incident)


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the size of a phone, or at what the test says."""
    width = getattr(request, "param", 375)
    context = browser.new_context(viewport={"width": width, "height": 800})
    yield context.new_page()
    context.close()


def test_conformance_tells_what_departs_and_ends_with_1(place: Place) -> None:
    said = place.process("conformance", place.incident)
    assert (said.code, said.err) == (1, "")
    assert "Street office did not answer on “Command” (to lead)" in said.out


def test_conformance_as_json_names_entries_that_are_in_the_ledger(place: Place) -> None:
    said = json.loads(place.remit("conformance", "--all", "--format", "json").out)
    with Ledger.at(place.folder / "ledger.db") as ledger:
        known = {entry.number for entry in ledger.entries()}
    assert said["clean"] is False
    assert all(one["entries"] and set(one["entries"]) <= known for one in said["deviations"])


@pytest.mark.parametrize(
    "arguments, problem",
    [
        (("conformance",), "name one incident, or say `--all`"),
        (("conformance", "--all", "--least", "0"), "`--least` counts from 1, and found 0"),
        (("conformance", "none"), "there is no incident `none`"),
        (("report",), "name one incident, or say `--all`"),
        (("report", "--all", "--from", "May"), "`--from May` is no day"),
        (("report", "--all", "--from", "2026-03-02", "--to", "2026-03-01"), "lies before"),
        (("report", "none"), "there is no incident `none`"),
        (("forms", "none"), "there is no incident `none`"),
    ],
)
def test_what_cannot_be_told_is_said_in_a_line(
    place: Place, arguments: tuple[str, ...], problem: str
) -> None:
    said = place.remit(*arguments)
    assert said.code == 2
    assert problem in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("period", ["soon", "2026-03-02..2026-03-01", "2026-03-02T08:00", ".."])
def test_a_period_that_is_none_is_told(place: Place, period: str) -> None:
    said = place.remit("forms", place.incident, "--period", period)
    assert said.code == 2
    assert "--period" in said.err
    assert "Traceback" not in said.err


def test_a_report_as_json_can_be_read_by_programs(place: Place) -> None:
    said = json.loads(place.process("report", place.incident, "--format", "json").out)
    assert said["id"] == place.incident
    assert said["after"]["departures"]


def test_a_folder_that_cannot_be_written_is_told(place: Place) -> None:
    (place.folder / "file").write_text("", encoding="utf-8")
    said = place.remit("forms", place.incident, "--output", "file")
    assert said.code == 2
    assert "cannot write to `file`" in said.err


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", [375, 1200], indirect=True)
def test_pages_fit_the_screen_and_complain_of_nothing(
    place: Place, page: Page, language: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    width = page.viewport_size["width"] if page.viewport_size else 0
    for arguments in (("report", place.incident), ("report", "--all"), ("forms", place.incident)):
        done = place.remit(*arguments, "--format", "html", "--lang", language)
        file = place.folder / f"{arguments[0]}.html"
        file.write_text(done.out, encoding="utf-8")
        page.goto(file.as_uri())
        assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        nameless = "[...document.querySelectorAll('[aria-labelledby]')].filter(e => "
        nameless += "!e.getAttribute('aria-labelledby').split(' ').every(i => "
        nameless += "document.getElementById(i))).length"
        assert page.evaluate(nameless) == 0
    assert said == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_form_begins_a_sheet_and_stays_within_its_width(
    place: Place, page: Page, sheet: str
) -> None:
    width, height = SHEETS[sheet]
    done = place.remit("forms", place.incident, "--format", "html")
    file = place.folder / "print.html"
    file.write_text(done.out, encoding="utf-8")
    page.set_viewport_size({"width": width - 90, "height": height})
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    forms = page.locator("article.form")
    breaks = "e => e.map(f => getComputedStyle(f).breakAfter)"
    assert set(forms.evaluate_all(breaks)[:-1]) == {"page"}
    assert page.evaluate("document.documentElement.scrollWidth") <= width - 90
    pdf = page.pdf(format=sheet)
    assert pdf.count(b"/Type /Page\n") >= forms.count()


def test_the_chart_has_a_name_for_those_who_hear_it(place: Place, page: Page) -> None:
    done = place.process("forms", place.incident, "--form", "207", "--format", "html")
    file = place.folder / "chart.html"
    file.write_text(done.out, encoding="utf-8")
    page.goto(file.as_uri())
    assert page.get_by_role("img", name="Incident Organization Chart: Water at the gate").count()
