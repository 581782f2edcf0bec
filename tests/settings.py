"""The product's settings with what a test run must not share: its data folder, its outbox, its slow passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Every test process has a folder of its own, so that parallel ones never meet, and nothing of it stays.
_folder = Path(tempfile.mkdtemp(prefix="one-licence-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ |= {"ONE_LICENCE_DIR": str(_folder), "OUTBOX_MODE": "worker", "DEMO": "True"}
for _name in ("DEBUG", "PRODUCTION", "PORT", "SITE_URL", "KEYS_DIR"):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: F403 - the product's settings, read after the environment is set
from config.settings import DATABASES

# A file, not memory: the browser tests' server thread needs a connection of its own, as in real life.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # tests sign in often; slowness protects nobody here
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked, instead of reading all of them for every test client
