"""The codes of grounds, with their names and the clause of the Licensing Law that each stands for."""

import re
from collections.abc import Mapping
from typing import NamedTuple


class Ground(NamedTuple):
    """A ground as papers name it, and the clause of the Administrative Licensing Law (行政许可法)."""

    name: str
    clause: str


DECLINES: Mapping[str, Ground] = {
    "not_needed": Ground("申请事项依法不需要取得行政许可", "第三十二条第一款第（一）项"),
    "not_competent": Ground("申请事项依法不属于本行政机关职权范围", "第三十二条第一款第（二）项"),
    "false_material": Ground("申请人隐瞒有关情况或者提供虚假材料申请行政许可", "第七十八条"),
    "barred": Ground("申请人在法律规定的期限内不得再次申请该行政许可", "第七十八条、第七十九条"),
    "other": Ground("申请不符合法律规定的受理条件", "第三十二条"),
}
"""Why an application is not accepted (不予受理, R2.7, R2.27). Counters choose a case of the law by its name; `other` stands for one
that is told in words alone."""

_OF_MATERIALS = re.compile(
    r"缺少|缺[^，。；]{0,20}(材料|证明|图)|未(提交|提供)|补正|材料[^，。；]{0,6}(不齐|不全|不完整|不符|有误)"
)


def speaks_of_materials(reason: str) -> bool:
    """Whether a reason says that something is missing or unfit: article 32 wants a notice for that, and knows no non-acceptance."""
    return _OF_MATERIALS.search(reason) is not None


STOPS: Mapping[str, Ground] = {
    "hearing": Ground("听证", "第四十五条"),
    "tender": Ground("招标", "第四十五条"),
    "auction": Ground("拍卖", "第四十五条"),
    "examination": Ground("检验", "第四十五条"),
    "testing": Ground("检测", "第四十五条"),
    "quarantine": Ground("检疫", "第四十五条"),
    "appraisal": Ground("鉴定", "第四十五条"),
    "expert_review": Ground("专家评审", "第四十五条"),
}
"""Procedures whose time is not counted (R2.21). A visit to the premises is none of them."""

REVOCATIONS: Mapping[str, Ground] = {
    "abuse_of_power": Ground("行政机关工作人员滥用职权、玩忽职守作出准予行政许可决定", "第六十九条第一款第（一）项"),
    "beyond_power": Ground("超越法定职权作出准予行政许可决定", "第六十九条第一款第（二）项"),
    "procedure": Ground("违反法定程序作出准予行政许可决定", "第六十九条第一款第（三）项"),
    "unqualified": Ground("对不具备申请资格或者不符合法定条件的申请人准予行政许可", "第六十九条第一款第（四）项"),
    "fraud": Ground("被许可人以欺骗、贿赂等不正当手段取得行政许可", "第六十九条第二款"),
    "commitment_broken": Ground(
        "实际情况与告知承诺不符，经责令限期整改仍不符合许可条件", "第六十九条第一款第（四）项、第（五）项"
    ),
}
"""Why a grant is revoked (撤销, R2.33)."""

WITHDRAWALS: Mapping[str, Ground] = {
    "law_changed": Ground("行政许可所依据的法律、法规、规章修改或者废止", "第八条第二款"),
    "circumstances_changed": Ground("准予行政许可所依据的客观情况发生重大变化", "第八条第二款"),
}
"""Why a lawful grant is withdrawn in the public interest (撤回, R2.33); its holder is compensated."""

PENALTIES: Mapping[str, Ground] = {
    "penalty": Ground("被许可人在取得许可后有依法应当吊销许可证件的违法行为", "第九条第（三）项"),
}
"""Why a permit is revoked as a penalty (吊销, R2.33); the clause is of the Administrative Penalty Law (行政处罚法)."""

CANCELLATIONS: Mapping[str, Ground] = {
    "expired": Ground("行政许可有效期届满未延续", "第七十条第（一）项"),
    "ended": Ground("法人或者其他组织依法终止", "第七十条第（三）项"),
    "requested": Ground("被许可人申请注销", "第七十条第（六）项"),
    "after_other_act": Ground("行政许可依法被撤销、撤回，或者行政许可证件依法被吊销", "第七十条第（四）项"),
    "force_majeure": Ground("因不可抗力导致行政许可事项无法实施", "第七十条第（五）项"),
}
"""Why a permit is written off (注销, R2.33)."""

BY_KIND: Mapping[str, Mapping[str, Ground]] = {
    "decline_decision": DECLINES,
    "clock_stop_notice": STOPS,
    "revocation_decision": REVOCATIONS,
    "withdrawal_decision": WITHDRAWALS,
    "penalty_revocation": PENALTIES,
    "cancellation_record": CANCELLATIONS,
}
"""The grounds that a kind of paper may rest on."""
