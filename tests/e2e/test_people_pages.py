"""The one-tap pages as people meet them: a real server, a real browser, a phone's screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from tests.web_people import Site, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

PHONE = {"width": 375, "height": 760}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """The pages on a port of this machine."""
    with site(tmp_path, public="") as pages:
        server = uvicorn.Server(
            uvicorn.Config(pages.app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield pages, f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def phone(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page on a phone, and what the browser complained of."""
    complaints: list[str] = []
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    context.close()


def fits(page: Page) -> bool:
    """Return whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def faults(page: Page) -> list[str]:
    """Return what keeps some people from using the page."""
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_one_tap_takes_the_work_and_the_page_says_what_stands(
    served: tuple[Site, str], phone: tuple[Page, list[str]], tmp_path: Path
) -> None:
    (pages, home), (page, complaints) = served, phone
    page.goto(f"{home}/a/{pages.token()}")
    assert "zh-Hans" == page.get_attribute("html", "lang"), "the person's own language"
    page.screenshot(path=str(tmp_path / "asked-zh.png"), full_page=True)
    page.click("header a")
    assert "en" == page.get_attribute("html", "lang")
    assert fits(page)
    page.screenshot(path=str(tmp_path / "asked.png"), full_page=True)
    assert not complaints
    page.click("button.first")
    assert page.locator(".said").inner_text()
    assert "answered" in pages.kinds()
    page.screenshot(path=str(tmp_path / "said.png"), full_page=True)
    page.reload()
    assert 1 == pages.kinds().count("answered"), "loading it again says nothing again"
    page.click("a.inbox")
    page.screenshot(path=str(tmp_path / "inbox.png"), full_page=True)
    assert fits(page)
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_everybody_can_use_the_pages(
    served: tuple[Site, str], browser: Browser, scheme: str, language: str
) -> None:
    pages, home = served
    # WHY past the page's own rule: the examination is a script, and the page allows none.
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type] -- one of the two
    page = context.new_page()
    inbox = pages.links.to_inbox("warden", "an").rpartition("/me/")[2]
    for path in (f"/a/{pages.token()}", f"/me/{inbox}", "/a/wrong"):
        page.goto(f"{home}{path}?lang={language}")
        assert [] == faults(page), path
        assert fits(page), path
    context.close()


def test_it_works_without_scripts_and_with_a_note(
    served: tuple[Site, str], browser: Browser
) -> None:
    pages, home = served
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}/a/{pages.token()}?lang=en")
    page.click("button[value=decline]")
    assert "without a reason" in page.locator(".refused").inner_text()
    page.fill("#note", "I am ill")
    page.click("button[value=decline]")
    assert "declined" in page.content()
    assert "mate" in [message.subject for message in pages.notifier.sent]
    context.close()
