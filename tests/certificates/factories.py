"""Cases whose matters are decided, made by their transitions and without the earlier acts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

from accounts.models import Enterprise
from certificates.coding.code_table import USUAL_DEPARTMENT
from certificates.coding.packing import CodeItem, Content
from industries.models import CatalogueVersion
from permits.models import Case, CaseMatter, FormEntry, Section
from tests import people

SIX = ("m_food_license", "m_tobacco", "m_drug_retail", "m_device2_filing", "m_health", "m_signboard")
NAMES = {
    "m_food_license": "食品经营许可",
    "m_tobacco": "烟草专卖零售许可",
    "m_drug_retail": "药品经营许可(零售)",
    "m_device2_filing": "第二类医疗器械经营备案",
    "m_health": "公共场所卫生许可",
    "m_signboard": "户外招牌设施设置备案",
}
_serial = count(1)


def decided_case(
    catalogue: CatalogueVersion,
    at: datetime,
    *,
    granted: Sequence[str] = ("m_food_license", "m_tobacco"),
    refused: Sequence[str] = (),
    pending: Sequence[str] = (),
    enterprise: Enterprise | None = None,
    scope: str = "预包装食品销售",
) -> Case:
    """A case in 审批中 whose matters stand as named; the shopkeeper applied."""
    case = _case_in_decision(catalogue, at, enterprise)
    for position, matter in enumerate((*granted, *refused, *pending)):
        row = _matter(case, matter, position, at, scope)
        if matter not in pending:
            row.ended_at, row.decided_on = at, at.date()
        if matter in granted:
            row.grant()
        elif matter in refused:
            row.refuse()
        row.save()
    return case


def _case_in_decision(catalogue: CatalogueVersion, at: datetime, enterprise: Enterprise | None) -> Case:
    cast, n, on = people.Cast(), next(_serial), at.date()
    cast.clerk  # noqa: B018 - makes the service office
    case = Case(
        key=f"key{n}",
        code=f"code{n}",
        number=f"3101052026{n:07d}",
        enterprise=enterprise or people.enterprise(cast.shopkeeper),
        applicant=cast.shopkeeper,
        catalogue=catalogue,
        industries=["convenience_store"],
        created_at=at,
        received_on=on,
        complete_on=on,
    )
    case.submit()
    case.accepted_on, case.promised_by = on, on
    case.accept()
    case.begin_deciding()
    case.save()
    FormEntry.objects.create(case=case, field="f_premises_address", value="上海市长宁区愚园路 1088 弄 48 号", at=at)
    FormEntry.objects.create(case=case, field="f_rep_name", value="王小店", at=at)
    return case


def _matter(case: Case, matter: str, position: int, at: datetime, scope: str) -> CaseMatter:
    body = people.body(USUAL_DEPARTMENT.get(matter, "dept_mrb"))
    section, _ = Section.objects.get_or_create(case=case, body=body)
    on = at.date()
    return CaseMatter(
        case=case,
        section=section,
        matter=matter,
        name=NAMES.get(matter, matter),
        kind="备案" if "filing" in matter else "许可",
        position=position,
        statutory_days=10,
        day_type="working",
        promised_days=5,
        reason="不符合条件",
        permit_number=f"长许〔2026〕{case.pk:03d}{position:03d}号",
        scope=scope,
        valid_from=on,
        valid_to=on.replace(year=on.year + 5) - timedelta(days=1),
    )


def content(items: int = 6, *, holder: str = "上海长宁愚园路示例便利店") -> Content:
    """What a usual licence's code says."""
    return Content(
        number="沪长综许〔2026〕000123号",
        version=1,
        holder=holder,
        uscc=people.USCC,
        issued_at=datetime(2026, 2, 26, 7, 0, tzinfo=UTC),
        seat=123,
        items=tuple(
            CodeItem(n, matter, USUAL_DEPARTMENT[matter], date(2026, 2, 26), date(2031, 2, 25), 122 + n)
            for n, matter in enumerate(list(USUAL_DEPARTMENT)[:items], 1)
        ),
    )
