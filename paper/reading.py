"""Reading codes back from what people hand in: a PDF, a photograph, a screenshot."""

import io
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image

PAGES = 3
"""How many pages of a PDF are looked at; the code of a licence is on the first."""

RESOLUTIONS = (200, 300)
"""Dots per inch: the finer only for a page on which the coarser shows nothing."""

PIXEL_LIMIT = 60_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


class Unreadable(ValueError):
    """Neither a PDF nor a picture."""


def read_codes(data: bytes) -> list[str]:
    """The texts of all QR codes in a PDF's first pages or in a picture, each once, in order of appearance."""
    if data.startswith(b"%PDF"):
        return list(dict.fromkeys(_codes_of_pdf(data)))
    return list(dict.fromkeys(_codes_of(_picture(data))))


def _codes_of(picture: Image.Image) -> list[str]:
    read = zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in read]


def _picture(data: bytes) -> Image.Image:
    """The picture in grey. Its size is judged before a pixel is unpacked."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > PIXEL_LIMIT:
            raise Unreadable("the picture is too large")
        return picture.convert("L")
    except Unreadable:
        raise
    # Pillow's decoders meet broken files with any of these.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable("neither a PDF nor a picture (PNG, JPEG)") from error


def _codes_of_pdf(data: bytes) -> Iterator[str]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("the PDF cannot be opened") from error
    with document:
        for number in range(min(len(document), PAGES)):
            yield from _codes_of_page(document[number])


def _codes_of_page(page: pypdfium2.PdfPage) -> list[str]:
    """The page's codes; a page that would make too large a picture shows none."""
    width, height = page.get_size()
    for resolution in RESOLUTIONS:
        scale = resolution / 72
        if width * height * scale**2 > PIXEL_LIMIT:
            break
        if codes := _codes_of(page.render(scale=scale, grayscale=True).to_pil().convert("L")):
            return codes
    return []
