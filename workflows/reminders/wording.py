"""What a reminder says, in one line: before its last day, and after it. Dates are those on record, never counted anew."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflows.messages.compose import named
from workflows.models import Reminder
from workflows.reminders.ladder import Kind

NOBODY = "nobody_able"
"""The kind of an alarm: work that waits for nobody (`workflows.reminders.alarms`)."""

LINES: Mapping[str, tuple[Any, Any]] = {
    Kind.INTAKE: (
        _("收件审查应在 %(due)s 前完成；次日起视为受理"),
        _("收件审查的期限 %(due)s 已到；次日起视为受理"),
    ),
    Kind.SUPPLEMENT: (
        _("补正材料的期限为 %(due)s；逾期未补正的，申请会被退回"),
        _("补正材料的期限 %(due)s 已到"),
    ),
    Kind.LATE_PAPER: (
        _("承诺补交的材料期限为 %(due)s；逾期未补交的，受理终止"),
        _("承诺补交的材料期限 %(due)s 已到"),
    ),
    Kind.LATE_CHECK: (
        _("补交的材料应在 %(due)s 前查看：符合要求的确认，不符合的告知申请人"),
        _("补交的材料等待查看，期限 %(due)s 已到；确认之前，需要它的决定不生效"),
    ),
    Kind.PROMISED: (
        _("“%(what)s”应在承诺的 %(due)s 前决定"),
        _("“%(what)s”已过承诺办结日期 %(due)s，请尽快决定，并公开说明理由"),
    ),
    Kind.STATUTORY: (
        _("“%(what)s”的法定期限为 %(due)s"),
        _("“%(what)s”的法定期限 %(due)s 已到，请立即处理"),
    ),
    Kind.JOINT: (_("联合办理期限为 %(due)s"), _("联合办理期限 %(due)s 已到，请立即督促各部门作出决定")),
    Kind.STOP: (
        _("“%(what)s”停止计时预计 %(due)s 结束"),
        _("“%(what)s”停止计时预计 %(due)s 结束，至今没有恢复：程序已完成的请恢复计时"),
    ),
    Kind.HEARING_RIGHT: (
        _("“%(what)s”要求听证的期限为 %(due)s；逾期没有要求的，视为放弃"),
        _("“%(what)s”要求听证的期限 %(due)s 已到"),
    ),
    Kind.HEARING: (
        _("“%(what)s”的听证应在 %(due)s 前举行，并在七个工作日前通知时间、地点"),
        _("“%(what)s”的听证应在 %(due)s 前举行，至今没有笔录"),
    ),
    Kind.DELIVERY: (_("准予的许可应在 %(due)s 前送达"), _("送达期限 %(due)s 已到，许可还没有送达")),
    Kind.SERVICE: (
        _("决定书、告知书应在 %(due)s 前送达；补正告知书逾期没有送达的，申请自收到之日起视为受理"),
        _("送达期限 %(due)s 已到，决定书或者告知书还没有送达；补正告知书没有送达的，申请视为受理"),
    ),
    Kind.AFTER_CHECK: (
        _("“%(what)s”的事后核查应在 %(due)s 前完成"),
        _("“%(what)s”的事后核查期限 %(due)s 已到"),
    ),
    Kind.RECTIFICATION: (
        _("“%(what)s”的整改期限为 %(due)s"),
        _("“%(what)s”的整改期限 %(due)s 已到，请复查"),
    ),
    Kind.INSPECTION: (
        _("联合核查约定在 %(due)s，请按时参加"),
        _("%(due)s 的联合核查还没有办结，请记录核查结论并办结"),
    ),
    Kind.CHANGES: (
        _("联合核查后的整改期限为 %(due)s；整改完成后请申请复查"),
        _("联合核查后的整改期限 %(due)s 已到；没有申请复查的，可以安排复查或者作出决定"),
    ),
    Kind.VISIT: (_("服务走访应在 %(due)s 前完成"), _("服务走访的期限 %(due)s 已到，还没有走访记录")),
    Kind.DROP_IN: (
        _("“%(what)s”在窗口留下的问题应在 %(due)s 前答复"),
        _("“%(what)s”在窗口留下的问题，答复期限 %(due)s 已到"),
    ),
    Kind.SUSPICION: (
        _("“%(what)s”发现的疑似假证应在 %(due)s 前核查"),
        _("“%(what)s”发现的疑似假证还没有人处理，期限 %(due)s 已到"),
    ),
    Kind.REFERRAL: (
        _("现场检查发现“%(what)s”的问题，应在 %(due)s 前核实"),
        _("现场检查发现“%(what)s”的问题还没有核实，期限 %(due)s 已到"),
    ),
    Kind.AUTHORITY: (
        _("代理人的委托期限为 %(due)s，到期后不能再代为办理"),
        _("代理人的委托期限 %(due)s 已到"),
    ),
    Kind.RENEWAL: (
        _("“%(what)s”的有效期将满，申请延续最迟在 %(due)s，在办件页面的“各项许可”中申请；逾期只能重新申请"),
        _("“%(what)s”申请延续的期限 %(due)s 已到；有效期届满后继续经营的，须先重新取得许可"),
    ),
    Kind.APPLICATION: (
        _("“%(what)s”的延续、变更或者注销申请应在 %(due)s 前决定；延续逾期未决定的，视为准予"),
        _("“%(what)s”的延续、变更或者注销申请，决定期限 %(due)s 已到"),
    ),
    Kind.REGISTRATION: (
        _("“%(what)s”已终止，须在 %(due)s 前办理经营范围变更登记或者注销登记；办好后在办件页面的“各项许可”中写明"),
        _("“%(what)s”终止后的登记期限 %(due)s 已到，经营者没有报告办理经营范围变更或者注销登记，请核实"),
    ),
    Kind.SUSPENSION: (
        _("“%(what)s”的暂扣没有写明最后一日，请在 %(due)s 前查看暂扣的事由是否已经消除"),
        _("“%(what)s”的暂扣没有写明最后一日，应在 %(due)s 前查看事由是否已经消除，至今仍在暂扣：已经消除的请恢复"),
    ),
    Kind.HELD_PERMIT: (
        _("请求并入综合许可证的“%(what)s”应在 %(due)s 前确认或者说明理由"),
        _("请求并入综合许可证的“%(what)s”，确认期限 %(due)s 已到，部门还没有答复"),
    ),
    Kind.REVIEW_CONTACT: (
        _("差评的评价人应在 %(due)s 前联系核实"),
        _("差评的评价人还没有联系，期限 %(due)s 已到"),
    ),
    Kind.REVIEW_ANSWER: (_("差评应在 %(due)s 前公开答复"), _("差评还没有答复，期限 %(due)s 已到")),
    Kind.REVIEW_PROMISE: (
        _("答复差评时承诺 %(due)s 前整改完成"),
        _("答复差评时承诺的整改日期 %(due)s 已到，请核实并回访"),
    ),
}
TASKS: Mapping[str, Any] = {
    "intake": _("收件审查"),
    "review": _("会同审查材料"),
    "late_paper_check": _("查看补交的材料"),
    "decision": _("审批决定"),
    "approval": _("审批经办人的意见"),
    "extension": _("批准延长期限"),
    "review_answer": _("答复差评"),
    "refused_filing": _("复核不予收件"),
    "delivery": _("制证送达"),
    "service": _("送达决定书、告知书"),
    "after_check": _("事后核查"),
    "hearing": _("主持听证"),
    "inspection": _("现场核查"),
    "application": _("决定延续、变更申请"),
    "act_approval": _("审批对已发许可的拟办意见"),
    "suspension": _("查看没有最后一日的暂扣"),
    "held_permit": _("确认请求并入的已有许可"),
    "referral": _("处理移送的问题"),
    "drop_in": _("答复“办不成事”反映"),
    "suspicion": _("核查疑似假证"),
    "handed_suspicion": _("处理移送的疑似假证"),
    "visit": _("服务走访"),
}
"""The work of which an alarm says that nobody can do it."""


def line(reminder: Reminder, language: str) -> str:
    """What it says, in the language that is active; the matter's name as that language gives it.

    A page asks with `language` empty: it sets the meaning beside every Chinese name itself (`industries.reading_aid`).
    """
    if reminder.kind == NOBODY:
        task = reminder.subject.split(":")[1]
        return str(_("%(body)s有待办的“%(task)s”，但没有可以办理的人员，请立即安排")) % {
            "body": named([reminder.body.short_name], language) if reminder.body else "",
            "task": TASKS[task],
        }
    is_before = "-" in reminder.rule
    words = LINES[reminder.kind][0 if is_before else 1]
    return str(words) % {"due": reminder.due_on, "what": named([reminder.what], language)}
