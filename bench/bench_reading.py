"""How often the code on a licence's PDF is read and verified, at 150, 200 and 300 dots per inch, under fourteen distortions.

Beside it the same signed bytes as Base64 behind the same address, in a square of the same size: more modules, smaller ones.
"""

import base64
import io
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps

from bench.bench_code import AT
from bench.distortions import DISTORTIONS, MM_PER_INCH
from bench.measure import OURS, Measurement
from bench.sample import content, signer_and_keys

LICENCES_PER_RUN = 4
RESOLUTIONS = (150, 200, 300)
SIDE_MM, QUIET_ZONE = 32.0, 4
SITE = "https://permits.example.gov.cn"
FINE = 40
"""Pixels a module of a drawn code before it is brought down to a resolution."""


@dataclass(frozen=True)
class Subject:
    """A code to read: its text, and its picture at a resolution with a margin of paper around."""

    text: str
    at: Callable[[int], Image.Image]


def measurements(runs: int) -> Iterable[Measurement]:
    """Per cent read, byte for byte and verified; the note names what was missed."""
    ours, theirs = list(printed(runs * LICENCES_PER_RUN)), list(as_base64(runs * LICENCES_PER_RUN))
    for dpi in RESOLUTIONS:
        for who, subjects in ((OURS, ours), ("the same bytes in Base64", theirs)):
            rate, missed = read_rate(subjects, dpi)
            about: dict[str, Any] = {"licences": len(subjects), "distortions": len(DISTORTIONS), "level": "M"}
            note = ", ".join(f"{name} {count}" for name, count in missed.items())
            name = f"read a printed code at {dpi} dpi"
            yield Measurement(name, who, "%", (rate,), True, sizes=about, note=note and f"missed: {note}")


def read_rate(subjects: list[Subject], dpi: int) -> tuple[float, Counter[str]]:
    """Per cent of all pictures whose text was read, and how often each distortion was too much."""
    missed: Counter[str] = Counter()
    for number, subject in enumerate(subjects):
        chance, clean = random.Random(number), subject.at(dpi)
        for name, distort in DISTORTIONS.items():
            found = zxingcpp.read_barcodes(
                distort(clean, dpi, chance), zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain
            )
            missed[name] += subject.text not in [code.text for code in found]
    total = len(subjects) * len(DISTORTIONS)
    return 100 * (total - missed.total()) / total, +missed


def contents(count: int) -> Iterator[Any]:
    """Licences with six items, no two the same."""
    for n in range(count):
        usual = content(date(2026, 3, 2), AT)
        yield replace(usual, number=f"沪长综许〔2026〕{n:06d}号", seat=1000 + n)


def printed(count: int) -> Iterator[Subject]:
    """The codes on licences' own PDFs."""
    from certificates import code, paper
    from certificates.models import LicenceVersion

    signer, keys = signer_and_keys(AT)
    for said in contents(count):
        raw = code.seal(said, signer)
        assert code.verify(code.parse_bytes(raw), keys) == said
        version = LicenceVersion(version=1, payload=raw, facts=facts_of(said, AT))
        yield Subject(paper.code_text(version), _page(paper.render(version)))


def facts_of(said: Any, at: datetime) -> dict[str, Any]:
    """What the paper prints around the code."""
    item = {"scope": "预包装食品销售", "state": "valid", "valid_to": "2031-03-02", "filing": False}
    return {
        "number": said.number,
        "version": 1,
        "code": "ABCDEFGH23",
        "at": at.isoformat(),
        "issued_on": at.date().isoformat(),
        "seal": "行业综合许可专用章",
        "specimen": True,
        "holder": {
            "name": said.holder,
            "uscc": said.uscc,
            "representative": "王小店",
            "industries": ["便利店"],
            "address": "愚园路 1088 弄 48 号",
        },
        "items": [
            item | {"position": n, "name": one.matter, "number": f"No. {n}", "department_short": one.department}
            for n, one in enumerate(said.items, 1)
        ],
    }


def _page(pdf: bytes) -> Callable[[int], Image.Image]:
    """The part of the first page with the code, at any resolution."""
    with pypdfium2.PdfDocument(pdf) as document:
        fine = document[0].render(scale=300 / 72, grayscale=True).to_pil().convert("L")
    corners = zxingcpp.read_barcodes(fine, zxingcpp.BarcodeFormat.QRCode)[0].position
    margin = 300 * 4 / MM_PER_INCH
    left, top = corners.top_left.x - margin, corners.top_left.y - margin
    right, bottom = corners.bottom_right.x + margin, corners.bottom_right.y + margin

    def at(dpi: int) -> Image.Image:
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        box = tuple(round(edge * dpi / 300) for edge in (left, top, right, bottom))
        return page.crop(box)  # type: ignore[arg-type]

    return at


def as_base64(count: int) -> Iterator[Subject]:
    """The same bytes as letters behind the address, drawn as large."""
    from certificates import code
    from paper import qr

    signer, _keys = signer_and_keys(AT)
    for said in contents(count):
        letters = base64.urlsafe_b64encode(code.seal(said, signer)).rstrip(b"=").decode()
        text = f"{SITE}/v/ABCDEFGH23#{letters}"
        yield Subject(text, _drawn(qr.png(text, scale=FINE)))


def _drawn(png: bytes) -> Callable[[int], Image.Image]:
    fine = Image.open(io.BytesIO(png)).convert("L")

    def at(dpi: int) -> Image.Image:
        side = round(SIDE_MM / MM_PER_INCH * dpi)
        return ImageOps.expand(fine.resize((side, side), Image.Resampling.BOX), QUIET_ZONE, fill=255)

    return at
