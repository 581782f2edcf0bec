"""The counter's papers to serve (R2.34): which cases have some, and handing them to whoever comes for them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.violations import RuleViolation
from certificates import delivering
from permits import service
from permits.models import Case, Delivery, Document
from permits.service import Handing
from workflows import steps
from workflows.lists.filters import SearchForm
from workflows.lists.making import UNSERVED
from workflows.lists.worklists import search_condition
from workflows.pages import staff


class TakerForm(forms.Form):
    """Who takes the papers at the counter, and which."""

    receiver = forms.CharField(
        label=gettext_lazy("签收人"),
        max_length=60,
        help_text=gettext_lazy("当场领取并签收的人；代理人领取的，委托权限应当包括领取。"),
        error_messages={"required": gettext_lazy("请写明签收人")},
    )
    things = forms.MultipleChoiceField(
        label=gettext_lazy("领取的文书"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("请选择领取的文书"),
            "invalid_choice": gettext_lazy("这份文书已经送达，请核对后重新选择"),
        },
    )

    def __init__(self, data: Any = None, *, papers: list[Document], receiver: str = "") -> None:
        choices = [(paper.number, f"{paper.get_kind_display()} {paper.number}") for paper in papers]
        super().__init__(data, initial={"receiver": receiver, "things": [number for number, _said in choices]})
        self.fields["things"].choices = choices  # type: ignore[attr-defined]


def waiting(user: User, text: str = "") -> QuerySet[Case]:
    """The cases with papers to serve, the oldest paper first."""
    left = Document.objects.unserved().filter(case=OuterRef("pk"))
    rows = Case.objects.visible_to(user).filter(Exists(left))
    if text.strip():
        rows = rows.filter(search_condition(text, ""))
    since = Min("documents__on", filter=Q(documents__to_serve=True, documents__service=None))
    return rows.annotate(since=since).select_related("enterprise").order_by("since", "pk")


@staff.for_roles(User.Role.WINDOW)
@require_safe
def papers_to_serve(request: SignedInRequest) -> HttpResponse:
    """Which papers wait for somebody to come for them."""
    search = SearchForm(request.GET)
    rows = waiting(request.user, search.text).prefetch_related(UNSERVED)
    page = staff.page_of(request, rows, rows.count())
    context = {"page": page, "form": search, "is_narrowed": bool(search.text)}
    return render(request, "workflows/window/papers.html", context)


@staff.for_roles(User.Role.WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, number: str) -> HttpResponse:
    """Hand the papers of one case over at the counter: the receipt is numbered, their days begin."""
    case = waiting(request.user).filter(number=number).first()
    if case is None:
        if request.method == "POST" and Case.objects.visible_to(request.user).filter(number=number).exists():
            messages.info(request, _("这个办件没有待送达的文书了"))
            return redirect("workflows:papers_to_serve")
        raise Http404
    papers = service.unserved(case)
    if request.method != "POST":
        return _show(request, case, TakerForm(papers=papers, receiver=case.enterprise.legal_representative), papers)
    form = TakerForm(request.POST, papers=papers)
    if not form.is_valid():
        return _show(request, case, form, papers, status=422)
    handing = Handing(
        Delivery.Way.WINDOW,
        form.cleaned_data["receiver"],
        deliverer=request.user.display_name,
        things=frozenset(form.cleaned_data["things"]),
    )
    try:
        record = steps.deliver(case, handing=handing, actor=Actor.of(request.user), at=timezone.now())
    except RuleViolation as error:
        if error.field in form.fields:
            form.add_error(error.field, str(error))
            return _show(request, case, form, papers, status=422)
        return _show(request, case, form, papers, status=409, violation=error)
    number_of = record.receipt.number if record.receipt else ""
    messages.success(request, _("已登记送达，送达回证 %(number)s") % {"number": number_of})
    return redirect("workflows:papers_to_serve")


def _show(
    request: SignedInRequest, case: Case, form: TakerForm, papers: list[Document], *, status: int = 200, **more: Any
) -> HttpResponse:
    permits = delivering.deliverable(case, list(case.matters.all()), timezone.localdate())
    context = {"case": case, "form": form, "papers": papers, "has_permits": bool(permits), **more}
    return render(request, "workflows/window/hand_over.html", context, status=status)


urlpatterns = [
    path("papers-to-serve/", papers_to_serve, name="papers_to_serve"),
    path("papers-to-serve/<slug:number>/", hand_over, name="hand_over"),
]
