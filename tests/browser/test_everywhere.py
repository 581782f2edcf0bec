"""The public pages on both screens, and every page in English."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from certificates.models import Licence
from permits.inspections import arranging
from permits.models import Case
from tests import scans
from tests.browser.stage import Stage, actor
from tests.browser.visitor import Visitor
from workflows import life_steps, steps
from workflows.desk import queueing

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
OFFICE = (
    "/office/",
    "/office/outbox/",
    "/office/breaches/",
    "/office/collection/",
    "/bars/",
    "/substitutions/",
    "/refused-filings/",
    "/drop-ins/",
    "/office/slots/",
    "/work/ratings/",
    "/reports/",
    "/reports/cases/?what=received",
    "/wordings/",
    "/wordings/grant_decision/",
)
PUBLIC = (
    "/",
    "/notice/",
    "/catalogue/about/",
    "/progress/",
    "/v/",
    "/licences/",
    "/sign-in/",
    "/register/",
    "/flow/",
    "/ratings/",
)


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_the_public_pages_are_for_everybody(visit: Visit, device: str) -> None:
    anybody = visit(device)
    for path in PUBLIC:
        anybody.open(path)
        anybody.tab_through(8)
    anybody.open("/")
    if device == "desk":
        anybody.picture("home", most=1100)


@pytest.mark.parametrize("width", [320, 1093])
def test_the_public_pages_fit_narrow_and_magnified_windows(visit: Visit, width: int) -> None:
    """The layout alone: axe has seen the same pages on both screens."""
    anybody = visit("desk", examined="never", viewport={"width": width, "height": 640})
    for path in PUBLIC:
        anybody.open(path)


def test_every_page_answers_in_english(stage: Stage, visit: Visit) -> None:
    stage.at -= timedelta(days=9)  # so that days have gone by
    draft, submitted, accepted, decided = stage.draft(), stage.submitted(), stage.accepted(), stage.decided()
    asked, visited = supplementing(stage), inspecting(accepted)
    suspect = lived(decided)
    for name, device, paths in (
        ("shop", "phone", [*applicant_pages(draft, asked, accepted, decided), visited, *holder_pages(decided)]),
        ("window", "desk", window_pages(submitted, asked, accepted)),
        ("mrb", "desk", [*department_pages(accepted), f"/work/{decided.number}/", *visit_pages(accepted, visited)]),
        ("mrb", "phone", [*permit_pages(decided), suspect]),
        (
            "service",
            "desk",
            ["/suspicions/", suspect, f"/office/{decided.number}/", f"/office/{accepted.number}/joint-limit/", *OFFICE],
        ),
        ("subdistrict", "desk", ["/visits/", f"/visits/{decided.number}/"]),
    ):
        visitor = visit(device, examined="every part")
        visitor.open("/")
        visitor.press("English")
        visitor.sign_in(name)
        for path in (*paths, *(PUBLIC if name == "shop" else ())):
            visitor.open(path)
            assert visitor.page.locator("html").get_attribute("lang") == "en", path
        if name == "mrb" and device == "desk":
            look_at_the_field_app(visitor, visited)


def lived(case: Case) -> str:
    """A permit of the case is suspended, a change of all is applied for, a problem is referred; and the page of a code that was
    reported as forged."""
    now, mrb = timezone.now(), User.objects.get(username="mrb")
    said = {"reason": "平面图与现场不符", "statement": "无", "actor": actor("mrb"), "at": now}
    life_steps.suspend(case, matters=["m_food_license"], **said)
    life_steps.change(case, fields={"f_rep_name": "李新"}, actor=actor("shop"), at=now)
    licence = Licence.objects.get(case=case)
    scans.referred(licence, User.objects.get(username="tobacco"), now, position=1)
    return reverse("workflows:suspicion", args=[scans.suspected(licence, mrb, now, photo=True).pk])


def permit_pages(case: Case) -> list[str]:
    """What a department does with its permits, and what was found on site."""
    acts = ("", *(f"{act}/" for act in ("decide", "reinstate", "withdraw", "revoke", "penalise", "cancel")))
    lists = ["/work/applications/", "/work/held/", "/work/scans/", "/work/referrals/", "/suspicions/"]
    return [*(f"/work/{case.number}/permits/{act}" for act in acts), f"/work/{case.number}/", *lists]


def holder_pages(case: Case) -> list[str]:
    """A holder's permits, the licence as a page in each of its forms, what joins it, and the licence on the telephone."""
    paper = f"/licences/{case.licence.code}/"
    permits = [f"/cases/{case.number}/permits/{more}" for more in ("", "?change=f_food_items")]
    return [*permits, paper, f"{paper}?size=large", f"{paper}?version=1", f"/cases/held/{case.key}/", "/show/"]


def look_at_the_field_app(officer: Visitor, page: str) -> None:
    """Every screen of it, for an officer with a visit today; on a phone the tests of the field see it in Chinese."""
    officer.open("/inspect/field/")
    key = page.strip("/").split("/")[-1]
    for screen, words in (
        ("", "My visits"),
        (f"visit/{key}", "Close the visit"),
        (f"point/{key}/chk_grease", "Kitchen waste water passes a grease trap"),
        (f"sign/{key}", "Signatures"),
        (f"close/{key}", "findings are missing"),
        ("queue", "Everything has been sent"),
    ):
        officer.page.evaluate("screen => { location.hash = `#/${screen}`; }", screen)
        expect(officer.page.locator("main")).to_contain_text(words)
        officer.look()


def inspecting(case: Case) -> str:
    """The page of the case's joint visit, agreed for today."""
    team = [User.objects.get(username=name) for name in ("mrb", "mrb-2", "tobacco", "tobacco-2")]
    now = timezone.now()
    return arranging.arrange(case, on=now, officers=team, actor=actor("mrb"), at=now).get_absolute_url()


def visit_pages(accepted: Case, visited: str) -> list[str]:
    """The joint visit on a department's desk."""
    return ["/inspect/", visited, f"{visited}confirm/", f"/inspect/plan/{accepted.number}/"]


def supplementing(stage: Stage) -> Case:
    """A case whose applicant has to mend two things."""
    case = stage.submitted()
    items = {"mat_sign_drawing": "缺少尺寸", "f_sign_text": "与营业执照名称不一致"}
    steps.request_supplement(case, items=items, actor=actor("window"), at=stage.at + timedelta(minutes=5))
    return case


def applicant_pages(draft: Case, asked: Case, accepted: Case, decided: Case) -> list[str]:
    """All pages of a draft and of cases under way."""
    form = f"/apply/{draft.key}"
    return [
        f"{form}/",
        *(f"{form}/form/{group}/" for group in ("applicant", "premises", "personnel", "food", "signboard")),
        *(f"{form}/{page}/" for page in ("materials", "materials/mat_sign_drawing", "delivery", "check")),
        *(f"/cases/{case.number}/" for case in (asked, accepted, decided)),
        *(f"/cases/{accepted.number}/{page}/" for page in ("submitted", "withdraw", "why/m_food_license")),
        f"/cases/{asked.number}/supplement/",
        f"/progress/{accepted.code}/",
        "/my/",
        "/enterprises/",
        "/agents/",
        "/agents/new/",
        "/appointments/",
        "/messages/",
        "/messages/settings/",
    ]


def window_pages(submitted: Case, asked: Case, accepted: Case) -> list[str]:
    """The counter's list, its cases, and what it did not take in."""
    cases = [f"/window/{case.number}/" for case in (submitted, asked, accepted)]
    desk = [
        f"/window/desk/{submitted.key}/",
        f"/window/find/?q={submitted.enterprise.uscc}",
        "/phone/",
        "/window/queue/",
        f"/window/queue/{queueing.draw(actor=actor('window'), at=timezone.now()).pk}/",
        "/drop-ins/",
    ]
    return [*cases, *desk, "/window/", "/refused-filings/"]


def department_pages(accepted: Case) -> list[str]:
    """A department's lists, and its part of a case."""
    lists = ["/work/", "/work/reviews/", "/work/after-checks/", "/reminders/", "/substitutions/"]
    return [*lists, f"/work/{accepted.number}/", f"/work/{accepted.number}/clock/"]
