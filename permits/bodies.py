"""Bodies as the acts need them: who answers for a paper, with which name and remedies."""

from django.conf import settings
from django.core.cache import cache

from accounts.models import Body

KEPT_SECONDS = 60
"""An act reads a body that was changed elsewhere at most so much later; papers freeze what they read."""


def body(code: str) -> Body:
    """The body of a department id; every paper asks for one, so it is kept for a minute."""
    key = f"body:{code}"
    found: Body | None = cache.get(key)
    if found is None:
        found = Body.objects.get(code=code)
        cache.set(key, found, timeout=KEPT_SECONDS)
    return found


def service_office() -> Body:
    """The body that takes in and makes the licence."""
    return body(settings.SERVICE_OFFICE)
