"""The letter of a tolerant acceptance (容缺受理承诺书): one list of what comes later, how, by when, and what follows if not (R6.9).

Its text has a version of its own; it is neither a commitment on the conditions of a permit nor one in place of a proof (R6.7).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from permits.late.lacking import name_of
from permits.models import Case, Tolerance
from permits.wording import long_date

EDITION = "tolerance-2"
"""The edition of the sentences below: whoever changes one counts it up."""
TITLE = "容缺受理承诺书"
MEANWHILE = (
    "审批期限自本次受理之日起计算，各部门同时审批；材料补齐并经确认符合要求之前，不颁发载明全部事项的行业综合许可证，"
    "需要该材料的决定不生效、不送达；不需要该材料的决定，承诺办结日期过后可以先行发证或者送达。"
)
HOW = {
    Case.Channel.ONLINE: "在办件页面上传电子件",
    Case.Channel.WINDOW: "交到综合窗口，或者在办件页面上传电子件",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One paper of the list, in words: what, what is missing of it, how it comes, within how many working days."""

    material: str
    name: str
    lacks: str
    how: str
    days: int
    due_on: str
    """ISO, empty before it is known."""


@dataclass(frozen=True, slots=True)
class ToleranceLetter:
    """The text that is signed, with its version."""

    points: tuple[Point, ...]
    told: tuple[str, ...]
    promised: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join([TITLE, "一、告知", *self.told, "二、承诺", *self.promised])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def version(self) -> str:
        return f"{EDITION}/{self.sha256[:12]}"

    def as_facts(self, signed_by: str, at: datetime) -> dict[str, Any]:
        """What the papers of the acceptance tell: the list, and the letter as it was signed."""
        return {
            "tolerated": [asdict(point) for point in self.points],
            "letter": {
                "text": self.text,
                "version": self.version,
                "sha256": self.sha256,
                "signed_by": signed_by,
                "signed_at": at.isoformat(),
            },
        }


def letter_of(case: Case, papers: Sequence[Tolerance]) -> ToleranceLetter:
    """The letter for these papers, with the last days as they stand in `due_on`."""
    points = tuple(point_of(case, one) for one in papers)
    lines = tuple(
        f"{place}. {point.name}：{point.lacks}。补交方式：{point.how}。补交期限：受理之日起{point.days}个工作日内（最迟{long_date(day)}）。"
        for place, point in enumerate(points, start=1)
        if (day := papers[place - 1].due_on)
    )
    told = (
        "除下列次要材料外，申请材料齐全、符合法定形式。申请人书面承诺按期补交的，行政机关先予受理：",
        *lines,
        MEANWHILE,
        "期限届满未补齐，或者补交的材料仍不符合要求的，终止受理。终止受理不是不予许可，可以重新申请；由此产生的损失由申请人自行承担。",
        "是否采用容缺受理由申请人自愿选择；不承诺的，按一次性告知补正的程序办理。",
    )
    promised = (
        "已经知晓行政机关告知的全部内容。",
        "在上述期限内补交全部材料，保证材料真实、合法、有效，与申请内容一致。",
        "在取得许可前不开展相关经营活动。",
        "逾期未补齐的，接受终止受理的后果。",
        "上述承诺是申请人的真实意思表示。",
    )
    return ToleranceLetter(points, told, promised)


def point_of(case: Case, paper: Tolerance) -> Point:
    """A paper as lists name it."""
    due = str(paper.due_on or "")
    how = HOW[Case.Channel(case.channel)]
    return Point(paper.material, name_of(case, paper.material), paper.lacks.rstrip("。"), how, paper.days, due)
