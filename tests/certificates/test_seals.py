"""The seal on the licence's paper: whose it is, what it proves, what is said of a file without it or with a broken one."""

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import elicence, paper, publication
from certificates.models import Licence, LicenceVersion, SealCertificate
from certificates.signers import sealers, seals
from certificates.signers.signing import make_private_key
from certificates.verifying import offline, verification
from certificates.verifying.reading import scan
from certificates.verifying.verdict import Answer, Warn
from paper.sealed import State, look
from tests.certificates.test_sm2 import TOKEN, serving
from tests.paper.sealer import SINCE, SealKey, certificate_for
from tests.vectors.issuer import MAIN

pytestmark = pytest.mark.django_db


def pem_of(certificate: bytes) -> str:
    return sealers.pem_of(x509.load_der_x509_certificate(certificate))


@pytest.fixture
def version(licence: Licence) -> LicenceVersion:
    return licence.versions.get()


def pkcs12_of(key: SealKey, **kind: Any) -> bytes:
    locked = serialization.BestAvailableEncryption(b"open sesame")
    return pkcs12.serialize_key_and_certificates(b"x", key, certificate_for(key, **kind), None, locked)


def test_r1_23_the_paper_bears_the_seal_and_says_so(version: LicenceVersion, moment: datetime) -> None:
    pdf = paper.store(version, at=moment)
    assert pdf.startswith(paper.render(version))
    verdict = verification.verify_file(pdf, at=moment)
    assert (verdict.answer, verdict.warnings) == (Answer.VALID, ())
    told = verdict.as_json()["paper"]
    assert (told["seal"], told["sealed_by"]) == ("valid", "上海市长宁区行业综合许可专用章（样张）")
    assert datetime.fromisoformat(told["sealed_at"]) == moment
    kept = LicenceVersion.objects.get(pk=version.pk)
    assert kept.drawn_sha256 != kept.sha256


def test_r1_24_what_was_changed_after_sealing_is_forged(version: LicenceVersion, moment: datetime) -> None:
    pdf = paper.store(version, at=moment)
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    for content, reason in ((bytes(changed), "paper_changed"), (pdf + b"\n% saved again", "paper_added_to")):
        verdict = verification.verify_file(content, at=moment)
        assert (verdict.answer, verdict.reason, verdict.number) == (Answer.FORGED, reason, "")


def test_r1_24_a_file_whose_code_is_gone_is_forged_where_it_was_sealed(
    version: LicenceVersion, moment: datetime
) -> None:
    pdf = paper.store(version, at=moment)
    catalogue = pdf.index(b"/Catalog")
    broken = pdf[: catalogue - 400] + bytes(400) + pdf[catalogue:]
    picture = pdf.index(b"/Image")
    start = pdf.index(b"stream", picture)
    no_code = pdf[: start + 8] + bytes(200) + pdf[start + 208 :]
    for content in (broken, no_code):
        verdict = verification.verify_file(content, at=moment)
        assert (verdict.answer, verdict.reason) == (Answer.FORGED, "paper_changed")


def test_a_copy_without_seal_is_judged_by_its_code_alone(version: LicenceVersion, moment: datetime) -> None:
    paper.store(version, at=moment)
    verdict = verification.verify_file(paper.render(version), at=moment)
    assert (verdict.answer, set(verdict.warnings)) == (Answer.VALID, {Warn.FILE_CHANGED, Warn.NOT_SEALED})


def test_a_seal_that_is_not_ours_is_forged(version: LicenceVersion, moment: datetime, tmp_path: Path) -> None:
    pdf = paper.store(version, at=moment)
    publication.publish(tmp_path / "with", at=moment)
    SealCertificate.objects.update(leaked=True)
    assert verification.verify_file(pdf, at=moment).reason == "paper_unknown_certificate"
    publication.publish(tmp_path / "without", at=moment)

    def off_line(folder: str) -> Any:
        return offline.verify_scan(scan(pdf), at=moment, published=offline.load(tmp_path / folder))

    assert (off_line("with").answer, off_line("with").seal.state) == (Answer.VALID, State.GOOD)
    assert off_line("without").warnings == (Warn.SEAL_NOT_CHECKED,)


def test_a_new_seal_takes_over_and_what_the_old_one_sealed_still_holds(
    version: LicenceVersion, moment: datetime
) -> None:
    old = paper.store(version, at=moment)
    first = SealCertificate.objects.get(pem=pem_of(seals.current().certificate))
    second = seals.make(actor="test", at=moment)
    new = paper.with_seal(paper.render(version), version, at=moment)
    assert seals.current().certificate != verification.sealed.der_of_pem(first.pem)
    assert all(verification.verify_file(pdf, at=moment).warnings == () for pdf in (old, new))
    seals.retire(second.fingerprint, actor="test", at=moment, leaked=True)
    assert seals.current().certificate == verification.sealed.der_of_pem(first.pem)
    assert [verification.verify_file(pdf, at=moment).holds for pdf in (old, new)] == [True, False]
    acts = AuditEntry.objects.filter(act__startswith="seal_").values_list("act", flat=True)
    assert list(acts.order_by("pk")) == ["seal_made", "seal_retired"]
    for fingerprint in (second.fingerprint, "0" * 16, second.fingerprint[:3]):
        with pytest.raises(RuleViolation):
            seals.retire(fingerprint, actor="test", at=moment)


def test_a_certificate_of_an_authority_seals_from_its_file(moment: datetime, settings: Any) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    settings.KEYS_PASSPHRASE = "another"
    row = seals.adopt(pkcs12_of(key), "open sesame", actor="test", at=moment)
    assert (row.subject, sealers.is_here(row.fingerprint)) == ("示例印章", True)
    assert seals.current().certificate == verification.sealed.der_of_pem(row.pem)
    assert seals.current() is seals.current(), "the key stays loaded"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"nonsense", "seal_locked"),
        (pkcs12_of(ec.generate_private_key(ec.SECP256K1())), "seal_unsuitable"),
        (pkcs12_of(make_private_key("ES256"), until=SINCE.replace(year=2021)), "seal_unsuitable"),  # type: ignore[arg-type]
        (pkcs12_of(make_private_key("ES256"), seals=False), "seal_unsuitable"),  # type: ignore[arg-type]
    ],
    ids=["no file of the kind", "another curve", "expired", "for other uses"],
)
def test_what_cannot_seal_is_refused(moment: datetime, content: bytes, code: str) -> None:
    known = SealCertificate.objects.count()
    with pytest.raises(RuleViolation) as refused:
        seals.adopt(content, "open sesame", actor="test", at=moment)
    assert (refused.value.code, SealCertificate.objects.count()) == (code, known)


def test_a_seal_server_seals_in_our_place(moment: datetime, settings: Any) -> None:
    settings.SEAL_SERVER_TOKEN = TOKEN
    certificate = certificate_for(MAIN.private)  # type: ignore[arg-type]
    pem = sealers.pem_of(certificate).encode()
    with serving("good") as url:
        row = seals.adopt_server(pem, url, actor="test", at=moment)
        assert seals.current().certificate == sealers.der_of(certificate)
    assert json.loads(sealers.path_of(row.fingerprint, "sealer").read_text())["url"] == url
    other = sealers.pem_of(certificate_for(make_private_key("ES256"))).encode()  # type: ignore[arg-type]
    with serving("good") as url, pytest.raises(RuleViolation):
        seals.adopt_server(other, url, actor="test", at=moment)
    with pytest.raises(RuleViolation):
        seals.adopt_server(b"nonsense", url, actor="test", at=moment)


def test_in_production_no_seal_is_made_by_itself(version: LicenceVersion, moment: datetime, settings: Any) -> None:
    SealCertificate.objects.all().delete()
    settings.PRODUCTION = True
    with pytest.raises(RuleViolation, match="keys seal"):
        paper.store(version, at=moment)
    settings.PRODUCTION = False
    row = seals.make(actor="test", at=moment)
    settings.PRODUCTION = True
    sealers.path_of(row.fingerprint, "p12").chmod(0o644)
    sealers._opened.cache_clear()
    with pytest.raises(RuleViolation, match="chmod 600"):
        seals.current()


def test_the_command_makes_lists_and_retires_seals(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def told(*words: str) -> list[dict[str, Any]]:
        call_command("keys", *words, "--json")
        return list(json.loads(capsys.readouterr().out))

    made = told("seal")[0]
    assert (made["kind"], made["private_key_here"], made["seal_server"]) == ("seal", True, None)
    file, passphrase = tmp_path / "seal.p12", tmp_path / "passphrase"
    file.write_bytes(pkcs12_of(ec.generate_private_key(ec.SECP256R1())))
    passphrase.write_text("open sesame\n", encoding="utf-8")
    assert told("seal", str(file), "--passphrase-file", str(passphrase))[0]["subject"] == "示例印章"
    assert told("retire", made["fingerprint"][:16])[0]["retired_at"]
    assert [row["subject"] for row in told("list") if "fingerprint" in row][-1] == "示例印章"
    call_command("keys", "list")
    assert "示例印章" in capsys.readouterr().out


def test_the_paper_is_tagged_archival_and_carries_its_data(version: LicenceVersion, moment: datetime) -> None:
    """What can be said of PDF/A-4f and tags without veraPDF: what they are made of."""
    pdf = paper.store(version, at=moment)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert (bool(root.MarkInfo.Marked), str(root.Lang), document.pdf_version) == (True, "zh-Hans-CN", "2.0")
        assert b'pdfaid:part="4"' in root.Metadata.read_bytes()
        assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
        kinds = {str(one.S) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one}
        assert {"/H1", "/Table", "/TH", "/TD", "/Figure"} <= kinds
        figures = [
            one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
        assert [version.facts["number"] in str(one.Alt) for one in figures] == [True], "the code, and nothing else"
        fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert root.AF[0].AFRelationship == "/Data"
        data = json.loads(document.attachments[paper.DATA_FILE].get_file().read_bytes())
    assert data["identifier"] == version.facts["identifier"]
    assert elicence.holds(data["identifier"])
    assert (data["state_number"], data["operation_number"]) == ("01", "01")
    assert data["code_text"] == paper.code_text(version)
    assert [item["number"] for item in data["items"]] == [item["number"] for item in version.facts["items"]]


def test_verify_says_what_it_found_of_the_seal(
    version: LicenceVersion, moment: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "licence.pdf"
    file.write_bytes(paper.store(version, at=timezone.now()))
    call_command("verify", str(file))
    assert "文件签章:有效" in capsys.readouterr().out
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(SystemExit):
        call_command("verify", str(file))
    out = capsys.readouterr().out
    assert "证照文件被改动过" in out
    assert "文件签章:无效" in out


def test_what_a_leaked_seal_sealed_is_sealed_anew(
    version: LicenceVersion, moment: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until then a true licence's paper would be called forged; the drawing before the seal stays byte for byte."""
    old = paper.store(version, at=moment)
    used = x509.load_der_x509_certificate(look(old, ()).certificate)
    stolen = SealCertificate.objects.get(fingerprint=sealers.fingerprint_of(used))
    seals.make(actor="test", at=timezone.now())
    seals.retire(stolen.fingerprint, actor="test", at=timezone.now(), leaked=True)
    assert verification.verify_file(old, at=timezone.now()).reason == "paper_unknown_certificate"
    told = []
    for _ in range(2):
        call_command("keys", "reissue", "--json")
        told.append(json.loads(capsys.readouterr().out))
    assert [one["sealed_anew"] for one in told] == [1, 0]
    assert (told[0]["reissued"], told[0]["failed"]) == (0, 0)
    new = paper.pdf_of(LicenceVersion.objects.get(pk=version.pk), at=timezone.now())
    assert new.startswith(paper.render(version))
    assert verification.verify_file(new, at=timezone.now()).holds
    assert AuditEntry.objects.filter(act="licence_remade").count() == 1
