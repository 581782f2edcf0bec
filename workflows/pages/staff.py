"""What all staff pages share: who may enter, the place to begin, lists in pages, and how a rule's refusal is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from permits.merged_form.form import Group
from permits.views import unsaved
from permits.views.files import file_for
from workflows.lists.worklists import PAGE
from workflows.shown.evidence import Evidence, first_file

View = Callable[..., HttpResponseBase]
Tick = tuple[BoundField, BoundField]
"""The intake check's box and text for one field or material."""
Tab = tuple[str, str, bool, int | None]

DESKS = {
    User.Role.APPLICANT: "workflows:my_cases",
    User.Role.WINDOW: "workflows:window",
    User.Role.OFFICER: "workflows:work",
    User.Role.SUBDISTRICT: "workflows:work",
    User.Role.SERVICE_OFFICE: "workflows:office",
    User.Role.ADMINISTRATOR: "workflows:office",
}


def for_roles(*roles: str) -> Callable[[View], View]:
    """The page is for these roles: strangers are led to the sign-in, others are told that it is not their part (403).

    What stands on such pages belongs to nobody's cache.
    """

    def guard(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return unsaved.sign_in_again(request, _("登录已过期，没有提交。请重新登录，刚才写的内容还在"))
            if request.user.role not in roles:
                raise PermissionDenied(_("这个页面不属于您的岗位。"))
            if request.method == "GET":
                request.unsent = unsaved.texts_typed_before(request)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return guarded

    return guard


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """After the sign-in: to the place where this person works."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return redirect(DESKS[User.Role(request.user.role)])


@never_cache
@login_required
@require_safe
@xframe_options_sameorigin
def material_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file as pictures of its pages, for the frame beside the form; for whoever may read the file itself."""
    file = file_for(request.user, pk)
    return render(request, "workflows/staff/material_view.html", {"file": file, "pages": range(1, file.pages + 1)})


class CountedPaginator(Paginator):
    """Pages of a list whose length another query has told already."""

    def __init__(self, rows: Any, length: int) -> None:
        super().__init__(rows, PAGE)
        self._length = length

    @cached_property
    def count(self) -> int:
        """The length, as told."""
        return self._length


def page_of(request: SignedInRequest, rows: Any, length: int) -> Page:
    """The page that the address names; the nearest one where it names none that exists."""
    return CountedPaginator(rows, length).get_page(request.GET.get("page"))


def tabs(
    request: SignedInRequest, url_name: str, words: dict[str, Any], current: str, counts: dict[str, int]
) -> list[Tab]:
    """The tabs of a list, as links that keep the address's filters, with their counts."""
    kept = {key: value for key, value in request.GET.items() if value and key not in ("tab", "page")}
    return [
        (f"{reverse(url_name)}?{urlencode({'tab': tab} | kept)}", str(text), tab == current, counts[tab])
        for tab, text in words.items()
    ]


def lines_of(groups: Iterable[Group], ticks: Mapping[str, Tick] | None = None) -> list[tuple[str, list[Any]]]:
    """Parts of the form as their template reads them: title, and each line with its tick where it has one."""
    known = ticks or {}
    return [(group.title, [(line, known.get(line.id)) for line in group.lines]) for group in groups]


def materials_of(rows: Sequence[Evidence], ticks: Mapping[str, Tick] | None = None) -> dict[str, Any]:
    """Materials as their template reads them: what was handed in or should be, the rest, the file to show first."""
    known = ticks or {}
    pairs = [(row, known.get(row.id)) for row in rows]
    handed = [(row, tick) for row, tick in pairs if row.files or row.asked.status == "submit"]
    return {"handed": handed, "rest": [pair for pair in pairs if pair not in handed], "shown": first_file(rows)}


def hidden(request: SignedInRequest, *without: str) -> list[tuple[str, str]]:
    """What was typed, to be carried through a confirmation."""
    left_out = {"csrfmiddlewaretoken", "do", *without}
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values if value]


urlpatterns = [
    path("desk/", desk, name="desk"),
    path("materials/<int:pk>/", material_view, name="material_view"),
]
