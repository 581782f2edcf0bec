"""What pages and papers show of a notice and of the catalogue: facts put side by side, ready for a template."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from industries.answers import AnswerError, answer_words
from industries.entities import Catalogue, Material, Matter
from industries.late_papers import days_for
from industries.models import Notice
from industries.notice import compile_notice
from industries.publishing import catalogue_of, current_version
from industries.results import ROUTE_WORDS, STATUS_WORDS
from paper import qr

STATUS_ORDER = ("submit", "commitment", "generated", "exempt")
STATUS_COLOURS = {"submit": "blue", "commitment": "purple", "generated": "grey", "exempt": "green"}


def notice_context(notice: Notice, address: str, on: date) -> dict[str, Any]:
    """Everything that the page and the paper of an issued notice say; all of it from the frozen result."""
    catalogue = catalogue_of(notice.catalogue)
    result = notice.result
    current = current_version(on)
    matters = [_matter(catalogue, entry) for entry in result["matters"]]
    newer = current if current is not None and current.pk != notice.catalogue_id else None
    return {
        "notice": notice,
        "result": result,
        "names": [catalogue.industries[id].name for id in notice.industries],
        "candidates": [one.name for one in map(catalogue.industry, notice.industries) if not one.is_confirmed],
        "matters": matters,
        "later": [entry for entry in matters if entry["days"] > result["promised_days"]],
        "blocked": result["blocked"],
        "materials": _materials(catalogue, result["materials"]),
        "late_days": days_for(result["promised_days"]) if _some_may_be_late(result) else 0,
        "submit_count": result["effect"]["materials"][1],
        "answers": [
            (catalogue.questions[id].text, answer_words(catalogue.questions[id], value))
            for id, value in notice.answers.items()
        ],
        "catalogue_title": catalogue.title,
        "basis": catalogue.basis,
        "newer": newer,
        "changes": changes(notice, catalogue_of(newer), on) if newer else [],
        "address": address,
        "qr": qr.png_data_uri(address),
    }


def _some_may_be_late(result: dict[str, Any]) -> bool:
    """Whether the list has a material that may come after acceptance; a notice of before that was known says nothing."""
    return any(entry.get("tolerable") for entry in result["materials"])


def changes(notice: Notice, catalogue: Catalogue, on: date) -> list[str]:
    """What a newer catalogue would say otherwise of the same industries and answers, in words; for the page's warning."""
    try:
        known = {id: value for id, value in notice.answers.items() if id in catalogue.questions}
        now = compile_notice(catalogue, notice.industries, known, on).as_json()
    except AnswerError as error:  # an industry or an option is gone: nothing can be compared
        return [str(error)]
    found = []
    for kind, word in (("matters", "事项"), ("materials", "材料")):
        before = {entry["id"]: entry["name"] for entry in notice.result[kind]}
        after = {entry["id"]: entry["name"] for entry in now[kind]}
        found += [f"新增{word}：{after[id]}" for id in after if id not in before]
        found += [f"不再需要的{word}：{before[id]}" for id in before if id not in after]
    if now["promised_days"] != notice.result["promised_days"]:
        found.append(f"承诺时限：{notice.result['promised_days']} → {now['promised_days']} 天")
    asked = [catalogue.questions[id].text for id in now["unanswered"]]
    return found + [f"还要回答：{text}" for text in asked]


def _matter(catalogue: Catalogue, entry: dict[str, Any]) -> dict[str, Any]:
    """A matter of the frozen result with its department's window, and its promise on its own route."""
    by_commitment = entry["route"] == "commitment" and entry["commitment_days"] is not None
    return entry | {
        "office": catalogue.departments[entry["department"]],
        "route_words": ROUTE_WORDS[entry["route"]],
        "days": entry["commitment_days"] if by_commitment else entry["promised_days"],
    }


def _materials(catalogue: Catalogue, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is to be handed in first, what is not asked for last."""
    return [
        entry
        | {
            "status_words": STATUS_WORDS[entry["status"]],
            "colour": STATUS_COLOURS[entry["status"]],
            "matters": [catalogue.matters[id].name for id in entry["required_by"]],
        }
        for entry in sorted(entries, key=lambda entry: STATUS_ORDER.index(entry["status"]))
    ]


def about_facts(catalogue: Catalogue) -> dict[str, Any]:
    """How sure the catalogue is: per industry its evidence; what only general knowledge says; what must be confirmed."""
    industries = [
        (industry, [catalogue.sources[id] for id in industry.provenance.refs])
        for industry in catalogue.industries.values()
    ]
    entries: list[Matter | Material] = [*catalogue.matters.values(), *catalogue.materials.values()]
    unsure = [
        (entry, [FACT_WORDS.get(key, key) for key, fact in entry.facts.items() if fact.source == "general"])
        for entry in entries
    ]
    return {
        "catalogue": catalogue,
        "confirmed": [row for row in industries if row[0].is_confirmed],
        "candidates": [row for row in industries if not row[0].is_confirmed],
        "unsure": [row for row in unsure if row[1]],
        "to_confirm": [one for one in catalogue.departments.values() if one.remedies.to_confirm],
        "sources": catalogue.sources.values(),
    }


FACT_WORDS = {
    "statutory_days": _("法定时限"),
    "statutory_days_2021": _("2021 年法定时限"),
    "promised_days": _("承诺时限"),
    "validity_years": _("有效期"),
    "materials": _("材料"),
    "fields": _("表单要素"),
    "legal_basis": _("法律依据"),
    "inspection": _("现场核查"),
    "commitment": _("告知承诺"),
    "applies_when": _("适用条件"),
    "renewal": _("延续"),
    "extension_days": _("延长期限"),
    "commitment_days": _("承诺办理天数"),
    "post_check_days": _("事后核查期限"),
    "department": _("实施部门"),
    "national_code": _("国家基本编码"),
    "blockers": _("不予许可情形"),
    "effective_to": _("失效日期"),
    "effective_from": _("生效日期"),
    "commitment_exclusion_reason": _("不适用承诺的理由"),
    "commitment_actions": _("可承诺的办理类型"),
    "post_check_mandatory": _("事后核查是否必须"),
    "post_check_unit": _("事后核查期限的计法"),
    "prerequisites": _("前置事项"),
    "two_persons": _("经办与审批分人"),
    "rectification_stops_clock": _("整改时间不计入"),
    "tolerable": _("可容缺"),
}
