"""Photographs of visits: for whoever has a part in the visit, and for nobody else (R6.22)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from permits.files import uploads
from permits.inspections.access import may_open
from permits.inspections.pictures import photos_visible_to
from permits.views.files import locked


@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def photo(request: SignedInRequest, client_id: UUID) -> HttpResponseBase:
    """The stored picture, under a name that says its point and its hash."""
    rows = photos_visible_to(request.user).select_related("inspection__case")
    found = get_object_or_404(rows, client_id=client_id)
    if not may_open(request.user, found.inspection, timezone.localdate()):
        raise Http404
    try:
        content = uploads.location(found.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    suffix = uploads.SUFFIXES[found.content_type]
    name = f"{found.point.replace(':', '-')}-{found.sha256_stored[:12]}{suffix}"
    return locked(FileResponse(content, filename=name, content_type=found.content_type))


urlpatterns = [path("inspect/photos/<uuid:client_id>/", photo, name="inspection_photo")]
