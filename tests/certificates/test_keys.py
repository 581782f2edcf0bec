"""Keys: private halves as files for this user only, public ones as rows; made, rotated, retired."""

import json
import stat
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import code, paper, publication
from certificates.models import Licence, SigningKey
from certificates.signers import checks, keyfiles, keys
from certificates.signers.signing import pem_of
from certificates.verifying import offline, verification
from certificates.verifying.verdict import Answer, Signature
from certificates.wording import ASK_ONLINE, title_of
from tests.certificates.factories import content
from tests.certificates.test_sm2 import TOKEN, serving
from tests.vectors.issuer import CHINESE

pytestmark = pytest.mark.django_db


def test_outside_production_a_key_is_made_on_first_use(settings: Any) -> None:
    signer = keys.signer()
    path = keyfiles.path_of(signer.kid.hex())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(settings.KEYS_DIR).stat().st_mode) == 0o700
    assert b"PRIVATE" not in SigningKey.objects.get(kid=signer.kid.hex()).public_pem.encode()
    assert keys.signer().kid == signer.kid


def test_a_key_whose_row_was_rolled_back_is_registered_again() -> None:
    with transaction.atomic():
        first = keys.signer()
        transaction.set_rollback(True)
    again = keys.signer()
    assert again.kid == first.kid
    assert again.kid in keys.verifying_keys()


def test_in_production_nothing_is_made_by_itself(settings: Any) -> None:
    SigningKey.objects.all().delete()
    settings.PRODUCTION = True
    with pytest.raises(RuleViolation, match="keys make"):
        keys.signer()
    assert not Path(settings.KEYS_DIR).exists()


@pytest.mark.each_database
def test_a_new_key_takes_over_and_the_old_one_still_vouches(moment: datetime) -> None:
    old = keys.signer()
    row = keys.make("EdDSA", actor="test", at=moment)
    assert keys.signer().kid.hex() == row.kid != old.kid.hex()
    assert {old.kid, bytes.fromhex(row.kid)} <= set(keys.verifying_keys())
    assert AuditEntry.objects.filter(act="key_made", facts__kid=row.kid).exists()


@pytest.mark.parametrize(("leaked", "grace"), [(False, keys.GRACE), (True, timedelta())])
def test_a_retired_key_signs_no_more(moment: datetime, leaked: bool, grace: timedelta) -> None:
    first = keys.signer()
    row = keys.retire(first.kid.hex(), actor="test", at=moment, leaked=leaked)
    assert row.retired_at == moment + grace
    assert keys.signer().kid != first.kid
    assert keys.verifying_keys()[first.kid].retired_at == row.retired_at
    with pytest.raises(RuleViolation):
        keys.retire(row.kid, actor="test", at=moment)


def test_the_command_makes_lists_and_retires(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("keys", "make", "--json")
    made = json.loads(capsys.readouterr().out)[0]
    call_command("keys", "list", "--json")
    assert made["kid"] in [row["kid"] for row in json.loads(capsys.readouterr().out)]
    call_command("keys", "retire", made["kid"])
    assert "停用" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("keys", "retire", "nothing")
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


# Rotation.


def now() -> datetime:
    return timezone.now()


def test_a_coming_key_is_made_known_before_it_signs() -> None:
    old = keys.signer()
    new, *others = keys.rotate("ES256", actor="test", at=now(), after=timedelta(hours=24))
    ended = next(other for other in others if other.kid == old.kid.hex())
    assert keys.signer().kid == old.kid, "the new one has not begun"
    assert bytes.fromhex(new.kid) in keys.verifying_keys(), "but verifiers learn of it"
    assert ended.retired_at is not None
    assert timedelta() <= ended.retired_at - new.valid_from - keys.GRACE < timedelta(seconds=1)
    SigningKey.objects.filter(pk=new.pk).update(valid_from=now() - timedelta(seconds=1))
    SigningKey.objects.exclude(pk=new.pk).update(retired_at=now() + keys.GRACE - timedelta(seconds=1))
    keys.forget()
    assert keys.signer().kid.hex() == new.kid


def test_a_rotation_takes_over_at_once_where_nothing_else_is_said() -> None:
    old = keys.signer()
    new, *others = keys.rotate("EdDSA", actor="test", at=now())
    assert keys.signer().kid.hex() == new.kid
    assert old.kid.hex() in {other.kid for other in others}
    assert {entry.act for entry in AuditEntry.objects.all()} >= {"key_made", "key_retired"}


def test_a_key_that_leaks_while_it_waits_for_its_end_stops_at_once() -> None:
    old = keys.signer()
    keys.rotate("ES256", actor="test", at=now(), after=timedelta(hours=24))
    stopped = keys.retire(old.kid.hex(), actor="test", at=now(), leaked=True)
    assert stopped.retired_at is not None
    assert stopped.retired_at <= now()
    assert keys.signer().kid != old.kid


def test_a_key_that_leaks_years_after_its_end_vouches_for_nothing_any_more() -> None:
    kid = keys.signer().kid.hex()
    ended = keys.retire(kid, actor="test", at=now() - timedelta(days=700)).retired_at
    leaked = keys.retire(kid, actor="test", at=now(), leaked=True)
    assert (leaked.retired_at, leaked.leaked) == (ended, True)
    with pytest.raises(RuleViolation):
        keys.retire(kid, actor="test", at=now(), leaked=True)


@pytest.mark.django_db(transaction=True)
def test_every_process_stops_at_once_when_a_key_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process runs the command: what is signed here in the next minutes would be forged for ever."""
    old = keys.signer()
    monkeypatch.setattr(keys, "forget", lambda: None)
    keys.retire(old.kid.hex(), actor="test", at=now(), leaked=True)
    assert keys.signer().kid != old.kid
    new = keys.signer()
    assert keys.signer() is new, "and keeps the new one in memory"


def test_off_line_a_leaked_key_proves_nothing_whatever_it_dates_back(tmp_path: Path, settings: Any) -> None:
    """A thief makes a licence that nobody issued, of the days when the key was good (R1.24)."""
    stolen = keys.signer()
    keys.make("ES256", actor="test", at=now())
    keys.retire(stolen.kid.hex(), actor="test", at=now(), leaked=True)
    publication.publish(tmp_path, at=now())
    text = code.to_url(settings.SITE_URL, "7KQ2M4XWZD", code.seal(content(), stolen))
    verdict = offline.verify_text(text, at=now(), published=offline.load(tmp_path))
    assert (verdict.answer, verdict.reason, verdict.items) == (Answer.UNKNOWN, "key_leaked", ())
    assert title_of(verdict) == ASK_ONLINE


@pytest.mark.each_database
def test_what_a_leaked_key_signed_is_brought_out_anew(
    licence: Licence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same number, a version of its own, whose code proves itself off line again; once is enough (R1.20)."""
    stolen = keys.signer()
    keys.make("ES256", actor="test", at=now())
    keys.retire(stolen.kid.hex(), actor="test", at=now(), leaked=True)
    told = []
    for _ in range(2):
        call_command("keys", "reissue", "--json")
        told.append(json.loads(capsys.readouterr().out))
    assert [(one["reissued"], one["failed"]) for one in told] == [(1, 0), (0, 0)]
    first, second = licence.versions.order_by("version")
    assert (first.kid, second.kid) == (stolen.kid.hex(), keys.signer().kid.hex())
    publication.publish(tmp_path, at=now())
    published = offline.load(tmp_path)
    answers = [offline.verify_text(paper.code_text(one), at=now(), published=published) for one in (first, second)]
    assert [answer.signature for answer in answers] == [Signature.UNKNOWN_KEY, Signature.GOOD]
    assert verification.verify_text(paper.code_text(first), at=now()).signature is Signature.GOOD


@pytest.mark.parametrize("in_order", [True, False])
def test_the_command_says_from_when_on_nothing_signs(in_order: bool, capsys: pytest.CaptureFixture[str]) -> None:
    old = keys.signer().kid.hex()
    call_command("keys", "rotate", "--after", "24", "--json")
    new = json.loads(capsys.readouterr().out)[0]["kid"]
    call_command("keys", "retire", *([old, "--leaked"] if in_order else [new]))
    told = capsys.readouterr().err
    assert ("现在没有" if in_order else f"{timezone.localtime(now() + timedelta(days=1)):%Y-%m-%d}") in told
    call_command("keys", "make")
    assert capsys.readouterr().err == ""


def test_a_key_begins_with_a_whole_second_so_that_its_first_code_holds() -> None:
    at = now().replace(microsecond=900_000)
    row = keys.make("ES256", actor="test", at=at)
    raw = code.seal(replace(content(), issued_at=at.replace(microsecond=0)), keys.signer())
    assert keys.signer().kid.hex() == row.kid
    assert code.verify(code.parse_bytes(raw), keys.verifying_keys())


# Files.


def test_a_passphrase_locks_the_file(settings: Any) -> None:
    settings.KEYS_PASSPHRASE = "三月の雪"
    row = keys.make("ES256", actor="test", at=now())
    path = keyfiles.path_of(row.kid)
    assert b"ENCRYPTED" in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.signer().kid.hex() == row.kid
    for wrong in ("", "another"):
        settings.KEYS_PASSPHRASE = wrong
        with pytest.raises(RuleViolation, match="KEYS_PASSPHRASE"):
            keyfiles.read_private(path)


def test_a_key_from_before_the_passphrase_still_opens(settings: Any) -> None:
    row = keys.make("EdDSA", actor="test", at=now())
    settings.KEYS_PASSPHRASE = "later"
    assert keyfiles.read_private(keyfiles.path_of(row.kid))


def test_in_production_a_key_that_others_may_read_does_not_sign(settings: Any) -> None:
    row = keys.make("ES256", actor="test", at=now())
    settings.PRODUCTION = True
    assert keys.signer().kid.hex() == row.kid
    keyfiles.path_of(row.kid).chmod(0o640)
    keys.forget()
    with pytest.raises(RuleViolation, match="chmod 600"):
        keys.signer()


@pytest.mark.parametrize("content", [b"", b"noise", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.pem"
    path.write_bytes(content)
    with pytest.raises(RuleViolation, match=r"x\.pem"):
        keyfiles.read_private(path)


def test_keys_lie_apart_from_what_is_served(settings: Any, tmp_path: Path) -> None:
    assert checks.keys_lie_apart() == []
    for served in (settings.MEDIA_ROOT, settings.PUBLISHED_DIR, settings.STATIC_ROOT):
        settings.KEYS_DIR = Path(served) / "keys"
        assert [found.id for found in checks.keys_lie_apart()] == ["certificates.E001"]
    settings.KEYS_DIR = Path(settings.BASE_DIR) / "var" / "keys"
    assert checks.keys_lie_apart() == []
    settings.PRODUCTION = True
    assert [found.id for found in checks.keys_lie_apart()] == ["certificates.E001"]


# A key in a seal server.


def test_the_command_adds_a_key_that_a_seal_server_keeps(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: Any
) -> None:
    settings.SEAL_SERVER_TOKEN = TOKEN
    pem = tmp_path / "public.pem"
    pem.write_text(pem_of(CHINESE.public))
    with serving("good") as url:
        call_command("keys", "add", str(pem), "--seal-server", url, "--json")
        told = json.loads(capsys.readouterr().out)[0]
        assert (told["algorithm"], told["seal_server"], told["private_key_here"]) == ("SM2", url, False)
        raw = code.seal(replace(content(), issued_at=now().replace(microsecond=0)), keys.signer())
    parsed = code.parse_bytes(raw)
    assert (parsed.algorithm, parsed.kid.hex()) == (-65538, told["kid"])
    assert code.verify(parsed, keys.verifying_keys())
    for wrong in ((pem, url), (tmp_path / "none.pem", url), (pem, "http://seal.example/")):
        with pytest.raises(SystemExit) as ended:
            call_command("keys", "add", str(wrong[0]), "--seal-server", wrong[1])
        assert ended.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_command_rotates(capsys: pytest.CaptureFixture[str]) -> None:
    first = keys.signer().kid.hex()
    call_command("keys", "rotate", "--after", "24", "--json")
    new, *others = json.loads(capsys.readouterr().out)
    assert new["private_key_here"]
    assert first in {other["kid"] for other in others}
    assert all(other["retired_at"] > new["valid_from"] for other in others)
