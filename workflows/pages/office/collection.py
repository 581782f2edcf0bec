"""The service office's page of the collection: what the city's store has not got and why, sent again; how the days compared."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from certificates.collection import parcels
from workflows.lists import collecting
from workflows.pages import staff
from workflows.pages.office.service_office import OFFICE


@staff.for_roles(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def collection(request: SignedInRequest) -> HttpResponse:
    """What is missing in the store, and the last days."""
    if request.method == "POST" and parcels.is_on():
        return _again(request)
    missing = collecting.uncollected()
    page = staff.page_of(request, missing, missing.count() if parcels.is_on() else 0)
    context = {
        "is_on": parcels.is_on(),
        "page": page,
        "rows": collecting.rows_of(page),
        "days": collecting.recent(),
    }
    return render(request, "workflows/service_office/collection.html", context)


def _again(request: SignedInRequest) -> HttpResponse:
    count = collecting.again(request.POST.get("version", ""), at=timezone.now())
    if count:
        words = ngettext(
            "已重新发送 %(count)d 个版本，稍后请再看结果", "已重新发送 %(count)d 个版本，稍后请再看结果", count
        )
        messages.success(request, words % {"count": count})
    else:
        messages.info(request, _("没有需要重新发送的版本：已经归集"))
    return redirect("workflows:collection")


urlpatterns = [path("office/collection/", collection, name="collection")]
"""Stands before the service office's own, whose next part is a case's number."""
