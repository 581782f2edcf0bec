"""The JSON that the scanner speaks, on line or after hours without a signal.

GET  /scan/api/             {"account", "csrf", "now"}
POST /scan/api/look/        {"text": what was read or typed} → the verdict by the record, with the keys of `manage.py verify
                            --json`, "presented": {"state": live|over|forged, "until"} of a code shown on a telephone or null,
                            and "referrals": problems that wait for the deciding body, [{"matter", "what", "by", "at"}…]
POST /scan/api/scans/       {"scans": [{"client_id": uuid, "text", "way": camera|picture|typed, "purpose", "note", "made_at": ISO
                            moment, "said": the verdict shown, "list_as_of": ISO moment, "place": {"latitude", "longitude",
                            "accuracy"} where the officer agreed to it}…]} (at most 100)
POST /scan/api/suspicions/  multipart: client_id, scan (the scan's client_id), ground: forged|unknown|mismatch, where, what,
                            reason (why the device refused the code), made_at, and file where there is a photograph
POST /scan/api/referrals/   {"client_id": uuid, "scan": the scan's client_id, "position": the permit's, "what", "made_at"}

What is posted to the last three is answered by {"answers": [{"client_id", "status", "message"}…]} with `status` accepted, duplicate
(it was there already: done) or refused (not taken; the message says why). For a scan "elsewhere" says where else the same paper
was seen within a day: {"metres", "at", "by"} or null. `json_api` has the refusals of a whole request.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.actors import Actor
from accounts.requests import SignedInRequest
from certificates import live
from certificates.code import MAX_TEXT
from certificates.verifying import verification
from permits.files import uploads
from workflows.models import Referral, Scan
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
from workflows.scanning import log, referrals, suspicions
from workflows.scanning.places import Place, apart
from workflows.scanning.referrals import SCANNERS

MOST_SCANS = 100
MOST_SIGNS = 1000


@for_accounts(*SCANNERS)
@require_GET
def hello(request: SignedInRequest) -> HttpResponse:
    """Who is signed in, and the token for what follows."""
    return answer(request, {})


@for_accounts(*SCANNERS)
@require_POST
def look(request: SignedInRequest) -> HttpResponse:
    """What holds by the record."""
    text = _code(body_of(request), "text")
    at = timezone.now()
    paper, presented = live.examine(text, at=at)
    verdict = verification.verify_text(paper, at=at, site=_site(request))
    waiting = Referral.objects.waiting().filter(item__licence__number=verdict.number or None)
    told = [_referral(one) for one in waiting.select_related("item", "scan__body")]
    shown = (
        {"state": presented.state, "until": _iso(presented.until) if presented.until else None} if presented else None
    )
    return json_of(verdict.as_json() | {"referrals": told, "presented": shown})


@for_accounts(*SCANNERS)
@require_POST
def post_scans(request: SignedInRequest) -> HttpResponse:
    """Scans for the log, each answered by itself."""
    sent = body_of(request).get("scans")
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_SCANS:
        raise NotUnderstood(f"scans: a list of 1 to {MOST_SCANS}")
    new = [_scan(one, f"scans[{place}]") for place, one in enumerate(sent)]
    logged = log.record(new, officer=request.user, at=timezone.now(), site=_site(request))
    return json_of({"answers": [_logged(one) for one in logged]})


@for_accounts(*SCANNERS)
@require_POST
def post_referral(request: SignedInRequest) -> HttpResponse:
    """A problem for the body that decided (R5.8)."""
    said = body_of(request)
    client_id, scan_id = uuid_of(said.get("client_id"), "client_id"), uuid_of(said.get("scan"), "scan")
    made_at, position = moment_of(said.get("made_at"), "made_at"), said.get("position")
    if not isinstance(position, int):
        raise NotUnderstood("position: not a number")
    scan = Scan.objects.filter(client_id=scan_id).first()
    if scan is None:
        return _answers(client_id, log.REFUSED, _("这次扫码还没有送达，不能移送"))
    actor, now = Actor.of(request.user), timezone.now()
    what = text_of(said, "what")
    referrals.refer(scan, client_id=client_id, position=position, what=what, made_at=made_at, actor=actor, at=now)
    return _answers(client_id, log.ACCEPTED)


@for_accounts(*SCANNERS)
@require_POST
def post_suspicion(request: SignedInRequest) -> HttpResponse:
    """A licence that is believed forged, for the service office."""
    said = request.POST
    client_id, scan_id = uuid_of(said.get("client_id"), "client_id"), uuid_of(said.get("scan"), "scan")
    scan = Scan.objects.filter(client_id=scan_id).select_related("licence").first()
    if scan is None:
        return _answers(client_id, log.REFUSED, _("这次扫码还没有送达，不能报告"))
    told = suspicions.Told(
        client_id=client_id,
        ground=text_of(said, "ground"),
        where=text_of(said, "where"),
        what=text_of(said, "what")[:MOST_SIGNS],
        made_at=moment_of(said.get("made_at"), "made_at"),
        reason=text_of(said, "reason"),
    )
    file = request.FILES.get("file")
    photo = uploads.take_in(file, file.name or "photo") if file else None
    suspicions.report(scan, told, actor=Actor.of(request.user), at=timezone.now(), photo=photo)
    return _answers(client_id, log.ACCEPTED)


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _code(said: dict[str, Any], where: str) -> str:
    text = text_of(said, "text")
    if not 0 < len(text) <= MAX_TEXT:
        raise NotUnderstood(f"{where}: 1 to {MAX_TEXT} signs")
    return text


def _scan(said: Any, where: str) -> log.NewScan:
    if not isinstance(said, dict):
        raise NotUnderstood(f"{where}: not an object")
    as_of = said.get("list_as_of")
    return log.NewScan(
        client_id=uuid_of(said.get("client_id"), f"{where}.client_id"),
        text=_code(said, f"{where}.text"),
        way=text_of(said, "way"),
        purpose=text_of(said, "purpose"),
        note=text_of(said, "note")[:200].strip(),
        made_at=moment_of(said.get("made_at"), f"{where}.made_at"),
        said=text_of(said, "said"),
        list_as_of=moment_of(as_of, f"{where}.list_as_of") if as_of else None,
        place=_place(said.get("place"), where),
    )


def _place(said: Any, where: str) -> Place | None:
    """A place on earth; None where the officer did not agree to tell it."""
    if said is None:
        return None
    found = place_of(said) or {}
    if not {"latitude", "longitude"} <= set(found) or abs(found["latitude"]) > 90 or abs(found["longitude"]) > 180:
        raise NotUnderstood(f"{where}.place: not a place")
    return Place(found["latitude"], found["longitude"], max(0.0, found.get("accuracy", 0.0)))


def _logged(one: log.Logged) -> dict[str, Any]:
    told = {"client_id": str(one.client_id), "status": one.status, "message": one.message}
    return told | {"elsewhere": elsewhere_of(one.scan) if one.scan else None}


def elsewhere_of(scan: Scan) -> dict[str, Any] | None:
    """The other place at which the same paper was seen: how far, when, by which body."""
    other = scan.elsewhere
    if other is None:
        return None
    here, there = (Place(one.latitude or 0.0, one.longitude or 0.0) for one in (scan, other))
    return {"metres": round(apart(here, there)), "at": _iso(other.made_at), "by": other.body.name}


def _referral(one: Referral) -> dict[str, Any]:
    return {"matter": one.item.name, "what": one.what, "by": one.scan.body.name, "at": _iso(one.made_at)}


def _answers(client_id: Any, status: str, message: str = "") -> HttpResponse:
    return json_of({"answers": [{"client_id": str(client_id), "status": status, "message": message}]})


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


urlpatterns = [
    path("scan/api/", hello, name="scan_hello"),
    path("scan/api/look/", look, name="scan_look"),
    path("scan/api/scans/", post_scans, name="scan_scans"),
    path("scan/api/referrals/", post_referral, name="scan_referrals"),
    path("scan/api/suspicions/", post_suspicion, name="scan_suspicions"),
]
