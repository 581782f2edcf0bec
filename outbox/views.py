"""The inbox of everybody who signs in, and how they want to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from outbox.forms import WishesForm
from outbox.models import Message

PAGE = 20


@never_cache
@login_required
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Everything this person was told, the newest first, or what they have not read yet."""
    only_unread = request.GET.get("show") == "unread"
    own = Message.objects.inbox_of(request.user).defer("body")
    page = Paginator(own.unread() if only_unread else own, PAGE).get_page(request.GET.get("page"))
    return render(request, "outbox/inbox.html", {"page": page, "only_unread": only_unread})


@never_cache
@login_required
@require_safe
def message(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message; who opens it has read it."""
    found = get_object_or_404(Message.objects.inbox_of(request.user), pk=pk)
    if found.read_at is None and request.method == "GET":
        Message.objects.filter(pk=found.pk, read_at=None).update(read_at=timezone.now())
        request.user.unread_messages -= 1  # type: ignore[attr-defined]  # read with the user: outbox.sign_in
    return render(request, "outbox/message.html", {"message": found})


@login_required
@require_POST
def mark_all_read(request: SignedInRequest) -> HttpResponse:
    """Nothing in the inbox is unread any more."""
    Message.objects.inbox_of(request.user).unread().update(read_at=timezone.now())
    return redirect("outbox:inbox")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: SignedInRequest) -> HttpResponse:
    """Language and channels."""
    form = WishesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
        messages.success(request, _("已保存"))
        return redirect("outbox:wishes")
    return render(request, "outbox/wishes.html", {"form": form}, status=422 if form.errors else 200)
