"""R0.2: Pudong's rules are never applied in Changning, not even by a setting."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import environment


def test_r0_2_changning_is_whose_rules_count(monkeypatch: Any) -> None:
    assert settings.JURISDICTION == "changning"
    monkeypatch.setenv("JURISDICTION", "pudong")
    with pytest.raises(ImproperlyConfigured, match="changning"):
        environment.choice("JURISDICTION", ("changning",))
