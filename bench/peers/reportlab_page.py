"""The licence's page drawn with ReportLab: frame, title, holder, table of items, seal area, code."""

import io
from functools import cache
from typing import Any

from django.conf import settings
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from paper import qr

COLUMNS = ((12, "position"), (22, "name"), (90, "scope"), (140, "number"), (200, "body_name"), (245, "valid_to"))


@cache
def fonts() -> tuple[str, str]:
    """The same two faces as ours, registered once."""
    for name, file in (("Song", "NotoSerifSC-Regular.subset.ttf"), ("SongBold", "NotoSerifSC-Bold.subset.ttf")):
        pdfmetrics.registerFont(TTFont(name, settings.FONTS_DIR / file))
    return "Song", "SongBold"


def licence_page(facts: dict[str, Any], code_text: str) -> bytes:
    """One page with the facts of a licence version and its code."""
    regular, bold = fonts()
    target = io.BytesIO()
    width, height = landscape(A4)
    canvas = Canvas(target, pagesize=(width, height))
    canvas.setLineWidth(1)
    canvas.rect(10 * mm, 10 * mm, width - 20 * mm, height - 20 * mm)
    canvas.rect(11.5 * mm, 11.5 * mm, width - 23 * mm, height - 23 * mm)
    canvas.setFont(bold, 30)
    canvas.drawCentredString(width / 2, height - 32 * mm, "行业综合许可证")
    canvas.setFont(regular, 10.5)
    canvas.drawRightString(width - 20 * mm, height - 42 * mm, facts["number"])
    _holder(canvas, facts["holder"], regular, height)
    _items(canvas, facts["items"], regular, bold, height)
    _code_and_seal(canvas, code_text, regular, width)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _holder(canvas: Canvas, holder: dict[str, Any], regular: str, height: float) -> None:
    canvas.setFont(regular, 12)
    lines = ("名称", holder["name"]), ("统一社会信用代码", holder["uscc"]), ("经营场所", holder["address"])
    for place, (label, value) in enumerate(lines):
        canvas.drawString(20 * mm, height - (52 + 8 * place) * mm, f"{label}:{value}")


def _items(canvas: Canvas, items: list[dict[str, Any]], regular: str, bold: str, height: float) -> None:
    top = height - 82 * mm
    canvas.setFont(bold, 9)
    for left, name in COLUMNS:
        canvas.drawString((left + 3) * mm, top, name)
    canvas.setFont(regular, 9)
    for row, item in enumerate(items, start=1):
        canvas.line(14 * mm, top - (row * 9 - 6) * mm, 283 * mm, top - (row * 9 - 6) * mm)
        for left, name in COLUMNS:
            canvas.drawString((left + 3) * mm, top - row * 9 * mm, str(item.get(name) or ""))


def _code_and_seal(canvas: Canvas, code_text: str, regular: str, width: float) -> None:
    address, _, digits = code_text.partition("#")
    picture = ImageReader(io.BytesIO(qr.png(segments=[("byte", f"{address}#"), ("numeric", digits)])))
    canvas.drawImage(picture, 20 * mm, 16 * mm, 32 * mm, 32 * mm)
    canvas.setDash(3, 3)
    canvas.circle(width - 50 * mm, 36 * mm, 20 * mm)
    canvas.setFont(regular, 8)
    canvas.drawCentredString(width - 50 * mm, 36 * mm, settings.LICENCE_SEAL_TEXT)
