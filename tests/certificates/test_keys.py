"""Keys: private halves as files for this user only, public ones as rows; made, rotated, retired."""

import json
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from audit.models import AuditEntry
from audit.violations import RuleViolation
from certificates import keys
from certificates.models import SigningKey

pytestmark = pytest.mark.django_db


def test_outside_production_a_key_is_made_on_first_use(settings: Any) -> None:
    signer = keys.signer()
    path = keys.path_of(signer.kid.hex())
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
