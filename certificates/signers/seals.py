"""The seal on papers (电子印章): its certificates as rows, so that what an earlier one sealed stays verifiable.

The newest certificate seals that this machine has the key to. Outside production one is made by itself; it says 样张 in its
name, and nobody but this site vouches for it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import connections, transaction
from django.utils.translation import gettext as _

from audit import chain
from audit.models import Journal
from audit.violations import RuleViolation
from certificates.models import SealCertificate
from certificates.signers import sealers
from certificates.signers.sealers import FileSealer, ServerSealer, fingerprint_of
from paper import sealed, sealing
from paper.pdf import html_to_pdf
from paper.sealing import Sealer

TRY_OUT_SINCE, TRY_OUT_YEARS = datetime(2020, 1, 1, tzinfo=UTC), 40
"""The seal that is made by itself also covers licences that a demo dates back."""
YEARS = 5
LONGEST_NAME = 64
PLACE = sealing.Place(left=0, bottom=0, side=20, name="试用")
_A_PAGE = '<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>试</title></head><body>试</body></html>'


def current() -> Sealer:
    """What seals now. Raises RuleViolation where there is nothing (in production `keys seal` comes first)."""
    for row in SealCertificate.objects.filter(retired_at=None).order_by("-added_at", "-pk"):
        if found := sealers.find(row.fingerprint):
            return found
    if not settings.PRODUCTION and ensure():
        return current()
    raise RuleViolation("no_seal", _("没有可用的电子印章:请管理员运行 manage.py keys seal"))


def trusted() -> list[bytes]:
    """The certificates (DER) whose seals count: all but those whose key has leaked."""
    return [
        sealed.der_of_pem(pem) for pem in SealCertificate.objects.filter(leaked=False).values_list("pem", flat=True)
    ]


def make(*, actor: str, at: datetime, years: int = YEARS) -> SealCertificate:
    """Make a seal of our own: a self-signed certificate with the text of the seal. Others trust it only as far as they trust us."""
    sealer = _self_signed(at - timedelta(days=1), years)
    sealers.keep(sealer)
    return _register(sealer, actor=actor, at=at)


def adopt(content: bytes, passphrase: str, *, actor: str, at: datetime) -> SealCertificate:
    """Seal with the certificate and key of a PKCS #12 file from now on. Raises RuleViolation where they do not seal."""
    sealer = sealers.read(content, passphrase)
    _try(sealer, at)
    sealers.keep(sealer)
    return _register(sealer, actor=actor, at=at)


def adopt_server(pem: bytes, url: str, *, actor: str, at: datetime) -> SealCertificate:
    """Seal with a certificate whose key is in a seal server. `pem`: the certificate, then its issuers'."""
    try:
        sealer = sealers.served(x509.load_pem_x509_certificates(pem), url)
    except ValueError as error:
        raise RuleViolation("not_a_key", _("不是可用的证书或地址:%(why)s") % {"why": error}) from error
    _try(sealer, at)
    sealers.keep_server(sealer)
    return _register(sealer, actor=actor, at=at)


def retire(fingerprint: str, *, actor: str, at: datetime, leaked: bool = False) -> SealCertificate:
    """Let a seal be used no more; what it sealed stays verifiable, unless its key has leaked. `fingerprint`: or its beginning."""
    with transaction.atomic():
        rows = SealCertificate.objects.select_for_update().filter(fingerprint__startswith=fingerprint)
        row = rows.first() if len(fingerprint) >= sealers.NAME_SIGNS else None
        if row is None:
            raise RuleViolation("unknown_key", _("没有这个密钥:%(kid)s") % {"kid": fingerprint}, field="kid")
        if row.retired_at is not None and not (leaked and not row.leaked):
            raise RuleViolation("already_retired", _("密钥 %(kid)s 已停用") % {"kid": fingerprint}, field="kid")
        row.retired_at, row.leaked = row.retired_at or at, leaked
        row.save(update_fields=["retired_at", "leaked"])
        _note("seal_retired", row, actor=actor, at=at)
    return row


def ensure(using: str = "default") -> bool:
    """Register the seals found as files, and make one where there is none: for trying out, demos and rehearsals.

    Says whether a row was written.
    """
    if SealCertificate._meta.db_table not in connections[using].introspection.table_names():
        return False
    rows = SealCertificate.objects.using(using)
    before = rows.count()
    for path in sorted(Path(settings.KEYS_DIR).glob("*.p12")):
        _write(sealers.read(path.read_bytes(), settings.KEYS_PASSPHRASE), TRY_OUT_SINCE, using)
    if not any(sealers.is_here(known) for known in rows.filter(retired_at=None).values_list("fingerprint", flat=True)):
        sealer = _self_signed(TRY_OUT_SINCE, TRY_OUT_YEARS)
        sealers.keep(sealer)
        _write(sealer, TRY_OUT_SINCE, using)
    return rows.count() > before


def _self_signed(begin: datetime, years: int) -> FileSealer:
    key = ec.generate_private_key(ec.SECP256R1())
    text = settings.LICENCE_SEAL_TEXT + ("（样张）" if settings.LICENCE_SPECIMEN else "")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:LONGEST_NAME])])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(begin).not_valid_after(begin + timedelta(days=366 * years))
    usage = {"digital_signature": True, "content_commitment": True, "key_encipherment": False}
    usage |= {"data_encipherment": False, "key_agreement": False, "key_cert_sign": False, "crl_sign": False}
    builder = builder.add_extension(x509.KeyUsage(**usage, encipher_only=False, decipher_only=False), critical=True)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return FileSealer(sealers.der_of(builder.sign(key, hashes.SHA256())), (), key)


def _try(sealer: FileSealer | ServerSealer, at: datetime) -> None:
    """Seal a page and look at it. Raises RuleViolation where the seal does not hold: expired, not for signing, another key's."""
    page = html_to_pdf(_A_PAGE)
    found = sealed.look(sealing.seal(page, sealer, place=PLACE, picture=page, at=at), [sealer.certificate])
    if found.state is not sealed.State.GOOD:
        words = _("用这个证书盖的章不能通过验证：请核对证书的有效期、密钥用途，以及私钥是否与证书相符")
        raise RuleViolation("seal_unsuitable", words)


def _register(sealer: FileSealer | ServerSealer, *, actor: str, at: datetime) -> SealCertificate:
    with transaction.atomic():
        row = _write(sealer, at, "default")
        _note("seal_made", row, actor=actor, at=at)
    return row


def _write(sealer: FileSealer | ServerSealer, at: datetime, using: str) -> SealCertificate:
    certificate = x509.load_der_x509_certificate(sealer.certificate)
    row, _made = SealCertificate.objects.using(using).get_or_create(
        fingerprint=fingerprint_of(certificate),
        defaults={"subject": name_of(certificate), "pem": sealers.pem_of(certificate), "added_at": at},
    )
    return row


def name_of(certificate: x509.Certificate) -> str:
    """Whose certificate it is."""
    names: Sequence[x509.NameAttribute] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _note(act: str, row: SealCertificate, *, actor: str, at: datetime) -> None:
    journal, _made = Journal.objects.select_for_update().get_or_create(name="keys")
    chain.append(journal, act=act, actor=actor, at=at, facts={"fingerprint": row.fingerprint, "name": row.subject})
    journal.save(update_fields=["audit_length", "audit_head"])
