"""What a licence says, frozen: the facts of a version, and what its code carries of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings

from accounts.models import Enterprise
from audit import plans
from certificates import elicence
from certificates.coding.packing import CodeItem, Content, tail_of
from certificates.holder import one_line, public_uscc
from certificates.models import Licence, LicenceItem
from certificates.status import ItemState
from permits.models import Case, CaseMatter, FormEntry, Section

LONGEST_NAME = 30
PREMISES, REPRESENTATIVE = "f_premises_address", "f_rep_name"


def matters_of(case: Case) -> list[CaseMatter]:
    """The case's matters, each with `body_code` and what the paper says of the holder; one statement."""
    return list(plans.rows(CaseMatter, _matters_and_holder(), [PREMISES, REPRESENTATIVE, case.pk]))


@cache
def _matters_and_holder() -> str:
    """Written once, like `permits.statements`: the ORM takes longer to write it than the database to answer."""
    entry = f"(SELECT f.value FROM {FormEntry._meta.db_table} f WHERE f.case_id = m.case_id AND f.field = %s)"  # noqa: S608
    return (
        f"SELECT m.*, s.body_id AS body_code, {entry} AS premises, {entry} AS representative, "  # noqa: S608 - own names
        "e.legal_representative AS registered_representative, e.domicile AS domicile "
        f"FROM {CaseMatter._meta.db_table} m JOIN {Section._meta.db_table} s ON s.id = m.section_id "
        f"JOIN {Case._meta.db_table} c ON c.id = m.case_id "
        f"JOIN {Enterprise._meta.db_table} e ON e.id = c.enterprise_id "
        "WHERE m.case_id = %s ORDER BY m.position"
    )


def freeze(
    licence: Licence, items: Sequence[LicenceItem], holder: Mapping[str, Any], *, version: int, at: datetime
) -> dict[str, Any]:
    """The facts of a version as JSON; `holder` as `holder_of` tells it."""
    return {
        "number": licence.number,
        "code": licence.code,
        "version": version,
        "case": licence.case.number,
        "issued_on": licence.issued_on.isoformat(),
        "at": at.isoformat(),
        "holder": dict(holder),
        "items": [item_facts(item) for item in items],
        **_identifiers(licence.number, version),
        "face": {
            "title": settings.LICENCE_TITLE,
            "force": settings.LICENCE_FORCE_TEXT,
            "hint": settings.LICENCE_HINT,
        },
        "seal": settings.LICENCE_SEAL_TEXT,
        "specimen": settings.LICENCE_SPECIMEN,
    }


def _identifiers(number: str, version: int) -> dict[str, str]:
    """The version's identifier as an electronic licence, and that of the version before it (R4.1)."""
    codes = {"kind": settings.LICENCE_TYPE_CODE, "issuer": settings.LICENCE_ISSUER_CODE, "number": number}
    before = elicence.identifier(**codes, version=version - 1) if version > 1 else ""
    return {"identifier": elicence.identifier(**codes, version=version), "related_identifier": before}


def holder_of(case: Case, matter: Any) -> dict[str, Any]:
    """Name, code, representative, premises and industries, as everybody may read them. `matter` is one of `matters_of`:
    it brings what the form says of the holder."""
    name, uscc = case.holder()
    industries = case.own_catalogue.industries
    return {
        "name": one_line(name),
        "uscc": public_uscc(uscc),
        "representative": one_line(_said(matter.representative) or matter.registered_representative),
        "address": one_line(_said(matter.premises) or matter.domicile),
        "industries": [industries[id].name if id in industries else id for id in case.industries],
    }


def _said(value: str | None) -> str:
    """An answer of the form as the database keeps it: JSON."""
    return str((json.loads(value) if value else None) or "")


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
        **_source(item.case_matter),
    }


def _source(row: CaseMatter) -> dict[str, str]:
    """Where a permit comes from that was not granted with the others (R1.10)."""
    return {"merged_from": row.merged_from} if row.merged_from else {}


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
    texts += [*holder["industries"], *facts["face"].values()]
    for item in facts["items"]:
        texts += [item["name"], item["scope"], item["number"], item["department_name"], item["department_short"]]
    return texts
