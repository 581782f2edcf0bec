"""From a document's frozen facts to its paper: one PDF per document, made once, kept as a private file.

path = ensure(documents().get(pk=…), at=now)    # idempotent: the outbox and the download page both call it
"""

import hashlib
import os
import tempfile
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

import zxingcpp
from django.conf import settings
from django.template.loader import select_template
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import override

from paper.pdf import render_pdf
from paper.qr import png_data_uri
from permits.models import Document, Wording
from permits.models.paper import DocumentQuerySet
from permits.models.wording import WordingText
from permits.papers import data, text
from permits.papers.forms import PLACEHOLDERS, key_of
from permits.papers.page import Page, page_of
from permits.papers.values import values_of
from permits.wording import grouped, long_date

FOLDER = "documents"
BLOCKS = frozenset(name for name, placeholder in PLACEHOLDERS.items() if placeholder.is_block)


def documents() -> DocumentQuerySet:
    """Documents with what their papers need."""
    return Document.objects.select_related("case__enterprise", "case__catalogue", "body", "wording").defer(
        "case__catalogue__document"
    )


def ensure(document: Document, *, at: datetime) -> Path:
    """The document's file; rendered now where it is not there yet. Two at once make two files, of which one stays."""
    if document.file and (stored := Path(settings.MEDIA_ROOT) / document.file).is_file():
        return stored
    content = render(document)
    digest = hashlib.sha256(content).hexdigest()
    name = f"{FOLDER}/{document.created_at:%Y}/{document.pk}-{digest[:16]}.pdf"
    write_durably(Path(settings.MEDIA_ROOT) / name, content)
    # Only the first file becomes the paper, unless that file has been lost.
    won = Document.objects.filter(pk=document.pk, file=document.file).update(file=name, sha256=digest, rendered_at=at)
    if not won:
        document.refresh_from_db(fields=["file"])
        if document.file != name:  # the same page gives the same bytes, and the same bytes the same name
            Path(settings.MEDIA_ROOT, name).unlink(missing_ok=True)
        return Path(settings.MEDIA_ROOT) / document.file
    document.file, document.sha256, document.rendered_at = name, digest, at
    return Path(settings.MEDIA_ROOT) / name


def write_durably(path: Path, content: bytes) -> None:
    """Write a file that is either whole or not there, even when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def render(document: Document) -> bytes:
    """The PDF of the document."""
    page = page_of(document)
    return set_page(page, document.wording or first_wording(page))


def first_wording(page: Page) -> Wording | None:
    """The wording of a paper that was written before wordings were kept; None where its kind has none."""
    is_filing = bool(page.matters) and all(matter["is_filing"] for matter in page.matters)
    form = key_of(page.document.kind, page.facts, is_filing=is_filing)
    return Wording.objects.filter(form=form).earliest("version") if form else None


def set_page(page: Page, wording: WordingText | None) -> bytes:
    """The PDF of a page in a wording; in its own template where its kind has no kept wording."""
    templates = [f"paper/documents/{page.document.kind}.html", "paper/documents/worded.html"]
    template = select_template(templates).template.name
    return render_pdf(template, context_of(page, wording), enclosures=[data.enclosure(page, wording)])


def context_of(page: Page, wording: WordingText | None) -> dict[str, Any]:
    """What the frame of a paper is filled with; the words are the wording's, filled in from the page's frozen facts."""
    document, case = page.document, page.case
    progress = f"{settings.SITE_URL}{reverse('workflows:progress', args=[case.code])}"
    return {
        "document": document,
        "facts": page.facts,
        "matters": page.matters,
        "body_name": page.signer,
        "specimen": page.is_sample or settings.LICENCE_SPECIMEN,
        "case_number": grouped(case.number or ""),
        "dated": long_date(document.on),
        "progress_code": case.code,
        "progress_qr": png_data_uri(progress),
        "barcode_uri": barcode(case.number or ""),
        "office": {"window": document.body.window, "hotline": document.body.hotline},
        **(words_of(page, wording) if wording else {}),
    }


def words_of(page: Page, wording: WordingText) -> dict[str, str]:
    """Title and text of the page. Whatever stands in the wording besides its placeholders is text, never markup."""
    with override(settings.LANGUAGE_CODE):
        values = values_of(page)
        texts = (wording.opening, wording.body, wording.closing)
        made = "\n".join(text.html(one, values, BLOCKS) for one in texts)
        return {"title": text.plain(wording.title, values), "text": mark_safe(made)}


def barcode(number: str) -> str:
    """The case number as a Code 128 picture (SVG in a data URI), for the counter's scanner; empty without a number."""
    if not number:
        return ""
    svg = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code128).to_svg(add_quiet_zones=False)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
