"""One file in: looked at by its content, taken apart, put together anew without anything that acts, stored privately.

    received = take_in(file, name)          # raises RuleViolation saying what to do instead
    path = store(received, folder)          # under MEDIA_ROOT, readable by the service alone

What is stored is never what came in: pictures are decoded and encoded again without metadata, PDFs are written anew
without scripts, launches, actions and attachments. Both hashes are kept.
"""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import magic
from django.conf import settings
from django.utils.translation import gettext as _

from audit.violations import RuleViolation
from permits.fields.texts import tidy
from permits.files import antivirus, pdf_files, pictures

SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
"""What is stored, and therefore served: nothing else ever comes out."""
HEIC = frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"})
ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.heif"
LONGEST_NAME = 120


@dataclass(frozen=True)
class Received:
    """A file that was taken in: its clean content and what is known of it."""

    name: str
    content: bytes
    content_type: str
    pages: int
    sha256_received: str
    sha256_stored: str

    @property
    def size(self) -> int:
        return len(self.content)


def take_in(file: IO[bytes], name: str) -> Received:
    """Check and clean one uploaded file. Raises RuleViolation (field `file`) with what to do instead."""
    raw = read_limited(file)
    antivirus.scan(raw)
    content_type, content, pages = cleaned(raw)
    return Received(
        name=safe_name(name, SUFFIXES[content_type]),
        content=content,
        content_type=content_type,
        pages=pages,
        sha256_received=hashlib.sha256(raw).hexdigest(),
        sha256_stored=hashlib.sha256(content).hexdigest(),
    )


def read_limited(file: IO[bytes]) -> bytes:
    """The whole content, refusing more than the limit without reading on."""
    most = settings.UPLOAD_LIMIT_BYTES
    raw = file.read(most + 1)
    if len(raw) > most:
        raise refused(
            "too_large",
            _("文件超过%(most)d MB。请压缩图片，或分成几个文件上传") % {"most": most // 1024 // 1024},
        )
    if not raw:
        raise refused("empty", _("文件是空的。请重新选择文件"))
    return raw


def cleaned(raw: bytes) -> tuple[str, bytes, int]:
    """Content type, clean content and number of pages; the type is judged by the content, never by the name."""
    kind = magic.from_buffer(raw[:65536], mime=True)
    if kind == "application/pdf":
        content, pages = pdf_files.rebuilt(raw)
        return kind, content, pages
    if kind in ("image/jpeg", "image/png") or kind in HEIC:
        stored, content = pictures.rebuilt(raw, is_heic=kind in HEIC)
        return stored, content, 1
    raise refused(
        "type_not_allowed",
        _("不能上传这种文件(%(kind)s)。请上传 PDF、JPG、PNG 或手机照片(HEIC);其他格式请先另存或打印为 PDF")
        % {"kind": kind},
    )


def refused(code: str, message: str) -> RuleViolation:
    """The refusal of a file, shown at the file field."""
    return RuleViolation(code, message, field="file")


def safe_name(name: str, suffix: str) -> str:
    """The name as people see it: no path, no control signs, the suffix of what is really stored."""
    stem = Path(tidy(name).replace("\\", "/")).stem or "file"
    return f"{stem[:LONGEST_NAME]}{suffix}"


def store(received: Received, folder: str) -> str:
    """Write the content under MEDIA_ROOT/materials/<folder>/ and give back its path there.

    Written beside, flushed to the disk and then renamed: a crash leaves no half file under a final name.
    """
    path = f"materials/{folder}/{secrets.token_urlsafe(16)}{SUFFIXES[received.content_type]}"
    write_durably(Path(settings.MEDIA_ROOT) / path, received.content)
    return path


def write_durably(target: Path, content: bytes) -> None:
    """Write, flush, rename; mode 0600 in a folder of mode 0700."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def location(path: str) -> Path:
    """Where a stored file lies. Raises FileNotFoundError for a path outside the private store."""
    root = Path(settings.MEDIA_ROOT).resolve()
    found = (root / path).resolve()
    if not found.is_relative_to(root):
        raise FileNotFoundError(path)
    return found
