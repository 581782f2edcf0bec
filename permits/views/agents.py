"""Who may act for me (谁可以替我办): authorities that an enterprise gave, those one holds, and agents at the counter."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actors import Actor
from accounts.authorities import Proof, grant, letter_text, require_signature, revoke, scanned, signed
from accounts.enterprises import enterprises_of
from accounts.models import Authority, Enterprise, User
from audit.violations import RuleViolation
from permits.access import case_for
from permits.acting_for import in_person
from permits.acting_for.forms import AuthorityForm, InPersonForm, RevokeForm, SignatureForm
from permits.files import uploads
from permits.models import Case
from permits.views.common import SignedIn, refused
from permits.views.files import locked


@login_required
@never_cache
@require_GET
def overview(request: SignedIn) -> HttpResponse:
    """What my enterprises gave, in force and ended, and what I hold."""
    _require_applicant(request.user)
    own, today = enterprises_of(request.user), timezone.localdate()
    given = list(Authority.objects.filter(enterprise__in=own).select_related("enterprise", "agent"))
    held = Authority.objects.held_by(request.user).running(today).select_related("enterprise")
    context = {
        "enterprises": own,
        "running": [one for one in given if one.runs_on(today)],
        "ended": [one for one in given if not one.runs_on(today)],
        "held": held,
    }
    return render(request, "permits/agents.html", context)


def _require_applicant(user: User) -> None:
    if user.role != User.Role.APPLICANT:
        raise PermissionDenied(_("授权由企业的法定代表人(负责人)办理；窗口在办件页面上登记到场的代理人。"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Authorise somebody: fill in, read the letter, sign it; or upload the one that was signed on paper."""
    _require_applicant(request.user)
    own = {enterprise.uscc: enterprise for enterprise in enterprises_of(request.user)}
    if not own:
        messages.info(request, _("请先添加您代表的企业"))
        return redirect("accounts:enterprises")
    cases = _open_cases(own.values())
    initial = {"case": request.GET.get("case", ""), "acts": [Authority.Act.FILE, Authority.Act.SUPPLEMENT]}
    form = AuthorityForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        today=timezone.localdate(),
        enterprises=[(uscc, enterprise.name) for uscc, enterprise in own.items()],
        cases=[(case.key, _case_words(case)) for case in cases],
    )
    if request.method == "POST" and "revise" not in request.POST and form.is_valid():
        enterprise = own[form.cleaned_data["enterprise"]]
        about = next((case for case in cases if case.key == form.cleaned_data["case"]), None)
        if about is None or about.enterprise_id == enterprise.pk:
            return _proved(request, form, enterprise, about)
        form.add_error("case", _("这个办件不属于所选的企业"))
    return render(request, "permits/agents_new.html", {"form": form}, status=422 if form.errors else 200)


def _open_cases(enterprises: Iterable[Enterprise]) -> list[Case]:
    """The cases in which an agent may still be needed."""
    found = Case.objects.filter(enterprise__in=list(enterprises), state__in=in_person.LIVING)
    return list(found.select_related("enterprise"))


def _case_words(case: Case) -> str:
    """A case as the representative knows it."""
    name = case.number or _("草稿，%(on)s 开始填写") % {"on": timezone.localtime(case.created_at).date()}
    return f"{case.enterprise.name} {name}"


def _proved(request: SignedIn, form: AuthorityForm, enterprise: Enterprise, about: Case | None) -> HttpResponse:
    """With a scan at once; else once the letter has been read and signed."""
    if form.cleaned_data["proof"] == Authority.Proof.UPLOADED:
        try:
            return _given(request, form, enterprise, _stored(form))
        except RuleViolation as violation:
            form.add_error(violation.field if violation.field in form.fields else None, str(violation))
            return render(request, "permits/agents_new.html", {"form": form}, status=422)
    chosen = form.cleaned_data
    number = (about.number or _case_words(about)) if about else ""
    letter = letter_text(enterprise, form.who(form.user), chosen["acts"], form.today, chosen["until"], number)
    signature = SignatureForm(request.POST if "signature" in request.POST else None)
    if signature.is_bound and signature.is_valid():
        name = signature.cleaned_data["signature"]
        try:
            require_signature(enterprise, name)
            return _given(request, form, enterprise, signed(letter, name))
        except RuleViolation as violation:
            signature.add_error("signature", str(violation))
    context = {"letter": letter, "form": signature, "hidden": _carried(request)}
    return render(request, "permits/agents_sign.html", context, status=422 if signature.errors else 200)


def _stored(form: AuthorityForm) -> Proof:
    """The scan, taken in and kept like a material."""
    file = form.cleaned_data["file"]
    received = uploads.take_in(file, file.name)
    path = uploads.store(received, in_person.FOLDER)
    return scanned(path, received.content_type, received.sha256_received, received.sha256_stored)


def _given(request: SignedIn, form: AuthorityForm, enterprise: Enterprise, proof: Proof) -> HttpResponse:
    chosen = form.cleaned_data
    grant(
        enterprise=enterprise,
        agent=form.who(form.user),
        acts=chosen["acts"],
        until=chosen["until"],
        proof=proof,
        case_key=chosen["case"],
        actor=Actor.of(request.user),
        at=timezone.now(),
    )
    messages.success(request, _("已授权 %(name)s，即时生效") % {"name": chosen["name"]})
    return redirect("permits:agents")


def _carried(request: SignedIn) -> list[tuple[str, str]]:
    """What was typed, to be carried through the signing."""
    left_out = {"csrfmiddlewaretoken", "signature", "revise"}
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values if value]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one(request: SignedIn, pk: int) -> HttpResponse:
    """One authority with its letter, and how it is taken back."""
    authority = _readable(request.user, pk)
    today = timezone.localdate()
    ends_it = authority.runs_on(today) and _may_revoke(request.user, authority)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke(authority, reason=form.cleaned_data["reason"], actor=Actor.of(request.user), at=timezone.now())
        except RuleViolation as violation:
            return refused(request, violation, request.path)
        messages.success(request, _("已撤销对 %(name)s 的授权，即时生效") % {"name": authority.agent_name})
        return redirect("permits:authority", pk=pk)
    context = {
        "authority": authority,
        "runs": authority.runs_on(today),
        "is_mine": authority.agent_id == request.user.pk,
        "ends_it": ends_it,
        "form": form,
        "case": Case.objects.filter(key=authority.case_key).first() if authority.case_key else None,
    }
    return render(request, "permits/authority.html", context, status=422 if form.errors else 200)


def _readable(user: User, pk: int) -> Authority:
    """The authority, for its two sides, the counter, and whoever reads a case in which it is used; 404 for others."""
    authority = get_object_or_404(Authority.objects.select_related("enterprise", "agent", "revoked_by"), pk=pk)
    if user.pk == authority.agent_id or user.role == User.Role.WINDOW:
        return authority
    if any(enterprise.pk == authority.enterprise_id for enterprise in enterprises_of(user)):
        return authority
    if user.is_public_staff and Case.objects.visible_to(user).filter(authority=authority).exists():
        return authority
    raise Http404


def _may_revoke(user: User, authority: Authority) -> bool:
    """The two sides, and the counter for them."""
    if user.role == User.Role.WINDOW or user.pk == authority.agent_id:
        return True
    return any(enterprise.pk == authority.enterprise_id for enterprise in enterprises_of(user))


@login_required
@never_cache
@require_GET
def proof(request: SignedIn, pk: int) -> FileResponse:
    """The scanned letter, for whoever may read the authority."""
    authority = _readable(request.user, pk)
    try:
        content = uploads.location(authority.file or "-").open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    name = f"authority-{authority.pk}{uploads.SUFFIXES.get(authority.content_type, '.bin')}"
    return locked(FileResponse(content, filename=name, content_type=authority.content_type))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def at_the_counter(request: SignedIn, key: str) -> HttpResponse:
    """The clerk records who came for the applicant, with the scanned letter; or that the applicant came themselves."""
    if request.user.role != User.Role.WINDOW:
        raise Http404
    case, actor, today = case_for(request.user, key), Actor.of(request.user), timezone.localdate()
    back = reverse("workflows:intake", args=[case.number]) if case.number else reverse("permits:draft", args=[key])
    initial = {"acts": [Authority.Act.FILE, Authority.Act.SUPPLEMENT, Authority.Act.SIGN, Authority.Act.RECEIVE]}
    picked = bool({"leave", "arrive"} & request.POST.keys())
    form = InPersonForm(
        request.POST if request.method == "POST" and not picked else None,
        request.FILES or None,
        initial=initial,
        today=today,
    )
    try:
        if "leave" in request.POST:
            in_person.leave(case, actor=actor, at=timezone.now())
            messages.success(request, _("已登记为申请人本人办理"))
            return redirect(back)
        if request.POST.get("arrive", "").isdecimal():
            authority = in_person.arrive(case, int(request.POST["arrive"]), actor=actor, at=timezone.now())
            messages.success(request, _("已登记代理人 %(name)s") % {"name": authority.agent_name})
            return redirect(back)
        if form.is_bound and form.is_valid():
            _record(request, case, form, actor)
            return redirect(back)
    except RuleViolation as violation:
        if not form.is_bound or violation.field not in form.fields:
            return refused(request, violation, back)
        form.add_error(violation.field, str(violation))
    others = in_person.known(case, today).exclude(pk=case.authority_id or 0)
    context = {"case": case, "form": form, "back": back, "authority": case.authority, "known": others}
    return render(request, "permits/agent_at_counter.html", context, status=422 if form.errors else 200)


def _record(request: SignedIn, case: Case, form: InPersonForm, actor: Actor) -> None:
    known = form.cleaned_data
    in_person.record(
        case,
        agent=form.who(phone=known["phone"]),
        acts=known["acts"],
        until=known["until"],
        file=known["file"],
        name=known["file"].name,
        actor=actor,
        at=timezone.now(),
    )
    messages.success(request, _("已登记代理人 %(name)s") % {"name": known["name"]})
