"""PDFs: opened whole or not at all, walked object by object, and written anew without anything that acts.

Also a picture of one page, for those who look at a material beside the form.
"""

import io
import subprocess
import sys
import threading
from collections.abc import Iterator

import pikepdf
from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from permits.files import draw_page

MOST_PAGES = 500
MOST_OBJECTS = 300_000
DEEPEST = 60
DRAWINGS = threading.BoundedSemaphore(2)
WAIT = 5.0
"""How many pages are drawn at once, and for how many seconds another one waits for its turn."""
ACTING_KEYS = ("/OpenAction", "/AA", "/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/RichMediaContent",
               "/RichMediaSettings", "/Collection", "/Metadata", "/PieceInfo", "/URI")  # fmt: skip
ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/URI", "/Rendition", "/Movie",
                     "/Sound", "/Hide", "/Named", "/SetOCGState", "/GoTo3DView", "/RichMediaExecute", "/ResetForm"})  # fmt: skip
ACTIVE_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"})


def rebuilt(raw: bytes) -> tuple[bytes, int]:
    """The PDF written anew, and the number of its pages. Raises RuleViolation for what cannot be opened safely."""
    try:
        with pikepdf.open(io.BytesIO(raw), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise _encrypted()
            pages = _pages(pdf)
            _disarm(pdf)
            out = io.BytesIO()
            pdf.save(out, static_id=True, fix_metadata_version=False)
    except pikepdf.PasswordError:
        raise _encrypted() from None
    except (pikepdf.PdfError, ValueError, RecursionError, KeyError, TypeError, AttributeError, IndexError):
        raise _refused(
            "broken_pdf", _("PDF 损坏或不完整，打不开。请重新导出，或用“打印为 PDF”另存一份后上传")
        ) from None
    return out.getvalue(), pages


def _refused(code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, field="file")


def _encrypted() -> RuleViolation:
    return _refused("encrypted_pdf", _("PDF 设有密码或加密，打不开。请去掉密码，或用“打印为 PDF”另存一份后上传"))


def _pages(pdf: pikepdf.Pdf) -> int:
    pages = len(pdf.pages)
    if not pages:
        raise _refused("no_pages", _("PDF 里没有页面。请重新导出后上传"))
    if pages > MOST_PAGES:
        raise _refused("too_many_pages", _("PDF 超过%(most)d页。请分成几个文件上传") % {"most": MOST_PAGES})
    return pages


def _disarm(pdf: pikepdf.Pdf) -> None:
    """Take out scripts, launches, actions, attachments, and what says who made the file."""
    if len(pdf.objects) > MOST_OBJECTS:
        raise _refused("too_complex", _("PDF 内部过于复杂。请用“打印为 PDF”另存一份后上传"))
    for thing in pdf.objects:
        _disarm_object(thing, 0)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _disarm_object(thing: pikepdf.Object, depth: int) -> None:
    """One object and what is written directly inside it; references are met on their own."""
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(thing, pikepdf.Array):
        _disarm_array(thing, depth)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key in ACTING_KEYS:
            if key in thing:
                del thing[key]
        if "/A" in thing and _acts(thing["/A"]):
            del thing["/A"]
        if _acts(thing):
            thing["/S"] = pikepdf.Name("/None")
            if "/Next" in thing:
                del thing["/Next"]
        for inner in _direct(thing):
            _disarm_object(inner, depth + 1)


def _disarm_array(things: pikepdf.Array, depth: int) -> None:
    for place in reversed(range(len(things))):
        inner = things[place]
        if isinstance(inner, pikepdf.Dictionary) and str(inner.get("/Subtype", "")) in ACTIVE_ANNOTATIONS:
            del things[place]
        elif isinstance(inner, pikepdf.Object) and not inner.is_indirect:
            _disarm_object(inner, depth + 1)


def _direct(thing: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for key in list(thing.keys()):
        inner = thing[key]
        if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
            yield inner


def _acts(thing: object) -> bool:
    """Whether this is an action that does more than turn to a page of the same document."""
    return isinstance(thing, pikepdf.Dictionary) and str(thing.get("/S", "")) in ACTIONS


class NotDrawable(Exception):
    """The page takes too long or too much memory to draw, or is none that PDFium understands."""


class Busy(NotDrawable):
    """Too many pages are being drawn; later it may go."""


def page_picture(content: bytes, page: int, width: int) -> bytes | None:
    """A JPEG of the page (from 1) about `width` pixels wide; None where there is no such page. Raises NotDrawable.

    Drawn by a process that can be ended: what was uploaded must not hold up everybody else's pages.
    """
    if not DRAWINGS.acquire(timeout=WAIT):
        raise Busy
    try:
        command = [sys.executable, "-I", draw_page.__file__, str(page), str(width)]
        done = subprocess.run(command, input=content, capture_output=True, timeout=draw_page.SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotDrawable from None
    finally:
        DRAWINGS.release()
    if done.returncode == draw_page.NO_SUCH_PAGE:
        return None
    if done.returncode:
        raise NotDrawable
    return done.stdout
