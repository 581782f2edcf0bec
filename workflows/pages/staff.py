"""What all staff pages share: who may enter, the place to begin, lists in pages, and how a rule's refusal is shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from workflows.worklists import PAGE

View = Callable[..., HttpResponse]
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
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.user.role not in roles:
                raise PermissionDenied(_("这个页面不属于您的岗位。"))
            return view(request, *args, **kwargs)

        return guarded

    return guard


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """After the sign-in: to the place where this person works."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return redirect(DESKS[request.user.role])


class CountedPaginator(Paginator):
    """Pages of a list whose length another query has told already."""

    def __init__(self, rows: Any, length: int) -> None:
        super().__init__(rows, PAGE)
        self._length = length

    @cached_property
    def count(self) -> int:
        """The length, as told."""
        return self._length


def page_of(request: HttpRequest, rows: Any, length: int) -> Page:
    """The page that the address names; the nearest one where it names none that exists."""
    return CountedPaginator(rows, length).get_page(request.GET.get("page"))


def tabs(request: HttpRequest, url_name: str, words: dict[str, Any], current: str, counts: dict[str, int]) -> list[Tab]:
    """The tabs of a list, as links that keep the address's filters, with their counts."""
    kept = {key: value for key, value in request.GET.items() if value and key not in ("tab", "page")}
    return [
        (f"{reverse(url_name)}?{urlencode({'tab': tab} | kept)}", str(text), tab == current, counts[tab])
        for tab, text in words.items()
    ]


def hidden(request: HttpRequest, *without: str) -> list[tuple[str, str]]:
    """What was typed, to be carried through a confirmation."""
    left_out = {"csrfmiddlewaretoken", "do", *without}
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values if value]


urlpatterns = [path("desk/", desk, name="desk")]
