"""What is called a commitment and what is not: four things that are often confused (R6.7), in words for people."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class PromiseKind:
    """One of them: what is promised, what it does to the case, and what follows where it is not kept."""

    name: Promise
    promised: Promise
    effect: Promise
    broken: Promise


PROMISE_KINDS = (
    PromiseKind(
        _("告知承诺（许可条件）"),
        _("您已经符合某一事项的许可条件。每个事项一份承诺书。"),
        _("材料齐全就直接作出决定，之后再核查。"),
        _("责令限期整改；期满仍不符合的，撤销这一项许可并记入信用记录。"),
    ),
    PromiseKind(
        _("证明事项告知承诺"),
        _("某一份证明所要证明的事实是真的。每份证明一份承诺书。"),
        _("不用交这份证明，其他照常办理；也可以不承诺，改交证明。"),
        _("核查发现不实的，责令限期整改；期满仍不符合的，撤销有关许可并记入信用记录。"),
    ),
    PromiseKind(
        _("容缺受理"),
        _("缺少的次要材料，在约定的日期前补交。"),
        _("先受理、先审查；材料补齐以后才发证。"),
        _("到期没有补齐的，终止受理，不是不予许可；可以重新申请。"),
    ),
    PromiseKind(
        _("行业承诺（整个行业一份承诺）"),
        _("经营中持续符合整个行业的要求。每个行业一份承诺书，提交申请以后自愿签署，可以随时收回。"),
        _("不改变任何事项的办理，许可仍由各部门分别决定。浦东新区凭一份承诺取得许可（承诺即入），长宁区不适用。"),
        _("由牵头部门书面告知，承诺终止，改正前不能再作；不撤销任何许可，不影响告知承诺和容缺受理。"),
    ),
)
