"""What a story of any order tries with permits that were granted, and what of a licence may never come apart (R1.6, R1.16)."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from certificates import code, facts, paper, publication, register, status
from certificates.acts import applications, closing
from certificates.models import Licence, LicenceItem, LicenceVersion
from certificates.signers.keys import verifying_keys
from certificates.status import ItemState
from certificates.verifying import verification
from permits.models import Case, Document
from tests.workflows import merging_in_any_order
from tests.workflows.merging_in_any_order import MERGING

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
OF_HOLDER = (
    ("change", "applicant"),
    ("renew", "applicant"),
    ("replace", "applicant"),
    ("report_registration", "applicant"),
)
"""What a holder says and applies for, whatever state the permits are in."""
BY_TWO = tuple((do, "department") for do in ("propose", "propose", "approve", "send_back", "recall"))
"""What takes two persons, one act after the other."""
APPLYING = (
    *OF_HOLDER,
    *((do, "applicant") for do in ("change", "cancel")),
    *((do, "department") for do in ("grant", "grant", "refuse")),
)
"""What a holder applies for, and what a department answers."""
PROPER: dict[str, dict[str, Any]] = {
    "suspend": {"reason": "冷藏设施停用"},
    "reinstate": {"reason": "已经整改"},
    "withdraw_grant": {"ground": "law_changed", "reason": "规定已经修改"},
    "revoke": {"ground": "fraud", "reason": "以欺骗手段取得"},
    "revoke_as_penalty": {"ground": "penalty", "reason": "情节严重"},
    "cancel": {"ground": "requested", "reason": "经营者申请注销"},
    "refuse": {"reason": "不符合条件"},
    "grant": {"scope": "预包装食品销售"},
    "report_registration": {"how": "changed"},
    "send_back": {"reason": "证据不足"},
}
"""Details with which such a step can go through."""
PREPARED_BY = {
    **dict.fromkeys(("grant", "refuse", "merge"), ("change", "applicant")),
    **dict.fromkeys(("confirm_merge", "refuse_merge", "take_back_merge"), ("merge", "applicant")),
    **dict.fromkeys(("approve", "send_back", "recall"), ("propose", "department")),
    "reinstate": FITTING[0],
    "report_registration": ("revoke", "department"),
}
"""What has to be done first, where an act fits no permit."""
CHANGES: tuple[Callable[[int], dict[str, str]], ...] = (
    lambda n: {"f_rep_name": f"李{'一二三四五六七八九'[n % 9]}"},
    lambda n: {"f_area": str(100 + n)},
)
"""What the business register vouches for, decided on the spot; and what departments look at."""
OF_PERMITS = ("suspend", "withdraw_grant", "revoke_as_penalty")
"""What cannot be done with a filing."""
PROPOSED = ("suspend", "withdraw_grant", "revoke")
"""What is proposed; a penalty needs its hearing before."""
KEEPING = ("renew", "cancel", "report_registration", *MERGING)
"""What a holder says of one permit; the rest is of the whole licence."""
UNTIL = timedelta(30)
"""For how long a suspension is that has a last day."""


def fitting(case: Case, do: str, at: datetime, dice: random.Random) -> str:
    """The matter of a permit of the business that the act fits; empty where there is none."""
    if do in MERGING:
        return merging_in_any_order.fitting(case, do, at, dice)
    found = LicenceItem.objects.select_related("case_matter", "duty").prefetch_related("parts", "proposals")
    items = {item.matter: item for item in found.order_by("pk")}
    waiting = [id for id, item in items.items() if any(part.state == "pending" for part in item.parts.all())]
    proposed = [id for id, item in items.items() if any(one.state == "proposed" for one in item.proposals.all())]
    if do in ("grant", "refuse"):
        fits = waiting
    elif do in ("approve", "send_back", "recall"):
        fits = proposed
    elif do == "report_registration":
        fits = [id for id, item in items.items() if (duty := getattr(item, "duty", None)) and not duty.done_on]
    else:
        state = LicenceItem.State.SUSPENDED if do == "reinstate" else LicenceItem.State.VALID
        fits = [id for id, item in items.items() if item.state == state and id not in waiting]
        if do == "change":  # of the whole licence, one at a time
            fits = [] if waiting else [id for id in fits if id not in merging_in_any_order.ALONE]
        if do in OF_PERMITS:
            fits = [id for id in fits if id != "m_signboard"]
        if do == "propose":
            fits = [id for id in fits if items[id].case_matter.two_persons and id not in proposed]
    return dice.choice(fits) if fits else ""


def details_of(do: str, by: str, matter: str, at: datetime, dice: random.Random) -> dict[str, Any]:
    """What such a step says about one permit, on a day."""
    told = {"matters": [matter], **PROPER.get(do, {})}
    if do == "propose":
        told["decision"] = do = dice.choice(PROPOSED)
        told |= PROPER[do]
    if do == "suspend" and dice.random() < 0.5:
        told["until"] = str(timezone.localtime(at).date() + UNTIL)
    if by == "applicant":
        told = {key: value for key, value in told.items() if key != "ground"} if do in KEEPING else {}
        told |= {"reason": "停止经营"} if do == "cancel" else {}
        told |= {"fields": dice.choice(CHANGES)(dice.randint(1, 99))} if do == "change" else {}
    return told


def faults(case: Case, at: datetime) -> Iterator[str]:
    """Record, versions, code, paper, status list, register and verification tell the same of every permit."""
    licence = Licence.objects.filter(case=case).first()
    if licence is None:
        return
    known = licence.items.select_related("body", "case_matter", "duty").prefetch_related("proposals")
    items = {item.position: item for item in known}
    versions = list(licence.versions.order_by("version"))
    if [one.version for one in versions] != list(range(1, len(versions) + 1)):
        yield f"{licence} has the versions {[one.version for one in versions]}"
    recorded = {place: ItemState(item.state) for place, item in items.items()}
    yield from _facts(versions[-1], items)
    yield from _code(versions[-1], items, recorded)
    yield from _paper(versions[-1], recorded)
    yield from _status_list(licence, len(versions), recorded, at)
    yield from _shown(licence, versions[-1], items, timezone.localtime(at).date(), at)
    yield from _followed(items.values())


def _followed(items: Iterable[LicenceItem]) -> Iterator[str]:
    """What waits for a second person stands in the case of its permit and is of one that runs; what ended has its thirty days."""
    for item in items:
        waiting = [one for one in item.proposals.all() if one.state == "proposed"]
        if any(one.case_id != item.case_matter.case_id or item.ended_on for one in waiting):
            yield f"{waiting} of {item}, which is {item.state}"
        duty = getattr(item, "duty", None)
        if duty and (item.ended_on is None or duty.due_on != item.ended_on + closing.REGISTER_WITHIN):
            yield f"{item} ended on {item.ended_on}, and is to be registered by {duty.due_on}"


def _facts(version: LicenceVersion, items: dict[int, LicenceItem]) -> Iterator[str]:
    said = {one["position"]: (one["number"], one["scope"]) for one in version.facts["items"]}
    wanted = {place: (item.number, facts.one_line(item.scope)) for place, item in items.items()}
    if said != wanted:
        yield f"{version} says {said} instead of {wanted}"
    holder = applications.holder_now(version.licence.case, version.licence.versions.earliest("version").facts["holder"])
    if version.facts["holder"] != holder:
        yield f"{version} is of {version.facts['holder']} instead of {holder}"


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
