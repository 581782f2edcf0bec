"""From a document's frozen facts to its paper: one PDF per document, made once, kept as a private file.

path = ensure(documents().get(pk=…), at=now)    # idempotent: the outbox and the download page both call it
"""

import hashlib
import os
import tempfile
from base64 import b64encode
from datetime import date, datetime
from pathlib import Path
from typing import Any

import zxingcpp
from django.conf import settings
from django.urls import reverse

from industries.entities import Catalogue
from paper.pdf import render_pdf
from paper.qr import png_data_uri
from permits.models import Case, Delivery, Document
from permits.models.paper import DocumentQuerySet
from permits.papers import grounds
from permits.wording import grouped, long_date

FOLDER = "documents"


def documents() -> DocumentQuerySet:
    """Documents with what their papers need."""
    return Document.objects.select_related("case__enterprise", "case__catalogue", "body").defer(
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
    return render_pdf(f"paper/documents/{document.kind}.html", context_of(document))


def context_of(document: Document) -> dict[str, Any]:
    """What the template of the document's kind is filled with: frozen facts, and the words of its catalogue version."""
    case, facts = document.case, document.facts
    catalogue = case.own_catalogue
    progress = f"{settings.SITE_URL}{reverse('workflows:progress', args=[case.code])}"
    return {
        "document": document,
        "facts": facts,
        "body_name": facts.get("body_name") or document.body.name,
        "specimen": settings.LICENCE_SPECIMEN,
        "case_number": grouped(case.number or ""),
        "dated": long_date(document.on),
        "progress_url": progress,
        "progress_code": case.code,
        "progress_qr": png_data_uri(progress),
        "barcode_uri": barcode(case.number or ""),
        "industries": "、".join(catalogue.industries[id].name for id in case.industries if id in catalogue.industries),
        "matters": [matter_words(catalogue, id, document) for id in document.matters],
        "office": {"name": document.body.name, "window": document.body.window, "hotline": document.body.hotline},
        "reconsideration_channel": settings.RECONSIDERATION_CHANNEL,
        **dates_of(facts),
        **(EXTRAS.get(Document.Kind(document.kind), _nothing)(document, catalogue)),
    }


def matter_words(catalogue: Catalogue, id: str, document: Document) -> dict[str, Any]:
    """One matter as papers speak of it: name, kind, deciding department, legal basis, and its dates once they run."""
    matter = catalogue.matters[id]
    clock = document.facts.get("clocks", {}).get(id, {})
    return {
        "id": id,
        "name": matter.name,
        "kind": matter.kind,
        "certificate": matter.certificate_name,
        "is_filing": not matter.is_permit,
        "department": catalogue.departments[matter.department].name,
        "legal_basis": matter.legal_basis,
        "by_commitment": clock.get("route") == "commitment",
        "statutory_days": clock.get("statutory_days", matter.statutory_days),
        "day_type": clock.get("day_type", matter.day_type),
        **{key: date.fromisoformat(clock[key]) for key in ("promised_by", "statutory_by") if clock.get(key)},
    }


DAYS = (
    *("received_on", "accepted_on", "promised_by", "valid_from", "valid_to", "due_on", "answer_by", "granted_on"),
    *("stopped_on", "expected_on", "old_by", "new_by", "approved_on", "found_on", "cancelled_on", "consent_on"),
)
"""The facts that are days."""


def dates_of(facts: dict[str, Any]) -> dict[str, date | None]:
    """The days among the facts, as dates."""
    return {name: date.fromisoformat(facts[name]) if facts.get(name) else None for name in DAYS}


def barcode(number: str) -> str:
    """The case number as a Code 128 picture (SVG in a data URI), for the counter's scanner; empty without a number."""
    if not number:
        return ""
    svg = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code128).to_svg(add_quiet_zones=False)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _nothing(_document: Document, _catalogue: Catalogue) -> dict[str, Any]:
    return {}


def _receipt(document: Document, catalogue: Catalogue) -> dict[str, Any]:
    """Which materials were handed in, by the moment of the receipt."""
    files = document.case.materials.filter(uploaded_at__lte=document.created_at, removed_at=None)
    pages: dict[str, int] = {}
    for material, count in files.values_list("material", "pages"):
        pages[material] = pages.get(material, 0) + count
    known = [(catalogue.materials[id].name, count) for id, count in pages.items() if id in catalogue.materials]
    return {"materials": known, "online": document.case.channel == Case.Channel.ONLINE}


def _supplement(document: Document, catalogue: Catalogue) -> dict[str, Any]:
    """Each point with the name of what it concerns."""
    return {"points": [(subject_name(catalogue, id), text) for id, text in document.facts.get("items", {}).items()]}


def subject_name(catalogue: Catalogue, id: str) -> str:
    """The name of a material or the label of a field; the id itself where the catalogue knows neither."""
    if id in catalogue.materials:
        return catalogue.materials[id].name
    return catalogue.fields[id].label if id in catalogue.fields else id


def _commitment(document: Document, _catalogue: Catalogue) -> dict[str, Any]:
    """The letters as they were signed."""
    return {"letters": list(document.case.commitments.filter(matter__in=document.matters).order_by("pk"))}


def _adverse(document: Document, _catalogue: Catalogue) -> dict[str, Any]:
    """The remedies with their last days (R2.34)."""
    remedies = document.facts.get("remedies") or {}
    last = {name: date.fromisoformat(remedies[name]) for name in ("review_by", "suit_by") if remedies.get(name)}
    return {"remedies": {**remedies, **last}}


def _stop(document: Document, _catalogue: Catalogue) -> dict[str, Any]:
    return {"ground": grounds.STOPS[document.facts["ground"]]}


def _revocation(document: Document, catalogue: Catalogue) -> dict[str, Any]:
    return {"ground": grounds.REVOCATIONS[document.facts["ground"]], **_adverse(document, catalogue)}


def _cancellation(document: Document, catalogue: Catalogue) -> dict[str, Any]:
    return {"ground": grounds.CANCELLATIONS[document.facts["ground"]], **_adverse(document, catalogue)}


def _delivery(document: Document, _catalogue: Catalogue) -> dict[str, Any]:
    """The way in words, and the moment in local time."""
    way = Delivery.Way(document.facts["way"])
    at = datetime.fromisoformat(document.facts["delivered_at"])
    return {"way": way.label, "is_electronic": way == Delivery.Way.ELECTRONIC, "delivered_at": at}


EXTRAS = {
    Document.Kind.FILING_RECEIPT: _receipt,
    Document.Kind.SUPPLEMENT_NOTICE: _supplement,
    Document.Kind.COMMITMENT_LETTER: _commitment,
    Document.Kind.DECLINE_DECISION: _adverse,
    Document.Kind.REFUSAL_DECISION: _adverse,
    Document.Kind.CLOCK_STOP_NOTICE: _stop,
    Document.Kind.RECTIFICATION_ORDER: _adverse,
    Document.Kind.REVOCATION_DECISION: _revocation,
    Document.Kind.CANCELLATION_RECORD: _cancellation,
    Document.Kind.DELIVERY_RECEIPT: _delivery,
}
