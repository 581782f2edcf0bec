"""Issuing: the combined licence of a case whose matters are all decided, or the single permit where only one was granted.

The licence is valid before its paper exists: the PDF follows through the outbox.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.numbers import draw_many
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from certificates import code, facts
from certificates.acts import applications, joining
from certificates.collection import parcels
from certificates.models import Licence, LicenceItem, LicenceVersion
from certificates.signers.keys import signer
from industries import combining
from outbox import post
from paper import glyphs
from permits import messages
from permits.bodies import body, service_office
from permits.intake import HEAD
from permits.late import conditional, lacking
from permits.locking import holding
from permits.models import Case, CaseMatter, Document
from permits.rules import body_code

SERIES = "combined_licence"
CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 10
ISSUED = "certificates.issued"
"""The kind of the parcels that say that something was issued: a version of a licence, or permits of their own (0)."""


def issue(case: Case, *, actor: Actor, at: datetime) -> Licence:
    """Issue the combined licence, version 1, with an item per granted matter (R1.9, R1.17, R1.22, R1.34).

    A second call gives the same licence back. Raises RuleViolation while a matter is undecided, where fewer than two
    were granted, and where a text has a character that the fonts cannot print.
    """
    with holding(case):
        if case.state == Case.State.ISSUED:
            return case.licence
        lacking.require_nothing(case)
        matters = facts.matters_of(case)
        require_all_decided(matters)
        licence, version = first_version(case, matters, at=at, reason="issued")
        case.issue()
        case.closed_at = at
        note(case, version, act="licence_issued", actor=actor, at=at)
        update_rows([case], ["state", "closed_at", *HEAD])
        message = messages.told(case, "licence_issued", at=at, licence=licence.number)
        post.put_many([*version_parcels(version), message, issued_parcel(version)], at=at)
        return licence


def first_version(
    case: Case, matters: Sequence[CaseMatter], *, at: datetime, reason: str
) -> tuple[Licence, LicenceVersion]:
    """The licence with an item per granted matter and what joins it (R1.10), its first version, its line among the papers."""
    granted = require_enough(case, matters)
    today = timezone.localtime(at).date()
    _deliver_anew(granted, today)
    licence = _write_licence(case, today, at)
    items = [item_of(licence, matter, n) for n, matter in enumerate(granted, 1)]
    insert_rows(items)
    if joining.confirmed(case) or not combining.suffice(len(items)):
        items += joining.join(case, licence, first=len(items) + 1, at=at, least=combining.LEAST - len(items))
    frozen = facts.freeze(licence, items, facts.holder_of(case, matters[0]), version=1, at=at)
    version = write_version(licence, frozen, at=at, reason=reason)
    write_document(case, version)
    return licence, version


def _deliver_anew(granted: Sequence[CaseMatter], today: date) -> None:
    """Where each of its permits was delivered on its own while the licence waited (R6.10), the licence itself has still to
    be, within ten days of its own; their delivery stays on the record."""
    if all(row.delivery_id for row in granted):
        for row in granted:
            row.delivered_alone_id, row.delivery_id, row.licensed_on = row.delivery_id, None, today
        update_rows(granted, ["delivered_alone", "delivery", "licensed_on"])


def next_version(case: Case, items: Sequence[LicenceItem], *, at: datetime, reason: str) -> LicenceVersion:
    """What the licence says from now on, its items as given; the same number, the holder as changes left it
    (R1.17, R1.18). It bears no moment
    before that of the version it follows."""
    last = newest_version(case.licence)
    moment = max(last.at, at)
    holder = applications.holder_now(case, last.facts["holder"])
    if holder["name"] != last.facts["holder"]["name"]:  # the register's line names its holder as the licence does
        case.licence.enterprise.name = holder["name"]
        update_rows([case.licence.enterprise], ["name"])
    frozen = facts.freeze(case.licence, items, holder, version=last.version + 1, at=moment)
    version = write_version(case.licence, frozen, at=moment, reason=reason)
    write_document(case, version)
    return version


def items_of(licence: Licence) -> list[LicenceItem]:
    """The items in their order, with what a version tells of them."""
    return list(licence.items.select_related("body", "case_matter").order_by("position"))


def newest_version(licence: Licence) -> LicenceVersion:
    """What the licence says now."""
    return licence.versions.latest("version")


def issue_single(case: Case, *, actor: Actor, at: datetime) -> LicenceItem | None:
    """Record the one granted permit of a case that ends without a combined licence (R1.9). Twice gives the same item;
    None where it has ended meanwhile."""
    with holding(case):
        recorded = record_permits(case, actor=actor, at=at)
        if case.state != Case.State.CLOSED_SINGLE:
            raise RuleViolation("not_single", _("本办件不是单项许可办结,不能单独登记许可"), rule="R1.9")
        return next((item for item in recorded if item.ended_on is None), None)


def record_permits(case: Case, *, actor: Actor, at: datetime) -> list[LicenceItem]:
    """Record what was granted in a case that ended without a combined licence, each permit on its own (R1.5, R1.11)."""
    with holding(case):
        known = list(LicenceItem.objects.filter(case_matter__case=case))
        found, of_items = [item for item in known if item.licence_id is None], {item.case_matter_id for item in known}
        granted = [] if case.is_open else [row for row in granted_of(facts.matters_of(case)) if row.pk not in of_items]
        if granted:
            new = record_items(granted, len(found) + 1)
            found += new
            numbers = "、".join(item.number for item in new)
            chain.append(case, act="permit_recorded", actor=actor.label, at=at, facts={"number": numbers})
            update_rows([case], HEAD)
            post.put(ISSUED, f"issued:{case.pk}", {"case": case.pk, "version": 0}, at=at)
        return found


def record_items(granted: Sequence[CaseMatter], first: int) -> list[LicenceItem]:
    """Permits of their own, on no licence, with positions from `first` on."""
    items = [item_of(None, matter, place) for place, matter in enumerate(granted, first)]
    insert_rows(items)
    return items


def granted_of(matters: Sequence[CaseMatter]) -> list[CaseMatter]:
    """Those that were granted, but for grants whose condition was never met (R6.11), what has ended (R2.33), and what has
    joined another case's licence (R1.10)."""
    granted = (one for one in matters if one.state == CaseMatter.State.GRANTED and one.moved_at is None)
    return [one for one in granted if one.lapsed_at is None and one.permit_ended_at is None]


def in_force_of(matters: Sequence[CaseMatter]) -> list[CaseMatter]:
    """The granted ones but for those that wait for a paper (R6.10): what a licence can hold."""
    return [one for one in granted_of(matters) if not conditional.is_waiting(one)]


def require_all_decided(matters: Sequence[CaseMatter]) -> None:
    """All are decided: what is still open would be missing on the licence."""
    waiting = [matter.name for matter in matters if matter.is_undecided]
    if waiting:
        raise RuleViolation("undecided", _("尚有事项未作出决定:%(names)s") % {"names": "、".join(waiting)}, rule="R1.9")


def require_enough(case: Case, matters: Sequence[CaseMatter]) -> list[CaseMatter]:
    """The granted matters that are in force; a combined licence needs two, with what joins it (R1.9, R1.10)."""
    granted = in_force_of(matters)
    lacks = combining.LEAST - len(granted)
    if not granted or (lacks > 0 and joining.waiting(case) < lacks):
        raise RuleViolation("too_few_granted", _("准予的事项不足两项,不核发行业综合许可证"), rule="R1.9")
    return granted


def _write_licence(case: Case, on: date, at: datetime) -> Licence:
    series = (settings.SERVICE_OFFICE, SERIES, on.year)
    serial = draw_many([series])[series][0]
    licence = Licence(
        number=settings.LICENCE_NUMBER_PATTERN.format(year=on.year, serial=serial),
        code="".join(secrets.choice(CODE_SIGNS) for _place in range(CODE_LENGTH)),
        case=case,
        enterprise_id=case.enterprise_id,
        issued_on=on,
        issued_at=at,
    )
    insert_rows([licence])
    return licence


def item_of(licence: Licence | None, matter: CaseMatter, position: int) -> LicenceItem:
    """The permit that a granted matter became, at its place on the licence."""
    decided_on = matter.decided_on
    assert decided_on is not None  # the database holds it for every granted matter
    return LicenceItem(
        licence=licence,
        case_matter=matter,
        matter=matter.matter,
        name=matter.name,
        body=body(body_code(matter)),
        position=position,
        number=matter.permit_number,
        scope=matter.scope,
        granted_on=decided_on,
        valid_from=matter.valid_from or decided_on,
        valid_to=matter.valid_to,
    )


def write_version(licence: Licence, frozen: dict[str, Any], *, at: datetime, reason: str) -> LicenceVersion:
    """Write what the licence says from `at` on, with its signed code. Raises RuleViolation for what cannot be printed."""
    glyphs.guard(facts.texts_of(frozen))
    key = signer()
    try:
        payload = code.seal(facts.content_of(frozen, seat=licence.pk), key)
    except ValueError as error:
        raise RuleViolation(
            "code_too_long", _("名称过长或含有无法编码的字符,二维码放不下;请核对经营者名称"), field="name", rule="R1.24"
        ) from error
    version = LicenceVersion(
        licence=licence,
        version=frozen["version"],
        at=at,
        reason=reason,
        facts=frozen,
        payload=payload,
        kid=key.kid.hex(),
    )
    insert_rows([version])
    return version


def write_document(case: Case, version: LicenceVersion) -> Document:
    """The version's line among the papers of the case."""
    frozen = version.facts
    paper = Document(
        case=case,
        body=service_office(),
        kind=Document.Kind.COMBINED_LICENCE,
        number=frozen["number"],
        version=version.version,
        on=timezone.localtime(version.at).date(),
        matters=[item["matter"] for item in frozen["items"]],
        facts={
            "code": frozen["code"],
            "version": frozen["version"],
            "matter_names": [item["name"] for item in frozen["items"]],
            "enterprise": frozen["holder"]["name"],
            "uscc": frozen["holder"]["uscc"],
        },
        created_at=version.at,
    )
    insert_rows([paper])
    return paper


def note(case: Case, version: LicenceVersion, *, act: str, actor: Actor, at: datetime, **more: Any) -> None:
    """The audit entry of an act that made or closed with this version; the caller saves the case."""
    noted = {"number": version.facts["number"], "version": version.version, "kid": version.kid}
    matters = [item["matter"] for item in version.facts["items"]]
    chain.append(case, act=act, actor=actor.label, at=at, facts=noted | {"matters": matters} | more)


def paper_parcel(version: LicenceVersion) -> tuple[str, str, dict[str, Any]]:
    """What the outbox has to do for a version: make its paper, once."""
    return (
        "certificates.paper",
        f"licence:{version.licence_id}:{version.version}",
        {"version": version.pk, "at": version.at.isoformat()},
    )


def version_parcels(version: LicenceVersion) -> list[tuple[str, str, dict[str, Any]]]:
    """What leaves the house for every version: its paper, and where there is a store of licences, the version itself."""
    return [paper_parcel(version), *parcels.of(version)]


def issued_parcel(version: LicenceVersion) -> tuple[str, str, dict[str, Any]]:
    """What happens because a version is there, a moment later and in transactions of its own (`workflows.after_issue`)."""
    payload = {"case": version.licence.case_id, "version": version.version}
    return ISSUED, f"issued:{payload['case']}:{version.version}", payload
