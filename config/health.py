"""Whether the site is alive and ready, for supervisors and load balancers: words and numbers, nothing about cases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from calendars.services import official
from certificates.models import SealCertificate
from certificates.signers import sealers
from certificates.signers.keyfiles import is_here
from certificates.signers.keys import signing
from industries.publishing import current_version
from outbox.models import Parcel

PATIENCE = timedelta(minutes=15)
"""Longer than a restart of the delivering process takes, shorter than a day on which nobody notices."""


class Finding(NamedTuple):
    """What a check found: good or not, and a word on it that says what to do."""

    good: bool
    detail: str = ""


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody, so that a database that is away does not have the process restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 where work can be done, 503 where not; each check by its name."""
    findings = look(timezone.now())  # noqa: TID251 - a page, at the edge
    good = all(finding.good for finding in findings.values())
    checks = {name: {"ok": finding.good, "detail": finding.detail} for name, finding in findings.items()}
    return JsonResponse({"ready": good, "checks": checks}, status=200 if good else 503)


def look(at: datetime) -> dict[str, Finding]:
    """All checks in their order; those after an unreachable database are left undone."""
    found = {"database": _database()}
    for name, check in CHECKS.items():
        if not found["database"].good:
            found[name] = Finding(False, "not asked: the database does not answer")
            continue
        try:
            found[name] = check(at)
        except DatabaseError:
            found[name] = Finding(False, "its tables are missing: run manage.py migrate")
    return found


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Finding(False, "does not answer: look at DATABASE_URL and the database server")
    return Finding(True)


def _migrations(_at: datetime) -> Finding:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding(not missing, f"{missing} missing: run manage.py migrate" if missing else "")


def _catalogue(at: datetime) -> Finding:
    version = current_version(timezone.localtime(at).date())
    return Finding(True, version.label) if version else Finding(False, "none published: run manage.py load_catalogue")


def _calendar(at: datetime) -> Finding:
    year = timezone.localtime(at).year
    if year in official().years:
        return Finding(True, str(year))
    return Finding(False, f"{year} has no official notice: run manage.py calendar_load --year {year} --csv FILE")


def _signing_key(_at: datetime) -> Finding:
    if any(is_here(row.kid) for row in signing()):
        return Finding(True)
    return Finding(False, "no private key in KEYS_DIR: run manage.py keys make")


def _seal(_at: datetime) -> Finding:
    known = SealCertificate.objects.filter(retired_at=None).values_list("fingerprint", flat=True)
    if any(map(sealers.is_here, known)):
        return Finding(True)
    return Finding(False, "no seal for papers in KEYS_DIR: run manage.py keys seal")


def _outbox(at: datetime) -> Finding:
    """Stuck is what nobody tries to deliver. A failed parcel waits for a person, and the site works meanwhile."""
    dead = Parcel.objects.filter(status=Parcel.Status.DEAD).count()
    told = f"{dead} failed: mend the cause, then manage.py deliver --retry-dead" if dead else ""
    overdue = Parcel.objects.due(at - PATIENCE).count()
    if overdue:
        minutes = int(PATIENCE.total_seconds() // 60)
        return Finding(False, f"{overdue} waiting for {minutes} minutes: is manage.py deliver --forever running?")
    return Finding(True, told)


CHECKS: dict[str, Callable[[datetime], Finding]] = {
    "migrations": _migrations,
    "catalogue": _catalogue,
    "calendar": _calendar,
    "signing_key": _signing_key,
    "seal": _seal,
    "outbox": _outbox,
}
