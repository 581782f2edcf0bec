"""Looking at a sealed PDF: is it as it was when the seal was put on it, and whose certificate was it?

Answered by pyHanko, with what it leaves open closed here: nothing may stand behind the signature, nor beside it in its own
space. Nothing is fetched. Whether the moment is true rests on whoever sealed: there is no time stamp of a third party.
"""

import asyncio
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from paper.sealing import DIGEST

MARKS = (b"/ByteRange", b"ETSI.CAdES.detached", b"/DocMDP")
"""Where one of these stands, there was a signature, even if none can be found any more."""


class State(StrEnum):
    """What became of the seal."""

    NONE = "none"
    GOOD = "valid"
    BROKEN = "changed"
    ADDED_TO = "added_to"
    FOREIGN = "unknown_certificate"


@dataclass(frozen=True, slots=True)
class Found:
    """The seal's state; for an unbroken one its certificate (DER), whose it is, and the moment that it tells."""

    state: State
    certificate: bytes = b""
    holder: str = ""
    at: datetime | None = None


@lru_cache(maxsize=64)
def der_of_pem(pem: str) -> bytes:
    """A certificate's bytes. Raises ValueError for a text that is none."""
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def look(pdf: bytes, trusted: Sequence[bytes]) -> Found:
    """The seal of a PDF, beside the certificates (DER) that may have made it."""
    try:
        return _look(pdf, trusted)
    # pyHanko and asn1crypto meet broken files with all kinds of errors; none may stop a verification.
    except Exception:  # noqa: BLE001
        return Found(State.BROKEN if _is_marked(pdf) else State.NONE)


def _is_marked(pdf: bytes) -> bool:
    return any(mark in pdf for mark in MARKS)


def _look(pdf: bytes, trusted: Sequence[bytes]) -> Found:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - a second, for sealed papers only

    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if not signatures:
        return Found(State.BROKEN if _is_marked(pdf) else State.NONE)
    first = signatures[0]
    certificate = first.signer_cert.dump()
    status = _status(first, certificate)
    if not (status.intact and status.valid) or _is_loose(first, pdf):
        return Found(State.BROKEN)
    told = Found(State.GOOD, certificate, str(first.signer_cert.subject.native.get("common_name", "")), _moment(first))
    if status.coverage.name != "ENTIRE_FILE" or len(signatures) > 1 or not _certifies(first):
        return Found(State.ADDED_TO, *_rest(told))
    is_ours = certificate in trusted and status.trusted and can_seal(certificate, told.at)
    return told if is_ours else Found(State.FOREIGN, *_rest(told))


def can_seal(certificate: bytes, at: datetime | None) -> bool:
    """Whether a certificate is for signing, and valid at the moment. Asked here, since pyHanko asks neither of a trusted one."""
    known = x509.load_der_x509_certificate(certificate)
    try:
        usage = known.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        is_for_signing = True
    else:
        is_for_signing = usage.content_commitment or usage.digital_signature
    return is_for_signing and at is not None and known.not_valid_before_utc <= at <= known.not_valid_after_utc


def _rest(told: Found) -> tuple[bytes, str, datetime | None]:
    return told.certificate, told.holder, told.at


def _moment(signature: Any) -> datetime | None:
    at: datetime | None = signature.self_reported_timestamp
    return at.astimezone(UTC) if at else None


def _status(signature: Any, certificate: bytes) -> Any:
    """pyHanko's status, the certificate taken for granted as of its own moment: whose it is, is asked elsewhere."""
    from asn1crypto.x509 import Certificate  # noqa: PLC0415
    from pyhanko.sign.validation import async_validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    root = Certificate.load(certificate)
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=_moment(signature))
    work = async_validate_pdf_signature(signature, signer_validation_context=context)
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def _certifies(signature: Any) -> bool:
    """Whether the signature certifies the file and allows no change."""
    level = signature.docmdp_level
    return level is not None and level.name == "NO_CHANGES"


def _is_loose(signature: Any, pdf: bytes) -> bool:
    """Whether there is anything in the signature's own space that nothing covers: more than the signature and the zeros
    behind it, or another spelling of it or of what stands around it. Else a byte could be changed there unseen."""
    from asn1crypto import algos, parser  # noqa: PLC0415

    content, signed, signer = bytes(signature.pkcs7_content), signature.signed_data, signature.signer_info
    digest = algos.DigestAlgorithm({"algorithm": DIGEST}).dump()
    told = [signed["version"].native, signer["version"].native, signer["digest_algorithm"].dump()]
    told += [one.dump() for one in signed["digest_algorithms"]]
    end = parser.peek(content)
    inside = parser.parse(content[:end])[4]
    kind = parser.peek(inside)
    is_full = kind + parser.peek(inside[kind:]) == len(inside)
    _begin, covered, on, _rest_of_it = map(int, signature.byte_range)
    is_plain = pdf[covered:on] == b"<" + content.hex().upper().encode() + b">"
    return told != ["v1", "v1", digest, digest] or not (is_plain and is_full) or any(content[end:])
