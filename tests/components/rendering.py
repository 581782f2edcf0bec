"""Renders components and example pages without any room's view."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from tests.components.forms import failing, filled

HERE = Path(__file__).parent
PAGES = ("gallery", "staff", "done")


class Officer:
    """Somebody of a department who has signed in."""

    is_authenticated = True
    is_public_staff = True
    body = "区市场监管局"

    def __str__(self) -> str:
        return "李军"


def render(
    source: str, context: dict[str, Any] | None = None, user: object = None, path: str = "/", large: bool = False
) -> str:
    """The HTML of a template's text, as a page of the site would give it."""
    request = RequestFactory().get(path)
    request.COOKIES["large"] = "1" if large else ""
    request.user = user or AnonymousUser()  # type: ignore[assignment]
    template = engines["django"].from_string(CottonCompiler().process(source))
    return str(template.render(context or {}, request))


def page(name: str, large: bool = False) -> str:
    """One of the example pages, with all its components; `large` in the large type."""
    context = {
        "form": failing(),
        "plain": filled(),
        "errors": ["企业已有一个在办的申请"],
        "crumbs": [("/", "首页"), ("/apply/", "我要开店"), ("", "便利店")],
        "kinds": ["grey", "blue", "green", "yellow", "orange", "red", "purple"],
        "page": Paginator(list(range(200)), 10).page(7),
        "tabs": [
            ("/work/", "我的待办", True, 5),
            ("/work/free/", "待认领", False, 12),
            ("/work/done/", "已办结", False, None),
        ],
        "remaining": [-2, 0, 2, 9],
    }
    user = Officer() if name == "staff" else None
    source = (HERE / f"{name}.html").read_text(encoding="utf-8")
    return render(source, context, user, "/work/" if user else "/?page=7&q=店", large)
