"""What the letter for a whole industry says (行业承诺书): one promise to its lead department, over all its matters (R6.7). Pure.

Pudong grants permits on one such letter; here none is (R0.2), and the letter says so. What a breach brings, and what it
does not, stands in it as well.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from industries import statutes
from industries.entities import Catalogue, Industry
from industries.results import NoticeMatter, NoticeResult
from permits.law.letter_conditions import facts_of

ELEMENTS = {
    "certificate": "主体和资格",
    "plan": "场所和设施",
    "list": "人员和设备",
    "policy": "管理制度",
    "report": "证明和报告",
    "commitment": "声明的情形",
}
"""The standard elements of an industry's conditions, by the kind of material that shows them (一次告知)."""
CONSEQUENCE = (
    "未履行本承诺的，由牵头部门书面告知：本承诺终止，改正之前不得就该行业再作行业承诺，该场所列为行业综合监管的重点。"
    "不因此撤销、暂扣任何许可，不影响告知承诺和容缺受理，不记为违背告知承诺；有违法行为的，由有关部门依法另行处理。"
)
"""All that follows from a breach, and what does not."""


@dataclass(frozen=True, slots=True)
class IndustryLetter:
    """The letter of one industry; the same facts give the same text, the same text the same version."""

    industry: str
    name: str
    lead: str
    lead_name: str
    matters: tuple[str, ...]
    told: tuple[str, ...]
    promised: tuple[str, ...]
    catalogue: str

    @property
    def title(self) -> str:
        return f"“{self.name}”行业承诺书"

    @property
    def text(self) -> str:
        return "\n".join([self.title, "一、告知", *self.told, "二、承诺", *self.promised])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def version(self) -> str:
        """Which text it is: catalogue, industry and the beginning of the text's hash."""
        return f"{self.catalogue[:40]}/{self.industry[:32]}/industry/{self.sha256[:12]}"

    def as_facts(self, signed_by: str, at: datetime) -> dict[str, Any]:
        """What its paper tells."""
        return {
            "industry": self.industry,
            "industry_name": self.name,
            "letter": {
                "text": self.text,
                "version": self.version,
                "sha256": self.sha256,
                "signed_by": signed_by,
                "signed_at": at.isoformat(),
            },
        }


def letter_of(
    catalogue: Catalogue, required: NoticeResult, industry: Industry, alive: Collection[str]
) -> IndustryLetter | None:
    """The letter of an industry for those of its matters that are `alive`; None where the catalogue offers none (R6.1)."""
    listed = {one.matter for one in industry.matters}
    entries = [one for one in required.matters if one.id in listed and one.id in alive]
    if not industry.commitment or not entries:
        return None
    lead = catalogue.departments[industry.lead_department].name
    return IndustryLetter(
        industry.id,
        industry.name,
        industry.lead_department,
        lead,
        tuple(one.id for one in entries),
        _told(lead, industry, required, entries),
        _promised(industry),
        required.catalogue,
    )


def _told(lead: str, industry: Industry, required: NoticeResult, entries: Sequence[NoticeMatter]) -> tuple[str, ...]:
    names = "、".join(one.matter.name for one in entries)
    conditions = [
        *(
            f"{one.matter.name}（{one.department_name}）：{statutes.listed(one.matter.legal_basis)}规定的条件、标准和要求"
            for one in entries
        ),
        *_elements(required, entries),
    ]
    return (
        f"本承诺由申请人就“{industry.name}”整个行业向牵头部门{lead}作出，涉及{names}。",
        *(f"经营该行业的要求（{place}）：{words}。" for place, words in enumerate(conditions, start=1)),
        "是否作出本承诺由申请人自愿选择，可以随时收回；它不是申请或者取得任何许可的条件。",
        "本承诺不代替任何许可决定：各事项仍由各自的部门按原来的方式和时限办理，材料不减少、不推迟；取得全部所需许可之前不得开展相关经营活动。",
        CONSEQUENCE,
    )


def _elements(required: NoticeResult, entries: Sequence[NoticeMatter]) -> list[str]:
    """What the materials of these matters show, merged over the matters and ordered by element."""
    ids = {one.id for one in entries}
    asked = [one for one in required.materials if ids & {matter.id for matter in one.required_by}]
    by_kind = {
        kind: [one for one in asked if one.material.kind == kind and one.status == "submit"] for kind in ELEMENTS
    }
    return [f"{ELEMENTS[kind]}：{words}" for kind, shown in by_kind.items() for words in facts_of(shown)]


def _promised(industry: Industry) -> tuple[str, ...]:
    return (
        "已经知晓行政机关告知的全部内容。",
        f"在“{industry.name}”行业的经营中持续符合上述各项要求，情况有变化的及时告知牵头部门。",
        "取得全部所需许可之前不开展相关经营活动。",
        "配合牵头部门组织的综合监管；未履行承诺的，及时改正。",
        "上述承诺是申请人的真实意思表示。",
    )
