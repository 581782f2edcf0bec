"""What every page may need to know about the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The demo mark, the site's own address, and where its source is (AGPL-3.0, section 13), for the base template."""
    return {"demo": settings.DEMO, "site_url": settings.SITE_URL, "source_url": settings.SOURCE_URL}
