"""A telephone in the field: a browser of its own with a camera, that can lose its signal and be killed."""

import os
import signal
from pathlib import Path
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from tests.browser.conftest import ARGUMENTS, OPTIONS
from tests.browser.visitor import AXE, EXAMINE, OVERFLOW, PICTURES, RULES, keep_window

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
APP = "/inspect/field/"
NO_ROOM = """() => {
  window.putBefore = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
ROOM = "() => { IDBObjectStore.prototype.put = window.putBefore; }"
KEPT = "async () => (await navigator.serviceWorker.ready).active.state"


class Phone:
    """One device. What it keeps is in `folder`, which outlives the browser.

    `film`: an MJPEG file, which the camera sees instead of a test card.
    """

    def __init__(self, chromium: Browser, folder: Path, site: str, *, app: str = APP, film: Path | None = None) -> None:
        self.app = app
        self.sight = [f"--use-file-for-fake-video-capture={film}"] if film else []
        self.chromium = chromium
        self.folder = folder
        self.site = site
        self.faults: list[str] = []
        self.start()

    def start(self) -> None:
        """Switches the browser on, with what it had kept."""
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()
        options: dict[str, Any] = OPTIONS["phone"] | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        self.context: BrowserContext = self.chromium.browser_type.launch_persistent_context(
            str(self.folder), executable_path="/usr/bin/chromium", args=[*ARGUMENTS, *CAMERA, *self.sight], **options
        )
        self.page: Page = self.context.pages[0]
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def kill(self) -> None:
        """Ends the browser's process as a telephone without memory does: without a word."""
        mine = f"--user-data-dir={self.folder}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (process / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(process.name), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                continue

    def session_of(self, name: str) -> None:
        """Whoever is signed in now, without the way through the form."""
        client = Client()
        client.force_login(User.objects.get(username=name))
        cookie = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.site}])

    def sign_in(self, name: str) -> None:
        """By the form, which ends in the app; whoever was signed in no longer is."""
        self.context.clear_cookies()
        self.page.goto(f"{self.site}/sign-in/?next={self.app}")
        self.page.locator("#id_username").fill(name)
        self.page.locator("#id_password").fill("demo-2026")
        self.page.locator("#id_password").press("Enter")
        self.page.wait_for_url(f"**{self.app}*")

    def open(self) -> None:
        """Opens the app, as from the home screen."""
        self.page.goto(self.site + self.app)

    def is_kept(self) -> None:
        """Waits until the app opens without a signal."""
        assert self.page.evaluate(KEPT) in ("activating", "activated")

    def offline(self, yes: bool = True) -> None:
        self.context.set_offline(yes)

    def waits(self, count: int) -> None:
        """So many entries are unsent."""
        expect(self.page.locator("#foot")).to_have_attribute("data-unsent", str(count), timeout=15_000)

    def says(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def tap(self, name: str) -> None:
        button = self.page.get_by_role("button", name=name)
        button.or_(self.page.get_by_role("link", name=name)).first.click()

    def find(self, finding: str, note: str = "") -> None:
        """Chooses a finding on the point that is open, and saves it."""
        form = self.page.locator("form[data-finding]")
        form.locator(f"[value={finding}]").check()
        form.locator("[name=note]").fill(note)
        form.get_by_role("button").click()

    def examine(self, name: str) -> None:
        """What axe and the layout find wrong with this screen; a picture where SCREENSHOTS names a folder."""
        if self.page.evaluate(OVERFLOW):
            self.faults.append(f"{name} is wider than the window")
        self.page.evaluate(f"if (!window.axe) {{ {AXE.read_text('utf-8')} }}; 0")
        for one in self.page.evaluate(EXAMINE, RULES)["violations"]:
            self.faults.append(f"{name} axe {one['id']}: {[node['html'][:160] for node in one['nodes']][:3]}")
        if PICTURES:
            keep_window(f"{self.app.strip('/').split('/')[-1]}-{name}", self.page)
