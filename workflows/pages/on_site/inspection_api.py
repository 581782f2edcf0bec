"""The JSON that a client in the field speaks, on line or after hours without a signal.

GET  /inspect/api/visits/?from=2026-03-04&until=2026-03-10   {"visits": [summary…], "csrf": "…", "now": "…"}; the officer's own
                                                  visits that are agreed and not closed; without days all of them. A
                                                  visit whose "version" is that of the bundle at hand has not changed
GET  /inspect/api/visits/<key>/                   the bundle (`bundle.bundle`), with "csrf" and "now"
POST /inspect/api/visits/<key>/entries/           {"entries": [{"client_id": uuid, "point": id, "finding": pass|rectify|fail,
                                                  "note": text, "made_at": ISO moment}…]} (at most 500)
POST /inspect/api/visits/<key>/photos/            multipart: client_id, point, taken_at, sha256 (of the file as sent), file,
                                                  and place as JSON where the officer agreed to it; one photograph each
POST /inspect/api/visits/<key>/signatures/        JSON, or multipart with the drawn picture as `drawn`: client_id, signed_at,
                                                  who ("me" or "business"), name, statement, declined, reason
POST /inspect/api/visits/<key>/settlements/       {"client_id", "point", "finding", "note"}: what the officers agreed on
POST /inspect/api/visits/<key>/close/             {"client_id", "made_at", "days": working days to put right, 0 for the usual
                                                  number}; the status may also be incomplete: not closed, since something is
                                                  to come from others, and to be sent again. Without client_id at once:
                                                  {"state", "record", "notice", "due_on"}, or the refusal

What is posted is answered by {"answers": [{"client_id", "status", "message"}…]} with `status` accepted, duplicate (it was there
already: done), conflict (it is kept, but a colleague found otherwise and it has to be settled; or the id belongs to something
else, which stays as it is) or refused (not taken; the message says why), and by "disputed" and "open", the points that are so
now. Everything may be sent again: a `client_id` is taken once. `made_at`, `taken_at` and `signed_at` stay as they were sent.
`json_api` says how a client names the account that it means.
Refusals of the whole request: {"code", "message", "field", "rule"}; 401 not signed in, 403 without CSRF token (send "csrf" as
X-CSRFToken; it goes with the session), 404 no part in the visit, 409 against a rule, 422 not understood.
"""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from permits.inspections import closing, entries, pictures, signing
from permits.inspections.entries import Answer, NewEntry
from permits.inspections.sent_closing import Wish, close_as_wished
from permits.models import Inspection, InspectionPhoto
from workflows.inspections.bundle import bundle, summary, visits_of
from workflows.pages.json_api import (
    NotUnderstood,
    answer,
    body_of,
    for_accounts,
    json_of,
    moment_of,
    place_of,
    text_of,
    uuid_of,
)

MOST_ENTRIES = 500


for_officers = for_accounts(User.Role.OFFICER)


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
    today = timezone.localdate()
    return answer(request, {"visits": [summary(visit, today) for visit in found]})


@for_officers
@require_GET
def visit_bundle(request: SignedInRequest, key: str) -> HttpResponse:
    """Everything of one visit."""
    return answer(request, bundle(_visit(request.user, key), request.user, timezone.now()))


@for_officers
@require_POST
def post_entries(request: SignedInRequest, key: str) -> HttpResponse:
    """Findings, each answered by itself."""
    visit, sent = _visit(request.user, key), body_of(request).get("entries")
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
        client_id=uuid_of(said.get("client_id"), "client_id"),
        point=text_of(said, "point")[:80],
        taken_at=moment_of(said.get("taken_at"), "taken_at"),
        sha256=text_of(said, "sha256"),
        place=place_of(text_of(said, "place")),
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
    said = request.POST if request.content_type == "multipart/form-data" else body_of(request)
    who = said.get("who")
    if who not in ("me", "business"):
        raise NotUnderstood("who: me or business")
    one = signing.Signing(
        client_id=uuid_of(said.get("client_id"), "client_id"),
        signed_at=moment_of(said.get("signed_at"), "signed_at"),
        is_officer=who == "me",
        name=text_of(said, "name"),
        statement=text_of(said, "statement"),
        declined=text_of(said, "declined").lower() in ("true", "1", "on"),
        reason=text_of(said, "reason"),
    )
    drawn = request.FILES.get("drawn")
    return _answered(visit, [signing.sign(visit, one, actor=Actor.of(request.user), at=timezone.now(), drawn=drawn)])


@for_officers
@require_POST
def post_settlement(request: SignedInRequest, key: str) -> HttpResponse:
    """What the officers agreed on where they had differed."""
    visit, said = _visit(request.user, key), body_of(request)
    words = {name: text_of(said, name) for name in ("point", "finding", "note")}
    client_id = uuid_of(said.get("client_id"), "client_id")
    settled = entries.settle(visit, **words, client_id=client_id, actor=Actor.of(request.user), at=timezone.now())
    return _answered(visit, [settled])


@for_officers
@require_POST
def post_close(request: SignedInRequest, key: str) -> HttpResponse:
    """Close the visit; a second call answers with what the first one made."""
    visit, said = _visit(request.user, key), body_of(request)
    days = said.get("days", 0)
    if not isinstance(days, int) or isinstance(days, bool):
        raise NotUnderstood("days: a number of working days")
    if "client_id" in said:
        wish = Wish(uuid_of(said["client_id"], "client_id"), moment_of(said.get("made_at"), "made_at"), days)
        return _answered(visit, [close_as_wished(visit, wish, actor=Actor.of(request.user), at=timezone.now())])
    if visit.state != Inspection.State.CLOSED:
        visit = closing.close(visit, actor=Actor.of(request.user), at=timezone.now(), days=days)
    papers = {"record": visit.record.number if visit.record else None}
    papers["notice"] = visit.notice.number if visit.notice else None
    return json_of({"state": visit.state, **papers, "due_on": str(visit.rectify_by) if visit.rectify_by else None})


def _visit(user: User, key: str) -> Inspection:
    return get_object_or_404(visits_of(user), key=key)


def _answered(visit: Inspection, answers: list[Answer]) -> HttpResponse:
    found = entries.stand(Inspection.objects.select_related("case__catalogue", "follows").get(pk=visit.pk))
    told = [{"client_id": one.client_id, "status": one.status, "message": one.message} for one in answers]
    disputed = [id for id, one in found.items() if one.is_disputed]
    return json_of(
        {"answers": told, "disputed": disputed, "open": [id for id, one in found.items() if not one.entries]}
    )


def _entry(said: Any, place: int) -> NewEntry:
    if not isinstance(said, dict):
        raise NotUnderstood(f"entries[{place}]: not an object")
    return NewEntry(
        client_id=uuid_of(said.get("client_id"), f"entries[{place}].client_id"),
        point=text_of(said, "point")[:80],
        finding=text_of(said, "finding"),
        note=text_of(said, "note"),
        made_at=moment_of(said.get("made_at"), f"entries[{place}].made_at"),
    )


def _day(value: str, where: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise NotUnderstood(f"{where}: not a day") from None


urlpatterns = [
    path("inspect/api/visits/", visits, name="inspection_visits"),
    path("inspect/api/visits/<str:key>/", visit_bundle, name="inspection_bundle"),
    path("inspect/api/visits/<str:key>/entries/", post_entries, name="inspection_entries"),
    path("inspect/api/visits/<str:key>/photos/", post_photo, name="inspection_photos"),
    path("inspect/api/visits/<str:key>/signatures/", post_signature, name="inspection_signatures"),
    path("inspect/api/visits/<str:key>/settlements/", post_settlement, name="inspection_settling"),
    path("inspect/api/visits/<str:key>/close/", post_close, name="inspection_close"),
]
