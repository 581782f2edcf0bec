"""A certifying signature by pyHanko as its manual shows it: the key is loaded for each signature, nothing is drawn."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import CertificateBuilder, KeyUsage, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore


def signer() -> signers.SimpleSigner:
    """A fresh P-256 key with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = Name([NameAttribute(NameOID.COMMON_NAME, "Bench")])
    begin = datetime.now(UTC) - timedelta(days=1)
    builder = CertificateBuilder(
        name, name, key.public_key(), random_serial_number(), begin, begin + timedelta(days=30)
    )
    usage = KeyUsage(True, True, False, False, False, False, False, False, False)
    made = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = x509.Certificate.load(made.public_bytes(serialization.Encoding.DER))
    return signers.SimpleSigner(certificate, keys.PrivateKeyInfo.load(der), SimpleCertificateStore())


def sign(pdf: bytes, by: signers.SimpleSigner) -> bytes:
    """The signed file."""
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES, subfilter=SigSeedSubFilter.PADES
    )
    output = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, by)
    return bytes(output.getbuffer())


def validate(pdf: Any, by: signers.SimpleSigner) -> None:
    """pyHanko's verdict on the file's signature, which has to be good."""
    found = PdfFileReader(pdf).embedded_signatures[0]
    context = ValidationContext(trust_roots=[by.signing_cert], allow_fetching=False)
    if not validate_pdf_signature(found, context).bottom_line:
        raise RuntimeError("the peer's own signature does not hold")
