"""Publishing a catalogue version, finding the one that counts, and issuing numbered notices from it."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Body
from accounts.numbers import draw
from audit import chain
from audit.models import Journal
from audit.violations import RuleViolation
from industries.amendments import Whole, whole
from industries.catalogue import parse_text
from industries.entities import Catalogue, Department
from industries.models import CatalogueVersion, Notice
from industries.notice import compile_notice

VERSIONS = ("changning-2026.1", "changning-2026.2", "changning-2026.3", "changning-2026.4", "changning-2026.5")
BUNDLED = tuple(Path(__file__).parent / "data" / f"{name}.yaml" for name in VERSIONS)
"""The versions that come with the product, in the order of publishing; the file of each is named as its id."""
SUBDISTRICT = "dept_subdistrict"
NOTICE_NUMBER = "沪长综告〔{year}〕{serial:06d}号"
# Codes are read aloud and typed at the counter: no letter that looks or sounds like another sign.
CODE_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12
KEPT = 16
_parsed: dict[str, Catalogue] = {}


def sha256_of(document: str) -> str:
    """The hash of the exact text of a document."""
    return hashlib.sha256(document.encode()).hexdigest()


def in_full(document: str) -> Whole:
    """The full document that a text stands for; amendments are laid over a published version or a bundled one."""
    return whole(document, lambda label: _published(label) or _bundled(label))


def _published(label: str) -> str | None:
    return CatalogueVersion.objects.filter(label=label).values_list("document", flat=True).first()


def _bundled(label: str) -> str | None:
    return next((path.read_text(encoding="utf-8") for path in BUNDLED if path.stem == label), None)


@transaction.atomic
def publish(*, document: str, actor: Actor, at: datetime, effective_from: date | None = None) -> CatalogueVersion:
    """Publish a document as an immutable version, in full where it amends another; the same again changes nothing.

    Departments become (or update) bodies, since people belong to them. Raises InvalidCatalogue with every fault, and
    RuleViolation where another document already has the same version id.
    """
    full = in_full(document)
    digest = sha256_of(full.text)
    if standing := CatalogueVersion.objects.filter(sha256=digest).first():
        return standing
    catalogue = full.parsed()
    if CatalogueVersion.objects.filter(label=catalogue.id).exists():
        raise RuleViolation(
            "version_exists",
            _("版本 %(label)s 已发布且不能修改；请在 meta.id 写新的版本号") % {"label": catalogue.id},
            field="meta.id",
        )
    version = CatalogueVersion.objects.create(
        label=catalogue.id,
        document=full.text,
        sha256=digest,
        published_at=at,
        effective_from=effective_from or at.date(),
    )
    _make_bodies(catalogue.departments.values())
    _record(version, actor, at)
    return version


def _make_bodies(departments: Iterable[Department]) -> None:
    """The body of each department, new or as the catalogue says it now; in one statement."""
    bodies = [_body(department) for department in departments]
    facts = ["name", "short_name", "kind", "window", "hotline", "remedies"]
    Body.objects.bulk_create(bodies, update_conflicts=True, unique_fields=["code"], update_fields=facts)


def _body(department: Department) -> Body:
    kind = Body.Kind.DEPARTMENT
    if department.id == settings.SERVICE_OFFICE:
        kind = Body.Kind.SERVICE_OFFICE
    elif department.id == SUBDISTRICT:
        kind = Body.Kind.SUBDISTRICT
    return Body(
        code=department.id,
        name=department.name,
        short_name=department.short_name,
        kind=kind,
        window=department.window,
        hotline=department.hotline,
        remedies=asdict(department.remedies),
    )


def _record(version: CatalogueVersion, actor: Actor, at: datetime) -> None:
    """The publication stands in the audit log, in the catalogue's own chain."""
    Journal.objects.get_or_create(name="catalogue")
    journal = Journal.objects.select_for_update().get(name="catalogue")
    facts = {"label": version.label, "sha256": version.sha256, "effective_from": version.effective_from.isoformat()}
    chain.append(journal, act="catalogue_published", actor=actor.label, at=at, facts=facts)
    journal.save(update_fields=["audit_length", "audit_head"])


def current_version(on: date) -> CatalogueVersion | None:
    """The newest version in effect on a day; before the first one's day the first one; None while none is published.

    Matters carry their own days of validity, so the first version also answers for the time before it was published.
    """
    current = CatalogueVersion.objects.current(on).first()
    return (
        current or CatalogueVersion.objects.defer("document").order_by("effective_from", "published_at", "pk").first()
    )


def catalogue_of(version: CatalogueVersion) -> Catalogue:
    """The version's catalogue, parsed once and kept in memory by its hash."""
    known = _parsed.get(version.sha256)
    if known is None:
        known = parse_text(version.document)
        while len(_parsed) >= KEPT:
            _parsed.pop(next(iter(_parsed)), None)
        _parsed[version.sha256] = known
    return known


def kept(sha256: str) -> Catalogue | None:
    """The catalogue with this hash if this process has it in memory."""
    return _parsed.get(sha256)


@lru_cache(maxsize=1)
def bundled() -> Catalogue:
    """The newest catalogue that comes with the product, for a machine where nothing is published yet."""
    return whole(BUNDLED[-1].read_text(encoding="utf-8"), _bundled).parsed()


def current_catalogue(on: date) -> Catalogue:
    """The catalogue that counts on a day; the bundled one while none is published."""
    version = current_version(on)
    return bundled() if version is None else catalogue_of(version)


@transaction.atomic
def issue_notice(
    *, industries: Iterable[str], answers: Mapping[str, Any], on: date, actor: Actor, at: datetime
) -> Notice:
    """Issue the one-time notice under the next number. Raises AnswerError, and RuleViolation while questions are open:

    a notice is given once and whole, so nothing that could still change it may be left open.
    """
    version = current_version(on)
    if version is None:
        raise RuleViolation("no_catalogue", _("还没有发布目录，不能出具告知单"))
    result = compile_notice(catalogue_of(version), industries, answers, on)
    if result.unanswered:
        raise RuleViolation("unanswered", _("还有问题没有回答，答完才能出具一次告知单"), field=result.unanswered[0])
    serial = draw(settings.SERVICE_OFFICE, "notice", at.year)[0]
    return Notice.objects.create(
        number=NOTICE_NUMBER.format(year=at.year, serial=serial),
        code="".join(secrets.choice(CODE_SIGNS) for _place in range(CODE_LENGTH)),
        catalogue=version,
        on=on,
        industries=list(result.industries),
        answers=result.answers,
        result=result.as_json(),
        issued_at=at,
        issued_by_id=actor.user_id,
    )
