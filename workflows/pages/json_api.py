"""What the apps on a telephone are answered: JSON, also that somebody is not signed in or that a rule says no.

A client that keeps work of several accounts names the one it means in the header X-Field-Account (the "id" in "account" of
every `answer`); where somebody else is signed in, it is told so (401, other_account) and nothing is read or written.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from math import isfinite
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.requests import SignedInRequest
from audit.violations import RuleViolation

View = Callable[..., HttpResponse]


class NotUnderstood(ValueError):
    """The request cannot be read; the message says which part."""


def for_accounts(*roles: str) -> Callable[[View], View]:
    """The address is for these roles alone, and every answer is JSON."""

    def guard(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return refusal(401, "signed_out", _("登录已过期，请重新登录；没有发送的记录还在这台设备上"))
            if request.headers.get("X-Field-Account", str(request.user.pk)) != str(request.user.pk):
                return refusal(401, "other_account", _("这台设备现在由另一个账号登录；没有发送的记录还在这台设备上"))
            if request.user.role not in roles:
                return refusal(403, "not_your_part", _("这个页面不属于您的岗位。"))
            try:
                return view(request, *args, **kwargs)
            except NotUnderstood as error:
                return refusal(422, "not_understood", str(error))
            except RuleViolation as error:
                return refusal(409, error.code, str(error), error.field or "", error.rule or "")

        return guarded

    return guard


def answer(request: SignedInRequest, body: dict[str, Any]) -> HttpResponse:
    """With the account, a fresh CSRF token and the moment."""
    account = {"id": request.user.pk, "name": str(request.user)}
    now = timezone.localtime().isoformat()
    return json_of(body | {"account": account, "csrf": get_token(request), "now": now})


def json_of(body: Mapping[str, Any], status: int = 200) -> JsonResponse:
    """Readable JSON."""
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def refusal(status: int, code: str, message: str, field: str = "", rule: str = "") -> HttpResponse:
    """Why the whole request is not answered."""
    return json_of({"code": code, "message": message, "field": field, "rule": rule}, status)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Raises NotUnderstood."""
    try:
        said = json.loads(request.body or b"{}")
    except ValueError:
        raise NotUnderstood("the body is not JSON") from None
    if not isinstance(said, dict):
        raise NotUnderstood("the body is not a JSON object")
    return said


def text_of(said: Mapping[str, Any], name: str) -> str:
    """A text as a database can keep it: without signs that no text has."""
    value = said.get(name)
    return str(value).replace("\0", "").encode("utf-8", "ignore").decode() if value else ""


def uuid_of(value: Any, where: str) -> UUID:
    """The id that a client made. Raises NotUnderstood."""
    try:
        return UUID(str(value))
    except ValueError:
        raise NotUnderstood(f"{where}: not a UUID") from None


def moment_of(value: Any, where: str) -> datetime:
    """A moment, the district's where it names no zone. Raises NotUnderstood."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise NotUnderstood(f"{where}: not an ISO moment") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def place_of(value: str | dict[str, Any]) -> dict[str, Any] | None:
    """Latitude, longitude and accuracy, where the officer agreed to have them kept. Raises NotUnderstood."""
    if not value:
        return None
    try:
        said = json.loads(value) if isinstance(value, str) else value
        found = {name: float(said[name]) for name in ("latitude", "longitude", "accuracy") if name in said}
        if not all(map(isfinite, found.values())):
            raise ValueError(value)
        return found or None
    except (TypeError, ValueError):
        raise NotUnderstood("place: not a JSON object of numbers") from None
