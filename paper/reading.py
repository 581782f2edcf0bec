"""Reading codes back from what people hand in: a PDF, a photograph, a screenshot."""

import io
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, UnidentifiedImageError

PAGES = 3
"""How many pages of a PDF are looked at; the code of a licence is on the first."""

RESOLUTIONS = (200, 300)
PIXEL_LIMIT = 60_000_000


class Unreadable(ValueError):
    """Neither a PDF nor a picture."""


def read_codes(data: bytes) -> list[str]:
    """The texts of all QR codes in a PDF's first pages or in a picture, each once, in order of appearance."""
    found: dict[str, None] = {}
    for picture in _pictures(data):
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
            found.setdefault(code.text)
    return list(found)


def _pictures(data: bytes) -> Iterator[Image.Image]:
    if data.startswith(b"%PDF"):
        yield from _pages(data)
        return
    try:
        picture = Image.open(io.BytesIO(data))
        if picture.width * picture.height > PIXEL_LIMIT:
            raise Unreadable("the picture is too large")
        yield picture.convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Unreadable("neither a PDF nor a picture (PNG, JPEG)") from error


def _pages(data: bytes) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("the PDF cannot be opened") from error
    with document:
        for number in range(min(len(document), PAGES)):
            for resolution in RESOLUTIONS:
                yield document[number].render(scale=resolution / 72).to_pil().convert("L")
