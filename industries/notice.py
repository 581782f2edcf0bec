"""The one-time notice (一次告知): from industries and answers to matters, materials, fields, days, and the reason of each.

    result = compile_notice(catalogue, ["convenience_store"], {"area_m2": 80}, date(2026, 11, 23))
    result.as_json()

Pure: no Django, no clock. The rules stand in the order in which they are applied; the catalogue holds all facts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from industries import combining
from industries.answers import AnswerError, because, checked, chosen, implied
from industries.conditions import ALWAYS, Condition
from industries.entities import Catalogue, Field, Industry, Material, Matter
from industries.results import Effect, NoticeField, NoticeMaterial, NoticeMatter, NoticeResult, Told
from industries.unanswered import CHOOSE_COMMITMENT, commitment_condition, entry_condition, still_to_ask

__all__ = ["AnswerError", "NoticeResult", "compile_notice", "derived"]

Applying = dict[str, tuple[tuple[Industry, Condition], ...]]
"""Per matter: the industries that bring it, each with the condition under which it does."""
NOTHING: Mapping[str, str] = {}
NO_COMMITMENT = {CHOOSE_COMMITMENT.question: False}


def compile_notice(
    catalogue: Catalogue,
    industries: Iterable[str],
    answers: Mapping[str, Any],
    on: date,
    *,
    ordinary: Mapping[str, str] = NOTHING,
    left_out: Mapping[str, str] = NOTHING,
) -> NoticeResult:
    """The notice for one industry or a free combination of several, on a day.

    `answers` maps question ids to values and stands over what the industries imply. `ordinary`: matters that go the
    ordinary way although they might go by commitment, each with why (R6.3, R6.4). `left_out`: matters that are blocked
    besides, because this applicant may not apply for them now, each with why (R2.27). Raises AnswerError for an unknown
    industry or question, a wrong type, an unknown option, a number out of range.
    """
    picked = chosen(catalogue, industries)
    known = implied(picked) | checked(catalogue, answers)
    listed = _listed(catalogue, picked, on)
    matters, blocked = _matters(catalogue, listed, known, ordinary, left_out)
    advisories = [told for entry in matters for told in _told(catalogue, entry.matter, entry.matter.advisories, known)]
    materials = _materials(catalogue, matters, known)
    fields = _fields(catalogue, matters, known)
    promised = promised_days(matters)
    return NoticeResult(
        catalogue=catalogue.id,
        on=on,
        industries=tuple(industry.id for industry in picked),
        answers=known,
        unanswered=still_to_ask(
            catalogue, {id: tuple(condition for _, condition in brought) for id, brought in listed.items()}, known
        ),
        matters=tuple(matters),
        blocked=tuple(blocked),
        advisories=tuple(advisories),
        materials=materials,
        fields=fields,
        promised_days=promised,
        effect=_effect(matters, materials, fields, promised),
        instead=_instead(catalogue, matters),
    )


def _listed(catalogue: Catalogue, picked: tuple[Industry, ...], on: date) -> Applying:
    """The matters in force on the day that some chosen industry lists, in the catalogue's order."""
    wanted = {entry.matter for industry in picked for entry in industry.matters}
    found: Applying = {}
    for id, matter in catalogue.matters.items():
        if id in wanted and matter.in_force(on):
            pairs = ((industry, entry_condition(industry, matter)) for industry in picked)
            found[id] = tuple((industry, condition) for industry, condition in pairs if condition is not None)
    return found


def _matters(
    catalogue: Catalogue,
    listed: Applying,
    known: dict[str, Any],
    ordinary: Mapping[str, str],
    left_out: Mapping[str, str],
) -> tuple[list[NoticeMatter], list[Told]]:
    """The matters that apply, and those that are blocked."""
    going: list[NoticeMatter] = []
    blocked: list[Told] = []
    for id, brought in listed.items():
        matter = catalogue.matters[id]
        holding = [(industry, condition) for industry, condition in brought if condition.holds(known)]
        if not holding:
            continue
        if stopped := _told(catalogue, matter, matter.blockers, known):
            blocked += stopped
        elif id in left_out:
            blocked.append(Told(matter, left_out[id], ()))
        else:
            going.append(_matter(catalogue, matter, holding, known, ordinary.get(id, "")))
    return going, blocked


def _matter(
    catalogue: Catalogue, matter: Matter, holding: list[tuple[Industry, Condition]], known: dict[str, Any], why: str
) -> NoticeMatter:
    core = [industry for industry, condition in holding if condition is ALWAYS and _is_core(industry, matter)]
    may_promise = commitment_condition(matter).holds(known)
    kept = why if may_promise else ""
    seen = known | NO_COMMITMENT if kept else known
    waived = matter.inspection_waived_when is not None and matter.inspection_waived_when.holds(seen)
    return NoticeMatter(
        matter=matter,
        department_name=catalogue.departments[matter.department].short_name,
        route="commitment" if may_promise and not kept else "ordinary",
        kept_ordinary=kept,
        inspection=matter.inspection and not waived,
        inspection_reason=_inspection_reason(matter, waived),
        core=bool(core),
        industries=tuple(industry.id for industry, _ in holding),
        rule=_rule(matter, core, [industry for industry, _ in holding]),
        because=() if core else because(catalogue, holding[0][1], known),
    )


def _is_core(industry: Industry, matter: Matter) -> bool:
    return any(entry.matter == matter.id and entry.role == "core" for entry in industry.matters)


def _rule(matter: Matter, core: list[Industry], bringing: list[Industry]) -> str:
    """The rule in words: a core matter says whose; else the list entry's own words, else the matter's."""
    if core:
        return f"{'、'.join(industry.name for industry in core)}的核心事项，必办"
    texts = (entry.applies_text for industry in bringing for entry in industry.matters if entry.matter == matter.id)
    return next(filter(None, texts), "") or matter.applies_text


def _inspection_reason(matter: Matter, waived: bool) -> str:
    if not matter.inspection:
        return "本事项无须现场核查"
    return f"免于现场核查：{matter.inspection_waived_text}" if waived else "须现场核查，与其他事项一并进行"


def _told(catalogue: Catalogue, matter: Matter, notes: Iterable[Any], known: dict[str, Any]) -> list[Told]:
    """The blockers or advisories that hold, each with the answers that make it hold."""
    return [
        Told(matter, note.message, because(catalogue, note.when, known)) for note in notes if note.when.holds(known)
    ]


def _materials(catalogue: Catalogue, matters: list[NoticeMatter], known: dict[str, Any]) -> tuple[NoticeMaterial, ...]:
    """Each material once: less what the merged form replaces, less what these answers do not call for."""
    by: dict[str, list[NoticeMatter]] = {}
    for entry in matters:
        for id in entry.matter.materials:
            by.setdefault(id, []).append(entry)
    found = []
    for id, material in catalogue.materials.items():
        if id in by and not material.merged_into_form and (asking := _asking(material, by[id], known)):
            status, reason = _status(material, asking)
            required_by = tuple(entry.matter for entry in asking)
            why = because(catalogue, material.required_when, known)
            found.append(NoticeMaterial(material, status, reason, required_by, why))
    return tuple(found)


def _asking(material: Material, entries: list[NoticeMatter], known: dict[str, Any]) -> list[NoticeMatter]:
    """The matters that call for the material; one kept ordinary asks what it asks of those who choose no commitment."""
    kept = [entry for entry in entries if entry.kept_ordinary]
    called_for = material.required_when.holds(known)
    if not kept or called_for == material.required_when.holds(known | NO_COMMITMENT):
        return entries if called_for else []
    return [entry for entry in entries if bool(entry.kept_ordinary) != called_for]


def _status(material: Material, required_by: list[NoticeMatter]) -> tuple[str, str]:
    """The first that fits: generated, exempt, by commitment, to submit."""
    if material.auto_generated:
        return "generated", "由系统根据填报内容生成，核对后确认"
    if material.exempt_by:
        return "exempt", f"由{material.exempt_by}核验，免予提交"
    if material.commitment_replaceable and all(entry.route == "commitment" for entry in required_by):
        return "commitment", "以告知承诺书代替"
    return "submit", "须提交"


def _fields(catalogue: Catalogue, matters: list[NoticeMatter], known: dict[str, Any]) -> tuple[NoticeField, ...]:
    """Each field of the merged form once, less those that these answers leave out."""
    by: dict[str, list[Matter]] = {}
    for entry in matters:
        for id in entry.matter.fields:
            by.setdefault(id, []).append(entry.matter)
    return tuple(
        NoticeField(one, tuple(by[id]), derived(one, known), because(catalogue, one.visible_when, known))
        for id, one in catalogue.fields.items()
        if id in by and one.visible_when.holds(known)
    )


def derived(one: Field, answers: Mapping[str, Any]) -> Any:
    """What the answers already say of a field: the options to tick, or the last value set; None where nothing."""
    value: Any = None
    for rule in one.derive:
        if rule.when.holds(answers):
            value = rule.set if rule.add is None else list(dict.fromkeys([*(value or ()), rule.add]))
    return value


def promised_days(matters: Iterable[NoticeMatter]) -> int:
    """The combined promise (R1.36): the shortest of the local permits on the ordinary route; if none, of those by commitment;
    with no permit at all the longest of the filings. 0 where nothing is required."""
    listed = list(matters)
    permits = [entry for entry in listed if entry.matter.is_permit and entry.matter.level == "local"]
    ordinary = [entry.matter.promised_days for entry in permits if entry.route == "ordinary"]
    if ordinary:
        return min(ordinary)
    if permits:
        return min(entry.days for entry in permits)
    return max((entry.matter.promised_days for entry in listed), default=0)


def _effect(
    matters: list[NoticeMatter],
    materials: tuple[NoticeMaterial, ...],
    fields: tuple[NoticeField, ...],
    promised: int,
) -> Effect:
    """Before: what the matters ask one by one, as listed. After: one licence, what is handed in, the merged form, the promise."""
    return Effect(
        permits=(len(matters), 1),
        materials=(
            sum(len(entry.matter.materials) for entry in matters),
            sum(entry.status == "submit" for entry in materials),
        ),
        fields=(sum(len(entry.matter.fields) for entry in matters), len(fields)),
        days=(sum(entry.matter.statutory_days for entry in matters), promised),
    )


def _instead(catalogue: Catalogue, matters: list[NoticeMatter]) -> str:
    """What to do where there is no combined licence (R1.9); empty where there is one."""
    if combining.suffice(len(matters)):
        return ""
    if not matters:
        return "按目前的回答，没有需要办理的许可或备案事项，不发行业综合许可证。"
    matter = matters[0].matter
    department = catalogue.departments[matter.department]
    return (
        f"只涉及“{matter.name}”一项，不发行业综合许可证。请按单项办理，向{department.name}申请"
        f"（{department.window}，电话 {department.hotline}），领取{matter.certificate_name}。"
    )
