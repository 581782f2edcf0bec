"""What letters of commitment say: one for each matter that goes by commitment, one for each proof that a promise replaces. Pure.

Two different things (R6.7): the first replaces the check before the decision, the second one proof. Neither makes up for a
missing paper; that would be tolerant acceptance. Each has a text, a version and a signature of its own.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from industries import statutes
from industries.entities import Catalogue
from industries.results import NoticeMaterial, NoticeMatter, NoticeResult
from permits.law.check_window import window_words
from permits.law.eligibility import Action
from permits.law.letter_conditions import conditions_of, fact_of

ACTIONS = {Action.NEW: "新办", Action.CHANGE: "变更", Action.RENEW: "延续"}
"""What is applied for, as letters name it."""


class Promise(StrEnum):
    """What a letter promises: that the conditions are met, or the fact that one proof would prove."""

    CONDITIONS = "conditions"
    PROOF = "proof"


@dataclass(frozen=True)
class Letter:
    """One letter: what is told, what the applicant promises, what a breach brings.

    `subject` is the matter's id or, of a proof, the material's; `matters` are those that rely on it. `version` names
    catalogue, subject, action and the hash of the text, so that it can be told which text was signed.
    """

    promise: Promise
    subject: str
    matters: tuple[str, ...]
    action: str
    name: str
    title: str
    told: tuple[str, ...]
    promised: tuple[str, ...]
    version: str
    sha256: str
    text: str

    @property
    def is_proof(self) -> bool:
        return self.promise == Promise.PROOF


def title_of(name: str, action: str) -> str:
    """`公众聚集场所投入使用、营业前消防安全检查(新办)告知承诺书`."""
    return f"{name}（{ACTIONS[Action(action)]}）告知承诺书"


def letters_of(catalogue: Catalogue, required: NoticeResult, handed_in: Sequence[str] = ()) -> list[Letter]:
    """All letters of a notice: of matters first, then of proofs that are not in `handed_in` (material ids)."""
    conditions = [
        conditions_letter(catalogue, required, entry, Action.NEW)
        for entry in required.matters
        if entry.route == "commitment"
    ]
    promised = [one for one in required.materials if one.status == "commitment" and one.id not in handed_in]
    return conditions + [proof_letter(required, one) for one in promised]


def _to_submit(required: NoticeResult, entry: NoticeMatter) -> list[str]:
    """The materials of a matter that are still to be handed in."""
    asked = (one for one in required.materials if one.status == "submit")
    return [one.material.name for one in asked if any(matter.id == entry.id for matter in one.required_by)]


def conditions_letter(catalogue: Catalogue, required: NoticeResult, entry: NoticeMatter, action: str) -> Letter:
    """The letter of one matter; the same facts give the same text, the same text the same version."""
    title = title_of(entry.matter.name, action)
    conditions = conditions_of(catalogue, required, entry)
    told = _conditions_told(entry, action, conditions, _to_submit(required, entry))
    promised = _conditions_promised(entry, len(conditions))
    text = _text(title, told, promised)
    digest = hashlib.sha256(text.encode()).hexdigest()
    version = f"{required.catalogue[:40]}/{entry.id[:24]}/{action}/{digest[:12]}"
    return Letter(
        Promise.CONDITIONS,
        entry.id,
        (entry.id,),
        action,
        entry.matter.name,
        title,
        told,
        promised,
        version,
        digest,
        text,
    )


def proof_letter(required: NoticeResult, asked: NoticeMaterial) -> Letter:
    """The letter that stands in for one proof, for all matters that ask for it."""
    name = asked.material.name
    title, told, promised = f"{name}证明事项告知承诺书", _proof_told(required, asked), _proof_promised(asked)
    text = _text(title, told, promised)
    digest = hashlib.sha256(text.encode()).hexdigest()
    version = f"{required.catalogue[:40]}/{asked.id[:24]}/proof/{digest[:12]}"
    matters = tuple(matter.id for matter in asked.required_by)
    return Letter(Promise.PROOF, asked.id, matters, Action.NEW, name, title, told, promised, version, digest, text)


def _text(title: str, told: Sequence[str], promised: Sequence[str]) -> str:
    return "\n".join([title, "一、告知", *told, "二、承诺", *promised])


def _conditions_told(
    entry: NoticeMatter, action: str, conditions: Sequence[str], to_submit: Sequence[str]
) -> tuple[str, ...]:
    """What the department tells: basis, conditions and from when they hold, materials, choice, decision, check afterwards,
    consequences (R6.3, R6.5, R6.6)."""
    matter = entry.matter
    return (
        f"本事项（{ACTIONS[Action(action)]}）由{entry.department_name}依据{statutes.listed(matter.legal_basis)}办理。",
        *(f"许可条件（{place}）：{words}。" for place, words in enumerate(conditions, start=1)),
        "履行承诺的时间：签署承诺时即应符合上述许可条件，取得许可后须持续符合；取得许可前不得开展相关经营活动。",
        f"须提交的材料：{'、'.join(to_submit)}。" if to_submit else "本事项没有须提交的材料。",
        "是否采用告知承诺由申请人自愿选择；不愿承诺或者不能承诺的，按一般程序办理。",
        (
            "申请人作出承诺、材料齐全的，行政机关不再进行事前实质核查，直接作出决定："
            f"窗口申请的当场决定，网上申请的在{entry.days}个工作日内决定。"
        ),
        f"决定作出后{window_words(matter)}内，行政机关逐项核查上述许可条件，可以到经营场所现场核查。",
        (
            "实际情况与承诺不符的，责令限期整改；逾期不整改或者整改后仍不符合条件的，依法撤销许可，并记入信用信息平台；"
            "记录未修复的，不再适用告知承诺。"
        ),
    )


def _conditions_promised(entry: NoticeMatter, conditions: int) -> tuple[str, ...]:
    """What the applicant promises: that each condition told is met now and stays so, and what a breach may bring (R6.3)."""
    return (
        "所填写的内容和提交的材料真实、合法、有效。",
        (
            "已经知晓行政机关告知的全部内容；自签署本承诺书之日起，"
            f"已符合告知的{conditions}项许可条件，能够提供证明其符合的材料。"
        ),
        "在取得许可前不开展相关经营活动，取得许可后持续符合上述许可条件。",
        f"在决定作出后{window_words(entry.matter)}内接受并配合行政机关的核查；被责令整改的，在限期内整改完毕。",
        "违反承诺的，愿意承担撤销许可、记入信用信息平台和其他法律责任。",
        "上述承诺是申请人的真实意思表示。",
    )


def _proof_told(required: NoticeResult, asked: NoticeMaterial) -> tuple[str, ...]:
    """What is told of a proof: for which matters and by which law it is asked, choice, check, consequences (R6.3, R6.7)."""
    relying = [entry for entry in required.matters if any(matter.id == entry.id for matter in asked.required_by)]
    basis = dict.fromkeys(statutes.cited(text) for entry in relying for text in entry.matter.legal_basis)
    checks = "；".join(f"{entry.department_name}在决定作出后{window_words(entry.matter)}内" for entry in relying)
    return (
        f"证明材料：{asked.material.name}。用于：{'、'.join(entry.matter.name for entry in relying)}。",
        f"设定依据：{'、'.join(basis)}。",
        f"证明内容：{fact_of(asked)}。",
        *(
            [f"需要证明的原因（申请时的回答）：{'；'.join(one.words for one in asked.because)}。"]
            if asked.because
            else []
        ),
        "承诺的时间：签署承诺时该事实即应真实存在；取得许可后情况有变化的，应当告知行政机关。",
        "是否以书面承诺代替这份证明由申请人自愿选择；不愿承诺的，提交这份证明材料即可，不影响申请。",
        f"核查：{checks}核对承诺的事实，可以要求出示该证明材料。",
        (
            "承诺不实的，责令限期整改；逾期不整改或者整改后仍不符合条件的，依法撤销有关许可，并记入信用信息平台；"
            "构成犯罪的，依法追究刑事责任。"
        ),
    )


def _proof_promised(asked: NoticeMaterial) -> tuple[str, ...]:
    return (
        "已经知晓行政机关告知的全部内容。",
        f"{fact_of(asked)}；签署本承诺书时即是如此，有据可查。",
        "配合行政机关的核查，按要求出示该证明材料。",
        "承诺不实的，愿意承担相应的法律责任。",
        "上述承诺是申请人的真实意思表示。",
    )
