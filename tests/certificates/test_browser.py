"""The page of a code in a real browser: the fragment is checked, no server log sees it, and everybody can use the page."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from certificates import paper
from certificates.models import Licence

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
STATIC = Path(settings.BASE_DIR) / "static"
HOST = "https://one-licence.test"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@dataclass
class Site:
    """The licence's page as it is before and after the code was sent, and what the browser asked for."""

    path: str
    before: Any
    after: Any
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Hand out the prepared pages and the static files; note everything."""
        address = urlsplit(route.request.url)
        self.asked.append(route.request.url)
        file = STATIC / address.path.removeprefix("/static/")
        if f"{address.scheme}://{address.netloc}" != HOST:
            route.abort()
        elif address.path == self.path:
            posted = route.request.method == "POST"
            if posted:
                self.sent.append(route.request.post_data or "")
            page = self.after if posted else self.before
            route.fulfill(status=page.status_code, headers=dict(page.headers), body=page.content)
        elif file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=KINDS.get(file.suffix, "application/octet-stream"))
        else:
            route.fulfill(status=404)


def opened(site: Site, fragment: str, *, scripts: bool = True) -> tuple[dict[str, Any], list[str]]:
    """What the page says after it was opened with the fragment, and what console and axe complain of."""
    seen: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
        tab = context.new_page()
        tab.on("pageerror", lambda error: seen.append(str(error)))
        tab.on("console", lambda line: seen.append(line.text) if line.type in {"error", "warning"} else None)
        tab.route("**/*", site.answer)
        tab.goto(f"{HOST}{site.path}{fragment}")
        tab.wait_for_load_state("networkidle")
        told = {
            "signature": tab.locator("#verdict").get_attribute("data-signature"),
            "title": tab.locator("#verdict-title").inner_text(),
            "text": tab.locator("main").inner_text(),
        }
        seen += complaints(tab) if scripts else []
        chromium.close()
    return told, seen


def complaints(tab: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the phone."""
    tab.evaluate((STATIC / "dist/test/axe.min.js").read_text("utf-8") + "; 0")
    found = tab.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] + [f"{wide} px too wide"] * (wide > 0)


def site_of(licence: Licence, text: str) -> Site:
    path = licence.get_absolute_url()
    client = Client()
    return Site(path, client.get(path), client.post(path, {"text": text}))


def test_a_scanned_code_is_checked_by_itself(licence: Licence) -> None:
    digits = paper.code_text(licence.versions.get()).partition("#")[2]
    site = site_of(licence, paper.code_text(licence.versions.get()))
    told, seen = opened(site, f"#{digits}")
    assert (told["signature"], told["title"], seen) == ("valid", "全部有效", [])
    assert len(site.sent) == 1
    assert digits in site.sent[0]
    assert all(url.startswith(HOST) for url in site.asked)
    assert all(digits not in urlsplit(url).path + urlsplit(url).query for url in site.asked)


def test_a_tampered_code_turns_the_page_red(licence: Licence) -> None:
    digits = paper.code_text(licence.versions.get()).partition("#")[2]
    changed = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    told, seen = opened(site_of(licence, changed), f"#{changed}")
    assert (told["signature"], told["title"], seen) == ("forged", "二维码是伪造的", [])


def test_without_scripts_the_page_says_that_nothing_was_checked(licence: Licence) -> None:
    digits = paper.code_text(licence.versions.get()).partition("#")[2]
    site = site_of(licence, digits)
    told, _ = opened(site, f"#{digits}", scripts=False)
    assert told["signature"] == "not_checked"
    assert "没有核验二维码的签名" in told["text"]
    assert site.sent == []
