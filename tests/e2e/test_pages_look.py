"""Charts, cards, sites and pictures in a browser: whole, quiet, and nowhere clipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from remit.cli import main

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

POLICIES = Path(__file__).resolve().parents[2] / "policies"
PHONE, DESK = (375, 760), (1200, 900)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pages as the commands write them."""
    folder = tmp_path_factory.mktemp("pages")
    team, community = str(POLICIES / "incident-team"), str(POLICIES / "rf-community")
    made = [
        ("docs", team, "--out", str(folder / "site"), "--lang", "en", "--lang", "zh"),
        ("matrix", team, "--out", str(folder / "chart.html")),
        ("matrix", community, "--columns", "place", "--lang", "zh", "--out", f"{folder}/zh.html"),
        ("cards", team, "--lang", "zh", "--by", "none", "--out", str(folder / "cards.html")),
    ]
    for arguments in made:
        assert main(arguments) == 0
    return folder


PAGES = (
    "chart.html",
    "zh.html",
    "cards.html",
    "site/index.html",
    "site/en/index.html",
    "site/zh/matrix.html",
    "site/zh/command.html",
    "site/en/activities/command.html",
    "site/zh/subjects/director.html",
    "site/en/plans.html",
    "site/en/glossary.html",
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_and_never_scrolls_sideways(
    browser: Browser, shown: Path, name: str
) -> None:
    """Nothing is fetched, nothing is complained of; wide tables scroll in a frame of their own."""
    for size in (PHONE, DESK):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, said=said: said.append(request.url))
        page.goto((shown / name).as_uri())
        assert said == [(shown / name).as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        context.close()


def test_the_first_column_and_the_heads_stay_when_a_chart_is_scrolled(
    browser: Browser, shown: Path
) -> None:
    page = browser.new_page(viewport={"width": 500, "height": 500})
    page.goto((shown / "chart.html").as_uri())
    page.evaluate("document.querySelector('.scroll').scrollTo(400, 300)")
    left, top = page.evaluate(
        """(() => { const frame = document.querySelector('.scroll').getBoundingClientRect();
        const side = document.querySelector('tbody tr:last-child th').getBoundingClientRect();
        const head = document.querySelector('thead th:last-child').getBoundingClientRect();
        return [side.left - frame.left, head.top - frame.top]; })()"""
    )
    assert abs(left) < 3
    assert abs(top) < 3
    page.close()


@pytest.mark.parametrize("name", ["site/zh/command.html", "site/en/plans.html"])
def test_no_text_leaves_its_box_in_a_picture(browser: Browser, shown: Path, name: str) -> None:
    page = browser.new_page()
    page.goto((shown / name).as_uri())
    assert spilled(page) == []
    page.close()


def spilled(page: Page) -> list[str]:
    """The texts of a picture that reach past the box they stand in."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('svg g')].filter(g => {
            const box = g.querySelector('rect').getBBox(), text = g.querySelector('text').getBBox();
            return text.x + text.width > box.x + box.width
                || text.y + text.height > box.y + box.height;
        }).map(g => g.textContent)"""
    )
    return found


def test_a_card_is_printed_on_sheets_of_its_own(browser: Browser, shown: Path) -> None:
    page = browser.new_page()
    page.goto((shown / "cards.html").as_uri())
    cards = page.locator("article").count()
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") >= cards
    page.close()
