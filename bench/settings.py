"""The product's settings plus the peers' own tables: used by `make bench` alone."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as OURS_APPS

INSTALLED_APPS = [*OURS_APPS, "bench.peers"]
