"""The JSON that a client in the field speaks, on line or after hours without a signal.

GET  /inspect/api/visits/?from=2026-03-04&until=2026-03-10   {"visits": [summary…], "csrf": "…", "now": "…"}; the officer's own
                                                  visits that are agreed and not closed; without days all of them
GET  /inspect/api/visits/<key>/                   the bundle (`bundle.bundle`), with "csrf" and "now"
POST /inspect/api/visits/<key>/entries/           {"entries": [{"client_id": uuid, "point": id, "finding": pass|rectify|fail,
                                                  "note": text, "made_at": ISO moment}…]} (at most 500)
POST /inspect/api/visits/<key>/photos/            multipart: client_id, point, taken_at, sha256 (of the file as sent), file,
                                                  and place as JSON where the officer agreed to it; one photograph each
POST /inspect/api/visits/<key>/signatures/        JSON, or multipart with the drawn picture as `drawn`: client_id, signed_at,
                                                  who ("me" or "business"), name, statement, declined, reason
POST /inspect/api/visits/<key>/settlements/       {"client_id", "point", "finding", "note"}: what the officers agreed on
POST /inspect/api/visits/<key>/close/             {"days": working days to put right, 0 for the usual number}

What is posted is answered by {"answers": [{"client_id", "status", "message"}…]} with `status` accepted, duplicate (it was there
already: done), conflict (it is kept, but a colleague found otherwise and it has to be settled; or the id belongs to something
else, which stays as it is) or refused (not taken; the message says why), and by "disputed" and "open", the points that are so
now. Everything may be sent again: a `client_id` is taken once. `made_at`, `taken_at` and `signed_at` stay as they were sent.
A client that keeps work of several accounts names the one it means in the header X-Field-Account (the "id" in "account" of
every answer to a GET); where somebody else is signed in, it is told so (401, other_account) and nothing is read or written.
Refusals of the whole request: {"code", "message", "field", "rule"}; 401 not signed in, 403 without CSRF token (send "csrf" as
X-CSRFToken; it goes with the session), 404 no part in the visit, 409 against a rule, 422 not understood.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from math import isfinite
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from permits.inspections import closing, entries, pictures, signing
from permits.inspections.entries import Answer, NewEntry
from permits.models import Inspection, InspectionPhoto
from workflows.inspections.bundle import bundle, summary, visits_of

MOST_ENTRIES = 500
View = Callable[..., HttpResponse]


class NotUnderstood(ValueError):
    """The request cannot be read; the message says which part."""


def for_officers(view: View) -> View:
    """Officers alone, and every answer is JSON: also that somebody is not signed in, or that a rule says no."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _refusal(401, "signed_out", _("登录已过期，请重新登录；没有发送的记录还在这台设备上"))
        if request.headers.get("X-Field-Account", str(request.user.pk)) != str(request.user.pk):
            return _refusal(401, "other_account", _("这台设备现在由另一个账号登录；没有发送的记录还在这台设备上"))
        if request.user.role != User.Role.OFFICER:
            return _refusal(403, "not_your_part", _("这个页面不属于您的岗位。"))
        try:
            return view(request, *args, **kwargs)
        except NotUnderstood as error:
            return _refusal(422, "not_understood", str(error))
        except RuleViolation as error:
            return _refusal(409, error.code, str(error), error.field or "", error.rule or "")

    return guarded


@for_officers
@require_GET
def visits(request: SignedInRequest) -> HttpResponse:
    """The officer's own visits, by day."""
    rows = visits_of(request.user).filter(officers__officer=request.user, state=Inspection.State.SCHEDULED)
    since, until = (_day(request.GET.get(name, ""), name) for name in ("from", "until"))
    if since:
        rows = rows.filter(starts_at__date__gte=since)
    if until:
        rows = rows.filter(starts_at__date__lte=until)
    found = rows.prefetch_related("parts__case_matter").order_by("starts_at", "pk")
    return _answer(request, {"visits": [summary(visit) for visit in found]})


@for_officers
@require_GET
def visit_bundle(request: SignedInRequest, key: str) -> HttpResponse:
    """Everything of one visit."""
    return _answer(request, bundle(_visit(request.user, key), request.user, timezone.now()))


@for_officers
@require_POST
def post_entries(request: SignedInRequest, key: str) -> HttpResponse:
    """Findings, each answered by itself."""
    visit, sent = _visit(request.user, key), _json(request).get("entries")
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_ENTRIES:
        raise NotUnderstood(f"entries: a list of 1 to {MOST_ENTRIES}")
    made = [_entry(one, place) for place, one in enumerate(sent)]
    answers = entries.enter(visit, made, actor=Actor.of(request.user), at=timezone.now())
    return _answered(visit, answers)


@for_officers
@require_POST
def post_photo(request: SignedInRequest, key: str) -> HttpResponse:
    """One photograph of what was found."""
    visit, said = _visit(request.user, key), request.POST
    file = request.FILES.get("file")
    if file is None:
        raise NotUnderstood("file: missing")
    shot = pictures.Shot(
        client_id=_uuid(said.get("client_id"), "client_id"),
        point=_text(said, "point")[:80],
        taken_at=_at(said.get("taken_at"), "taken_at"),
        sha256=_text(said, "sha256"),
        place=_place(_text(said, "place")),
    )
    purpose = InspectionPhoto.Purpose.FINDING
    actor, now = Actor.of(request.user), timezone.now()
    return _answered(
        visit, [pictures.attach(visit, shot, file, file.name or "photo", purpose=purpose, actor=actor, at=now)]
    )


@for_officers
@require_POST
def post_signature(request: SignedInRequest, key: str) -> HttpResponse:
    """A signature: the officer's own, or the business's on the officer's screen."""
    visit = _visit(request.user, key)
    said = request.POST if request.content_type == "multipart/form-data" else _json(request)
    who = said.get("who")
    if who not in ("me", "business"):
        raise NotUnderstood("who: me or business")
    one = signing.Signing(
        client_id=_uuid(said.get("client_id"), "client_id"),
        signed_at=_at(said.get("signed_at"), "signed_at"),
        is_officer=who == "me",
        name=_text(said, "name"),
        statement=_text(said, "statement"),
        declined=_text(said, "declined").lower() in ("true", "1", "on"),
        reason=_text(said, "reason"),
    )
    drawn = request.FILES.get("drawn")
    return _answered(visit, [signing.sign(visit, one, actor=Actor.of(request.user), at=timezone.now(), drawn=drawn)])


@for_officers
@require_POST
def post_settlement(request: SignedInRequest, key: str) -> HttpResponse:
    """What the officers agreed on where they had differed."""
    visit, said = _visit(request.user, key), _json(request)
    words = {name: _text(said, name) for name in ("point", "finding", "note")}
    client_id = _uuid(said.get("client_id"), "client_id")
    answer = entries.settle(visit, **words, client_id=client_id, actor=Actor.of(request.user), at=timezone.now())
    return _answered(visit, [answer])


@for_officers
@require_POST
def post_close(request: SignedInRequest, key: str) -> HttpResponse:
    """Close the visit; a second call answers with what the first one made."""
    visit, days = _visit(request.user, key), _json(request).get("days", 0)
    if not isinstance(days, int) or isinstance(days, bool):
        raise NotUnderstood("days: a number of working days")
    if visit.state != Inspection.State.CLOSED:
        visit = closing.close(visit, actor=Actor.of(request.user), at=timezone.now(), days=days)
    papers = {"record": visit.record.number if visit.record else None}
    papers["notice"] = visit.notice.number if visit.notice else None
    return _json_of({"state": visit.state, **papers, "due_on": str(visit.rectify_by) if visit.rectify_by else None})


def _visit(user: User, key: str) -> Inspection:
    return get_object_or_404(visits_of(user), key=key)


def _answer(request: SignedInRequest, body: dict[str, Any]) -> HttpResponse:
    account = {"id": request.user.pk, "name": str(request.user)}
    now = timezone.localtime().isoformat()
    return _json_of(body | {"account": account, "csrf": get_token(request), "now": now})


def _answered(visit: Inspection, answers: list[Answer]) -> HttpResponse:
    found = entries.stand(Inspection.objects.select_related("case__catalogue", "follows").get(pk=visit.pk))
    told = [{"client_id": one.client_id, "status": one.status, "message": one.message} for one in answers]
    disputed = [id for id, one in found.items() if one.is_disputed]
    return _json_of(
        {"answers": told, "disputed": disputed, "open": [id for id, one in found.items() if not one.entries]}
    )


def _json_of(body: Mapping[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _refusal(status: int, code: str, message: str, field: str = "", rule: str = "") -> HttpResponse:
    return _json_of({"code": code, "message": message, "field": field, "rule": rule}, status)


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body or b"{}")
    except ValueError:
        raise NotUnderstood("the body is not JSON") from None
    if not isinstance(said, dict):
        raise NotUnderstood("the body is not a JSON object")
    return said


def _entry(said: Any, place: int) -> NewEntry:
    if not isinstance(said, dict):
        raise NotUnderstood(f"entries[{place}]: not an object")
    return NewEntry(
        client_id=_uuid(said.get("client_id"), f"entries[{place}].client_id"),
        point=_text(said, "point")[:80],
        finding=_text(said, "finding"),
        note=_text(said, "note"),
        made_at=_at(said.get("made_at"), f"entries[{place}].made_at"),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    """A text as a database can keep it: without signs that no text has."""
    value = said.get(name)
    return str(value).replace("\0", "").encode("utf-8", "ignore").decode() if value else ""


def _uuid(value: Any, where: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise NotUnderstood(f"{where}: not a UUID") from None


def _at(value: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise NotUnderstood(f"{where}: not an ISO moment") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _day(value: str, where: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise NotUnderstood(f"{where}: not a day") from None


def _place(value: str) -> dict[str, Any] | None:
    """Latitude, longitude and accuracy, where the officer agreed to have them kept."""
    if not value:
        return None
    try:
        said = json.loads(value)
        found = {name: float(said[name]) for name in ("latitude", "longitude", "accuracy") if name in said}
        if not all(map(isfinite, found.values())):
            raise ValueError(value)
        return found or None
    except (TypeError, ValueError):
        raise NotUnderstood("place: not a JSON object of numbers") from None


urlpatterns = [
    path("inspect/api/visits/", visits, name="inspection_visits"),
    path("inspect/api/visits/<str:key>/", visit_bundle, name="inspection_bundle"),
    path("inspect/api/visits/<str:key>/entries/", post_entries, name="inspection_entries"),
    path("inspect/api/visits/<str:key>/photos/", post_photo, name="inspection_photos"),
    path("inspect/api/visits/<str:key>/signatures/", post_signature, name="inspection_signatures"),
    path("inspect/api/visits/<str:key>/settlements/", post_settlement, name="inspection_settling"),
    path("inspect/api/visits/<str:key>/close/", post_close, name="inspection_close"),
]
