"""What the counter's own acts say beside their names, for every timeline."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from permits.models import Assistance, Case, Handover


def with_whom(case: Case) -> str:
    """Whose turn it is in a case, in a few words: what may still be written is the counter's as long as it holds the case."""
    if case.state in (Case.State.DRAFT, Case.State.SUPPLEMENT_REQUESTED):
        corrects = case.state == Case.State.SUPPLEMENT_REQUESTED
        if case.with_counter:
            return _("综合窗口：补正") if corrects else _("综合窗口：填写、提交")
        return _("申请人（网上）：补正") if corrects else _("申请人（网上）：填写、提交")
    if case.state == Case.State.SUBMITTED:
        return _("综合窗口：收件审查")
    if case.state in Case.UNDECIDED_STATES:
        return _("审批部门：分别作出决定")
    return _("制证与送达：按需要送达") if case.state == Case.State.ISSUED else _("已经办结")


def passed_on(facts: Mapping[str, Any]) -> str:
    """By whose consent a case passed on."""
    words = f"{facts.get('consent_by', '')}，{_how(facts)}"
    return f"{words}（{facts['note']}）" if facts.get("note") else words


def assisted(facts: Mapping[str, Any]) -> str:
    """Who was helped with what, on whose authority."""
    known = dict(Assistance.Part.choices)
    told = {
        "helper": facts["helper"],
        "parts": "、".join(str(known.get(part, part)) for part in facts["parts"]),
        "who": facts["asked_by"],
        "how": _how(facts),
    }
    return _("%(helper)s 帮办：%(parts)s（受 %(who)s 委托，%(how)s）") % told


def ticked(facts: Mapping[str, Any]) -> str:
    """How many originals were seen."""
    told = {"seen": len(facts.get("seen", ())), "not_seen": len(facts.get("not_seen", ()))}
    return _("%(seen)d 个文件已核对，%(not_seen)d 个取消") % told


def printed(facts: Mapping[str, Any]) -> str:
    """Which reprint it is; nothing of the first printing."""
    return _("补打第 %(nth)d 次") % {"nth": facts["nth"] - 1} if facts["nth"] > 1 else ""


def licence_printed(facts: Mapping[str, Any]) -> str:
    """The original, or which copy."""
    copy = facts["nth"] - 1
    words = _("副本第 %(n)d 份") % {"n": copy} if copy else _("正本")
    return f"{facts['number']}，{words}"


def _how(facts: Mapping[str, Any]) -> str:
    return str(dict(Handover.How.choices).get(facts.get("how", ""), ""))


WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "taken_over": passed_on,
    "handed_back": passed_on,
    "assisted": assisted,
    "originals_ticked": ticked,
    "slip_printed": printed,
    "licence_printed": licence_printed,
}
