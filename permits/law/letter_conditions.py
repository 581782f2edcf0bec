"""What a letter of commitment holds the applicant to, told from what the catalogue knows (R6.3). Pure.

The catalogue lists no conditions one by one; it knows the law that sets them, for whom the matter is, which answers led to
it and to commitment, and the materials that show its conditions. Each is named, and the law is said to prevail.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from industries.answers import because
from industries.entities import Catalogue
from industries.results import NoticeMaterial, NoticeMatter, NoticeResult
from industries.unanswered import CHOOSE_COMMITMENT

FACTS = {
    "certificate": "所载明的主体、资格或者权利真实存在、现行有效",
    "list": "所列的人员、设备和情况与实际一致，法律规定人员须具备资格的均已具备",
    "policy": "所列的制度、职责和规程已经建立并执行",
    "plan": "所示的布局、设施和流程与场所实际一致",
    "report": "所反映的情况真实存在，结果符合有关规定和标准",
    "commitment": "所声明的情形真实存在",
}
"""What a material shows, by its kind. Forms show nothing by themselves: they ask."""


def fact_of(asked: NoticeMaterial) -> str:
    """The fact that a material proves: `“公共场所卫生检测或者评价报告”所反映的情况真实存在，…`."""
    return f"“{asked.material.name}”{FACTS.get(asked.material.kind, '所写明的内容真实存在')}"


def conditions_of(catalogue: Catalogue, required: NoticeResult, entry: NoticeMatter) -> tuple[str, ...]:
    """The conditions of one matter that goes by commitment, in the order in which a letter numbers them."""
    matter = entry.matter
    told = ["符合上列依据规定的许可条件、标准和技术要求，具体内容以其规定为准"]
    if matter.applies_text:
        told.append(f"经营活动属于本事项的范围：{matter.applies_text}")
    if answers := _answers(catalogue, required.answers, entry):
        told.append(f"实际情况与申请时的下列回答一致，这些回答决定了适用本事项和告知承诺：{'；'.join(answers)}")
    return (*told, *facts_of(_shown(required, entry)))


def _answers(catalogue: Catalogue, answers: Mapping[str, Any], entry: NoticeMatter) -> list[str]:
    """The answers that make the matter apply and let it go by commitment, each question once; the choice itself is none."""
    deciding = because(catalogue, entry.matter.commitment_when, answers)
    by_question = {one.question: one.words for one in (*entry.because, *deciding)}
    return [words for question, words in by_question.items() if question != CHOOSE_COMMITMENT.question]


def facts_of(shown: Sequence[NoticeMaterial]) -> list[str]:
    """What the materials show; those of one kind in one sentence."""
    by_kind: dict[str, list[str]] = {}
    for one in shown:
        by_kind.setdefault(one.material.kind, []).append(f"“{one.material.name}”")
    return [f"{'、'.join(names)}{FACTS[kind]}" for kind, names in by_kind.items()]


def _shown(required: NoticeResult, entry: NoticeMatter) -> list[NoticeMaterial]:
    """The materials that show conditions of the matter: not its forms, no certificate that the city itself holds, and no
    proof for which another letter stands."""
    return [
        one
        for one in required.materials
        if one.material.kind in FACTS
        and (one.status == "submit" or (one.status == "exempt" and one.material.kind != "certificate"))
        and any(matter.id == entry.id for matter in one.required_by)
    ]
