"""`PRODUCTION=True` starts with safe settings only; each refusal says what to set."""

import os
import subprocess
import sys

import pytest

from scripts.check import PRODUCTION
from scripts.sources import ROOT

UNSAFE = {
    "SECRET_KEY": ("", "SECRET_KEY"),
    "DEBUG": ("True", "DEBUG=False"),
    "DEMO": ("True", "DEMO=False"),
    "ALLOWED_HOSTS": ("", "ALLOWED_HOSTS"),
    "SITE_URL": ("http://licence.example", "https://"),
    "SOURCE_URL": ("", "AGPL-3.0"),
}


def start(folder, **changes: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings in a process of their own."""
    ours = ("DEBUG", "DEMO", "SECRET_KEY_FILE", "KEYS_DIR", "PORT")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"ONE_LICENCE_DIR": str(folder)} | PRODUCTION | changes
    command = [sys.executable, "-c", "import config.settings"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_safe_settings_start(tmp_path):
    assert start(tmp_path).returncode == 0


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_setting_refuses_to_start_and_says_what_to_do(name, tmp_path):
    value, words = UNSAFE[name]
    refused = start(tmp_path, **{name: value})
    assert refused.returncode != 0
    assert words in refused.stderr
