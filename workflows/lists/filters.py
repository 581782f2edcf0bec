"""What an address of a staff list says: tab, filters, search, order."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workflows.desk import counter
from workflows.lists import after_checks, making, worklists

CLOCKS = [
    ("", _("全部")),
    ("overdue", _("已逾期")),
    ("today", _("今天到期")),
    ("soon", _("两个工作日内")),
    ("normal", _("两个工作日以上")),
    ("unexplained", _("须说明原因")),
]
SORTS = [
    ("risk", _("按紧急程度")),
    ("first", _("按受理时间（先受理的在前）")),
    ("newest", _("按受理时间（后受理的在前）")),
    ("name", _("按经营者名称")),
]


def chosen(form: forms.Form) -> dict[str, Any]:
    """What a get form says; a value that makes no sense counts as not given, since an address may be old."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) or "" for name in form.fields}


class WorklistFilter(forms.Form):
    """The filters of a department's list; the address holds them."""

    q = forms.CharField(
        label=_("搜索"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"data-hotkey": "/", "placeholder": _("名称、拼音首字母、信用代码、电话或编号"), "type": "search"}
        ),
    )
    clock = forms.ChoiceField(label=_("期限"), required=False, choices=CLOCKS)
    matter = forms.ChoiceField(label=_("事项"), required=False)
    industry = forms.ChoiceField(label=_("行业"), required=False)
    holder = forms.ChoiceField(label=_("经办人"), required=False)
    sort = forms.ChoiceField(label=_("排序"), required=False, choices=SORTS)

    def __init__(
        self,
        data: Any,
        *,
        matters: Iterable[tuple[str, str]],
        industries: Iterable[tuple[str, str]],
        people: Iterable[User],
    ) -> None:
        super().__init__(data)
        every = [("", _("全部"))]
        held = [(worklists.NOBODY, _("无人领取")), *((str(person.pk), str(person)) for person in people)]
        for name, offered in (("matter", matters), ("industry", industries), ("holder", held)):
            cast(forms.ChoiceField, self.fields[name]).choices = [*every, *offered]

    def view(self, tab: str) -> worklists.View:
        """The view that the address asks for."""
        said = chosen(self)
        return worklists.View(
            tab=tab if tab in worklists.TABS else worklists.MINE,
            text=said["q"],
            clock=said["clock"],
            matter=said["matter"],
            industry=said["industry"],
            holder=said["holder"],
            sort=said["sort"] or "risk",
        )


class SearchForm(forms.Form):
    """One line to search by, for the counter and the service office."""

    q = forms.CharField(
        label=_("搜索办件"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"data-hotkey": "/", "placeholder": _("名称、拼音首字母、信用代码、电话或编号"), "type": "search"}
        ),
    )

    @property
    def text(self) -> str:
        """What is searched for."""
        return str(chosen(self)["q"])


def tab_of(given: str | None, tabs: Iterable[str]) -> str:
    """The tab that the address names, the first where it names none."""
    known = list(tabs)
    return given if given in known else known[0]


COUNTER_TABS = {
    counter.CHECK: _("待收件审查"),
    counter.SUPPLEMENT: _("待申请人补正"),
    counter.DRAFT: _("窗口草稿"),
    counter.UNDER_WAY: _("审批中"),
    counter.CLOSED: _("已办结"),
}
OFFICE_TABS = {
    making.MAKING: _("制证中"),
    making.EARLY: _("可先行发证"),
    making.DELIVER: _("待送达"),
    making.DELIVERED: _("已送达"),
}
WORK_TABS = {
    worklists.MINE: _("我的"),
    worklists.APPROVE: _("待我审批"),
    worklists.FREE: _("可领取"),
    worklists.ALL: _("全部在办"),
    worklists.DONE: _("已办"),
}
AFTER_TABS = {
    after_checks.DUE: _("待核查"),
    after_checks.RECTIFYING: _("整改中"),
    after_checks.OVER: _("已办结"),
}
