"""Signing in and out, opening an account, acting for enterprises."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import demo, doors
from accounts.actors import Actor
from accounts.enterprises import enterprise_from_register, enterprises_of, represent
from accounts.forms import ClaimForm, RegistrationForm, SignInForm
from accounts.models import User
from audit import journal
from audit.violations import RuleViolation

SIGN_INS = "sign-ins"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Account and password; five wrong passwords close the door for ten minutes."""
    if request.method == "GET" and request.user.is_authenticated:
        return _onward(request)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        user = _let_in(request, form)
        if user is not None:
            login(request, user)
            return _onward(request)
        status = 429 if form.has_error("username", "closed") else 200
    context = {"form": form, "next": _next(request), **_demo_context()}
    return render(request, "accounts/sign_in.html", context, status=status)


def _demo_context() -> dict[str, object]:
    """The demo's accounts and their password, in the demo alone."""
    if not settings.DEMO:
        return {}
    accounts = demo.accounts()
    return {
        "demo_password": demo.PASSWORD,
        "demo_accounts": [user for user in accounts if not user.username.endswith("-2")],
        "demo_seconds": [user for user in accounts if user.username.endswith("-2")],
    }


def _let_in(request: HttpRequest, form: SignInForm) -> User | None:
    """The user whose password this is; else None, with the reason on the form and the failure counted."""
    at, name = timezone.now(), form.cleaned_data["username"]
    door = doors.door_of(name, request.META.get("REMOTE_ADDR", ""))
    if not (minutes := doors.minutes_closed(door, at)):
        user = authenticate(request, username=name, password=form.cleaned_data["password"])
        if isinstance(user, User):
            doors.forget(door)
            return user
        doors.note_failure(door, at)
        known = User.objects.filter(username=name).exists()
        # Of a name that nobody has only the fact is kept: it may be a password typed into the wrong line.
        facts = {"username": name if known else ""}
        journal.record(SIGN_INS, act="sign_in_failed", actor="anonymous", at=at, facts=facts)
        minutes = doors.minutes_closed(door, at)
    if minutes:
        form.add_error("username", _closed(minutes))
    else:
        form.add_error("username", _("账号或密码不正确"))
    return None


def _closed(minutes: int) -> ValidationError:
    return ValidationError(_("密码多次不正确，请 %(minutes)s 分钟后再试") % {"minutes": minutes}, code="closed")


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: an address of this site, or nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else ""


def _onward(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session and everything kept in it."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def register_account(request: HttpRequest) -> HttpResponse:
    """A new applicant's account; signed in at once."""
    if request.user.is_authenticated:
        return _onward(request)
    form = RegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())
        return HttpResponseRedirect(_next(request) or resolve_url("accounts:enterprises"))
    return render(request, "accounts/register_account.html", {"form": form, "next": _next(request)})


@login_required
@require_http_methods(["GET", "POST"])
def enterprises(request: HttpRequest) -> HttpResponse:
    """The enterprises that the applicant acts for, and the way to add one."""
    user = request.user
    assert isinstance(user, User)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _claim(user, form):
        messages.success(request, _("已添加，现在可以为这家企业办理"))
        return HttpResponseRedirect(_next(request) or resolve_url("accounts:enterprises"))
    context = {
        "form": form,
        "enterprises": enterprises_of(user),
        "next": _next(request),
        "examples": demo.claimable() if settings.DEMO else [],
    }
    return render(request, "accounts/enterprises.html", context)


def _claim(user: User, form: ClaimForm) -> bool:
    """Whether the claim went through; five wrong proofs for one enterprise close it to this user for ten minutes."""
    at, values = timezone.now(), form.cleaned_data
    door = doors.door_of("claim", user.username, values["uscc"])
    if minutes := doors.minutes_closed(door, at):
        form.add_error("id_tail", _("多次不符，请 %(minutes)s 分钟后再试") % {"minutes": minutes})
        return False
    try:
        enterprise = enterprise_from_register(values["uscc"], at)
        represent(
            user=user,
            enterprise=enterprise,
            name=values["name"],
            id_tail=values["id_tail"],
            actor=Actor.of(user),
            at=at,
        )
    except RuleViolation as violation:
        if violation.code == "representation_proof":
            doors.note_failure(door, at)
        form.add_error(violation.field or None, str(violation))
        return False
    doors.forget(door)
    return True
