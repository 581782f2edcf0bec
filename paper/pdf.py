"""HTML to PDF by WeasyPrint: one font configuration per process, nothing fetched, one rendering at a time.

A font configuration made anew for each paper grows a worker to 735 MB; a kept one stays at 145 (perf-security §2.2).
The bytes are the same for the same page: nothing of the clock or the machine goes in.
"""

import atexit
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from shutil import rmtree
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from paper import fonts

_ONE_AT_A_TIME = threading.Lock()
"""Pango's font map is not made for two threads."""

SCHEME = "paper:"
ARCHIVE, SEALED = "pdf/a-3u", "pdf/a-4f"
"""What a paper is: PDF/A-3u; one that is to be sealed with an elliptic curve needs PDF 2.0, hence PDF/A-4f (with files)."""


@cache
def _fetcher() -> Any:
    """Serves our own fonts and `data:`; every other address is refused before anything is opened (SSRF)."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - half a second, for papers only

    class OwnFilesOnly(URLFetcher):
        """No network, no local files but the fonts by name."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            known = {f"{SCHEME}{path.name}": path for _, path in fonts.chain()}
            if url not in known:
                raise ValueError("papers fetch nothing from outside")
            return URLFetcherResponse(url, known[url].read_bytes(), {"Content-Type": "font/ttf"})

    return OwnFilesOnly(allowed_protocols=["data"], allow_redirects=False)


@cache
def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    configuration = FontConfiguration()
    atexit.register(_forget, configuration)
    return configuration


def _forget(configuration: Any) -> None:
    """Take its folder away now: left to the dying interpreter, it finds no `rmtree` any more and says so aloud."""
    if configuration._folder:
        rmtree(configuration._folder, ignore_errors=True)
        configuration._folder = None


@cache
def _base_style() -> Any:
    from weasyprint import CSS  # noqa: PLC0415

    faces = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url("{SCHEME}{path.name}"); font-weight: {face.weight}; }}\n'
        for face, path in fonts.chain()
        if face in fonts.BUILT
    )
    text = faces + (settings.BASE_DIR / "paper" / "css" / "paper.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=_font_configuration(), url_fetcher=_fetcher())


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file within the PDF: what the paper says, for machines. Its name is ASCII; `at` is its date, whenever it is made."""

    name: str
    content: bytes
    description: str
    at: datetime


def render_pdf(
    template_name: str,
    context: dict[str, Any],
    *,
    enclosures: Sequence[Enclosure] = (),
    variant: str = ARCHIVE,
    tags: bool = True,
) -> bytes:
    """The PDF of a template. Official papers are Chinese, whoever asks for them."""
    with override(settings.LANGUAGE_CODE):
        return html_to_pdf(render_to_string(template_name, context), enclosures=enclosures, variant=variant, tags=tags)


def html_to_pdf(html: str, *, enclosures: Sequence[Enclosure] = (), variant: str = ARCHIVE, tags: bool = True) -> bytes:
    """The PDF of a page: PDF/A, tagged for screen readers, with its language and title and the files enclosed. Without
    `tags` it may become a picture in another: a second set of tags would read out the wrong things there."""
    from weasyprint import HTML, Attachment  # noqa: PLC0415

    with _ONE_AT_A_TIME:
        attachments = [
            Attachment(
                string=one.content,
                name=one.name,
                description=one.description,
                created=one.at.astimezone(UTC),
                modified=one.at.astimezone(UTC),
                relationship="Data",
            )
            for one in enclosures
        ]
        page = HTML(string=html, url_fetcher=_fetcher(), base_url=SCHEME)
        pdf: bytes = page.write_pdf(
            stylesheets=[_base_style()],
            font_config=_font_configuration(),
            pdf_variant=variant,
            pdf_tags=tags,
            attachments=attachments,
            finisher=_name_each_file_once,
        )
    return pdf


def _name_each_file_once(_document: Any, pdf: Any) -> None:
    """WeasyPrint 70 writes a file's reference twice into the catalogue's list of associated files."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
