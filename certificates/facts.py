"""What a licence says, frozen: the facts of a version, and what its code carries of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, JSONField, OuterRef, QuerySet, Subquery

from certificates.holder import one_line, public_uscc
from certificates.models import Licence, LicenceItem
from certificates.packing import CodeItem, Content, tail_of
from certificates.status import ItemState
from industries.models import CatalogueVersion
from industries.publishing import catalogue_of
from permits.models import Case, CaseMatter, FormEntry

LONGEST_NAME = 30
PREMISES, REPRESENTATIVE = "f_premises_address", "f_rep_name"
_industry_names: dict[str, dict[str, str]] = {}


def matters_of(case: Case) -> QuerySet[CaseMatter]:
    """The case's matters with all that a licence says of them and of the holder, in one statement."""
    entries = FormEntry.objects.filter(case_id=OuterRef("case_id"))
    return (
        CaseMatter.objects.filter(case=case)
        .select_related("section__body", "case__enterprise")
        .annotate(
            premises=Subquery(entries.filter(field=PREMISES).values("value")[:1], output_field=JSONField()),
            representative=Subquery(entries.filter(field=REPRESENTATIVE).values("value")[:1], output_field=JSONField()),
            catalogue_sha256=F("case__catalogue__sha256"),
        )
        .order_by("position", "pk")
    )


def freeze(
    licence: Licence, items: Sequence[LicenceItem], matter: Any, *, version: int, at: datetime
) -> dict[str, Any]:
    """The facts of a version as JSON. `matter` is one of `matters_of`: it brings what the form says of the holder."""
    return {
        "number": licence.number,
        "code": licence.code,
        "version": version,
        "case": licence.case.number,
        "issued_on": licence.issued_on.isoformat(),
        "at": at.isoformat(),
        "holder": holder_of(licence.case, matter),
        "items": [item_facts(item) for item in items],
        "seal": settings.LICENCE_SEAL_TEXT,
        "specimen": settings.LICENCE_SPECIMEN,
    }


def holder_of(case: Case, matter: Any) -> dict[str, Any]:
    """Name, code, representative, premises and industries, as everybody may read them."""
    enterprise = matter.case.enterprise
    return {
        "name": one_line(enterprise.name),
        "uscc": public_uscc(enterprise.uscc),
        "representative": one_line(str(matter.representative or enterprise.legal_representative)),
        "address": one_line(str(matter.premises or enterprise.domicile)),
        "industries": industry_names(case, matter.catalogue_sha256),
    }


def industry_names(case: Case, sha256: str) -> list[str]:
    """The names of the case's industries in its own catalogue; each catalogue is read once per process."""
    if sha256 not in _industry_names:
        catalogue = catalogue_of(CatalogueVersion.objects.get(sha256=sha256))
        _industry_names[sha256] = {id: industry.name for id, industry in catalogue.industries.items()}
    names = _industry_names[sha256]
    return [names.get(industry, industry) for industry in case.industries]


def item_facts(item: LicenceItem) -> dict[str, Any]:
    """One permit: whose decision, which number, what it allows, for how long, and what one can do against it (R1.34)."""
    body = item.body
    return {
        "position": item.position,
        "matter": item.matter,
        "name": item.name,
        "filing": item.case_matter.is_filing,
        "department": body.code,
        "department_name": body.name,
        "department_short": body.short_name,
        "hotline": body.hotline,
        "remedies": body.remedies,
        "number": item.number,
        "scope": one_line(item.scope),
        "granted_on": item.granted_on.isoformat(),
        "valid_from": item.valid_from.isoformat(),
        "valid_to": item.valid_to.isoformat() if item.valid_to else None,
        "state": str(item.state),
    }


def content_of(facts: Mapping[str, Any], *, seat: int) -> Content:
    """What the code carries of the facts; of a very long name enough to compare it with the shop's."""
    name = facts["holder"]["name"]
    return Content(
        number=facts["number"],
        version=facts["version"],
        holder=name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…",
        uscc=facts["holder"]["uscc"],
        issued_at=datetime.fromisoformat(facts["at"]).replace(microsecond=0),
        seat=seat,
        items=tuple(map(_code_item, facts["items"])),
    )


def _code_item(item: Mapping[str, Any]) -> CodeItem:
    return CodeItem(
        position=item["position"],
        matter=item["matter"],
        department=item["department"],
        valid_from=date.fromisoformat(item["valid_from"]),
        valid_to=date.fromisoformat(item["valid_to"]) if item["valid_to"] else None,
        tail=tail_of(item["number"]),
        state=ItemState(item["state"]),
    )


def texts_of(facts: Mapping[str, Any]) -> list[str]:
    """Every text that will be printed, for the check that the fonts have all its characters."""
    holder = facts["holder"]
    texts = [facts["number"], facts["seal"], holder["name"], holder["representative"], holder["address"]]
    texts += holder["industries"]
    for item in facts["items"]:
        texts += [item["name"], item["scope"], item["number"], item["department_name"], item["department_short"]]
    return texts
