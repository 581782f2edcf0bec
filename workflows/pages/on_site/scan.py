"""The scanner for everybody who checks licences on site: it judges codes on the device, and asks the record where it can
(`scan_api`)."""

from csp.decorators import csp_update
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from certificates.coding.presenting import State
from certificates.verifying.showing import ICONS, look_of
from certificates.wording import (
    ANSWERS,
    ASK_ONLINE,
    EXPLAINED,
    EXPLAINED_ASK_ONLINE,
    ONLINE_ONLY,
    PRESENTED,
    REASONS,
    STATES,
    WARNINGS,
)
from workflows.models import Scan, Suspicion
from workflows.pages import staff
from workflows.pages.installable import App
from workflows.scanning.referrals import SCANNERS

WASM = "'wasm-unsafe-eval'"
"""What lets a page run WebAssembly, and nothing else; no other page has it."""

PRESENTED_LOOKS = {State.LIVE: "success", State.OVER: "warning", State.FORGED: "error"}

APP = App(
    name="scan",
    template="workflows/scan/app.html",
    address="workflows:scan",
    scope="workflows:scan",
    title=_("一业一证 扫码核验"),
    short_title=_("扫码核验"),
    styles=("dist/site.css", "dist/field.css", "certificates/verify.css", "dist/scan.css"),
    modules=(
        "licence-cbor.js",
        "licence-code.js",
        "licence-packing.js",
        "licence-present.js",
        "licence-sm2.js",
        "licence-verify.js",
        "zxing/reader/index.js",
        "zxing/share.js",
    ),
    files={"wasm": "dist/zxing/zxing_reader.wasm"},
    told={
        "answers": [(word, ANSWERS[word], EXPLAINED[word], ICONS[word]) for word in ANSWERS],
        "ask_online": (ASK_ONLINE, EXPLAINED_ASK_ONLINE, " ".join(ONLINE_ONLY)),
        "reasons": list(REASONS.items()),
        "states": [(state, words, *look_of(state)) for state, words in STATES.items()],
        "warnings": list(WARNINGS.items()),
        "presented": [(state, PRESENTED[state], kind) for state, kind in PRESENTED_LOOKS.items()],
        "purposes": Scan.Purpose.choices,
        "grounds": Suspicion.Ground.choices,
    },
)


@csp_update({"script-src": WASM})
@staff.for_roles(*SCANNERS)
@require_safe
def app(_request: SignedInRequest) -> HttpResponse:
    """The app's one page."""
    return HttpResponse(APP.page())


urlpatterns = [
    path("scan/", app, name="scan"),
    *APP.beside("scan/"),
]
