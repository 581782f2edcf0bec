"""What every page may need to know about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The demo mark and the site's own address, for the base template."""
    return {"demo": settings.DEMO, "site_url": settings.SITE_URL}
