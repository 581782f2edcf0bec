"""What happened in a case, in plain words, newest first: made from the audit entries and the papers they name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from permits.acting_for import agents
from permits.late import lacking
from permits.merged_form.form import BREACH
from permits.models import Case, ClockStop, Delivery, Document, Finding, Handover
from workflows.words import counter as counter_words
from workflows.words.events import RATINGS
from workflows.words.promises import PromiseWords
from workflows.words.timeline_of_life import WordsOfLife

INTERNAL = frozenset(
    {
        *("claimed", "released", "handed_over", "extension_requested", "extension_rejected"),
        *(
            "phone_pass_issued",
            "phone_pass_opened",
            "phone_pass_ended",
            "slip_printed",
            "licence_printed",
            "licence_remade",
        ),
        *("reviews_opened", "reviewed", "gaps_noted", "points_judged"),
        *("decision_proposed", "decision_sent_back", "decision_recalled"),
        *("act_proposed", "act_sent_back", "act_recalled"),
        *("inspection_proposed", "inspection_officers_named", "inspection_entered", "inspection_photo"),
        *("inspection_signed", "rectification_point"),
        *("problem_referred", "referral_taken_up", "referral_dismissed"),
        *RATINGS,
    }
)
"""Who of a department holds the file is the department's own business; what a notice will say is told by the notice."""
PROBLEMS = frozenset(
    {
        "refused",
        "declined",
        "returned",
        "acceptance_ended",
        "late_paper_sent_back",
        "rectification_ordered",
        "post_check_failed",
        "industry_promise_broken",
        *(
            "revoked",
            "suspended",
            "grant_withdrawn",
            "revoked_as_penalty",
            "permit_expired",
            "renewal_refused",
            "change_refused",
            "cancellation_refused",
        ),
    }
)


@dataclass(frozen=True)
class Event:
    """One thing that happened: when, who did it (a body, never a person's name), what, and its paper."""

    at: datetime
    by: str
    title: str
    text: str = ""
    kind: str = "done"
    paper_url: str = ""
    paper_title: str = ""


def timeline_of(case: Case, documents: Sequence[Document]) -> tuple[Event, ...]:
    """The events of a case, newest first. One statement."""
    entries = AuditEntry.objects.filter(subject=case.audit_subject).exclude(act__in=INTERNAL).order_by("-seq")
    words = _Words(case, documents)
    return tuple(words.event(entry) for entry in entries)


class _Words(PromiseWords, WordsOfLife):
    """The sentences, with the names of the case's matters and departments at hand."""

    def __init__(self, case: Case, documents: Sequence[Document]) -> None:
        self.case = case
        self.by_number = {document.number: document for document in documents}
        self.matters = {row.matter: row for row in case.matters.all()}

    def event(self, entry: AuditEntry) -> Event:
        """The entry in words; an act without words of its own is named as it is recorded."""
        speak = getattr(self, f"_{entry.act}", None)
        by, title, text = speak(entry.facts) if speak else ("", entry.act, "")
        if agent := agents.agent_in(entry.actor):
            by = _("%(by)s（代理人%(agent)s）") % {"by": by, "agent": agent}
        paper = self._paper(entry.facts)
        kind = "problem" if entry.act in PROBLEMS else "done"
        url = reverse("workflows:paper", args=[self.case.number, paper.pk]) if paper and self.case.number else ""
        return Event(entry.at, by, title, text, kind, url, paper.title if paper else "")

    def _paper(self, facts: dict[str, Any]) -> Document | None:
        """The paper that the act wrote; decisions have one per matter, which stand with their matters."""
        return next(
            (
                self.by_number[facts[k]]
                for k in ("receipt", "notice", "decision", "record")
                if facts.get(k) in self.by_number
            ),
            None,
        )

    def _submitted(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        at_window = facts.get("channel", self.case.channel) == Case.Channel.WINDOW
        text = _("已出具收件凭证")
        names = "、".join(self.matters[id].name for id, why in facts.get("ordinary", {}).items() if why == BREACH)
        if names:
            text += _("；因有未修复的违背承诺记录，按一般程序办理：%(names)s") % {"names": names}
        return _("综合窗口") if at_window else _("申请人"), _("提交申请"), text

    def _agent_recorded(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"agent": facts.get("agent", ""), "until": facts.get("until", "")}
        return _("综合窗口"), _("登记到场代理人"), _("%(agent)s，委托期限至 %(until)s") % told

    def _taken_over(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("综合窗口"), _("经您同意，由窗口接着办理"), counter_words.passed_on(facts)

    def _handed_back(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        by = _("申请人") if facts.get("how") == Handover.How.ONLINE else _("综合窗口")
        return by, _("交还申请人办理"), counter_words.passed_on(facts)

    def _assisted(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("综合窗口"), _("帮办代办"), counter_words.assisted(facts)

    def _originals_ticked(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("综合窗口"), _("核对原件"), self._materials(dict.fromkeys(facts.get("seen", [])))

    def _photographed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("综合窗口"), _("在窗口用手机拍照上传"), self._materials([facts.get("material", "")])

    def _agent_left(self, _facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("综合窗口"), _("改由申请人本人办理"), ""

    def _supplement_requested(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"count": len(facts.get("items", {})), "due": facts.get("due_on", "")}
        dated, undated = _("共 %(count)d 项，请在 %(due)s 前补正"), _("共 %(count)d 项，补正期限从收到告知书的次日起算")
        return _("综合窗口"), _("一次性告知补正"), (dated if told["due"] else undated) % told

    def _supplemented(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        if facts.get("needless"):
            return _("系统"), _("不用再补正"), _("告知补正的内容只有已撤回的事项需要，综合窗口接着审查其余事项")
        return _("申请人"), _("提交补正"), ""

    def _accepted(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        if facts.get("how") == Case.Acceptance.DEEMED:
            untold = _("补正告知书没有在五个工作日内送达，自收到材料之日 %(on)s 起即为受理，不用补正")
            silent = _("五个工作日内未告知补正，自收到材料之日 %(on)s 起即为受理")
            return _("系统"), _("视为受理"), (untold if facts.get("untold") else silent) % {"on": facts["on"]}
        return _("综合窗口"), _("受理申请"), _("受理日期 %(on)s，各部门同时开始审批") % {"on": facts["on"]}

    def _tolerance_offered(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"names": self._materials(facts.get("items", {})), "days": facts.get("days", "")}
        text = _("%(names)s：签署承诺、受理后%(days)s个工作日内补交的，先予受理") % told
        return _("综合窗口"), _("提供容缺受理"), text

    def _tolerance_signed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("签署容缺受理承诺书"), _("签署人 %(name)s") % {"name": facts.get("signed_by", "")}

    def _late_paper_handed_in(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("补交材料"), self._materials([facts.get("material", "")])

    def _late_paper_taken_back(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("撤回补交的材料"), self._materials([facts.get("material", "")])

    def _late_paper_sent_back(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"name": self._materials([facts.get("material", "")]), "reason": facts.get("reason", "")}
        words = _("%(name)s：%(reason)s") % told
        if facts.get("over"):
            words += _("；补交期限 %(due)s 已过，不能再补交") % {"due": facts.get("due_on", "")}
        return _("审查人员"), _("补交的材料不符合要求"), words

    def _late_paper_confirmed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("审查人员"), _("补交的材料符合要求"), self._materials([facts.get("material", "")])

    def _acceptance_ended(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"names": self._materials(facts.get("papers", [])), "due": facts.get("due_on", "")}
        return _("系统"), _("终止受理"), _("%(names)s在 %(due)s 前没有补齐；终止受理不是不予许可") % told

    def _materials(self, ids: Iterable[str]) -> str:
        return "、".join(lacking.name_of(self.case, id) for id in ids)

    def _declined(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("综合窗口"), _("不予受理"), facts.get("reason", "")

    def _hearing_told(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        text = _("%(names)s：最迟 %(day)s 要求听证") % {"names": self._names(facts), "day": facts.get("ask_by", "")}
        return self._department(facts), _("告知听证权利"), text

    def _hearing_asked(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        text = _("%(names)s：最迟 %(day)s 举行") % {"names": self._names(facts), "day": facts.get("hold_by", "")}
        return facts.get("party") or _("申请人"), _("要求听证"), text

    def _hearing_waived(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return facts.get("party") or _("申请人"), _("放弃听证"), self._names(facts)

    def _hearing_scheduled(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"names": self._names(facts), "moment": _moment(facts), "place": facts.get("place", "")}
        return self._department(facts), _("通知听证时间地点"), _("%(names)s：%(moment)s，%(place)s") % told

    def _hearing_held(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("举行听证"), self._names(facts)

    def _hearing_stated(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return facts.get("party", ""), _("提出意见"), self._names(facts)

    def _hearing_lapsed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("系统"), _("逾期没有要求听证"), self._names(facts)

    def _withdrawn(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("撤回申请"), facts.get("reason", "")

    def _matters_withdrawn(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        names, reason = self._names(facts), facts.get("reason", "")
        return _("申请人"), _("撤回事项"), f"{names}（{reason}）" if reason else names

    def _returned(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("系统"), _("退回申请"), _("在 %(due)s 前没有补正") % {"due": facts.get("due_on", "")}

    def _granted(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("作出准予决定"), self._names(facts)

    def _refused(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("作出不予许可决定"), self._names(facts)

    def _licence_issued(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        words = facts.get("number", "")
        if facts.get("waiting"):
            waiting = self._names({"matters": facts["waiting"]})
            words = _("%(number)s，先行颁发；%(waiting)s继续办理") % {"number": words, "waiting": waiting}
        return _("政务服务办公室"), _("核发行业综合许可证"), words

    def _licence_extended(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("政务服务办公室"), _("综合许可证增加许可事项"), self._version(facts)

    def _licence_completed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("政务服务办公室"), _("综合许可证的事项全部办结"), self._version(facts)

    def _permit_recorded(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("政务服务办公室"), _("登记单项许可"), facts.get("number", "")

    def _inspection_scheduled(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("审批部门"), _("约定联合核查"), self._visit_words(facts)

    def _inspection_moved(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("联合核查改期"), self._visit_words(facts)

    def _visit_words(self, facts: dict[str, Any]) -> str:
        return _("%(moment)s，一同核查：%(names)s") % {"moment": _moment(facts), "names": self._names(facts)}

    def _inspection_wish(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("申请改期"), facts.get("reason", "")

    def _inspection_cancelled(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("系统"), _("联合核查取消"), facts.get("reason", "")

    def _site_check_waived(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("不进行联合核查"), self._names(facts)

    def _inspection_closed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        labels = dict(Finding.choices)
        found = facts.get("findings", {})
        told = "；".join(f"{self.matters[id].name}：{labels[one]}" for id, one in found.items() if id in self.matters)
        return _("审批部门"), _("完成联合核查"), told

    def _rectification_reported(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("申请人"), _("整改完成，申请复查"), self._names(facts)

    def _rectification_period_over(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("系统"), _("整改期满，恢复计时"), self._names(facts)

    def _delivered(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        way = facts.get("way", "")
        return _("政务服务办公室"), _("送达"), Delivery(way=way).way_words if way in Delivery.Way.values else way

    def _papers_served(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        """Which papers, how and when: their days run from then."""
        by, _title, way = self._delivered(facts)
        told = {"way": way, "on": facts.get("on", ""), "papers": "、".join(facts.get("papers", ()))}
        return by, _("送达文书"), _("%(on)s，%(way)s：%(papers)s") % told

    def _delivery_chosen(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        words = _("同意电子送达") if facts.get("e_service_since") else _("不同意电子送达")
        return _("申请人"), _("选择送达方式"), words

    def _visited(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("街道(镇)"), _("上门服务"), facts.get("on", "")

    def _delay_explained(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"names": self._names(facts), "reason": facts.get("reason", "")}
        return self._department(facts), _("说明超过承诺时限的原因"), _("%(names)s：%(reason)s") % told

    def _clock_stopped(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {
            "names": self._names(facts),
            "ground": dict(ClockStop.Ground.choices).get(facts.get("ground", ""), ""),
            "until": facts.get("expected_on", ""),
        }
        text = _("%(names)s：%(ground)s，预计 %(until)s 结束；依据《行政许可法》第四十五条，所需时间不计入期限")
        return self._department(facts), _("停止计时"), text % told

    def _clock_resumed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("恢复计时"), self._names(facts)

    def _limit_extended(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"names": self._names(facts), "reason": facts.get("reason", "")}
        return self._department(facts), _("延长法定期限"), _("%(names)s：%(reason)s") % told

    def _joint_limit_extended(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        told = {"days": facts.get("days", ""), "new_by": facts.get("new_by", ""), "reason": facts.get("reason", "")}
        text = (
            _("延长 %(days)s 个工作日，至 %(new_by)s：%(reason)s")
            if told["new_by"]
            else _("延长 %(days)s 个工作日：%(reason)s")
        )
        return _("政务服务办公室"), _("延长联合办理期限"), text % told

    def _clock_recounted(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        text = _("期限中有日期改变，见各事项") if facts.get("moved") else _("日期不变，不再是暂定的")
        return _("系统"), _("按公布的放假安排重新计算期限"), text

    def _days_recounted(self, _facts: dict[str, Any]) -> tuple[str, str, str]:
        return _("系统"), _("按公布的放假安排重新计算核查、走访、听证和决定的日期"), ""

    def _version(self, facts: dict[str, Any]) -> str:
        return _("%(number)s，第 %(version)d 版") % {"number": facts["number"], "version": facts["version"]}

    def _revoked(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("撤销许可"), self._names(facts)

    def _cancellation_recorded(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("注销许可"), self._names(facts)

    def _cancellation_completed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("办结注销手续"), self._names(facts)

    def _post_check_repaired(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("复查：整改后符合承诺"), self._names(facts)

    def _post_check_failed(self, facts: dict[str, Any]) -> tuple[str, str, str]:
        return self._department(facts), _("复查：整改期满仍不符合"), self._names(facts)

    def _department(self, facts: dict[str, Any]) -> str:
        row = next((self.matters[id] for id in facts.get("matters", []) if id in self.matters), None)
        return row.section.body.short_name if row else ""

    def _names(self, facts: dict[str, Any]) -> str:
        return "、".join(self.matters[id].name for id in facts.get("matters", []) if id in self.matters)


def _moment(facts: dict[str, Any]) -> str:
    """When something begins, as people write it."""
    return str(facts.get("starts_at", ""))[:16].replace("T", " ")
