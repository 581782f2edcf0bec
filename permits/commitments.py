"""Letters of commitment (告知承诺书): one text per matter and action that goes by commitment, versioned, signed before handing in.

A commitment replaces the check before the decision, never a missing paper: that would be tolerant acceptance (R6.7).
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit.violations import RuleViolation
from industries.results import NoticeMatter, NoticeResult
from permits.check_window import window_words
from permits.eligibility import Action
from permits.form import notice_of
from permits.locking import holding
from permits.models import Case, Commitment
from permits.rules import require_applicant, require_state

SIGNERS = ("f_rep_name", "f_agent_name")
"""The fields of the form that say who may sign."""
ACTIONS = {Action.NEW: "新办", Action.CHANGE: "变更", Action.RENEW: "延续"}
"""What is applied for, as letters name it."""


@dataclass(frozen=True)
class Letter:
    """The letter for one matter and action: what the department tells, what the applicant promises, what a breach brings.

    `version` names catalogue, matter, action and the hash of the text, so that it can be told which text was signed.
    """

    matter: str
    action: str
    name: str
    department: str
    told: tuple[str, ...]
    promised: tuple[str, ...]
    version: str
    sha256: str
    text: str

    @property
    def title(self) -> str:
        return title_of(self.name, self.action)


def title_of(name: str, action: str) -> str:
    """`公众聚集场所投入使用、营业前消防安全检查(新办)告知承诺书`."""
    return f"{name}（{ACTIONS[Action(action)]}）告知承诺书"


def letters(case: Case, required: NoticeResult | None = None) -> list[Letter]:
    """A letter for each matter of the case that goes by commitment."""
    required = required or notice_of(case)
    return [
        letter_of(required.catalogue, entry, Action.NEW, _asked(required, entry))
        for entry in required.matters
        if entry.route == "commitment"
    ]


def _asked(required: NoticeResult, entry: NoticeMatter) -> dict[str, list[str]]:
    """The materials of a matter by what becomes of them: to submit, spared, promised instead."""
    found: dict[str, list[str]] = {}
    for one in required.materials:
        if any(matter.id == entry.id for matter in one.required_by):
            found.setdefault(one.status, []).append(one.material.name)
    return found


def letter_of(catalogue: str, entry: NoticeMatter, action: str, materials: dict[str, list[str]]) -> Letter:
    """The letter of one matter; the same facts give the same text, the same text the same version."""
    told, promised = _told(entry, action, materials), _promised(materials.get("commitment", []))
    title = title_of(entry.matter.name, action)
    text = "\n".join([title, "一、告知", *told, "二、承诺", *promised])
    digest = hashlib.sha256(text.encode()).hexdigest()
    version = f"{catalogue[:40]}/{entry.id[:24]}/{action}/{digest[:12]}"
    return Letter(entry.id, action, entry.matter.name, entry.department_name, told, promised, version, digest, text)


def _told(entry: NoticeMatter, action: str, materials: dict[str, list[str]]) -> tuple[str, ...]:
    """What the department tells: basis, materials, choice, decision, check afterwards, consequences (R6.3, R6.5, R6.6)."""
    matter, to_submit = entry.matter, "、".join(materials.get("submit", ()))
    return (
        f"本事项（{ACTIONS[Action(action)]}）由{entry.department_name}依据{'、'.join(matter.legal_basis)}办理。",
        f"须提交的材料：{to_submit}。" if to_submit else "本事项没有须提交的材料。",
        "是否采用告知承诺由申请人自愿选择；不愿承诺或者不能承诺的，按一般程序办理。",
        (
            "申请人作出承诺、材料齐全的，行政机关不再进行事前实质核查，直接作出决定："
            f"窗口申请的当场决定，网上申请的在{entry.days}个工作日内决定。"
        ),
        f"决定作出后{window_words(matter)}内，行政机关对承诺内容进行核查。",
        (
            "实际情况与承诺不符的，责令限期整改；逾期不整改或者整改后仍不符合条件的，依法撤销许可，并记入信用信息平台；"
            "记录未修复的，不再适用告知承诺。"
        ),
    )


def _promised(replaced: list[str]) -> tuple[str, ...]:
    """What the applicant promises."""
    lines = (
        "所填写的内容和提交的材料真实、合法、有效。",
        "已经知晓行政机关告知的全部内容，认为自身已符合许可条件、标准和技术要求。",
        "在取得许可前不开展相关经营活动，取得许可后持续符合许可条件。",
        "配合行政机关的核查；违反承诺的，愿意承担相应的法律责任。",
        "上述承诺是申请人的真实意思表示。",
    )
    if not replaced:
        return lines
    return (f"以本承诺书代替以下材料，并保证其内容属实、可供核查：{'、'.join(replaced)}。", *lines)


def unsigned(case: Case, required: NoticeResult | None = None) -> list[Letter]:
    """The letters that still have to be signed: never signed, or signed in another wording."""
    wanted = letters(case, required)
    if not wanted:
        return []
    signed = dict(case.commitments.values_list("matter", "sha256"))
    return [letter for letter in wanted if signed.get(letter.matter) != letter.sha256]


def require_signed(case: Case, required: NoticeResult | None = None) -> None:
    """Handing in by commitment needs the signed letter of every such matter (R6.3)."""
    if open_letters := unsigned(case, required):
        names = "、".join(letter.name for letter in open_letters)
        raise RuleViolation("commitment_unsigned", _("请先签署告知承诺书：%(names)s") % {"names": names}, rule="R6.3")


def sign(
    case: Case, *, name: str, agreed: bool, actor: Actor, at: datetime, required: NoticeResult | None = None
) -> list[Commitment]:
    """Sign all letters of the case with a typed name; signing again after a change of wording replaces the signature."""
    with holding(case):
        require_state(case, Case.State.DRAFT)
        wanted = letters(case, required)
        if not wanted:
            return []
        actor = require_applicant(case, actor, Authority.Act.SIGN, at)
        if not agreed:
            raise RuleViolation("not_agreed", _("请阅读全文，并勾选“我已阅读并自愿作出上述承诺”"), field="agreed")
        signed_by = signed_name(case, name, actor)
        rows = [
            Commitment(
                case=case,
                matter=letter.matter,
                action=letter.action,
                text_version=letter.version,
                text=letter.text,
                sha256=letter.sha256,
                signed_by=signed_by,
                signed_at=at,
            )
            for letter in wanted
        ]
        columns = ["action", "text_version", "text", "sha256", "signed_by", "signed_at"]
        return Commitment.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case", "matter"], update_fields=columns
        )


def signed_name(case: Case, name: str, actor: Actor) -> str:
    """The name as signed: that of the representative or of the agent whom the form names; an agent signs as such (R2.16)."""
    typed = "".join(unicodedata.normalize("NFKC", name).split())
    if not typed:
        raise RuleViolation("name_missing", _("请写签署人姓名，例如：王小店"), field="name")
    people = [str(value) for value in case.entries.filter(field__in=SIGNERS).values_list("value", flat=True) if value]
    if case.authority and case.authority.agent_id in (None, actor.user_id):
        in_person = case.authority.agent_id is None
        people = [*(people if in_person else ()), case.authority.agent_name]
    if people and typed not in {"".join(unicodedata.normalize("NFKC", one).split()) for one in people}:
        raise RuleViolation(
            "not_a_signer",
            _("请由表单中填写的法定代表人(负责人)或委托代理人签署：%(names)s") % {"names": "、".join(people)},
            field="name",
            rule="R2.16",
        )
    return typed
