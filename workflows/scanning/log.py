"""The log of scans: taken once however often it is sent, with the device's moment, judged again by the record.

record([NewScan(…)], officer=user, at=now)   # [Logged(client_id, "accepted", …)]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.rows import insert_rows
from audit.violations import RuleViolation
from certificates import live
from certificates.coding.presenting import State
from certificates.models import Licence
from certificates.verifying import verification
from certificates.verifying.verdict import Answer, Signature
from workflows.models import Scan
from workflows.scanning.places import WINDOW, Place, Sighting, elsewhere

ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scan as a device tells it. `said` is the verdict that it showed, by its list as of `list_as_of`."""

    client_id: UUID
    text: str
    way: str
    purpose: str
    note: str
    made_at: datetime
    said: str
    list_as_of: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of it; `scan` where it is in the log."""

    client_id: UUID
    status: str
    message: str = ""
    scan: Scan | None = None


def record(new: Sequence[NewScan], *, officer: User, at: datetime, site: str = "") -> list[Logged]:
    """Log these scans, each by itself."""
    if not officer.body_id:
        raise RuleViolation("no_body", _("您的账号没有所属机关，不能记录"))
    with transaction.atomic():
        known = {scan.client_id: scan for scan in _with_other().filter(client_id__in=[one.client_id for one in new])}
        answers = []
        for one in new:
            scan = known.get(one.client_id)
            answer = _again(scan, officer) if scan else _first(one, officer, at, site)
            if answer.scan:
                known[one.client_id] = answer.scan
            answers.append(answer)
        return answers


def _again(scan: Scan, officer: User) -> Logged:
    if scan.officer_id != officer.pk:
        return Logged(scan.client_id, REFUSED, _("这个编号已由另一个账号使用"))
    return Logged(scan.client_id, DUPLICATE, scan=scan)


def _first(one: NewScan, officer: User, at: datetime, site: str) -> Logged:
    if message := _fault(one):
        return Logged(one.client_id, REFUSED, message)
    moment = min(one.made_at, at)  # a device whose clock is ahead asks for what holds now
    paper, presented = live.examine(one.text, at=moment)
    verdict = verification.verify_text(paper, at=moment, site=site)
    licence = Licence.objects.filter(number=verdict.number).first() if verdict.number else None
    place = one.place
    scan = Scan(
        client_id=one.client_id,
        officer=officer,
        body_id=officer.body_id or "",
        licence=licence,
        text=one.text,
        way=one.way,
        purpose=one.purpose,
        note=one.note,
        made_at=one.made_at,
        received_at=at,
        said=one.said,
        found=verdict.answer,
        shown_live=presented is not None and presented.state is State.LIVE,
        list_as_of=one.list_as_of,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        accuracy=place.accuracy if place else None,
    )
    if licence and verdict.signature is Signature.GOOD:
        scan.elsewhere = _other(scan, licence)
    insert_rows([scan])
    return Logged(one.client_id, ACCEPTED, scan=scan)


def _fault(one: NewScan) -> str:
    if one.way not in Scan.Way.values or one.said not in [*Answer]:
        return _("核验方式或结果不是可以记录的")
    if one.purpose not in Scan.Purpose.values:
        return _("请选择扫码目的")
    if one.purpose == Scan.Purpose.OTHER and not one.note:
        return _("扫码目的为其他的，请写明是什么")
    return ""


def _other(scan: Scan, licence: Licence) -> Scan | None:
    """The scan of the same paper at another place; of two that come at once the second waits, and sees the first."""
    here = _sighting(scan, key=0)
    if here is None:
        return None
    Licence.objects.select_for_update(no_key=True).get(pk=licence.pk)
    day = (scan.made_at - WINDOW, scan.made_at + WINDOW)
    rows = {row.pk: row for row in _with_other().filter(licence=licence, latitude__isnull=False, made_at__range=day)}
    there = elsewhere(here, (seen for row in rows.values() if (seen := _sighting(row, key=row.pk))))
    return rows[there.key] if there else None


def _sighting(scan: Scan, *, key: int) -> Sighting | None:
    """Where the paper was; a typed number is no paper, and a telephone goes about."""
    if scan.latitude is None or scan.longitude is None or scan.way == Scan.Way.TYPED or scan.shown_live:
        return None
    return Sighting(key, Place(scan.latitude, scan.longitude, scan.accuracy or 0.0), scan.made_at)


def _with_other() -> "QuerySet[Scan]":
    return Scan.objects.select_related("body", "elsewhere__body")
