"""Private files: only for those who may see the case, under generated names, and never able to act."""

from typing import TypeVar

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.models import User
from permits import materials
from permits.files import pdf_files, uploads
from permits.models import Case, Material
from permits.views.common import SignedIn

PICTURE_WIDTH = 1200
LOCKED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
BOXED = f"{LOCKED}; sandbox"
"""Browsers refuse to show a PDF inside a sandbox at all. Ours were written anew without scripts and cannot be taken for
HTML (nosniff), so that a PDF goes without it; everything else stays in the box."""


def file_for(user: User, pk: int) -> Material:
    """The file, for those who may see its case and this part of it; 404 for everybody else."""
    found = Material.objects.select_related("case__catalogue", "case__notice")
    file = get_object_or_404(found.defer("case__catalogue__document", "case__notice__result"), pk=pk)
    if not Case.objects.visible_to(user).filter(pk=file.case_id).exists() or not materials.readable(user, file):
        raise Http404
    return file


Answer = TypeVar("Answer", bound=HttpResponseBase)


def locked(response: Answer) -> Answer:
    """No guessing of types, no scripts, no frames of others."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED if response["Content-Type"] == "application/pdf" else BOXED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@login_required
@require_GET
@xframe_options_sameorigin
@cache_control(private=True, max_age=0, no_store=True)
def download(request: SignedIn, pk: int) -> FileResponse:
    """The stored file itself: shown where it is a PDF or a picture, unless ?download asks to keep it."""
    file = file_for(request.user, pk)
    suffix = uploads.SUFFIXES.get(file.content_type)
    try:
        content = uploads.location(file.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return locked(
        FileResponse(
            content,
            as_attachment=suffix is None or "download" in request.GET,
            filename=f"{file.material}-{file.pk}{suffix or '.bin'}",
            content_type=file.content_type if suffix else "application/octet-stream",
        )
    )


@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def page(request: SignedIn, pk: int, page: int) -> HttpResponse:
    """A picture of one page of a PDF, or the picture itself: for looking at a material beside the form."""
    file = file_for(request.user, pk)
    try:
        content = uploads.location(file.file).read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    if file.content_type != "application/pdf":
        if page != 1:
            raise Http404
        return locked(HttpResponse(content, content_type=file.content_type))
    picture = _picture(file, content, page)
    if picture is None:
        raise Http404
    return locked(HttpResponse(picture, content_type="image/jpeg"))


def _picture(file: Material, content: bytes, page: int) -> bytes | None:
    """The page drawn; None where there is none, or it cannot be drawn, which is not tried again for an hour."""
    known = f"not-drawable:{file.sha256_stored}:{page}"
    if cache.get(known):
        return None
    try:
        return pdf_files.page_picture(content, page, PICTURE_WIDTH)
    except pdf_files.NotDrawable as reason:
        if not isinstance(reason, pdf_files.Busy):
            cache.set(known, True, 3600)
        return None
