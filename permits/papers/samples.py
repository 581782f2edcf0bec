"""Made-up papers of every form, on which the service office sees its wording before it publishes it."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from calendars.working_days import WorkingCalendar
from industries.entities import Catalogue, Matter
from permits import clock, documents
from permits.bodies import body
from permits.law import remedies
from permits.models import Case, Commitment, Document
from permits.papers.forms import K, PaperForm
from permits.papers.page import Page

AT = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
RECEIVED, ACCEPTED = date(2026, 3, 2), date(2026, 3, 3)
PERMIT = "长市场监管局准〔2026〕000001号"
EFFECT = "行业综合许可证中的该事项失效，其余事项继续有效；综合许可证换发新版本，证号不变。"

INDUSTRY_LETTER: dict[str, Any] = {
    "text": "“便利店”行业承诺书\n一、告知\n（告知的内容）\n二、承诺\n（承诺的内容）",
    "version": "changning/convenience_store/industry/000000000000",
    "sha256": "0" * 64,
    "signed_by": "王小店",
    "signed_at": "2026-03-03T10:00:00+08:00",
}
"""A promise for a whole industry as it was signed."""
HEARING: dict[str, Any] = {
    "starts_at": "2026-03-24T09:30:00+08:00",
    "place": "长宁区市场监督管理局二楼听证室",
    "presiding": "钱主持",
}
"""When, where and before whom a hearing is held."""

APPLIED: dict[str, Any] = {
    "permit_number": PERMIT,
    "filed_on": "2026-03-03",
    "change_words": "法定代表人(负责人)姓名由“王小店”变更为“李新”",
    "effect": EFFECT,
}
"""What the papers of an application after the grant tell."""

ENDING: dict[str, Any] = {
    "permit_number": PERMIT,
    "granted_on": "2026-03-03",
    "statement": "你（单位）没有提出陈述、申辩。",
    "effect": EFFECT,
}
"""What every act tells that takes a permit away."""

FACTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        K.FILING_RECEIPT: {"answer_by": "2026-03-09", "delivery": "送证上门"},
        K.SUPPLEMENT_NOTICE: {"due_on": "2026-03-31"},
        K.ACCEPTANCE_NOTICE: {},
        K.DECLINE_DECISION: {
            "ground": "not_competent",
            "competent": "上海市静安区政务服务办公室",
            "reason": "经营场所位于静安区，不在本区管辖范围内。",
        },
        K.COMMITMENT_LETTER: {},
        K.PROOF_COMMITMENT: {"material": "mat_health_test", "proof": "公共场所卫生检测或者评价报告"},
        K.INDUSTRY_COMMITMENT: {"industry_name": "便利店", "letter": INDUSTRY_LETTER},
        K.INDUSTRY_BREACH_NOTICE: {
            "industry_name": "便利店",
            "findings": "现场未按平面图设置仓储区，食品与其他商品混放。",
            "promise": "长市场监管局业诺〔2026〕000001号",
            "signed_on": "2026-03-03",
        },
        K.GRANT_DECISION: {
            "scope": "预包装食品销售；散装食品销售",
            "valid_from": "2026-03-03",
            "valid_to": "2031-03-02",
            "route": "ordinary",
        },
        K.REFUSAL_DECISION: {"reason": "经营场所与最近的学校出入口距离不足五十米，不符合零售点合理布局的规定。"},
        K.CLOCK_STOP_NOTICE: {
            "ground": "expert_review",
            "reason": "申请的加工工艺需要专家评审。",
            "days_needed": 15,
            "stopped_on": "2026-03-04",
            "expected_on": "2026-03-25",
        },
        K.HEARING_RIGHT_NOTICE: {
            "cause": "本机关拟作出对你（单位）不利的决定",
            "intended": "经营场所与申请的经营项目不相适应，拟不予许可。",
            "ask_by": "2026-03-10",
        },
        K.HEARING_NOTICE: HEARING,
        K.HEARING_RECORD: HEARING
        | {"minutes": "申请人陈述：场所已经改造。审查人员出示现场核查笔录。", "signed_by": "王小店、周审批"},
        K.EXTENSION_NOTICE: {
            "old_by": "2026-03-17",
            "new_by": "2026-03-31",
            "days": 10,
            "day_type": "working",
            "reason": "经营场所权属需要向有关部门核实。",
            "approver_level": "本机关负责人",
            "approver": "陈某",
        },
        K.RECTIFICATION_ORDER: {
            "found_on": "2026-03-20",
            "findings": "现场没有按承诺设置独立的洗消间。",
            "items": ["设置独立的洗消间", "补齐三个水池的标识"],
            "due_on": "2026-04-03",
        },
        K.REVOCATION_DECISION: {
            "ground": "commitment_broken",
            "reason": "整改期满复查，仍没有独立的洗消间。",
            "permit_number": PERMIT,
            "granted_on": "2026-03-03",
            "effect": EFFECT,
            "order": "长市场监管局责改〔2026〕000001号",
            "statement": "本机关于2026年4月7日听取了你（单位）的陈述和申辩。",
        },
        K.CANCELLATION_RECORD: {
            "ground": "after_other_act",
            "reason": "该许可已被撤销。",
            "permit_number": PERMIT,
            "cancelled_on": "2026-04-08",
            "effect": EFFECT,
            "after": "长市场监管局撤〔2026〕000001号",
        },
        K.CANCELLATION_REFUSAL: APPLIED
        | {"reason": "该许可涉及的行政处罚案件尚未办结，注销申请应当在处罚决定作出后另行提出。"},
        K.APPLICATION_RECEIPT: APPLIED | {"wanted": "change", "answer_by": "2026-03-31"},
        K.RENEWAL_DECISION: APPLIED
        | {"outcome": "granted", "old_to": "2031-03-02", "new_to": "2036-03-02", "reason": "经营条件已不符合规定。"},
        K.CHANGE_DECISION: APPLIED | {"outcome": "granted", "reason": "变更后的内容不符合规定。"},
        K.SUSPENSION_DECISION: ENDING | {"reason": "现场检查发现冷藏设施停用，存在食品安全隐患。"},
        K.REINSTATEMENT_NOTICE: {
            "reason": "复查时冷藏设施已经恢复使用。",
            "permit_number": PERMIT,
            "after": "长市场监管局扣〔2026〕000001号",
            "effect": EFFECT,
        },
        K.WITHDRAWAL_DECISION: ENDING
        | {"ground": "circumstances_changed", "reason": "所在街坊已列入地下空间施工范围。"},
        K.PENALTY_REVOCATION: ENDING
        | {"ground": "penalty", "reason": "多次销售超过保质期的食品，情节严重。", "hearing_told_on": "2026-03-20"},
        K.ACCEPTANCE_ENDED: {
            "tolerated": [{"name": "店招设计图纸", "lacks": "没有提交", "due_on": "2026-03-06"}],
            "lapsed": ["户外招牌设置备案"],
        },
        K.RETURN_NOTICE: {"due_on": "2026-03-31"},
        K.WITHDRAWAL_RECORD: {},
        K.INSPECTION_RECORD: {
            "visited_at": "2026-03-05T09:30:00+08:00",
            "recorded_at": "2026-03-05T10:40:00+08:00",
            "place": "上海市长宁区示例路1号",
            "officers": [{"name": name, "body": "长宁区市场监督管理局"} for name in ("周某", "吴某")],
            "points": [
                {
                    "text": "洗手、清洗、消毒、保洁设施与经营项目相适应",
                    "matters": ["食品经营许可"],
                    "finding": "需要整改",
                    "note": "水池没有按用途标识",
                    "photos": ["0" * 64],
                }
            ],
            "outcomes": [
                {
                    "name": "食品经营许可",
                    "body": "长宁区市场监督管理局",
                    "finding": "需要整改",
                    "reason": "水池没有按用途标识",
                }
            ],
            "statement": "没有意见",
            "signatures": [
                {"of": "被核查人", "name": "王小店", "at": "2026-03-05T10:35:00+08:00", "declined": "", "sha256": ""}
            ],
            "waived": [{"name": "公众聚集场所消防安全检查", "why": "选择告知承诺的，许可后核查"}],
        },
        K.RECTIFICATION_NOTICE: {
            "found_on": "2026-03-05",
            "changes": [
                {
                    "text": "洗手、清洗、消毒、保洁设施与经营项目相适应",
                    "note": "水池没有按用途标识",
                    "matters": ["食品经营许可"],
                }
            ],
            "due_on": "2026-03-10",
            "stopped": [],
            "running": ["食品经营许可"],
        },
        K.DELIVERY_RECEIPT: {
            "way": "electronic",
            "receiver": "王小店",
            "delivered_at": "2026-03-05T15:20:00+08:00",
            "papers": [["行业综合许可证", "沪长综许〔2026〕000001号"], ["准予行政许可决定书", PERMIT]],
            "deliverer": "制证员",
            "consent_on": "2026-03-02",
        },
    }
)
"""What a paper of each kind tells of, besides case and holder."""


def page(form: PaperForm, catalogue: Catalogue, calendar: WorkingCalendar) -> Page:
    """A made-up page of the form, with matters of the catalogue; nothing of it is stored."""
    matters = _matters(form, catalogue)
    of_the_office = form.kind in OF_THE_OFFICE or form.key.endswith("-joint")
    signer = body(settings.SERVICE_OFFICE if of_the_office else matters[0].department)
    first = next(iter(catalogue.industries))
    case = Case(key="sample", code="sample", number="310105260000000019", industries=[first], channel="online")
    told = remedies.with_last_days(signer.remedies, AT.date(), calendar)
    facts = COMMON | {"body_name": signer.name, "deemed": form.key.endswith("-deemed"), "remedies": told}
    if form.kind == K.SUPPLEMENT_NOTICE:
        facts["points"] = [(id, "平面图缺少尺寸和比例尺") for id in _materials(matters[0])[:2]] + [
            ("f_name", "与执照不一致")
        ]
    if form.kind == K.ACCEPTANCE_NOTICE:
        facts["clocks"] = _clocks(matters, calendar)
    document = Document(
        case=case,
        body=signer,
        kind=form.kind,
        number=documents.numbered(signer, documents.LETTERS[form.kind], AT.year, 1),
        on=AT.date(),
        matters=[matter.id for matter in matters],
        facts=facts
        | dict(FACTS[form.kind])
        | next((more for suffix, more in BESIDES.items() if form.key.endswith(suffix)), {}),
        created_at=AT,
    )
    letters = [_letter(matter) for matter in matters]
    handed = [(id, 2) for id in _materials(matters[0])[:3]]
    return Page(document, catalogue, lambda: handed, lambda: letters, is_sample=True)


OF_THE_OFFICE = frozenset(
    {
        K.FILING_RECEIPT,
        K.SUPPLEMENT_NOTICE,
        K.ACCEPTANCE_NOTICE,
        K.DECLINE_DECISION,
        K.ACCEPTANCE_ENDED,
        K.RETURN_NOTICE,
        K.WITHDRAWAL_RECORD,
        K.DELIVERY_RECEIPT,
        K.APPLICATION_RECEIPT,
    }
)
"""Papers of the body that takes in and delivers; the others are the deciding department's."""

TOLERANT = {
    "tolerated": [
        {
            "name": "店招设计图纸",
            "lacks": "没有提交",
            "how": "在办件页面上传电子件",
            "days": 3,
            "due_on": "2026-03-06",
        }
    ],
    "letter": {
        "text": "容缺受理承诺书\n一、告知\n……\n二、承诺\n……",
        "version": "样张",
        "sha256": "0" * 64,
        "signed_by": "王小店",
        "signed_at": AT.isoformat(),
    },
}
"""What the papers of a tolerant acceptance tell besides."""

BY_COMMITMENT = {"route": "commitment", "check_by": "2026-05-06"}
"""What a decision by commitment tells besides."""

JOINT = {
    "joint": True,
    "days": 15,
    "new_by": "2026-05-28",
    "old_by": "2026-05-08",
    "approver_level": "区人民政府负责人",
}
"""What the extension of the joint limit tells instead."""

BESIDES: dict[str, dict[str, Any]] = {"-commitment": BY_COMMITMENT, "-tolerant": TOLERANT, "-joint": JOINT}

SEVERAL = OF_THE_OFFICE - {K.DELIVERY_RECEIPT}

COMMON = {
    "case_number": "310105260000000019",
    "code": "sample",
    "enterprise": "上海长宁示例便利店有限公司",
    "uscc": "91310105MA1FW00290",
    "channel": "online",
    "received_on": str(RECEIVED),
    "accepted_on": str(ACCEPTED),
    "promised_by": "2026-03-10",
    "provisional": False,
}


def _matters(form: PaperForm, catalogue: Catalogue) -> list[Matter]:
    """A permit or, for a form about filings, a filing; several where the paper is about a whole case."""
    wanted = [matter for matter in catalogue.matters.values() if matter.is_permit != form.key.endswith("-filing")]
    return wanted[: 3 if form.kind in SEVERAL or form.key.endswith("-joint") else 1]


def _materials(matter: Matter) -> list[str]:
    return list(matter.materials)


def _clocks(matters: list[Matter], calendar: WorkingCalendar) -> dict[str, dict[str, Any]]:
    clocks = {}
    for matter in matters:
        dates = clock.dates(
            calendar, ACCEPTED, clock.Limits(matter.statutory_days, matter.day_type, matter.promised_days)
        )
        clocks[matter.id] = {
            "route": "ordinary",
            "statutory_days": matter.statutory_days,
            "statutory_by": str(dates.statutory_by),
            "promised_by": str(dates.promised_by),
        }
    return clocks


def _letter(matter: Matter) -> Commitment:
    return Commitment(
        matter=matter.id,
        text_version="样张",
        text=f"{matter.name}告知承诺书\n一、告知\n……\n二、承诺\n……",
        sha256="0" * 64,
        signed_by="王小店",
        signed_at=AT,
    )
