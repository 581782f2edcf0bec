"""The licence's page printed by Chromium, kept warm: the same template, the same faces."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import sync_playwright

PROGRAM = "/usr/bin/chromium"


@cache
def faces() -> str:
    """Our faces for a browser that may fetch nothing: within the style sheet."""
    from paper import fonts

    return "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"src: url(data:font/ttf;base64,{base64.b64encode(path.read_bytes()).decode()}); }}\n"
        for face, path in fonts.chain()
        if face in fonts.BUILT[:2]
    )


@contextmanager
def printer() -> Iterator[Callable[[Any], bytes]]:
    """A function that prints a licence version. The faces are loaded once; each paper replaces the page's body."""
    from certificates import paper

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = browser.new_page()
        style = (settings.BASE_DIR / "paper" / "css" / "paper.css").read_text(encoding="utf-8")
        page.set_content(f'<style>{faces()}{style}</style><div id="paper"></div>')

        def printed(version: Any) -> bytes:
            content = render_to_string(paper.TEMPLATE, paper.context_of(version))
            page.evaluate("content => { document.getElementById('paper').innerHTML = content }", content)
            page.evaluate("document.fonts.ready")
            made: bytes = page.pdf(prefer_css_page_size=True, print_background=True)
            return made

        yield printed
        browser.close()
