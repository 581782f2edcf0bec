"""Sealing a PDF: a PAdES signature that certifies the file as it is and allows no change, drawn where the seal belongs.

The sealed file is the unsealed one, byte for byte, with the signature behind it. Who holds the key is none of this room's
business: a `Sealer` has the certificate and signs.
"""

import asyncio
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

MM = 72 / 25.4
"""Points."""
DIGEST = "sha256"
FIELD = "Seal"
SPARE_BYTES = 2500
"""What a signature takes beside its certificates."""


class Sealer(Protocol):
    """Whatever seals: a certificate (DER) with those of its issuers, and the key to it."""

    @property
    def certificate(self) -> bytes: ...

    @property
    def issuers(self) -> tuple[bytes, ...]: ...

    def sign(self, message: bytes) -> bytes:
        """The signature of the message with SHA-256, as X.509 has it: ECDSA in DER, or RSA PKCS #1 v1.5."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where the seal is drawn on the first page, in millimetres from its lower left corner; what it is called aloud."""

    left: float
    bottom: float
    side: float
    name: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        """In points."""
        right, top = self.left + self.side, self.bottom + self.side
        return (self.left * MM, self.bottom * MM, right * MM, top * MM)


def seal(pdf: bytes, sealer: Sealer, *, place: Place, picture: bytes, at: datetime) -> bytes:
    """The file with its seal. `picture`: a PDF of one square page, drawn in the place; `at`: the moment that is told."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - a second, for papers only
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes  # noqa: PLC0415

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    session = _signer(sealer, place, picture).init_signing_session(writer)
    session.system_time = at
    room = SPARE_BYTES + len(sealer.certificate) + sum(map(len, sealer.issuers))
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * room)
    digest, output = prepared.digest_tbs_document(output=io.BytesIO())
    attributes = PdfCMSSignedAttributes(signing_time=at)
    done = _at_once(prepared.perform_signature(digest.document_digest, attributes))
    _at_once(done.post_signature_processing(output))
    return bytes(output.getbuffer())


def _at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of pyHanko's coroutine, from a thread of its own: the asking one may have an event loop that runs."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def _signer(sealer: Sealer, place: Place, picture: bytes) -> Any:
    """pyHanko's signer: certification, no changes allowed, PAdES."""
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter  # noqa: PLC0415
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner  # noqa: PLC0415

    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    spec = SigFieldSpec(FIELD, on_page=0, box=place.box, readable_field_name=place.name)  # type: ignore[arg-type]
    key_holder, drawn = _classes()
    return PdfSigner(metadata, key_holder(sealer), stamp_style=drawn(page=picture), new_field_spec=spec)


@cache
def _classes() -> tuple[Any, Any]:
    """pyHanko's classes with our key and our picture in them."""
    from asn1crypto import x509  # noqa: PLC0415
    from pyhanko.pdf_utils import generic  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.signers.pdf_cms import Signer  # noqa: PLC0415
    from pyhanko.stamp.base import BaseStampStyle  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    class KeyHolder(Signer):
        """Signs with whatever the sealer does: the key stays loaded there, or where it is kept."""

        def __init__(self, sealer: Sealer) -> None:
            store = SimpleCertificateStore()
            store.register_multiple([x509.Certificate.load(der) for der in sealer.issuers])
            super().__init__(signing_cert=x509.Certificate.load(sealer.certificate), cert_registry=store)
            self.sealer = sealer

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            if digest_algorithm != DIGEST:
                raise ValueError(f"sealers sign with {DIGEST}, not {digest_algorithm}")
            return self.sealer.sign(data)

    @dataclass(frozen=True)
    class Drawn(BaseStampStyle):
        """The picture as the signature's appearance, nothing written over it."""

        page: bytes = b""

        def create_stamp(self, writer: Any, box: Any, text_params: Any) -> Any:
            return Appearance(writer, self.page)

    class Appearance:
        def __init__(self, writer: Any, page: bytes) -> None:
            self.form = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(page)))

        def apply_appearance(self, annotation: Any) -> None:
            annotation["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): self.form})

    return KeyHolder, Drawn
