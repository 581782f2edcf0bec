"""The example pages in a real browser, under the site's own policy: axe finds nothing, nothing sticks out, nothing is fetched."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route, sync_playwright

from tests.components.rendering import PAGES, page

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.components.addresses")]
STATIC = Path(settings.BASE_DIR) / "static"
HOST = "http://one-licence.test"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


def policy() -> str:
    """The site's Content-Security-Policy as a header."""
    directives: dict[str, list[str]] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def answer(route: Route, html: str, strangers: list[str]) -> None:
    """Gives the page and the built files; remembers every other address that is asked for."""
    address = urlsplit(route.request.url)
    file = STATIC / address.path.removeprefix("/static/")
    if f"{address.scheme}://{address.netloc}" != HOST:
        strangers.append(route.request.url)
        route.abort()
    elif address.path.startswith("/static/") and file.is_file():
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type="text/javascript" if file.suffix == ".js" else kind)
    elif address.path == "/":
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy()}
        route.fulfill(body=html, headers=headers)
    else:
        strangers.append(route.request.url)
        route.fulfill(status=404)


def look(browser: Browser, html: str, width: int, height: int) -> dict[str, Any]:
    """Opens a page and says what axe, the console and the layout find wrong."""
    seen: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": height})
    tab = context.new_page()
    tab.on("console", lambda message: seen.append(message.text) if message.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: seen.append(str(error)))
    tab.route("**/*", lambda route: answer(route, html, seen))
    tab.goto(HOST)
    tab.wait_for_load_state("networkidle")
    tab.evaluate((STATIC / "dist/test/axe.min.js").read_text("utf-8") + "; 0")
    found = tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    seen += [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found["violations"]]
    wide = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
    result = {"seen": seen, "overflow": tab.evaluate(wide)}
    context.close()
    return result


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (390, 844), (320, 640)])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(browser: Browser, name: str, width: int, height: int) -> None:
    assert look(browser, page(name), width, height) == {"seen": [], "overflow": 0}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_in_the_large_type(browser: Browser, name: str) -> None:
    html = page(name, large=True)
    assert "ol-large" in html
    assert look(browser, html, 390, 844) == {"seen": [], "overflow": 0}


def test_icons_and_styles_arrive_under_the_policy(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    strangers: list[str] = []
    tab.route("**/*", lambda route: answer(route, page("gallery"), strangers))
    tab.goto(HOST)
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate("getComputedStyle(document.querySelector('.ol-header')).borderTopWidth") == "4px"
    assert tab.evaluate("document.querySelector('.ol-tag .ol-icon use').getBBox().width") > 0
    assert tab.evaluate("document.body.classList.contains('govuk-frontend-supported')")
    assert tab.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert tab.evaluate("htmx.config.allowEval") is False
    assert strangers == []
    context.close()


def test_paper_shows_the_notice_and_nothing_around_it(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    tab = context.new_page()
    tab.route("**/*", lambda route: answer(route, page("done"), []))
    tab.goto(HOST)
    tab.emulate_media(media="print")
    hidden = "name => getComputedStyle(document.querySelector(name)).display"
    assert [tab.evaluate(hidden, name) for name in (".ol-header", ".ol-nav", ".ol-footer", ".ol-demo")] == ["none"] * 4
    assert tab.locator(".ol-sheet").is_visible()
    context.close()
