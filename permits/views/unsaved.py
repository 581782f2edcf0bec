"""What somebody was typing when their session ended: it waits until they have signed in again, and is saved then."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

KEY = "unsaved"
LONGEST = 200_000
SHORTEST_WORDS = 4
"""Characters from which on a value is something that a person wrote, not the name of a choice."""


NO_TEXTS = frozenset({"csrfmiddlewaretoken", "stamp", "do"})


def sign_in_again(request: HttpRequest, promise: str = "") -> HttpResponse:
    """To the sign-in and back. What was posted is kept in the visitor's own session meanwhile; `promise` says what
    becomes of it."""
    typed = request.POST.urlencode()
    if request.method == "POST" and len(typed) <= LONGEST:
        request.session[KEY] = {"path": request.path, "typed": typed}
        messages.warning(request, promise or _("登录已过期。请重新登录，刚才填写的内容会接着保存"))
    return redirect_to_login(request.get_full_path())


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed into this very page before signing in again, once; None where nothing was."""
    kept = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    return QueryDict(kept["typed"])


def texts_typed_before(request: HttpRequest) -> list[str]:
    """The words typed into this very page before signing in again, to be copied: an act is never repeated by itself."""
    typed = typed_before(request)
    if typed is None:
        return []
    words = [text.strip() for name, texts in typed.lists() if name not in NO_TEXTS for text in texts]
    return [text for text in words if len(text) >= SHORTEST_WORDS]
