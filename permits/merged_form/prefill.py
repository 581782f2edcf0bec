"""What registers, the account and the answers already know, so that nobody is asked again (R2.12).

Each value says where it comes from and as of when, and can be contested. Registers that the district has not connected
yet are named, and simply fill in nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Authority, Enterprise, User
from industries.conditions import Leaf
from industries.results import NoticeField, NoticeResult
from permits.fields import Fault, clean, is_blank
from permits.models import Case, FormEntry
from permits.rules import channel_of

REGISTERS = {
    "population_db": _("人口库"),
    "address_db": _("标准地址库"),
    "property_registry": _("不动产登记库"),
    "health_cert_db": _("健康合格证明库"),
    "training_db": _("培训考核库"),
    "chain_list": _("连锁便利名录"),
    "tobacco_registry": _("烟草零售户库"),
    "gis": _("地理信息库"),
    "drug_licence_db": _("药品许可证库"),
    "pharmacist_db": _("执业药师注册库"),
    "education_db": _("学历职称库"),
    "inspection_report_db": _("检测报告库"),
    "building_db": _("建筑信息库"),
    "construction_db": _("建设工程库"),
    "ecology_db": _("生态环境库"),
    "qualification_db": _("职业资格库"),
    "vet_db": _("执业兽医库"),
    "physician_db": _("医师护士注册库"),
    "teacher_db": _("教师资格库"),
    "code_table": _("诊疗科目代码表"),
}
"""Registers that a catalogue names and this district has not connected yet."""


@dataclass(frozen=True)
class Known:
    """A value that somebody already knows: the source, what it is called, and how fresh it is."""

    value: Any
    source: str
    source_name: str
    as_of: date | None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


ENTITY_TYPES: dict[str, str] = {"有限责任公司": "企业法人", "股份有限公司": "企业法人", "个体户": "个体工商户"}
"""The register's words for what a business is, where the form has others."""

FROM_ENTERPRISE: dict[str, Callable[[Enterprise], Any]] = {
    "f_name": lambda it: it.name,
    "f_uscc": lambda it: it.uscc,
    "f_entity_type": lambda it: ENTITY_TYPES.get(it.entity_type, it.entity_type),
    "f_domicile": lambda it: it.domicile,
    "f_establish_date": lambda it: _iso(it.established_on),
    "f_reg_capital": lambda it: it.registered_capital,
    "f_scope": lambda it: it.scope,
    "f_licence_valid_to": lambda it: _iso(it.licence_valid_to),
    "f_rep_name": lambda it: it.legal_representative,
    "f_rep_id_type": lambda it: it.representative_id_type,
    "f_rep_id_no": lambda it: it.representative_id_number,
    "f_premises_address": lambda it: it.domicile,
    "f_hr_capital": lambda it: it.registered_capital,
    "f_fire_resp": lambda it: f"{it.legal_representative} {it.phone}" if it.legal_representative and it.phone else "",
    "f_rep_phone": lambda it: it.phone,
}
FROM_ANSWERS = {"f_area": "area_m2"}
"""Fields that ask what a question has asked already."""

FROM_ACCOUNT: dict[str, Callable[[User], Any]] = {
    "f_contact_name": lambda it: it.display_name,
    "f_contact_phone": lambda it: it.phone,
    "f_email": lambda it: it.email,
}
FROM_AGENT: dict[str, Callable[[Authority], Any]] = {
    "f_agent_name": lambda it: it.agent_name,
    "f_agent_id_no": lambda it: it.agent_id_number,
    "f_agent_phone": lambda it: it.agent_phone,
}
OWN_ACCOUNT = _("账户资料")
TYPED_AT_START = _("申请开始时填写的企业信息")


def known(case: Case, required: NoticeResult, on: date) -> dict[str, Known]:
    """What is known of each asked field. A value that its own field would not take is left out."""
    found: dict[str, Known] = {}
    for asked in required.fields:
        value = _look_up(case, asked, required.answers, on)
        if value is not None:
            found[asked.id] = value
    context = {id: entry.value for id, entry in found.items()} | {"today": on}
    return {
        asked.id: usable
        for asked in required.fields
        if asked.id in found and (usable := _usable(asked, found[asked.id], context))
    }


def _look_up(case: Case, asked: NoticeField, answers: Mapping[str, Any], on: date) -> Known | None:
    answered = _answered(asked, answers)
    if answered is not None:
        return Known(answered, FormEntry.Source.ANSWER, "", case.notice.on if case.notice else on)
    if asked.field.prefill is None:
        return None
    if value := _of_account(case, asked.id):
        return Known(value, FormEntry.Source.PROFILE, str(OWN_ACCOUNT), on)
    enterprise = case.enterprise
    if value := registered(enterprise, asked.id):
        if enterprise.source:
            return Known(value, FormEntry.Source.REGISTER, enterprise.source, enterprise.as_of)
        return Known(value, FormEntry.Source.PROFILE, str(TYPED_AT_START), on)
    return None


def _answered(asked: NoticeField, answers: Mapping[str, Any]) -> Any:
    """What the answers say of a field: its derived value, a no to the very question it repeats, the same number."""
    if asked.value is not None:
        return asked.value
    rules = asked.field.derive
    if asked.field.type == "bool" and rules:
        repeats = all(rule.set is True and isinstance(rule.when, Leaf) for rule in rules)
        said_no = all(answers.get(getattr(rule.when, "question", "")) is False for rule in rules)
        return False if repeats and said_no else None
    return answers.get(FROM_ANSWERS.get(asked.id, ""))


def registered(enterprise: Enterprise, field: str) -> Any:
    """What the enterprise's registered facts say of a field; None where they say nothing."""
    return FROM_ENTERPRISE[field](enterprise) if field in FROM_ENTERPRISE else None


def _of_account(case: Case, field: str) -> Any:
    """What the applicant's own account and the agent's authority say; nothing of an account where the window files."""
    if field in FROM_AGENT:
        return FROM_AGENT[field](case.authority) if case.authority else None
    return FROM_ACCOUNT[field](case.applicant) if case.applicant and field in FROM_ACCOUNT else None


def _usable(asked: NoticeField, entry: Known, context: dict[str, Any]) -> Known | None:
    try:
        value = clean(asked.field, entry.value, context)
    except Fault:
        return None
    return None if is_blank(value) else Known(value, entry.source, entry.source_name, entry.as_of)


def apply(case: Case, required: NoticeResult, *, actor: Actor, at: datetime) -> int:
    """Fill in what is known and not yet in the form; what the answers said is renewed where nobody touched it.

    Returns the number of entries written.
    """
    there = {entry.field: entry for entry in case.entries.all()}
    rows = [
        FormEntry(
            case=case,
            field=field,
            value=value.value,
            source=value.source,
            source_name=value.source_name,
            as_of=value.as_of,
            channel=channel_of(actor),
            by=actor.label,
            at=at,
        )
        for field, value in known(case, required, timezone.localtime(at).date()).items()
        if _is_free(there.get(field), value)
    ]
    FormEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "field"],
        update_fields=["value", "source", "source_name", "as_of", "by", "at"],
    )
    return len(rows)


def _is_free(entry: FormEntry | None, value: Known) -> bool:
    """Nothing is there yet, or only what an earlier answer said."""
    if entry is None:
        return True
    return entry.source == FormEntry.Source.ANSWER == value.source and entry.value != value.value


def not_connected(asked: NoticeField) -> str:
    """The register that would know this field once it is connected; empty where there is none."""
    name = REGISTERS.get(asked.field.prefill or "")
    return str(name) if name else ""
