"""The forms of papers whose wording the service office keeps, and the placeholders that each may and must carry (R6.3).

A kind has one form, or a second one for a case of another law: silence accepts otherwise than the window, a filing is
registered rather than granted. A placeholder gives a text, or - a block, alone on its line - a table or a section.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from permits.models.paper import Document

K = Document.Kind


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One name that may stand in `{{…}}`; `is_block`: it fills a line of its own."""

    meaning: str | Promise
    is_block: bool = False


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "经营者": Placeholder(_("申请人的名称")),
    "信用代码": Placeholder(_("统一社会信用代码")),
    "办件编号": Placeholder(_("办件编号，四位一组")),
    "业态": Placeholder(_("所选行业，多个用顿号分开")),
    "机关": Placeholder(_("落款机关的名称")),
    "文号": Placeholder(_("本文书的编号")),
    "落款日期": Placeholder(_("本文书的日期")),
    "收件日期": Placeholder(_("收到申请的日期")),
    "受理日期": Placeholder(_("受理日期")),
    "事项": Placeholder(_("事项名称，多个用顿号分开")),
    "窗口": Placeholder(_("机关的办理窗口")),
    "暂定说明": Placeholder(_("有日期暂定时的说明，否则为空")),
    "提交方式": Placeholder(_("网上或者综合窗口")),
    "领取方式": Placeholder(_("申请人选择的领证方式")),
    "答复期限": Placeholder(_("最迟告知是否受理的日期")),
    "事项表": Placeholder(_("申请办理的事项、类型、决定部门"), is_block=True),
    "材料表": Placeholder(_("收到的材料和页数"), is_block=True),
    "承诺办结日期": Placeholder(_("整个办件的承诺办结日期")),
    "事项时限表": Placeholder(_("各事项的决定部门、承诺办结日期、法定期限"), is_block=True),
    "不计时程序": Placeholder(_("依法不计入期限的程序，及其时间如何告知")),
    "签收栏": Placeholder(_("窗口：签收栏；网上：送达时间的说明"), is_block=True),
    "补正内容表": Placeholder(_("每一处补正：材料或填报项、内容、提交形式"), is_block=True),
    "补正期限": Placeholder(_("补正的最后一日；送达之前写自收到之日起的工作日数")),
    "一次性告知": Placeholder(_("补正只告知一次的声明")),
    "送达说明": Placeholder(_("告知书怎样送达，补正期限从哪一天起算")),
    "理由": Placeholder(_("经办人写明的事实和理由")),
    "条款": Placeholder(_("《行政许可法》的条款")),
    "情形": Placeholder(_("法定情形的名称")),
    "主管机关": Placeholder(_("应当向哪个机关申请；不需要时为空")),
    "救济途径": Placeholder(_("复议和诉讼：机关、期限、最后一日、网上渠道、被申请人"), is_block=True),
    "容缺材料表": Placeholder(_("容缺的材料、缺什么、怎样补交、最后一日"), is_block=True),
    "容缺承诺书": Placeholder(_("申请人签署的容缺受理承诺书全文"), is_block=True),
    "承诺行业": Placeholder(_("行业承诺所说的行业")),
    "行业承诺文号": Placeholder(_("行业承诺书的编号和签署日期")),
    "行业承诺书": Placeholder(_("申请人签署的行业承诺书全文"), is_block=True),
    "查明的情况": Placeholder(_("牵头部门查明的未履行承诺的情况")),
    "行业承诺的后果": Placeholder(_("未履行行业承诺的后果，以及不产生的后果")),
    "逾期材料表": Placeholder(_("没有按期补齐的材料"), is_block=True),
    "已作出的决定": Placeholder(_("终止受理前作出的决定怎样处理；没有时为空")),
    "承诺书": Placeholder(_("申请人签署的承诺书全文"), is_block=True),
    "许可内容表": Placeholder(_("事项、机关、编号、范围、有效期、办理方式、依据"), is_block=True),
    "审查的材料": Placeholder(_("作出决定时审查过的材料和记录")),
    "依据": Placeholder(_("该事项的法律、法规、规章依据")),
    "特别程序": Placeholder(_("听证、检验、检测、专家评审等程序的名称")),
    "特别程序表": Placeholder(_("事项、程序、理由、所需时间、不计入期限的起止"), is_block=True),
    "批准层级": Placeholder(_("批准延长的负责人的层级")),
    "延长时间": Placeholder(_("延长多少日或者工作日")),
    "延期表": Placeholder(_("原期限、新期限、理由、批准人"), is_block=True),
    "核查期限": Placeholder(_("以告知承诺准予的，最迟哪一天核查")),
    "送达期限": Placeholder(_("自决定作出之日，以容缺材料为条件的自生效之日起，多少日内送达")),
    "核查日期": Placeholder(_("核查的日期")),
    "核查情况": Placeholder(_("核查发现的情况")),
    "整改期限": Placeholder(_("整改的最后一日")),
    "整改内容表": Placeholder(_("需要整改的每一处"), is_block=True),
    "复查方式": Placeholder(_("怎样复查")),
    "原决定日期": Placeholder(_("准予许可的日期")),
    "许可编号": Placeholder(_("许可或者备案的编号")),
    "证据": Placeholder(_("据以认定事实的证据；没有时为空")),
    "已履行程序": Placeholder(_("责令整改、陈述申辩等先行程序；没有时为空")),
    "对综合许可证的影响": Placeholder(_("对行业综合许可证的影响")),
    "申请种类": Placeholder(_("延续、变更或者注销")),
    "申请日期": Placeholder(_("提出延续、变更或者注销申请的日期")),
    "原有效期": Placeholder(_("延续之前的有效期最后一日")),
    "新有效期": Placeholder(_("延续之后的有效期最后一日")),
    "变更内容": Placeholder(_("变更前后的内容，或者申请注销的理由；没有时为空")),
    "听证告知日期": Placeholder(_("告知当事人有权要求听证的日期")),
    "听证当事人": Placeholder(_("谁有权要求听证：申请人或者利害关系人")),
    "听证事由": Placeholder(_("为什么要告知听证权利")),
    "拟作决定": Placeholder(_("拟作出的决定和理由")),
    "听证申请期限": Placeholder(_("最迟哪一天要求听证")),
    "听证时间": Placeholder(_("听证的日期和时间")),
    "听证地点": Placeholder(_("听证的地点")),
    "听证主持人": Placeholder(_("听证主持人的姓名")),
    "听证内容": Placeholder(_("听证中的陈述、申辩和质证")),
    "听证签字": Placeholder(_("参加人签字，或者没有签字的原因")),
    "补偿说明": Placeholder(_("撤回许可的补偿怎样申请")),
    "暂扣期间": Placeholder(_("自何日起、至何日止不得经营")),
    "暂扣决定": Placeholder(_("原来暂扣的决定书编号")),
    "注销日期": Placeholder(_("注销的日期")),
    "注销情况表": Placeholder(_("事项、编号、事由、事实、依据、对综合许可证的影响"), is_block=True),
    "文书清单": Placeholder(_("送达的文书和编号"), is_block=True),
    "核查时间": Placeholder(_("现场核查的日期和时间")),
    "核查地点": Placeholder(_("现场核查的地点")),
    "核查人员表": Placeholder(_("核查人员及其部门"), is_block=True),
    "核查要点表": Placeholder(_("逐项核查要点、结论、情况和照片校验值"), is_block=True),
    "核查结论表": Placeholder(_("各事项的核查结论"), is_block=True),
    "被核查人意见": Placeholder(_("被核查人的意见")),
    "核查签字表": Placeholder(_("被核查人和核查人员的签字"), is_block=True),
    "未核查事项": Placeholder(_("免于现场核查的事项和依据；没有时为空")),
    "整改要点表": Placeholder(_("需要整改的要点、情况和涉及的事项"), is_block=True),
    "整改计时说明": Placeholder(_("整改时间计入或者不计入哪些事项的期限")),
    "送达情况表": Placeholder(_("受送达人、方式、地点、时间、签收人、送达人"), is_block=True),
}

COMMON = ("经营者", "信用代码", "办件编号", "业态", "机关", "文号", "落款日期", "收件日期", "事项", "窗口", "暂定说明")
"""What every form may name."""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One form: the kind of paper it words, the case of the law it is for, the placeholders it must and may carry."""

    key: str
    kind: Document.Kind
    variant: str | Promise
    mandatory: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in lists."""
        return f"{self.kind.label} · {self.variant}" if self.variant else str(self.kind.label)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """All that may stand in it, its own first."""
        return tuple(dict.fromkeys((*self.mandatory, *self.optional, *COMMON)))


def _form(
    kind: Document.Kind, mandatory: str, optional: str = "", *, suffix: str = "", variant: str | Promise = ""
) -> PaperForm:
    return PaperForm(f"{kind}{suffix}", kind, variant, tuple(mandatory.split()), tuple(optional.split()))


_FILING: Mapping[str, Any] = {"suffix": "-filing", "variant": _("备案")}
_ACCEPTED = "受理日期 承诺办结日期 事项时限表 不计时程序 签收栏"
_REFUSED = "理由 审查的材料 依据 救济途径"
_REVOKED = "原决定日期 许可编号 情形 理由 依据 对综合许可证的影响 救济途径"
_ENDED = "原决定日期 许可编号 情形 理由 已履行程序 依据 条款 对综合许可证的影响 救济途径"
_RENEWED, _CHANGED = "许可编号 申请日期 原有效期", "许可编号 申请日期 变更内容"
_NOT_SO = "理由 依据 救济途径"
_RECORD = "注销日期 注销情况表 救济途径"

FORMS: Mapping[str, PaperForm] = {
    form.key: form
    for form in (
        _form(K.FILING_RECEIPT, "办件编号 收件日期 事项表 材料表 答复期限 领取方式", "提交方式"),
        _form(K.SUPPLEMENT_NOTICE, "补正内容表 补正期限 一次性告知 送达说明"),
        _form(K.ACCEPTANCE_NOTICE, _ACCEPTED),
        _form(K.ACCEPTANCE_NOTICE, _ACCEPTED, suffix="-deemed", variant=_("逾期未告知，视为受理")),
        _form(K.ACCEPTANCE_NOTICE, f"{_ACCEPTED} 容缺材料表", suffix="-tolerant", variant=_("容缺受理")),
        _form(K.DECLINE_DECISION, "事项 情形 理由 条款 主管机关 救济途径"),
        _form(K.COMMITMENT_LETTER, "承诺书"),
        _form(K.COMMITMENT_LETTER, "容缺承诺书", suffix="-tolerant", variant=_("容缺受理")),
        _form(K.PROOF_COMMITMENT, "承诺书"),
        _form(K.INDUSTRY_COMMITMENT, "承诺行业 行业承诺书"),
        _form(K.INDUSTRY_BREACH_NOTICE, "承诺行业 行业承诺文号 查明的情况 行业承诺的后果"),
        _form(K.GRANT_DECISION, "许可内容表", "受理日期 送达期限"),
        _form(K.GRANT_DECISION, "许可内容表", "受理日期 送达期限", **_FILING),
        _form(
            K.GRANT_DECISION,
            "许可内容表 核查期限",
            "受理日期 送达期限",
            suffix="-commitment",
            variant=_("告知承诺"),
        ),
        _form(K.REFUSAL_DECISION, _REFUSED, "受理日期"),
        _form(K.REFUSAL_DECISION, _REFUSED, "受理日期", **_FILING),
        _form(K.CLOCK_STOP_NOTICE, "特别程序 特别程序表", "受理日期 条款"),
        _form(K.HEARING_RIGHT_NOTICE, "听证当事人 听证事由 拟作决定 听证申请期限"),
        _form(K.HEARING_NOTICE, "听证当事人 听证时间 听证地点 听证主持人"),
        _form(K.HEARING_RECORD, "听证当事人 听证时间 听证地点 听证主持人 听证内容 听证签字"),
        _form(K.EXTENSION_NOTICE, "延长时间 批准层级 延期表", "受理日期"),
        _form(K.EXTENSION_NOTICE, "延长时间 批准层级 延期表", "受理日期", suffix="-joint", variant=_("联合办理")),
        _form(K.RECTIFICATION_ORDER, "核查日期 核查情况 整改期限 整改内容表 复查方式", "救济途径"),
        _form(K.REVOCATION_DECISION, _REVOKED, "条款 证据 已履行程序"),
        _form(K.REVOCATION_DECISION, _REVOKED, "证据 已履行程序", **_FILING),
        _form(K.CANCELLATION_RECORD, _RECORD),
        _form(K.CANCELLATION_REFUSAL, "许可编号 申请日期 理由 依据 救济途径"),
        _form(K.CANCELLATION_REFUSAL, "许可编号 申请日期 理由 依据 救济途径", **_FILING),
        _form(K.APPLICATION_RECEIPT, "申请种类 申请日期 事项 答复期限", "变更内容"),
        _form(K.RENEWAL_DECISION, f"{_RENEWED} 新有效期 对综合许可证的影响"),
        _form(
            K.RENEWAL_DECISION,
            f"{_RENEWED} 新有效期 对综合许可证的影响",
            suffix="-silent",
            variant=_("逾期未决定，视为准予"),
        ),
        _form(K.RENEWAL_DECISION, f"{_RENEWED} {_NOT_SO}", suffix="-refused", variant=_("不予延续")),
        _form(K.CHANGE_DECISION, _CHANGED, "对综合许可证的影响"),
        _form(K.CHANGE_DECISION, f"{_CHANGED} {_NOT_SO}", suffix="-refused", variant=_("不予变更")),
        _form(
            K.SUSPENSION_DECISION,
            "原决定日期 许可编号 理由 已履行程序 依据 暂扣期间 对综合许可证的影响 救济途径",
            "证据",
        ),
        _form(K.REINSTATEMENT_NOTICE, "许可编号 理由 暂扣决定 对综合许可证的影响"),
        _form(K.WITHDRAWAL_DECISION, f"{_ENDED} 补偿说明", "证据"),
        _form(K.PENALTY_REVOCATION, f"{_ENDED} 听证告知日期", "证据"),
        _form(K.CANCELLATION_RECORD, _RECORD, **_FILING),
        _form(K.RETURN_NOTICE, "收件日期 补正期限 救济途径"),
        _form(K.WITHDRAWAL_RECORD, "事项 落款日期", "收件日期 已作出的决定"),
        _form(K.ACCEPTANCE_ENDED, "受理日期 逾期材料表 救济途径", "已作出的决定"),
        _form(
            K.INSPECTION_RECORD,
            "核查时间 核查地点 核查人员表 核查要点表 核查结论表 被核查人意见 核查签字表",
            "未核查事项",
        ),
        _form(K.RECTIFICATION_NOTICE, "核查日期 整改要点表 整改期限 复查方式 整改计时说明"),
        _form(K.DELIVERY_RECEIPT, "文书清单 送达情况表"),
    )
}


def key_of(kind: str, facts: Mapping[str, Any], *, is_filing: bool = False) -> str:
    """The form of a paper of this kind with these facts; `""` for a kind whose page is set without kept wording."""
    outcome = facts.get("outcome", "")
    promised = "-commitment" if facts.get("route") == "commitment" else ""
    tolerant = "-tolerant" if facts.get("tolerated") else ""
    if outcome in ("refused", "silent"):
        return f"{kind}-{outcome}"
    case_wide = "-deemed" if facts.get("deemed") else "-joint" if facts.get("joint") else tolerant
    suffix = case_wide or ("-filing" if is_filing else promised)
    return next((key for key in (f"{kind}{suffix}", str(kind)) if key in FORMS), "")
