"""Apps that a telephone keeps: a page that is the same for everybody, its service worker, how it stands on a home screen.

The page holds nothing of anybody: what it shows is fetched and kept on the device. The worker's version is a hash of
everything that it keeps, so that a new build is a new version and nothing else is.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

BUILT = settings.BASE_DIR / "static" / "dist"
PICTURES = ("dist/icons.svg", "dist/favicon.svg", "dist/app-192.png", "dist/app-180.png")
WORKER = "worker.js"
WIDE = ("192", "512")


@dataclass(frozen=True)
class App:
    """An app: the folder of its scripts below `static/dist`, its template, the names of its addresses.

    `modules`: further scripts, which name one another by their plain names. `files`: what else it needs, with the key under
    which the template is told its address. `told`: what else the template is told, the same for everybody.
    """

    name: str
    template: str
    address: str
    scope: str
    title: str | Promise
    short_title: str | Promise
    styles: tuple[str, ...]
    modules: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)

    def beside(self, page: str) -> list[URLPattern]:
        """The addresses of its worker and its manifest, beside its page's."""
        return [
            path(f"{page}worker.js", _open_to_all(self.worker), name=f"{self.name}_worker"),
            path(f"{page}manifest.webmanifest", _open_to_all(self.manifest), name=f"{self.name}_manifest"),
        ]

    def page(self) -> str:
        """The page in the language of the request; without anything of the request itself."""
        addresses = {key: static(name) for key, name in self.files.items()}
        told = {**self.told, **addresses}
        return render_to_string(self.template, told | {"script": f"{settings.STATIC_URL}dist/{self.name}/page.js"})

    def worker(self) -> HttpResponse:
        """The service worker, told what to keep."""
        scripts = [file for folder in ("app", self.name) for file in sorted((BUILT / folder).glob("*.js"))]
        scripts = [file for file in scripts if file.name != WORKER] + [BUILT / name for name in self.modules]
        named = [*self.styles, *PICTURES, *self.files.values()]
        # Scripts name one another by their plain names, under which they are served in production too.
        plain = [f"{settings.STATIC_URL}dist/{file.relative_to(BUILT).as_posix()}" for file in scripts]
        shell = {
            "name": self.name,
            "version": self._version([*scripts, *(_source(name) for name in named)]),
            "page": reverse(self.address),
            "files": [*plain, *map(static, named)],
        }
        source = (BUILT / "app" / WORKER).read_text("utf-8")
        script = f"const SHELL = {json.dumps(shell, indent=1)};\n{source}"
        return HttpResponse(script, content_type="text/javascript; charset=utf-8")

    def _version(self, files: list[Path]) -> str:
        version = hashlib.sha256(self.page().encode())
        for file in files:
            version.update(file.read_bytes())
        return version.hexdigest()[:16]

    def manifest(self) -> HttpResponse:
        """What a telephone has to know to put the app on its home screen."""
        address = reverse(self.address)
        icons: list[dict[str, str]] = [
            {"src": static(f"dist/app-{wide}.png"), "sizes": f"{wide}x{wide}", "type": "image/png"} for wide in WIDE
        ]
        mask = {"src": static("dist/app-mask-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"}
        told: dict[str, Any] = {
            "id": address,
            "name": str(self.title),
            "short_name": str(self.short_title),
            "lang": get_language(),
            "start_url": address,
            "scope": reverse(self.scope),
            "display": "standalone",
            "theme_color": "#0b5fd9",
            "background_color": "#ffffff",
            "icons": [*icons, mask],
        }
        shown = {"ensure_ascii": False, "indent": 1}
        return JsonResponse(told, content_type="application/manifest+json", json_dumps_params=shown)


def _open_to_all(made: Callable[[], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The view of what is nobody's secret: browsers fetch it without asking who is signed in."""

    @never_cache
    @require_safe
    def view(_request: HttpRequest) -> HttpResponse:
        return made()

    return view


def _source(name: str) -> Path:
    """The file behind a name among the static files."""
    return Path(settings.BASE_DIR) / "static" / name
