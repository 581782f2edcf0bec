"""What a telephone's camera sees of a printed licence: the real PDF, filmed from above by an unsteady hand."""

import io
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFilter

FRAME = (1280, 720)
DPI = 200
WIDE_MM = 150
"""The width of the paper that the frame shows: the code of 32 mm is a fifth of it."""


def page_of(pdf: bytes) -> Image.Image:
    """The licence's sheet as it lies on the table."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=DPI / 72).to_pil().convert("RGB")


def film(pdf: bytes, target: Path, *, around: tuple[float, float]) -> Path:
    """An MJPEG file of a few frames around a point of the sheet (in shares of its width and height), each turned and blurred
    a little otherwise."""
    sheet = page_of(pdf)
    wide = WIDE_MM / 25.4 * DPI
    high = wide * FRAME[1] / FRAME[0]
    x, y = around[0] * sheet.width, around[1] * sheet.height
    frames = []
    for turn in (-6, -3, 2, 5):
        seen = sheet.rotate(turn, center=(x, y), fillcolor="#7a6a58", resample=Image.Resampling.BICUBIC)
        box = (int(x - wide / 2), int(y - high / 2), int(x + wide / 2), int(y + high / 2))
        frame = seen.crop(box).resize(FRAME).filter(ImageFilter.GaussianBlur(0.8))
        picture = io.BytesIO()
        frame.save(picture, "JPEG", quality=80)
        frames.append(picture.getvalue())
    target.write_bytes(b"".join(frames))
    return target
