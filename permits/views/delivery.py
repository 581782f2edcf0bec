"""How the licence is wanted: the way, where papers go, and consent to service on line with what it means."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from audit.violations import RuleViolation
from permits import delivery
from permits.access import case_for
from permits.merged_form.entries import digest
from permits.models import Case, Delivery
from permits.views import conflicts
from permits.views.common import SignedIn, refused

HINTS = {
    Delivery.Way.ELECTRONIC: gettext_lazy("不要纸质证照。发证后到达您的账户，即为送达，一般当天完成。"),
    Delivery.Way.WINDOW: gettext_lazy("到政务服务中心综合窗口领取。"),
    Delivery.Way.POST: gettext_lazy("寄到下面的地址，有运单号可查。"),
    Delivery.Way.DOOR: gettext_lazy("由工作人员送到下面的地址。没有选择的，一般按这种方式送达。"),
}


class Ways(forms.RadioSelect):
    """Each way with what it means."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with its hint."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if option["value"]:
            option["attrs"]["hint"] = HINTS[Delivery.Way(option["value"])]
        return option


class DeliveryChoiceForm(forms.Form):
    """The way, the address, the consent."""

    way = forms.ChoiceField(
        label=gettext_lazy("您希望怎样领证"),
        choices=Delivery.Way.choices,
        widget=Ways,
        error_messages={"required": gettext_lazy("请选择送达方式")},
    )
    address = forms.CharField(
        label=gettext_lazy("送达地址"),
        help_text=gettext_lazy("邮寄和送证上门时用，写清收件人和电话。不填的，送到经营场所。"),
        required=False,
        max_length=delivery.LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    consents = forms.BooleanField(
        label=gettext_lazy("我同意电子送达"),
        help_text=gettext_lazy("证照、决定书到达您在本站的账户，即为送达，日期以到达为准。可以随时在办件页改变。"),
        required=False,
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: SignedIn, key: str) -> HttpResponse:
    """Choose, or change one's mind; until all is delivered."""
    case = case_for(request.user, key)
    form = DeliveryChoiceForm(request.POST if request.method == "POST" else None, initial=_initial(case))
    if form.is_bound and form.is_valid() and conflicts.is_stale(request.POST, _initial(case)):
        form.add_error(
            "way", _("另一个人刚把送达方式改为“%(now)s”。核对后再次保存，以您选择的为准") % {"now": wish_words(case)}
        )
    if form.is_bound and form.is_valid():
        try:
            delivery.choose(case, **form.cleaned_data, actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            if violation.field not in form.fields:
                return refused(request, violation, _back(case))
            form.add_error(violation.field, str(violation))
        else:
            messages.success(request, _("送达方式已保存"))
            return redirect(_back(case))
    context = {"case": case, "form": form, "back_url": _back(case), "was": digest(_initial(case))}
    return render(request, "permits/delivery.html", context, status=422 if form.errors else 200)


def wish_words(case: Case) -> str:
    """The wish as it stands, in words."""
    return "，".join(filter(None, [str(delivery.wish_of(case).label), case.delivery_address]))


def _initial(case: Case) -> dict[str, Any]:
    return {
        "way": delivery.wish_of(case),
        "address": case.delivery_address,
        "consents": case.e_service_since is not None,
    }


def _back(case: Case) -> str:
    """A draft is on its way to being handed in; any other case has its page."""
    return reverse("permits:check", args=[case.key]) if case.state == Case.State.DRAFT else case.get_absolute_url()
