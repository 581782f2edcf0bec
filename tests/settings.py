"""The product's settings with what a test run must not share: its data folder, its outbox, its slow passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The first process makes a folder and takes it away; each parallel one has a part of it, so that they never meet.
if "ONE_LICENCE_TEST_DIR" not in os.environ:
    os.environ["ONE_LICENCE_TEST_DIR"] = tempfile.mkdtemp(prefix="one-licence-test-")
    atexit.register(shutil.rmtree, os.environ["ONE_LICENCE_TEST_DIR"], ignore_errors=True)
_folder = Path(os.environ["ONE_LICENCE_TEST_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ |= {"ONE_LICENCE_DIR": str(_folder), "OUTBOX_MODE": "worker", "DEMO": "True"}
for _name in (
    "DEBUG",
    "PRODUCTION",
    "PORT",
    "SITE_URL",
    "KEYS_DIR",
    "KEYS_PASSPHRASE",
    "PUBLISHED_DIR",
    "EMAIL_HOST",
    "SMS_BACKEND",
    "ELICENCE_STORE",
):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: F403 - the product's settings, read after the environment is set
from config.settings import DATABASES

# A file, not memory: the browser tests' server thread needs a connection of its own, as in real life.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
else:  # scripts/test.py has played the migrations once for all processes
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("ONE_LICENCE_TEST_TEMPLATE")}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # tests sign in often; slowness protects nobody here
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked, instead of reading all of them for every test client
