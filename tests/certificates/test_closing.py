"""What the paper of an end says follows for the holder (R1.19, R2.33)."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from certificates.acts import closing

AT = datetime(2026, 5, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("how", "ground", "is_filing", "register", "last"),
    [
        (closing.REVOCATION, "fraud", False, True, closing.NOT_PROTECTED),
        (closing.REVOCATION, "fraud", True, True, closing.NOT_PROTECTED),
        (closing.REVOCATION, "procedure", True, True, closing.DAMAGES),
        (closing.REVOCATION, "commitment_broken", False, True, "登记。"),
        (closing.EXPIRY, "expired", False, True, "登记。"),
        (closing.CANCELLATION, "requested", True, False, ""),
    ],
)
def test_r1_19_what_follows_an_end(how: closing.End, ground: str, is_filing: bool, register: bool, last: str) -> None:
    item = cast(Any, SimpleNamespace(case_matter=SimpleNamespace(is_filing=is_filing)))
    said = closing._follows(how, item, ground, AT)
    assert ("2026年6月10日前" in said) is register
    assert said.endswith(last)
