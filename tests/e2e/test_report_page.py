"""The report page as a reader meets it: in a browser, on a wide screen, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from remit.workflows.reports.html import write_report
from remit.workflows.reports.view import IncidentView, Language
from tests.incident_views import incident_view, without_everything

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    Look = Callable[..., "Seen"]

pytestmark = pytest.mark.slow

PHONE, DESK = (375, 760), (1200, 900)


@dataclass
class Seen:
    """A page, and what the browser said while showing it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Look]:
    """Open a view's page at a size; the browser runs no script, as the page needs none."""
    contexts: list[BrowserContext] = []

    def open_page(view: IncidentView, size: tuple[int, int], *, scripts: bool = False) -> Seen:
        path = write_report(view, tmp_path / "report.html")
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, java_script_enabled=scripts)
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.goto(path.as_uri())
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_complains_of_nothing_and_asks_for_nothing(
    look: Look, language: Language, size: tuple[int, int]
) -> None:
    seen = look(incident_view(language), size, scripts=True)
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith("file:")] == []
    assert len(seen.requests) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_never_scrolls_sideways(
    look: Look, language: Language, size: tuple[int, int]
) -> None:
    page = look(incident_view(language), size, scripts=True).page
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_only_the_chart_and_the_graph_reach_past_a_phone_and_they_scroll_by_themselves(
    look: Look,
) -> None:
    page = look(incident_view("en"), PHONE, scripts=True).page
    wide = """[...document.querySelectorAll('main *')].filter(e =>
        e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll')).length"""
    assert page.evaluate(wide) == 0
    for region in page.locator(".scroll").all():
        assert region.get_attribute("tabindex") == "0"
        assert region.get_attribute("aria-labelledby")


def test_the_style_sheet_is_let_through_by_its_hash(look: Look) -> None:
    page = look(incident_view(), DESK, scripts=True).page
    body = "getComputedStyle(document.body).marginTop"
    assert page.evaluate(body) == "0px"


@pytest.mark.parametrize("language, tag", [("en", "en"), ("zh", "zh-CN")])
def test_the_page_says_its_language_and_reads_without_scripts(
    look: Look, language: Language, tag: str
) -> None:
    page = look(incident_view(language), PHONE).page
    assert page.locator("html").get_attribute("lang") == tag
    assert page.locator("h1").inner_text() == incident_view(language).title


def test_the_picture_has_a_name_for_those_who_hear_the_page(look: Look) -> None:
    page = look(incident_view(), DESK).page
    graph = page.get_by_role("img", name="Responsibility graph of incident bcdf")
    assert graph.count() == 1
    assert page.locator("#graph-table").count() == 1


def test_tables_stay_tables_on_a_phone(look: Look) -> None:
    page = look(incident_view(), PHONE).page
    timeline = page.get_by_role("table", name="Timeline")
    assert timeline.get_by_role("row").count() == len(incident_view().timeline) + 1


def test_labels_of_the_graph_fit_their_boxes(look: Look) -> None:
    for language in ("en", "zh"):
        page = look(incident_view(language), DESK, scripts=True).page
        spill = """[...document.querySelectorAll('svg g')].filter(g => {
            const box = g.querySelector('rect'), text = g.querySelector('tspan')?.parentElement;
            return text && text.getBBox().x + text.getBBox().width >
                box.getBBox().x + box.getBBox().width;
        }).length"""
        assert page.evaluate(spill) == 0


def test_the_page_prints(look: Look) -> None:
    pages = look(incident_view(), PHONE).page.pdf(format="A4")
    assert pages.startswith(b"%PDF")


def test_an_incident_of_which_nothing_is_known_has_a_page(look: Look) -> None:
    seen = look(without_everything(incident_view("en")), PHONE, scripts=True)
    assert seen.complaints == []
    assert seen.page.get_by_text("NO: the ledger was changed or cut.").is_visible()
