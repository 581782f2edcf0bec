"""The service office as a body: it takes in, and makes the licence."""

from django.conf import settings
from django.core.cache import cache

from accounts.models import Body


def service_office() -> Body:
    """The body of `settings.SERVICE_OFFICE`; kept for a minute, since every receipt and notice asks for it."""
    key = f"body:{settings.SERVICE_OFFICE}"
    body: Body | None = cache.get(key)
    if body is None:
        body = Body.objects.get(code=settings.SERVICE_OFFICE)
        cache.set(key, body, timeout=60)
    return body
