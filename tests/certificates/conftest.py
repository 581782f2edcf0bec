"""A key of the test's own, a moment, and a licence that stands."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.actors import SYSTEM
from certificates import issuing
from certificates.models import Licence
from certificates.signers import keys
from certificates.signers.signing import KeySigner, VerifyingKey, make_private_key
from industries.models import CatalogueVersion
from tests.certificates.factories import decided_case


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.KEYS_DIR = tmp_path / "keys"
    keys.forget()
    yield
    keys.forget()


@pytest.fixture(scope="session")
def signer() -> KeySigner:
    return KeySigner(make_private_key("ES256"))


@pytest.fixture(scope="session")
def known(signer: KeySigner) -> dict[bytes, VerifyingKey]:
    key = VerifyingKey(signer.kid, signer.algorithm, signer.private.public_key(), datetime(2020, 1, 1, tzinfo=UTC))
    return {key.kid: key}


@pytest.fixture
def moment(at: Callable[[str], datetime]) -> datetime:
    return at("2026-02-26 15:00")


@pytest.fixture
def licence(catalogue: CatalogueVersion, moment: datetime) -> Licence:
    """Two permits, issued on 26 February 2026."""
    return issuing.issue(decided_case(catalogue, moment), actor=SYSTEM, at=moment)
