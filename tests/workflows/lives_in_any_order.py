"""What a story of any order tries with permits that were granted, and what of a licence may never come apart (R1.6, R1.16)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from certificates import code, paper, publication, register, status, verification
from certificates.keys import verifying_keys
from certificates.models import Licence, LicenceItem, LicenceVersion
from certificates.status import ItemState
from permits.models import Case, Document

FITTING = tuple(
    (do, "department")
    for do in (
        "suspend",
        "suspend",
        "reinstate",
        "reinstate",
        "withdraw_grant",
        "revoke",
        "revoke_as_penalty",
        "cancel",
    )
)
PROPER: dict[str, dict[str, Any]] = {
    "suspend": {"reason": "冷藏设施停用"},
    "reinstate": {"reason": "已经整改"},
    "withdraw_grant": {"ground": "law_changed", "reason": "规定已经修改"},
    "revoke": {"ground": "fraud", "reason": "以欺骗手段取得"},
    "revoke_as_penalty": {"ground": "penalty", "reason": "情节严重"},
    "cancel": {"ground": "requested", "reason": "经营者申请注销"},
}
"""Details with which such a step can go through."""


def faults(case: Case, at: datetime) -> Iterator[str]:
    """Record, versions, code, paper, status list, register and verification tell the same of every permit."""
    licence = Licence.objects.filter(case=case).first()
    if licence is None:
        return
    items = {item.position: item for item in licence.items.select_related("body", "case_matter")}
    versions = list(licence.versions.order_by("version"))
    if [one.version for one in versions] != list(range(1, len(versions) + 1)):
        yield f"{licence} has the versions {[one.version for one in versions]}"
    recorded = {place: ItemState(item.state) for place, item in items.items()}
    yield from _code(versions[-1], items, recorded)
    yield from _paper(versions[-1], recorded)
    yield from _status_list(licence, len(versions), recorded, at)
    yield from _shown(licence, versions[-1], items, timezone.localtime(at).date(), at)


def _code(version: LicenceVersion, items: dict[int, LicenceItem], recorded: dict[int, ItemState]) -> Iterator[str]:
    content = code.verify(code.parse(paper.code_text(version)), verifying_keys())
    said = {one.position: (one.state, one.valid_from, one.valid_to) for one in content.items}
    wanted = {place: (recorded[place], item.valid_from, item.valid_to) for place, item in items.items()}
    if (content.version, said) != (version.version, wanted):
        yield f"the code of {version} says {said} instead of {wanted}"


def _paper(version: LicenceVersion, recorded: dict[int, ItemState]) -> Iterator[str]:
    struck = {one["position"] for page in paper.context_of(version)["pages"] for one in page.items if one["said"]}
    wanted = {place for place, state in recorded.items() if state is not ItemState.VALID}
    if struck != wanted:
        yield f"the paper of {version} strikes {struck} instead of {wanted}"
    if not Document.objects.filter(number=version.facts["number"], version=version.version).exists():
        yield f"{version} is not among the papers"


def _status_list(licence: Licence, newest: int, recorded: dict[int, ItemState], at: datetime) -> Iterator[str]:
    entry = publication.current_list(at).entries.get(licence.pk)
    exceptions = {place: state for place, state in recorded.items() if state is not ItemState.VALID}
    told = (entry.newest, dict(entry.states)) if entry else (1, {})
    if told != (newest, exceptions):
        yield f"the status list tells {told} instead of {(newest, exceptions)}"


def _shown(
    licence: Licence, version: LicenceVersion, items: dict[int, LicenceItem], on: date, at: datetime
) -> Iterator[str]:
    today = {place: status.state_on(item.state, item.valid_from, item.valid_to, on) for place, item in items.items()}
    (row,) = register.rows([licence], on)
    verdict = verification.verify_text(paper.code_text(version), at=at)
    if {one.position: one.state for one in verdict.items} != today:
        yield f"verification tells {verdict.items} instead of {today}"
    if row.state != status.licence_state(today.values()):
        yield f"the register tells {row.state} of {today}"
