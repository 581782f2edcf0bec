"""The WSGI application that a server imports."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from outbox import worker  # noqa: E402 - needs the applications loaded

# The embedded mode delivers what a killed process left behind; other modes leave it to their worker.
worker.start()
