"""The app for officers in the field: a page that a telephone keeps, its service worker, and how it stands on a home screen.

The page is the same for everybody and holds nothing of anybody: what it shows comes from `inspection_api` and is kept on the
device. The worker's version is a hash of everything that it keeps, so that a new build is a new version and nothing else is.
"""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from workflows.pages import staff

BUILT = settings.BASE_DIR / "static" / "dist"
STYLES = ("dist/site.css", "dist/field.css")
PICTURES = ("dist/icons.svg", "dist/favicon.svg", "dist/app-192.png", "dist/app-180.png")


@staff.for_roles(User.Role.OFFICER)
@require_safe
def app(_request: SignedInRequest) -> HttpResponse:
    """The app's one page."""
    return HttpResponse(_page())


@never_cache
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, told what to keep. It is nobody's secret: browsers fetch it without asking who is signed in."""
    scripts = sorted(file for file in (BUILT / "field").glob("*.js") if file.name != "worker.js")
    # Scripts name one another by their plain names, under which they are served in production too.
    plain = [f"{settings.STATIC_URL}dist/field/{file.name}" for file in scripts]
    files = [*plain, *(static(name) for name in (*STYLES, *PICTURES))]
    version = hashlib.sha256(_page().encode())
    for file in (*scripts, *(BUILT / name.removeprefix("dist/") for name in (*STYLES, *PICTURES))):
        version.update(file.read_bytes())
    shell = {"version": version.hexdigest()[:16], "page": reverse("workflows:field"), "files": files}
    source = (BUILT / "field" / "worker.js").read_text("utf-8")
    script = f"const SHELL = {json.dumps(shell, indent=1)};\n{source}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@never_cache
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """What a telephone has to know to put the app on its home screen."""
    address = reverse("workflows:field")
    icons = [
        {"src": static("dist/app-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("dist/app-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("dist/app-mask-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    told = {
        "id": address,
        "name": _("一业一证 现场核查"),
        "short_name": _("现场核查"),
        "lang": get_language(),
        "start_url": address,
        "scope": reverse("workflows:inspections"),
        "display": "standalone",
        "theme_color": "#0b5fd9",
        "background_color": "#ffffff",
        "icons": icons,
    }
    return JsonResponse(
        told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


def _page() -> str:
    """The page in the language of the request; without anything of the request itself."""
    return render_to_string("workflows/field/app.html", {"script": f"{settings.STATIC_URL}dist/field/page.js"})


urlpatterns = [
    path("inspect/field/", app, name="field"),
    path("inspect/field/worker.js", worker, name="field_worker"),
    path("inspect/field/manifest.webmanifest", manifest, name="field_manifest"),
]
