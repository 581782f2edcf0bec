"""The paper: one page where it should be one, every glyph there, the same bytes, a code that reads back."""

import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.template.loader import render_to_string
from PIL import Image

from accounts.actors import SYSTEM
from accounts.models import Enterprise
from certificates import check_character, code, handlers, issuing, paper
from certificates.models import Licence, LicenceVersion
from certificates.signers import keys
from certificates.verifying import verification
from industries.models import CatalogueVersion
from outbox import delivery
from permits.models import Document
from tests import people
from tests.certificates.factories import SIX, decided_case

pytestmark = pytest.mark.django_db
EIGHT = (*SIX, "m_fire", "m_drainage")
ELEVEN = (*EIGHT, "m_publication", "m_film", "m_parking")


def version_with(
    catalogue: CatalogueVersion,
    moment: datetime,
    granted: tuple[str, ...],
    *,
    name: str = "",
    scope: str = "预包装食品",
) -> LicenceVersion:
    shop: Enterprise | None = None
    if name:
        shop = people.enterprise(people.Cast().stranger, uscc="91310105MA1FW0030X", name=name)
    case = decided_case(catalogue, moment, granted=granted, enterprise=shop, scope=scope)
    return issuing.issue(case, actor=SYSTEM, at=moment).versions.get()


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def picture(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=dpi / 72).to_pil().convert("L")


@pytest.mark.parametrize(("granted", "count"), [(SIX[:2], 1), (SIX, 1), (EIGHT, 1), (ELEVEN, 2)])
def test_eight_items_fit_on_one_page(
    catalogue: CatalogueVersion, moment: datetime, granted: tuple[str, ...], count: int
) -> None:
    version = version_with(catalogue, moment, granted)
    texts = pages(paper.render(version))
    assert len(texts) == count
    for item in version.facts["items"]:
        place = (item["position"] - 1) // paper.ITEMS_PER_PAGE
        assert item["number"] in texts[place].replace("\r\n", "")
    assert all(version.facts["number"] in text for text in texts)
    beside = f"{version.facts['number']}　校验码 {check_character.of(version.facts['number'])}"
    assert all(beside in text for text in texts), "the number and its check character stand beside the code"


def test_long_texts_take_more_pages_and_none_is_cut_off(catalogue: CatalogueVersion, moment: datetime) -> None:
    name = "上海长宁" + "示例" * 30 + "便利店"
    version = version_with(catalogue, moment, EIGHT, name=name, scope="热食类食品制售、" * 12)
    texts = pages(paper.render(version))
    assert len(texts) > 1
    whole = "".join(texts).replace("\r\n", "")
    assert all(item["number"] in whole for item in version.facts["items"])


def test_r1_13_each_permit_bears_its_own_term_and_a_suspended_one_keeps_it(
    catalogue: CatalogueVersion, moment: datetime
) -> None:
    """Suspension is for a while: nothing is struck out, and the term goes on. What has ended is struck."""
    version = version_with(catalogue, moment, SIX[:4])
    items = version.facts["items"]
    items[1]["state"], items[2]["state"], items[3]["valid_to"] = "suspended", "revoked", None
    html = render_to_string(paper.TEMPLATE, paper.context_of(version))
    rows = [row.partition("</tr>")[0] for row in html.partition("<tbody>")[2].split("<tr")[1:]]
    term = "2026.02.26至2031.02.25"
    assert [term in row for row in rows] == [True, True, False, False]
    assert ["暂扣" in row for row in rows] == [False, True, False, False]
    assert ["ended" in row for row in rows] == [False, False, True, False]
    assert "2026.02.26起长期" in rows[3]
    items[:] = [{**items[0], "position": n, "state": "suspended"} for n in range(1, 9)]
    assert paper.height_of(items, paper.SETTINGS[-1]) > paper.ROOM_MM, "their lines are counted"


def test_the_same_version_gives_the_same_bytes(catalogue: CatalogueVersion, moment: datetime) -> None:
    version = version_with(catalogue, moment, SIX)
    assert paper.render(version) == paper.render(LicenceVersion.objects.get(pk=version.pk))


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_code_reads_back_from_the_page(catalogue: CatalogueVersion, moment: datetime, dpi: int) -> None:
    version = version_with(catalogue, moment, SIX)
    found = zxingcpp.read_barcodes(picture(paper.render(version), dpi), zxingcpp.BarcodeFormat.QRCode)
    assert [item.text for item in found] == [paper.code_text(version)]
    said = code.verify(code.parse(found[0].text), keys.verifying_keys())
    assert said.number == version.facts["number"]


def test_the_code_is_large_enough(catalogue: CatalogueVersion, moment: datetime, settings: Any) -> None:
    settings.SITE_URL = "https://yyyz.shanghai-changning.gov.cn"
    for granted in (SIX, ELEVEN):
        version = version_with(catalogue, moment, granted)
        data, side = paper.code_picture(version)
        address, _, digits = paper.code_text(version).partition("#")
        modules = len(paper.qr.matrix(segments=[("byte", f"{address}#"), ("numeric", digits)]))
        assert side >= 32
        assert side / modules >= 0.40


def test_a_rare_name_shows_every_glyph(catalogue: CatalogueVersion, moment: datetime) -> None:
    version = version_with(catalogue, moment, SIX[:2], name="上海张\U00021484\U0002b689便利店")
    with pypdfium2.PdfDocument(paper.render(version)) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert "\U00021484\U0002b689" in text
    fonts = {name for name in fonts_of(paper.render(version)) if "HanaMin" in name}
    assert fonts


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the fonts inside a PDF."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(font.get("/BaseFont")) for page in document.pages for font in page.resources.get("/Font", {}).values()
        }


def test_the_outbox_makes_the_paper_once(licence: Licence, moment: datetime, settings: Any) -> None:
    version = licence.versions.get()
    assert version.file == ""
    assert delivery.deliver(issuing.paper_parcel(version)[1], at=moment) is True
    version.refresh_from_db()
    stored = (Path(settings.MEDIA_ROOT) / version.file).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == version.sha256
    document = Document.objects.get(number=licence.number)
    assert (document.file, document.sha256) == (version.file, version.sha256)
    handlers.make_paper(issuing.paper_parcel(version)[2])
    assert LicenceVersion.objects.get(pk=version.pk).rendered_at == version.rendered_at
    assert verification.verify_file(stored, at=moment).holds


@pytest.mark.parametrize("damage", ["gone", "changed", "never made"])
def test_the_paper_is_made_when_it_is_asked_for(licence: Licence, moment: datetime, settings: Any, damage: str) -> None:
    version = licence.versions.get()
    wanted = paper.render(version)
    if damage != "never made":
        paper.store(version, at=moment)
        version.refresh_from_db()
        path = Path(settings.MEDIA_ROOT) / version.file
        path.unlink() if damage == "gone" else path.write_bytes(b"x")
    assert paper.pdf_of(version, at=moment).startswith(wanted)
    assert sorted(path.name for path in (Path(settings.MEDIA_ROOT) / "licences").iterdir()) == [f"{licence.code}-1.pdf"]
