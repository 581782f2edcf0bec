"""The service office's page of the outbox: what could not leave, tried again; what was told in a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import SignedInRequest
from outbox import delivery, post
from permits.models import Case
from workflows.lists import leaving
from workflows.lists.filters import SearchForm
from workflows.pages import staff

OFFICE = (User.Role.SERVICE_OFFICE, User.Role.ADMINISTRATOR)


@staff.for_roles(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def outbox(request: SignedInRequest) -> HttpResponse:
    """What waits for a person; and, for a case's number, the delivery log of its messages."""
    if request.method == "POST":
        return _again(request)
    search = SearchForm(request.GET)
    number = "".join(search.text.split())
    case = Case.objects.visible_to(request.user).filter(number=number).first() if number else None
    context = {
        "stuck": leaving.stuck(),
        "form": search,
        "number": number,
        "case": case,
        "told": leaving.told(case) if case else [],
    }
    return render(request, "workflows/service_office/outbox.html", context)


def _again(request: SignedInRequest) -> HttpResponse:
    """Give everything that waits for a person all its attempts again; it leaves right after."""
    at = timezone.now()
    keys = list(leaving.dead().values_list("key", flat=True))
    count = delivery.retry_dead(at=at)
    post.schedule(keys, at=at)
    messages.success(request, _("已重新投递 %(count)d 项，稍后请再看结果") % {"count": count})
    return redirect("workflows:outbox")


urlpatterns = [path("office/outbox/", outbox, name="outbox")]
"""Stands before the service office's own, whose next part is a case's number."""
