"""Getting a code's text out of what people hand in: a PDF, a picture, a text file."""

import hashlib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from certificates.code import MAX_TEXT, Refused, parse
from paper import qr, sealed

MAX_FILE_BYTES = 20 * 1024 * 1024
DRAWN = (".pdf", ".png", ".jpg", ".jpeg")
PDF, PICTURES = b"%PDF-", (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class Unreadable(ValueError):
    """The input holds nothing that could be verified. The message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A code's text; for a PDF the hash of the file it stood in, and the file."""

    text: str
    sha256: str = ""
    is_drawn: bool = False
    """Whether it was read off a picture or a page, where only a signed code of ours belongs."""
    pdf: bytes = field(default=b"", repr=False)


def scan(data: bytes, *, name: str = "") -> Scan:
    """The code of a PDF, PNG or JPEG, or the text of a text file. Raises Unreadable, also for a PDF by `name` that is none."""
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable(_("文件超过 20 MB，请只提供证书的 PDF 或二维码图片"))
    if data.startswith(PDF):
        return Scan(_from_pdf(data), hashlib.sha256(data).hexdigest(), is_drawn=True, pdf=data)
    if data.startswith(PICTURES):
        return Scan(_from_picture(data), is_drawn=True)
    if name.lower().endswith(DRAWN):
        raise Unreadable(_("文件已损坏或已加密，无法打开；请重新导出后再试"))
    return Scan(_from_text(data))


def _from_pdf(data: bytes) -> str:
    """The code of a PDF; "" where there is none to be read any more, and the file's seal is broken."""
    try:
        return _from_picture(data)
    except Unreadable:
        if sealed.look(data, ()).state in (sealed.State.BROKEN, sealed.State.ADDED_TO):
            return ""
        raise


def _from_picture(data: bytes) -> str:
    """The first code that reads as one of ours; else the first that claims to be one."""
    try:
        texts = qr.read_codes(data)
    except (ValueError, OSError, RuntimeError) as error:
        raise Unreadable(_("文件已损坏或已加密，无法打开；请重新导出后再试")) from error
    claiming = [text for text in texts if "/v/" in text or text.isdigit()]
    if not claiming:
        raise Unreadable(_("文件中没有找到证书二维码；请提供清晰、完整的二维码图片或证书 PDF"))
    return next((text for text in claiming if _is_readable(text)), claiming[0])


def _is_readable(text: str) -> bool:
    try:
        parse(text)
    except Refused:
        return False
    return True


def _from_text(data: bytes) -> str:
    try:
        text = data[: MAX_TEXT * 4].decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Unreadable(_("不是 PDF、PNG、JPEG 或文本文件，无法核验")) from error
    if not text or len(data) > MAX_TEXT * 4:
        raise Unreadable(_("文件为空或过大，没有可核验的内容"))
    return text
