"""Codes: drawn as one-bit pictures, and read back from pictures and PDF pages."""

import base64
import io
from collections.abc import Sequence
from typing import Literal

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from paper.reading import Unreadable, read_codes

__all__ = ["Segment", "Unreadable", "matrix", "png", "png_data_uri", "read_codes"]

Segment = tuple[Literal["byte", "numeric"], str]
"""How a part of the text is packed: digits take 3.3 bits each as numeric, 8 as bytes."""

QUIET_ZONE = 4
MODES = {"byte": MODE_8BIT_BYTE, "numeric": MODE_NUMBER}


def matrix(text: str = "", *, segments: Sequence[Segment] = ()) -> list[list[bool]]:
    """The modules of a code (level M) with its quiet zone; True is black."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    for mode, part in segments or [("byte", text)]:
        code.add_data(QRData(part.encode(), mode=MODES[mode]), optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def png(text: str = "", *, segments: Sequence[Segment] = (), scale: int = 4) -> bytes:
    """A one-bit PNG, `scale` pixels a module. On paper it is scaled to its size in millimetres."""
    rows = matrix(text, segments=segments)
    picture = Image.new("1", (len(rows), len(rows)), 1)
    picture.putdata([0 if module else 255 for row in rows for module in row])
    picture = picture.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)
    target = io.BytesIO()
    picture.save(target, format="PNG", optimize=True)
    return target.getvalue()


def png_data_uri(text: str = "", *, segments: Sequence[Segment] = (), scale: int = 4) -> str:
    """The picture as an address that needs no fetching."""
    return "data:image/png;base64," + base64.b64encode(png(text, segments=segments, scale=scale)).decode()
