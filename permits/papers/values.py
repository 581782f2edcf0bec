"""What stands in place of a paper's placeholders: words from its frozen facts and from its catalogue version."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from industries.statutes import cited
from permits.law.bar_terms import Ground, Subject
from permits.models import Case, Delivery, Document, Supplement
from permits.papers import grounds
from permits.papers.page import Page, subject_name
from permits.promises.industry_letters import CONSEQUENCE
from permits.wording import grouped, long_date

Value = Callable[[Page], str]

UNTIMED = (
    "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在期限内，"
    "届时将所需时间书面告知（《中华人民共和国行政许可法》第四十五条）。"
)
ONCE = "本告知一次性列明全部补正内容。除所列内容及补正后新出现的情形外，不再要求补正其他内容。"
WARNING = "申请人隐瞒有关情况或者提供虚假材料申请行政许可，依照《中华人民共和国行政许可法》第七十八条，给予警告。"
BARRED = {
    Subject.ENTERPRISE: "你（单位）",
    Subject.REPRESENTATIVE: "法定代表人（负责人）本人及其担任法定代表人（负责人）的单位",
}
PROVISIONAL = "部分日期所在年度的放假安排尚未公布，所列日期为暂定。"
JOINT_RECHECK = "整改完成后，请在办件页面逐项标明并申请复查；各部门一次共同复查，只复查本通知书所列内容。"
COMPENSATION = (
    "由此给你（单位）造成财产损失的，本机关依法给予补偿。你（单位）可以自收到本决定之日起，"
    "向本机关书面提出补偿申请，写明损失的项目、金额并附证据（《中华人民共和国行政许可法》第八条）。"
)
RECHECK = "整改期满后，或者你（单位）提前告知整改完成后，本机关组织复查。"


WANTED = {"renewal": "延续", "change": "变更", "cancel": "注销"}
"""What was applied for after the grant."""

LAST_DAYS = ("review_by", "suit_by")


def values_of(page: Page) -> dict[str, Callable[[], str]]:
    """Placeholder → what stands there, worked out when it is asked for."""
    return {name: partial(value, page) for name, value in VALUES.items()}


def _latin(text: str) -> SafeString:
    return format_html('<span class="latin">{}</span>', text)


def _fact(name: str) -> Callable[[Page], str]:
    return lambda page: str(page.facts.get(name) or "")


def _day(name: str) -> Callable[[Page], str]:
    return lambda page: page.day(name)


def _part(template: str, context: Callable[[Page], dict[str, Any]] = lambda _page: {}) -> Callable[[Page], str]:
    """A table or section, set by a template of ours."""

    def block(page: Page) -> str:
        words = {"document": page.document, "facts": page.facts, "matters": page.matters, "body_name": page.signer}
        made = render_to_string(f"paper/parts/{template}.html", words | context(page))
        return mark_safe(made)

    return block


def _industries(page: Page) -> str:
    known = page.catalogue.industries
    return "、".join(known[id].name for id in page.case.industries if id in known)


def _materials(page: Page) -> dict[str, Any]:
    known = page.catalogue.materials
    return {"materials": [(known[id].name, pages) for id, pages in page.handed_in() if id in known]}


def _points(page: Page) -> dict[str, Any]:
    """Each point of a supplement notice: its subject, what is wanted, by whom, in which form (R2.12: online stays online)."""
    points = page.facts.get("points") or list(page.facts["items"].items())
    raised = page.facts.get("raised_by", {})
    return {
        "points": [
            (subject_name(page.catalogue, id), text, "、".join(raised.get(id, ())), _wanted_form(page, id))
            for id, text in points
        ]
    }


def _once(page: Page) -> str:
    """That the notice is whole; a later one that names more says why it may (R2.9)."""
    ground = page.facts.get("ground")
    words = str(Supplement.Ground(ground).label) if ground else ""
    return f"本次增加补正内容的事由：{words}。{ONCE}" if words else ONCE


def _answer_by(page: Page) -> str:
    """The last day for the corrections; before the notice is served, how many days it gives from then on (R2.10)."""
    days = page.facts.get("answer_days")
    return page.day("due_on") or (f"自收到本告知之日起第{days}个工作日" if days else "")


def _served(page: Page) -> str:
    """How the notice reaches its party, which alone begins the days for the answer (R2.10)."""
    day = long_date(page.document.on)
    match page.facts.get("served"):
        case "online":
            return f"你（单位）已同意电子送达，本告知于{day}电子送达你（单位）的账户。"
        case "counter":
            return f"本告知于{day}在窗口当面交付，以送达回证为准。"
        case "":
            return "本告知以送达回证载明的日期为送达日期，补正期限自送达之日的次日起计算。"
    return f"本告知于{day}送达。"


def _wanted_form(page: Page, id: str) -> str:
    if id not in page.catalogue.materials:
        return "在合并申请表中更正"
    copies = page.catalogue.materials[id].copies
    return "在线上传电子件" if page.document.case.channel == Case.Channel.ONLINE else f"交窗口，{max(copies, 1)}份"


def _evidence(page: Page) -> str:
    """What was looked at before the decision: the form, the matter's materials as handed in, and what else the act names."""
    wanted = {id for matter in page.document.matters for id in page.catalogue.matters[matter].materials}
    known = page.catalogue.materials
    names = [known[id].name for id, _pages in page.handed_in() if id in wanted and id in known]
    more = [str(page.facts["evidence"])] if page.facts.get("evidence") else []
    return f"你（单位）提交的{'、'.join(['合并申请表', *names])}{''.join(f'；{text}' for text in more)}"


def _basis(page: Page) -> str:
    texts = [cited(text) for matter in page.matters for text in matter["legal_basis"]]
    return "；".join(dict.fromkeys(texts)) or "有关法律、法规、规章的规定"


def _ground(page: Page) -> grounds.Ground:
    return grounds.BY_KIND[page.document.kind][page.facts.get("ground") or "other"]


def _competent(page: Page) -> str:
    name = page.facts.get("competent")
    return f"该事项由{name}负责，请向其提出申请。" if name else ""


def _steps_before(page: Page) -> str:
    """What went before a revocation: the order to rectify, the party heard."""
    order = page.facts.get("order")
    ordered = f"本机关已作出《责令限期整改通知书》（{order}），整改期满后经复查仍不符合。" if order else ""
    return ordered + str(page.facts.get("statement") or "")


def _days(page: Page) -> str:
    return f"{page.facts['days']}{'日' if page.facts['day_type'] == 'calendar' else '个工作日'}"


def _remedies(page: Page) -> dict[str, Any]:
    """The remedies, with their last days where the day of service was known when the paper was written (R2.34)."""
    told = page.facts.get("remedies") or {}
    last = {name: date.fromisoformat(told[name]) for name in LAST_DAYS if told.get(name)}
    known_on = date.fromisoformat(told.get("known_on") or str(page.document.on))
    return {"remedies": told | last, "known_on": long_date(known_on), "channel": settings.RECONSIDERATION_CHANNEL}


def _delivery(page: Page) -> dict[str, Any]:
    """The way in words, and when: a moment in local time, or the day alone where the hour is not known."""
    way, told = Delivery.Way(page.facts["way"]), page.facts["delivered_at"]
    at = timezone.localtime(datetime.fromisoformat(told)) if "T" in told else date.fromisoformat(told)
    electronic = way == Delivery.Way.ELECTRONIC
    words = "电子送达" if electronic else way.label
    dated = [
        one | {name: date.fromisoformat(one[name]) for name in LAST_DAYS} for one in page.facts.get("last_days", ())
    ]
    return {
        "way": words,
        "last_days": dated,
        "is_electronic": electronic,
        "delivered_at": at,
        "consented": page.day("consent_on"),
    }


def _grant(page: Page) -> dict[str, Any]:
    words = {"valid_from": page.day("valid_from"), "valid_to": page.day("valid_to"), "basis": _basis(page)}
    return words | {"condition": _condition(page)}


def _clock_stop(page: Page) -> dict[str, Any]:
    return {"ground": _ground(page), "stopped_on": page.day("stopped_on"), "expected_on": page.day("expected_on")}


def _extension(page: Page) -> dict[str, Any]:
    return {name: page.day(name) for name in ("old_by", "new_by", "approved_on")}


def _cancellation(page: Page) -> dict[str, Any]:
    return {"ground": _ground(page)}


def _tolerated(page: Page) -> dict[str, Any]:
    """The papers that come later, or did not come, with their last days."""
    return {"points": [one | {"day": date.fromisoformat(one["due_on"])} for one in page.facts["tolerated"]]}


def _letter(page: Page) -> dict[str, Any]:
    signed = page.facts["letter"]
    return {"letter": signed | {"signed_at": timezone.localtime(datetime.fromisoformat(signed["signed_at"]))}}


def _promise(page: Page) -> str:
    """Which promise for an industry was not kept, and when it was signed."""
    return f"{page.facts['promise']}（{page.day('signed_on')}签署）"


def _decided(page: Page) -> str:
    """What becomes of decisions made before the acceptance ended or the rest was withdrawn: with the condition unmet, or whole."""
    lapsed, standing = page.facts.get("lapsed"), page.facts.get("standing")
    words = f"以材料补齐为生效条件的决定因条件没有成就而未生效：{'、'.join(lapsed)}。" if lapsed else ""
    return words + (f"不需要上述材料的决定继续有效，由各部门单独许可：{'、'.join(standing)}。" if standing else "")


def _check_by(page: Page) -> str:
    """The last day of the check; of a grant that waits for a paper only what it is counted from is known (R6.10)."""
    within = page.facts.get("check_within")
    return f"本决定生效之日起{within}届满" if within else page.day("check_by")


def _condition(page: Page) -> list[dict[str, Any]]:
    """The papers on whose confirmation a grant depends (R6.10)."""
    return [one | {"day": date.fromisoformat(one["due_on"])} for one in page.facts.get("condition", ())]


def _recheck(page: Page) -> str:
    """How it is looked at again: after a joint visit, jointly and once."""
    usual = JOINT_RECHECK if page.document.kind == Document.Kind.RECTIFICATION_NOTICE else RECHECK
    return str(page.facts.get("recheck") or usual)


def _moment(iso: str) -> str:
    """A moment as papers write it."""
    at = timezone.localtime(datetime.fromisoformat(iso))
    return f"{long_date(at.date())}{at:%H:%M}"


def _signatures(page: Page) -> dict[str, Any]:
    return {"rows": [one | {"moment": _moment(one["at"])} for one in page.facts["signatures"]]}


def _unvisited(page: Page) -> str:
    """The matters that were not looked at, each with its rule."""
    told = [f"{one['name']}（{one['why']}）" for one in page.facts.get("waived", ())]
    return f"本次未核查的事项：{'；'.join(told)}。" if told else ""


def _rectification_clock(page: Page) -> str:
    """Whose clock stands meanwhile, and whose does not (R2.22)."""
    stopped, running = page.facts.get("stopped", ()), page.facts.get("running", ())
    words = f"整改时间依规定不计入下列事项的期限：{'、'.join(stopped)}。" if stopped else ""
    return words + (f"下列事项的期限照常计算，不因整改停止：{'、'.join(running)}。" if running else "")


def _suspended(page: Page) -> str:
    """For how long a permit is suspended: to a last day, or until the notice that it is over (R2.33)."""
    if not page.facts.get("until"):
        return "自本决定送达之日起，至本机关书面通知恢复之日止，不得以该项许可从事经营活动。"
    last = page.day("until")
    return f"自本决定送达之日起，至{last}（含当日）止，不得以该项许可从事经营活动；期满自行恢复，本机关另行书面通知。"


def _reason(page: Page) -> str:
    """Facts and reasons; after them, where facts were hidden or false, the warning and the bars that follow (R2.27)."""
    reason = str(page.facts.get("reason") or "")
    if page.facts.get("ground") != Ground.FALSE_MATERIAL or page.facts.get("kind") == "备案":
        return reason
    return "\n".join([reason, WARNING, *map(_bar, page.facts.get("bars", ()))])


def _bar(told: Mapping[str, Any]) -> str:
    who = BARRED[Subject(told["subject"])]
    return f"自本决定作出之日起至{long_date(date.fromisoformat(told['until']))}止，{who}不得再次申请{told['name']}（{told['basis']}）。"


VALUES: Mapping[str, Value] = {
    "经营者": _fact("enterprise"),
    "信用代码": lambda page: _latin(str(page.facts.get("uscc", ""))),
    "办件编号": lambda page: _latin(grouped(page.case.number or "")),
    "业态": _industries,
    "机关": lambda page: page.signer,
    "文号": lambda page: page.document.number,
    "落款日期": lambda page: long_date(page.document.on),
    "收件日期": _day("received_on"),
    "受理日期": _day("accepted_on"),
    "事项": lambda page: "、".join(matter["name"] for matter in page.matters),
    "窗口": lambda page: page.document.body.window,
    "暂定说明": lambda page: PROVISIONAL if page.facts.get("provisional") else "",
    "提交方式": lambda page: "网上" if page.case.channel == Case.Channel.ONLINE else "综合窗口",
    "领取方式": lambda page: str(page.facts.get("delivery") or "电子证照"),
    "答复期限": _day("answer_by"),
    "事项表": _part("matters"),
    "材料表": _part("materials", _materials),
    "承诺办结日期": _day("promised_by"),
    "事项时限表": _part("limits"),
    "不计时程序": lambda _page: UNTIMED,
    "签收栏": _part("receipt"),
    "补正内容表": _part("points", _points),
    "补正期限": _answer_by,
    "一次性告知": _once,
    "送达说明": _served,
    "理由": _reason,
    "条款": lambda page: _ground(page).clause,
    "情形": lambda page: _ground(page).name,
    "主管机关": _competent,
    "救济途径": _part("remedies", _remedies),
    "容缺材料表": _part("tolerated", _tolerated),
    "容缺承诺书": _part("tolerance_letter", _letter),
    "承诺行业": _fact("industry_name"),
    "行业承诺文号": _promise,
    "行业承诺书": _part("tolerance_letter", _letter),
    "查明的情况": _fact("findings"),
    "行业承诺的后果": lambda page: CONSEQUENCE,
    "逾期材料表": _part("not_come", _tolerated),
    "已作出的决定": _decided,
    "承诺书": _part("letters", lambda page: {"letters": page.letters()}),
    "许可内容表": _part("grant", _grant),
    "审查的材料": _evidence,
    "依据": _basis,
    "特别程序": lambda page: _ground(page).name,
    "特别程序表": _part("clock_stop", _clock_stop),
    "批准层级": _fact("approver_level"),
    "延长时间": _days,
    "延期表": _part("extension", _extension),
    "核查期限": _check_by,
    "送达期限": lambda page: f"自本决定{'生效' if page.facts.get('condition') else '作出'}之日起十个工作日内",
    "核查日期": _day("found_on"),
    "核查情况": _fact("findings"),
    "整改期限": _day("due_on"),
    "整改内容表": _part("rectify"),
    "复查方式": _recheck,
    "原决定日期": _day("granted_on"),
    "许可编号": _fact("permit_number"),
    "证据": _fact("evidence"),
    "已履行程序": _steps_before,
    "对综合许可证的影响": _fact("effect"),
    "申请种类": lambda page: WANTED[page.facts["wanted"]],
    "申请日期": _day("filed_on"),
    "原有效期": _day("old_to"),
    "新有效期": _day("new_to"),
    "变更内容": _fact("change_words"),
    "听证告知日期": _day("hearing_told_on"),
    "听证当事人": lambda page: str(page.facts.get("party") or page.facts.get("enterprise") or ""),
    "听证事由": _fact("cause"),
    "拟作决定": _fact("intended"),
    "听证申请期限": _day("ask_by"),
    "听证时间": lambda page: _moment(page.facts["starts_at"]),
    "听证地点": _fact("place"),
    "听证主持人": _fact("presiding"),
    "听证内容": _fact("minutes"),
    "听证签字": _fact("signed_by"),
    "补偿说明": lambda page: str(page.facts.get("compensation") or COMPENSATION),
    "暂扣期间": _suspended,
    "暂扣决定": _fact("after"),
    "注销日期": _day("cancelled_on"),
    "注销情况表": _part("cancellation", _cancellation),
    "核查时间": lambda page: _moment(page.facts["visited_at"]),
    "核查地点": _fact("place"),
    "核查人员表": _part("visit_officers"),
    "核查要点表": _part("visit_points"),
    "核查结论表": _part("visit_outcomes"),
    "被核查人意见": _fact("statement"),
    "核查签字表": _part("visit_signatures", _signatures),
    "未核查事项": _unvisited,
    "整改要点表": _part("changes"),
    "整改计时说明": _rectification_clock,
    "文书清单": _part("delivered"),
    "送达情况表": _part("delivery", _delivery),
}
"""Each placeholder of `forms.PLACEHOLDERS` with what it says."""
