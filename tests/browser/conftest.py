"""A served site with its catalogue and demo accounts, a browser, and the people who sit before it."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from accounts.demo import make_demo_accounts
from industries.models import CatalogueVersion
from tests.browser.stage import Stage
from tests.browser.visitor import DESK, PHONE, Examined, Visitor
from tests.catalogues import publish_bundled

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OPTIONS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE, "device_scale_factor": 1, "is_mobile": True, "has_touch": True},
    "desk": {"viewport": DESK},
}


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's browser. Its driver runs an event loop in this thread, which Django must not mistake for a server's."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(chromium: Browser, live_server: Any, settings: Any, outbox_inline: None) -> str:
    """The address of a site as `make run` leaves it, without any case. Papers are made in the same request."""
    settings.SITE_URL = live_server.url
    now = timezone.now()
    version = publish_bundled(now - timedelta(days=30))
    assert isinstance(version, CatalogueVersion)
    make_demo_accounts(now)
    return str(live_server.url)


@pytest.fixture
def stage(site: str) -> Stage:
    """Cases at any stage of their life, of the demo's people."""
    return Stage()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """`visit("phone")`: somebody with a browser of their own; at the end everything that went wrong in it is told."""
    visitors: list[Visitor] = []

    def enter(
        device: str = "desk", *, examined: Examined = "every page", scripts: bool = True, **options: Any
    ) -> Visitor:
        context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **(OPTIONS[device] | options))
        visitors.append(Visitor(context, site, examined=examined, scripts=scripts))
        return visitors[-1]

    yield enter
    for visitor in visitors:
        visitor.leave()
    assert [fault for visitor in visitors for fault in visitor.faults] == []
