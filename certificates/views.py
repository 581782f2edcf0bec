"""The public pages: verification of a code, the register; and the paper for those who may see the case."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import live, paper, publication
from certificates import register as public_register
from certificates.coding.presenting import Presented
from certificates.forms import CodeForm, RegisterSearch
from certificates.models import LicenceVersion
from certificates.status import ItemState
from certificates.verifying import verification
from certificates.verifying.offline import KEYS_FILE, STATUS_FILE
from certificates.verifying.showing import look_of, shown
from certificates.verifying.verdict import Answer, Signature, Verdict
from certificates.wording import PRESENTED, STATES
from industries.publishing import current_catalogue
from permits.models import Case

ROWS = 20
DIGITS = 5
"""A version's number has fewer."""
STATUS = {Answer.UNKNOWN: 404}
KINDS = {KEYS_FILE: "application/json", STATUS_FILE: "application/cose"}
MAX_AGE = 30
"""Seconds for which a cache may keep a published file: with the age of the list, a minute until a revoked item is seen."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """A field for a number or a code; its answer on the same page."""
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return render(request, "certificates/enter.html", {"form": form})
    if not form.is_valid():
        return render(request, "certificates/enter.html", {"form": form}, status=400)
    return _answer_on(request, form.cleaned_data["text"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The page that a code leads to: live state at once; the signature once the digits were sent here."""
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return _answer(request, verification.look_up(code, at=timezone.now()))
    if not form.is_valid():
        return render(request, "certificates/enter.html", {"form": form}, status=400)
    return _answer_on(request, form.cleaned_data["text"])


def _answer_on(request: HttpRequest, text: str) -> HttpResponse:
    """On a text that was sent to this page, under whichever of our names; what a telephone adds to it is told beside."""
    at = timezone.now()
    paper_text, presented = live.examine(text, at=at)
    verdict = verification.verify_text(paper_text, at=at, site=f"{request.scheme}://{request.get_host()}")
    is_proved = verdict.signature is Signature.GOOD
    return _answer(request, verdict, presented if is_proved else None)


def _answer(request: HttpRequest, verdict: Verdict, presented: Presented | None = None) -> HttpResponse:
    context: dict[str, Any] = {"shown": shown(verdict), "form": CodeForm(), "versions": _versions(verdict)}
    if presented:
        context |= {"presented": presented, "presented_words": PRESENTED[presented.state]}
    status = 200 if request.method == "POST" else STATUS.get(verdict.answer, 200)
    return render(request, "certificates/verify.html", context, status=status)


def _versions(verdict: Verdict) -> list[LicenceVersion]:
    """The licence's history, newest first."""
    if not verdict.number:
        return []
    versions = LicenceVersion.objects.filter(licence__number=verdict.number).order_by("-version")
    return list(versions.only("version", "at", "reason", "licence_id"))


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The public register, newest first."""
    on = timezone.localdate()
    industries = {industry.id: industry.name for industry in current_catalogue(on).industries.values()}
    form = RegisterSearch(request.GET or None, industries=list(industries.items()))
    asked = form.cleaned_data if form.is_valid() else {}
    licences = public_register.found(asked.get("q", ""), asked.get("industry", ""))
    page = Paginator(licences, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": public_register.rows(list(page.object_list), on),
        "asked": any(asked.values()),
    }
    return render(request, "certificates/register.html", context)


@require_safe
def published(request: HttpRequest, name: str) -> HttpResponse:
    """The public keys or the signed status list: for every cache, and for pages of any host. Nothing of them is trusted for
    where it came from."""
    found = publication.fresh(at=timezone.now())
    content = found.status if name == STATUS_FILE else found.keys
    response = HttpResponse(content, content_type=KINDS[name])
    response["Cache-Control"] = f"public, max-age={MAX_AGE}, stale-if-error=86400"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    tag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response


@login_required
@require_safe
def licence_page(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper says, as a page: for screen readers, for telephones, and with `?size=large` in large print."""
    version = _version_for(request, code)
    others = list(version.licence.versions.order_by("-version").only("version", "at", "licence_id"))
    context = paper.texts_of(version)
    for item in context["items"]:
        item["words"], item["look"] = STATES[ItemState(item["state"])], look_of(ItemState(item["state"]))
    context |= {
        "licence": version.licence,
        "versions": others,
        "newest": others[0],
        "is_large": request.GET.get("size") == "large",
        "asked_version": request.GET.get("version", ""),
    }
    response = render(request, "certificates/licence.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def licence_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The paper itself; the register hands out none."""
    version = _version_for(request, code)
    response = HttpResponse(paper.pdf_of(version, at=timezone.now()), content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename=_file_name(version))
    response["Content-Disposition"] = disposition or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _file_name(version: LicenceVersion) -> str:
    """The paper's name as a file; one that was replaced says so, since its sealed page cannot."""
    newest = version.licence.versions.latest("version").version
    old = _("（第%(n)d版，已被第%(newest)d版替代）") % {"n": version.version, "newest": newest}
    return f"{version.licence.number}{old if version.version < newest else ''}.pdf"


def _version_for(request: HttpRequest, code: str) -> LicenceVersion:
    """The newest version, or that of `?version=`, for whoever may see the case; nobody else learns that there is one."""
    user = request.user
    if not code.isalnum() or not user.is_authenticated:
        raise Http404
    asked = request.GET.get("version", "")
    versions = LicenceVersion.objects.select_related("licence__case").filter(licence__code=code)
    if asked.isdecimal() and len(asked) < DIGITS:
        versions = versions.filter(version=int(asked))
    version = versions.order_by("version").last()
    if version is None or not Case.objects.visible_to(user).filter(pk=version.licence.case_id).exists():
        raise Http404
    return version
