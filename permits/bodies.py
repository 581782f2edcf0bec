"""Bodies as the acts need them: who answers for a paper, with which name and remedies."""

from django.conf import settings
from django.core.cache import cache

from accounts.models import Body

KEPT_SECONDS = 60
"""An act reads a body that was changed elsewhere at most so much later; papers freeze what they read."""


def body(code: str) -> Body:
    """The body of a department id; every paper asks for one, so all are read together and kept for a minute."""
    found: Body | None = cache.get(_key(code))
    if found is None:
        bodies = {_key(one.code): one for one in Body.objects.all()}
        cache.set_many(bodies, timeout=KEPT_SECONDS)
        found = bodies.get(_key(code))
    if found is None:
        raise Body.DoesNotExist(f"no body {code!r}")
    return found


def _key(code: str) -> str:
    return f"body:{code}"


def service_office() -> Body:
    """The body that takes in and makes the licence."""
    return body(settings.SERVICE_OFFICE)
