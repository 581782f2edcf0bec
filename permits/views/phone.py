"""The phone's pages: no sign-in, one case, and of it nothing but which papers are wanted."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.identity import mask_name
from audit.violations import RuleViolation
from permits import materials
from permits.at_counter import phones
from permits.files import uploads
from permits.materials import MaterialLine
from permits.merged_form.forms import FilesField, FilesInput
from permits.models import Case

SECRET = "phone_pass"  # noqa: S105 - the key in the session, not a secret


class CodeForm(forms.Form):
    """The code, typed by whoever cannot scan it."""

    code = forms.CharField(
        label=gettext_lazy("拍照码"),
        max_length=20,
        help_text=gettext_lazy("窗口屏幕上二维码下面的10位码"),
        error_messages={"required": gettext_lazy("请输入屏幕上的10位拍照码")},
        widget=forms.TextInput(attrs={"data-width": "10", "autocomplete": "off", "autocapitalize": "characters"}),
    )


class PhotoForm(forms.Form):
    """Which paper it is, and the photograph."""

    material = forms.ChoiceField(
        label=gettext_lazy("拍哪一份材料"), error_messages={"required": gettext_lazy("请选择拍的是哪一份材料")}
    )
    file = FilesField(
        label=gettext_lazy("照片"),
        widget=FilesInput(attrs={"accept": uploads.ACCEPT, "capture": "environment"}),
        error_messages={"required": gettext_lazy("请先拍一张照片")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str = "") -> HttpResponse:
    """Open a code. Looking at the page opens nothing: previews of links look, too."""
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"code": code})
    if form.is_bound and form.is_valid():
        try:
            request.session[SECRET] = phones.open_once(form.cleaned_data["code"], at=timezone.now())
        except RuleViolation as violation:
            form.add_error("code", str(violation))
        else:
            return redirect("permits:phone_photos")
    return render(request, "permits/phone_enter.html", {"form": form, "code": code}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest) -> HttpResponse:
    """Photograph one paper after the other; what came stands below."""
    at = timezone.now()
    try:
        row = phones.session(request.session.get(SECRET, ""), at=at)
    except RuleViolation:
        return redirect("permits:phone_enter")
    lines = _wanted(row.case)
    form = PhotoForm(request.POST or None, request.FILES or None, initial={"material": request.GET.get("material")})
    form.fields["material"].choices = [("", _("请选择")), *((line.id, line.name) for line in lines)]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        wrong = _take_in(request, form)
        if not wrong:
            return redirect(f"{request.path}?material={form.cleaned_data['material']}&done=1")
        for text in wrong:
            form.add_error("file", text)
        lines = _wanted(row.case)
    context = {
        "form": form,
        "holder": mask_name(row.case.enterprise.name),
        "until": row.expires_at,
        "lines": lines,
        "arrived": sum(bool(line.files) for line in lines),
        "sent": _sent(request, lines) if "done" in request.GET else None,
        "next": next((line for line in lines if line.to_submit and not line.files), None),
    }
    return render(request, "permits/phone_photos.html", context, status=422 if form.errors else 200)


def _wanted(case: Case) -> list[MaterialLine]:
    """The papers that may be photographed."""
    return [line for line in materials.material_list(case) if line.to_submit or line.is_promised]


def _sent(request: HttpRequest, lines: list[MaterialLine]) -> MaterialLine | None:
    """The paper of which something has just come."""
    return next((line for line in lines if line.id == request.GET.get("material") and line.files), None)


def _take_in(request: HttpRequest, form: PhotoForm) -> list[str]:
    """Hand in what was photographed; what is refused is told."""
    wrong, secret = [], request.session.get(SECRET, "")
    for place, file in enumerate(form.cleaned_data["file"], start=1):
        name = file.name or f"photo-{place}.jpg"
        try:
            phones.photograph(secret, form.cleaned_data["material"], file, name, at=timezone.now())
        except RuleViolation as violation:
            wrong.append(str(violation))
    return wrong
