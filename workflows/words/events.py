"""What happened on a case, in words for those who work on it. The applicant's page has words of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import IN_PLACE_OF
from audit.models import AuditEntry
from permits.models import Case, CaseMatter, ClockStop, Delivery, Proposal
from workflows.words import counter as counter_words

WORDS: dict[str, str | Promise] = {
    "submitted": _("提交申请"),
    "agent_recorded": _("登记到场代理人"),
    "agent_left": _("改由申请人本人办理"),
    "taken_over": _("经申请人同意，由窗口接着办"),
    "handed_back": _("交还申请人办理"),
    "assisted": _("帮办代办"),
    "originals_ticked": _("核对原件"),
    "phone_pass_issued": _("生成手机拍照码"),
    "phone_pass_opened": _("手机打开拍照码"),
    "phone_pass_ended": _("结束手机拍照"),
    "slip_printed": _("打印回执"),
    "photographed": _("手机拍照上传"),
    "supplement_requested": _("告知补正"),
    "supplemented": _("补正材料"),
    "reviews_opened": _("请部门审查材料"),
    "reviewed": _("部门答复材料审查"),
    "gaps_noted": _("暂存补正内容"),
    "points_judged": _("核对补正内容"),
    "accepted": _("受理"),
    "tolerance_offered": _("提供容缺受理"),
    "tolerance_signed": _("申请人签署容缺受理承诺"),
    "late_paper_handed_in": _("补交容缺材料"),
    "late_paper_taken_back": _("撤回补交的材料"),
    "late_paper_sent_back": _("补交的材料不符合要求"),
    "late_paper_confirmed": _("补交的材料符合要求"),
    "industry_promised": _("申请人签署行业承诺书"),
    "industry_promise_taken_back": _("申请人收回行业承诺"),
    "industry_promise_broken": _("行业承诺没有履行，已终止"),
    "industry_promise_put_right": _("确认行业承诺的问题已改正"),
    "acceptance_ended": _("逾期未补齐材料，终止受理"),
    "declined": _("不予受理"),
    "withdrawn": _("申请人撤回申请"),
    "matters_withdrawn": _("申请人撤回事项"),
    "returned": _("逾期未补正，退回"),
    "claimed": _("领取审批环节"),
    "released": _("退回公共列表"),
    "handed_over": _("转交审批环节"),
    "decision_proposed": _("提交审批"),
    "act_proposed": _("提交审批"),
    "act_sent_back": _("审批退回"),
    "act_recalled": _("收回待审批的意见"),
    "decision_sent_back": _("审批退回"),
    "decision_recalled": _("收回待审批的意见"),
    "granted": _("准予许可"),
    "refused": _("不予许可"),
    "licence_issued": _("核发行业综合许可证"),
    "licence_extended": _("综合许可证增加许可事项"),
    "held_permit_named": _("提出并入已有许可"),
    "held_permit_taken_back": _("撤回并入已有许可"),
    "held_permit_confirmed": _("部门确认已有许可，可以并入"),
    "held_permit_refused": _("部门没有确认已有许可"),
    "licence_completed": _("综合许可证的事项全部办结"),
    "permit_recorded": _("核发单项许可"),
    "post_check_kept": _("事后核查：履行承诺"),
    "rectification_ordered": _("事后核查：与承诺不符，责令限期整改"),
    "post_check_repaired": _("复查：整改后符合承诺"),
    "post_check_failed": _("复查：整改期满仍不符合"),
    "revoked": _("撤销许可"),
    "cancellation_recorded": _("注销许可"),
    "cancellation_completed": _("办结注销手续"),
    "suspended": _("暂扣许可"),
    "reinstated": _("恢复许可"),
    "grant_withdrawn": _("撤回许可"),
    "revoked_as_penalty": _("吊销许可"),
    "permit_expired": _("许可有效期届满"),
    "renewal_applied_for": _("申请延续许可"),
    "renewed": _("准予延续"),
    "renewed_by_silence": _("逾期未决定，视为准予延续"),
    "renewal_refused": _("不予延续"),
    "change_applied_for": _("申请变更"),
    "changed": _("准予变更"),
    "change_refused": _("不予变更"),
    "cancellation_applied_for": _("申请注销许可"),
    "cancellation_refused": _("不予注销"),
    "registration_reported": _("报告登记办理情况"),
    "licence_replaced": _("补发证书"),
    "licence_printed": _("打印证照"),
    "licence_remade": _("重新制作证照文件"),
    "inspection_proposed": _("提出联合核查时间"),
    "inspection_officers_named": _("确认核查人员"),
    "inspection_scheduled": _("约定联合核查时间"),
    "inspection_moved": _("联合核查改期"),
    "inspection_wish": _("经营者申请改期"),
    "inspection_cancelled": _("取消联合核查"),
    "site_check_waived": _("不进行联合核查"),
    "inspection_entered": _("记录现场核查"),
    "inspection_photo": _("添加核查照片"),
    "inspection_signed": _("核查笔录签字"),
    "inspection_closed": _("联合核查办结"),
    "rectification_point": _("报告整改情况"),
    "rectification_reported": _("整改完成，申请复查"),
    "rectification_period_over": _("整改期满，恢复计时"),
    "problem_referred": _("移送现场发现的问题"),
    "referral_taken_up": _("移送的问题经核实属实"),
    "referral_dismissed": _("移送的问题经核实不成立"),
    "delivered": _("送达"),
    "papers_served": _("送达文书"),
    "delivery_chosen": _("选择送达方式"),
    "visited": _("街道上门服务"),
    "delay_explained": _("说明超过承诺时限的原因"),
    "clock_stopped": _("停止计时"),
    "clock_resumed": _("恢复计时"),
    "hearing_told": _("告知听证权利"),
    "hearing_asked": _("要求听证"),
    "hearing_waived": _("放弃听证"),
    "hearing_scheduled": _("通知听证时间地点"),
    "hearing_held": _("举行听证"),
    "hearing_lapsed": _("逾期没有要求听证"),
    "hearing_stated": _("利害关系人提出意见"),
    "extension_requested": _("申请延长期限"),
    "extension_rejected": _("未批准延长期限"),
    "limit_extended": _("批准延长法定期限"),
    "joint_limit_extended": _("延长联合办理期限"),
    "clock_recounted": _("按公布的放假安排重新计算期限"),
    "days_recounted": _("按公布的放假安排重新计算核查、走访、听证和决定的日期"),
}
ADVERSE = (
    *("declined", "refused", "returned", "withdrawn", "matters_withdrawn", "supplement_requested"),
    *("rectification_ordered", "post_check_failed", "revoked", "acceptance_ended", "late_paper_sent_back"),
    *("suspended", "grant_withdrawn", "revoked_as_penalty", "permit_expired", "renewal_refused", "change_refused"),
    "cancellation_refused",
)
OWN_AFFAIRS = (
    *("claimed", "released", "handed_over", "extension_requested", "extension_rejected"),
    *("reviewed", "gaps_noted", "points_judged"),
    *("decision_proposed", "decision_sent_back", "decision_recalled"),
    *("act_proposed", "act_sent_back", "act_recalled"),
    *("inspection_officers_named", "inspection_entered", "inspection_photo", "inspection_signed"),
    *("problem_referred", "referral_taken_up", "referral_dismissed"),
)
"""Who works on a section, and what it proposed, is the department's own affair: other departments do not read it."""
RATINGS = (
    *("rated", "rating_contacted", "rating_prolonged", "rating_answered", "rating_excluded", "rating_revisited"),
    "rating_words_hidden",
)
"""Whoever works on a case does not learn from it that its applicant rated them (R3.5)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One act: what, about which matters, by whom, when, and the words that go with it."""

    act: str
    title: str
    about: str
    by: str
    at: datetime
    text: str

    @property
    def kind(self) -> str:
        """The mark on the timeline."""
        return "problem" if self.act in ADVERSE else "done"


def timeline(
    case: Case, matters: Iterable[CaseMatter], *, body: str | None = None, after: int = 0
) -> tuple[Event, ...]:
    """The case's acts, oldest first. `body`: only what this department may read; `after`: acts behind this place."""
    by_id = {matter.matter: matter for matter in matters}
    entries = AuditEntry.objects.filter(subject=case.audit_subject, seq__gt=after).order_by("seq")
    return tuple(_event(entry, by_id, body) for entry in entries if _may_read(entry, body))


def _may_read(entry: AuditEntry, body: str | None) -> bool:
    if entry.act in RATINGS:
        return False
    return body is None or entry.act not in OWN_AFFAIRS or entry.facts.get("body") == body


def _event(entry: AuditEntry, matters: Mapping[str, CaseMatter], body: str | None) -> Event:
    concerned = [matters[id] for id in entry.facts.get("matters", ()) if id in matters]
    own = body is None or all(matter.section.body_id == body for matter in concerned)
    by_two = entry.act == "decision_proposed" or "handled_by" in entry.facts
    text = _text_of_two(entry.facts) if by_two else _words(entry.act, entry.facts)
    return Event(
        act=entry.act,
        title=str(WORDS.get(entry.act, entry.act)),
        about="、".join(matter.name for matter in concerned),
        by=person(entry.actor),
        at=entry.at,
        text=text if own else "",
    )


def person(label: str) -> str:
    """The name of an actor's label: `mrb 周审批` → 周审批; with the colleague in whose place they acted."""
    if label == "system":
        return str(_("系统"))
    own, mark, absent = label.partition(IN_PLACE_OF)
    name = own.partition(" ")[2] or own
    return str(_("%(name)s（代 %(absent)s）") % {"name": name, "absent": absent.removesuffix("）")}) if mark else name


def _text_of_two(facts: Mapping[str, Any]) -> str:
    """What one proposed and another decided: who handled it or what was proposed, and the reasons."""
    handled = _("%(name)s 经办") % {"name": facts["handled_by"]} if "handled_by" in facts else ""
    proposed = dict(Proposal.Decision.choices).get(facts.get("decision", ""), "")
    parts = (handled, proposed, facts.get("reason") or facts.get("opinion"))
    return "；".join(str(part) for part in parts if part)


def _words(act: str, facts: Mapping[str, Any]) -> str:
    say = counter_words.WORDS.get(act)
    return say(facts) if say else _text(act, facts)


def _text(act: str, facts: Mapping[str, Any]) -> str:
    """The words that go with an act: a reason, an opinion, to whom, how many points."""
    match act:
        case "handed_over":
            words = _("由%(from)s转给%(to)s：%(reason)s") % (dict(facts) | {"from": facts.get("from") or _("公共列表")})
        case "supplement_requested":
            words = _("共%(count)d项，请于%(due)s前补正") % {
                "count": len(facts.get("items", {})),
                "due": facts.get("due_on", ""),
            }
            words = words if facts.get("due_on") else _("共%(count)d项") % {"count": len(facts.get("items", {}))}
        case "agent_recorded":
            words = _("%(agent)s，委托期限至 %(until)s") % dict(facts)
        case "accepted" if facts.get("how") == Case.Acceptance.DEEMED:
            words = _("逾期未告知补正，自%(on)s起视为受理") % {"on": facts.get("on", "")}
        case "clock_stopped" if facts.get("ground") in dict(ClockStop.Ground.choices):
            words = _("%(ground)s，预计%(until)s结束") % {
                "ground": dict(ClockStop.Ground.choices)[facts["ground"]],
                "until": facts.get("expected_on", ""),
            }
        case "reviewed" | "gaps_noted":
            words = _("共%(count)d项") % {"count": len(facts.get("items", {}))}
        case "points_judged":
            told = {"settled": len(facts.get("settled", ())), "wrong": len(facts.get("wrong", ()))}
            words = _("通过%(settled)d项，仍有问题%(wrong)d项") % told
        case "delivery_chosen":
            words = str(_("同意电子送达") if facts.get("e_service_since") else _("不同意电子送达"))
        case "delivered" | "papers_served":
            way = facts.get("way", "")
            words = f"{Delivery(way=way).way_words if way in Delivery.Way.values else way}，{facts.get('receiver', '')}"
        case _:
            words = next(
                (facts[key] for key in ("reason", "opinion", "findings", "repair", "number") if facts.get(key)), ""
            )
    return str(words)
