"""The levels and what can be ticked, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEVEL_WORDS: Mapping[int, Promise] = {
    5: _("非常满意"),
    4: _("满意"),
    3: _("基本满意"),
    2: _("不满意"),
    1: _("非常不满意"),
}
INDICATOR_WORDS: Mapping[str, Promise] = {
    "quick": _("办得快"),
    "clear_guide": _("告知清楚准确"),
    "few_papers": _("材料少、不重复"),
    "easy_online": _("网上好用"),
    "kind": _("态度好、业务熟"),
    "slow": _("办得慢、超过承诺时限"),
    "unclear_guide": _("告知不清楚或者前后不一"),
    "more_papers": _("要求清单以外的材料"),
    "sent_around": _("来回跑、互相推"),
    "hard_online": _("网上不好用"),
    "unkind": _("态度或者业务能力差"),
    "fees": _("违规收费或者指定中介"),
}
