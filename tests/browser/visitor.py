"""Somebody before a browser: goes through pages as people do, and notes whatever a page should not do."""

import io
import os
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pypdfium2
from django.conf import settings
from django.test import Client
from django.urls import resolve
from PIL import Image
from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, FloatRect, Locator, Page, Response, Route

from accounts.models import User

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Path(settings.BASE_DIR) / "static/dist/test/axe.min.js"
PICTURES = os.environ.get("SCREENSHOTS", "")
OVERFLOW = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
MEANT_STATUS = {409, 422}
"""Answers that say "not so": the page itself is the message, though the console calls it an error."""

Examined = Literal["every page", "every part", "never"]
"""What axe looks at. "every page": each page unless it saw the same one, of the same view, parts, language and width, with
scripts or without, before anybody. "every part": only pages that show a view or a class which it has not seen at this visitor's."""
SEEN: set[tuple[object, ...]] = set()
"""The pages that axe has looked at in this process."""

CLASSES = "[...new Set([...document.querySelectorAll('[class]')].flatMap((one) => [...one.classList]))]"
EXAMINE = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
FOCUS = """() => {
  let one = document.activeElement;
  while (one && one.tagName === "IFRAME") one = one.contentDocument.activeElement;
  if (!one || one.tagName === "BODY") return {end: one === document.body};
  const looks = [one, ...(one.labels || [])].flatMap((part) => [null, "::before", "::after"].map((pseudo) => {
    const style = getComputedStyle(part, pseudo);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  }));
  const box = one.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const top = one.ownerDocument.elementFromPoint(x, y);
  const covered = top && !one.contains(top) && !top.contains(one) && ![...(one.labels || [])].some((l) => l.contains(top));
  return {end: false, visible: looks.some(Boolean), covered: Boolean(covered), what: one.outerHTML.slice(0, 140)};
}"""


def _keep(name: str, picture: Image.Image) -> None:
    """Writes a picture in 256 colours: a third of the size, and nobody sees it."""
    folder = Path(settings.BASE_DIR) / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(folder / f"{name}.png", optimize=True)


def keep_window(name: str, page: Page) -> None:
    """Keeps what the window shows of a page."""
    _keep(name, Image.open(io.BytesIO(page.screenshot(animations="disabled"))))


class Visitor:
    """One person, one browser. `faults` lists what went wrong on any page: it must stay empty."""

    def __init__(
        self, context: BrowserContext, site: str, *, examined: Examined = "every page", scripts: bool = True
    ) -> None:
        """`scripts`: whether the browser runs any of a page's."""
        self.site = site
        self.examined = examined
        self.scripts = scripts
        self.parts: set[str] = set()
        self.faults: list[str] = []
        self.context = context
        context.route("**/*", self._guard)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._receive)
        self.devtools = context.new_cdp_session(self.page)
        self._let_scripts_run(scripts)

    def _guard(self, route: Route) -> None:
        """No request leaves the site."""
        asked = urlsplit(route.request.url)
        if f"{asked.scheme}://{asked.netloc}" == self.site or asked.scheme in ("data", "blob"):
            route.continue_()
        else:
            self.faults.append(f"{self.page.url} asks for {route.request.url}")
            route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        refused = re.search(r"status of (\d+)", message.text)
        if message.type in ("error", "warning") and not (refused and int(refused[1]) in MEANT_STATUS):
            self.faults.append(f"{self.page.url} console: {message.text}")

    def _receive(self, response: Response) -> None:
        if response.status >= 400 and response.status not in MEANT_STATUS:
            self.faults.append(f"{response.status} {response.url}")

    def _let_scripts_run(self, yes: bool) -> None:
        """From now on. Playwright's own switch is for life, and axe needs them for a moment."""
        self.devtools.send("Emulation.setScriptExecutionDisabled", {"value": not yes})

    def open(self, path: str) -> None:
        """Types an address."""
        self.page.goto(path if path.startswith("http") else f"{self.site}{path}")
        self.look()

    def press(self, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """Presses the button or follows the link of this name, and looks at the page that comes."""
        place = within or self.page
        button = place.get_by_role("button", name=name, exact=exact)
        chosen = button.or_(place.get_by_role("link", name=name, exact=exact)).first
        with self.page.expect_navigation():
            chosen.click()
        self.look()

    def enter(self, field: Locator) -> None:
        """Sends the form by the Enter key."""
        with self.page.expect_navigation():
            field.press("Enter")
        self.look()

    def sign_in(self, name: str) -> None:
        """With the demo's password, by keyboard alone."""
        if "/sign-in/" not in self.page.url:
            self.open("/sign-in/")
        self.page.locator("#id_username").fill(name)
        password = self.page.locator("#id_password")
        password.fill("demo-2026")
        self.enter(password)

    def be(self, name: str) -> None:
        """Signed in already, where signing in is not what is looked at."""
        client = Client()
        client.force_login(User.objects.get(username=name))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": self.site}])

    def look(self) -> None:
        """What the layout and, where pages are examined, axe find wrong with this page."""
        self.page.wait_for_load_state("load")
        if self.page.evaluate(OVERFLOW):
            self.faults.append(f"{self.page.url} is wider than the window by {self.page.evaluate(OVERFLOW)}")
        if self.examined == "never":
            return
        view, classes = resolve(urlsplit(self.page.url).path).view_name, frozenset(self.page.evaluate(CLASSES))
        if self._is_new(view, classes):
            self._let_scripts_run(True)  # those of a page that came without stay dead
            self._examine()
            self._let_scripts_run(self.scripts)

    def _is_new(self, view: str, classes: frozenset[str]) -> bool:
        """Whether the page's template (told by the view that answers) or what stands on it comes for the first time."""
        if self.examined == "every part":
            new = not {view, *classes} <= self.parts
            self.parts |= {view, *classes}
            return new
        language = self.page.locator("html").get_attribute("lang")
        page = (view, classes, language, self.scripts, *(self.page.viewport_size or {}).values())
        new = page not in SEEN
        SEEN.add(page)
        return new

    def _examine(self) -> None:
        for frame in self.page.frames:
            frame.evaluate(f"if (!window.axe) {{ {AXE.read_text('utf-8')} }}; 0")
        found: dict[str, Any] = self.page.evaluate(EXAMINE, RULES)
        for one in found["violations"]:
            nodes = [node["html"][:160] for node in one["nodes"]][:3]
            self.faults.append(f"{self.page.url} axe {one['id']}: {nodes}")

    def tab_through(self, most: int = 40) -> int:
        """Goes through the page with the Tab key; the number of stops. Each must be seen and not covered."""
        for stop in range(most):
            self.page.keyboard.press("Tab")
            at: dict[str, Any] = self.page.evaluate(FOCUS)
            if at["end"]:
                return stop
            if "what" in at and (not at["visible"] or at["covered"]):
                how = "covered" if at["covered"] else "not visible"
                self.faults.append(f"{self.page.url}: focus is {how} at {at['what']}")
        return most

    def says(self, *words: str) -> None:
        """The page shows these words."""
        text = self.page.locator("body").inner_text()
        missing = [word for word in words if word not in text]
        assert not missing, f"{self.page.url} does not say {missing}: {text[:600]}"

    def heading(self) -> str:
        """The page's name."""
        return self.page.locator("h1").first.inner_text().strip()

    def fetch(self, path: str) -> APIResponse:
        """What a link downloads, with this person's session."""
        return self.context.request.get(path if path.startswith("http") else f"{self.site}{path}")

    def picture(self, name: str, *, most: int = 1500, whole: bool = True) -> None:
        """Keeps the page, or what the window shows of it, as docs show it, where SCREENSHOTS names a folder.

        `most`: how many pixels of a long page.
        """
        if not PICTURES or self.examined != "every page":
            return
        self.page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        if not whole:
            keep_window(name, self.page)
            return
        height = min(most, int(self.page.evaluate("document.documentElement.scrollHeight")))
        width = int(self.page.evaluate("document.documentElement.clientWidth"))
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
        _keep(name, Image.open(io.BytesIO(self.page.screenshot(clip=clip, full_page=True, animations="disabled"))))

    def keep_pdf(self, name: str, content: bytes) -> None:
        """Keeps a picture of a PDF's first page, where SCREENSHOTS names a folder."""
        if PICTURES:
            document = pypdfium2.PdfDocument(content)
            document.init_forms()  # the seal is one
            page = document[0]
            _keep(name, page.render(scale=DESK["width"] / page.get_width()).to_pil())

    def leave(self) -> None:
        """Closes the browser."""
        self.context.close()
