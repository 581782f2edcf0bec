"""Papers: the same bytes for the same page, real glyphs for rare names, nothing fetched from anywhere."""

import hashlib
import io
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from weasyprint.urls import URLFetchingError

from paper import fonts, glyphs, pdf, qr
from scripts.sources import ROOT
from tests.paper.canary import listening
from tests.paper.vectors import VECTORS

PAGE = (
    '<!DOCTYPE html><html lang="zh-Hans-CN"><head><meta charset="utf-8"><title>{}</title></head><body>{}</body></html>'
)
TEXT = "行业综合许可证 长宁示例便利店有限公司"
built = pytest.mark.skipif(not all(map(fonts.built_file, fonts.BUILT)), reason="make assets builds the fonts")


def page_of(body: str) -> bytes:
    return pdf.html_to_pdf(PAGE.format("证", body))


def text_of(made: bytes) -> str:
    with pypdfium2.PdfDocument(made) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_page_becomes_archival_pdf_with_its_text() -> None:
    made = page_of(f"<h1>{TEXT}</h1>")
    assert made.startswith(b"%PDF-")
    assert "长宁示例便利店" in text_of(made)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert document.docinfo["/Title"] == "证"
        assert str(document.Root.Lang) == "zh-Hans-CN"
        metadata = document.Root.Metadata.read_bytes()
    assert b'pdfaid:part="3"' in metadata
    assert b'pdfaid:conformance="U"' in metadata


FILE = pdf.Enclosure("data.json", '{"名": "甲"}'.encode(), "数据", datetime(2026, 3, 3, 10, tzinfo=UTC))


def test_an_enclosed_file_is_read_back_and_named_once() -> None:
    """PDF/A-3 (ISO 19005-3, 6.8): a name, a type, a relationship, and one place in the list of associated files."""
    other = pdf.Enclosure("b.txt", b"b", "b", FILE.at)
    made = pdf.html_to_pdf(PAGE.format("证", TEXT), enclosures=[FILE, other])
    assert made == pdf.html_to_pdf(PAGE.format("证", TEXT), enclosures=[FILE, other])
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.Root.AF) == 2
        assert document.attachments["data.json"].get_file().read_bytes() == FILE.content
        specification = next(one for one in document.Root.AF if str(one.UF) == "data.json")
        assert (str(specification.AFRelationship), str(specification.Desc)) == ("/Data", "数据")
        assert str(specification.EF.F.Subtype) == "/application/json"
        assert str(specification.EF.F.Params.ModDate) == "D:20260303100000Z"
        assert str(document.Root.OutputIntents[0].S) == "/GTS_PDFA1"


def test_a_page_without_files_has_no_list_of_them() -> None:
    with pikepdf.open(io.BytesIO(page_of(TEXT))) as document:
        assert "/AF" not in document.Root
        assert not document.attachments


def test_the_same_page_gives_the_same_bytes() -> None:
    assert page_of(f"<p>{TEXT}</p>") == page_of(f"<p>{TEXT}</p>")


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import django, hashlib; django.setup()\nfrom paper import pdf\n"
        f"print(hashlib.sha256(pdf.html_to_pdf({PAGE.format('证', TEXT)!r})).hexdigest())"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(page_of(TEXT)).hexdigest()


def test_two_threads_make_the_papers_that_one_makes() -> None:
    bodies = [f"<p>{TEXT}{number}</p>" for number in range(4)]
    alone = [page_of(body) for body in bodies]
    together: dict[str, bytes] = {}
    threads = [threading.Thread(target=lambda body=body: together.__setitem__(body, page_of(body))) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [together[body] for body in bodies] == alone


@built
def test_common_text_is_set_in_the_cut_face_and_rare_text_in_the_full_one() -> None:
    def faces(made: bytes) -> set[str]:
        with pikepdf.open(io.BytesIO(made)) as document:
            return {
                str(font.BaseFont).partition("+")[2].partition("-")[0]
                for page in document.pages
                for font in page.Resources.get("/Font", {}).values()
            }

    assert faces(page_of(TEXT)) == {"Song"}
    small, large = len(page_of(TEXT)), len(page_of(TEXT + "龘"))
    assert large < small + 200_000, "only the signs used are embedded"


class TestGlyphs:
    @built
    def test_every_standard_character_of_names_can_be_set(self) -> None:
        assert glyphs.missing_glyphs("㛃㭎䶮龘犇骉堃昇〇 ABCabc 0123、。《》〔〕\n\t") == set()

    def test_what_no_face_has_is_named(self) -> None:
        assert glyphs.missing_glyphs("王\U0003ffff") == {"\U0003ffff"}
        with pytest.raises(glyphs.RuleViolation, match="U\\+E000"):
            glyphs.guard(["王", "\ue000"])

    def test_private_characters_are_always_refused(self) -> None:
        assert glyphs.missing_glyphs("".join(map(chr, range(0xE000, 0xF8FF)))) == set(map(chr, range(0xE000, 0xF8FF)))

    def test_a_variation_selector_needs_no_glyph(self) -> None:
        assert glyphs.missing_glyphs("葛\U000e0100\ufe00") == set()


def attempt(vector: str, url: str) -> bytes:
    """The paper of a page that asks for the address; nothing where WeasyPrint gives the page up for it."""
    try:
        return page_of(VECTORS[vector].format(url=url))
    except URLFetchingError:
        return b""


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    with listening() as heard:
        yield heard


class TestNothingIsFetched:
    def test_the_canary_sings_when_called(self, canary: tuple[str, list[str]]) -> None:
        url, calls = canary
        urllib.request.urlopen(url).close()
        assert calls == ["/secret"]

    @pytest.mark.parametrize("vector", VECTORS)
    def test_no_address_is_called(self, canary: tuple[str, list[str]], vector: str) -> None:
        url, calls = canary
        attempt(vector, url)
        assert calls == []

    @pytest.mark.parametrize("vector", VECTORS)
    def test_no_file_is_read(self, vector: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("the moon is made of cheese", encoding="utf-8")
        opened: list[str] = []
        sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
        made = attempt(vector, secret.as_uri())
        assert str(secret) not in opened
        assert b"cheese" not in made
        if made:
            with pikepdf.open(io.BytesIO(made)) as document:
                assert not document.attachments

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "http://127.0.0.1/",
            "ftp://127.0.0.1/",
            "paper:../../etc/passwd",
            "paper:///etc/passwd",
            "DATA:,x",
            "x",
        ],
    )
    def test_the_fetcher_knows_its_own_files_only(self, url: str) -> None:
        with pytest.raises(ValueError):
            pdf._fetcher().fetch(url)

    def test_a_picture_in_the_page_itself_is_shown(self) -> None:
        made = page_of(f'<img src="{qr.png_data_uri("https://example.cn/v/abc")}">')
        assert qr.read_codes(made) == ["https://example.cn/v/abc"]
