"""Pictures: decoded with a limit on their size, turned upright, and encoded again without metadata."""

import io
import warnings

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from audit.violations import RuleViolation

MOST_PIXELS = 60_000_000
"""A phone of today takes 50 million; a bomb of a few kilobytes unpacks to thousands of millions."""
QUALITY = 90


def rebuilt(raw: bytes, *, is_heic: bool) -> tuple[str, bytes]:
    """Content type and content of the picture made anew: PNG stays PNG, JPEG and HEIC become JPEG."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _opened(raw, is_heic)
            kind = picture.format
            picture = _upright(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise RuleViolation(
            "broken_picture", _("图片损坏或不完整，打不开。请重新拍照或导出后上传"), field="file"
        ) from None
    return ("image/png", _encoded(picture, "PNG")) if kind == "PNG" else ("image/jpeg", _encoded(picture, "JPEG"))


def _opened(raw: bytes, is_heic: bool) -> Image.Image:
    if is_heic:
        heif = pillow_heif.open_heif(raw, convert_hdr_to_8bit=True)
        _check_size(heif.size)
        return heif.to_pillow()
    picture = Image.open(io.BytesIO(raw), formats=["JPEG", "PNG"])
    _check_size(picture.size)
    return picture


def _check_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> RuleViolation:
    return RuleViolation("too_many_pixels", _("图片尺寸过大(超过6000万像素)。请缩小后再上传"), field="file")


def _upright(picture: Image.Image) -> Image.Image:
    """The pixels alone: turned as the camera said, without EXIF, comments, profiles or text chunks."""
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.info.clear()
    return upright


def _encoded(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "JPEG":
        picture = _on_white(picture) if picture.mode not in ("RGB", "L") else picture
        picture.save(out, "JPEG", quality=QUALITY, exif=b"", optimize=True)
    else:
        picture.save(out, "PNG", exif=b"", optimize=False)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """An RGB picture; what was transparent becomes white."""
    if "A" not in picture.mode and picture.mode != "P":
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white
