"""A walk through all pages in English, at every stage of a case and by everybody who may read them."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import date, time, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Substitution, User
from certificates import early
from certificates.models import Licence
from industries import publishing
from industries.models import Notice
from outbox import delivery
from outbox.models import Message, Parcel
from permits import proposals, samples
from permits.at_counter import drop_ins
from permits.completeness import gaps, settling
from permits.late import late_papers
from permits.messages import KIND
from permits.models import Case
from permits.papers import publishing as publishing_of_texts
from permits.papers import wordings
from permits.papers.forms import FORMS
from permits.service import Handing
from tests import people
from tests.i18n import heard
from tests.i18n.walk_held import held_pages
from tests.i18n.walk_permits import permit_pages
from tests.i18n.walk_scans import scan_pages
from tests.i18n.walk_store import store_pages
from tests.workflows import inspecting, late
from tests.workflows.conftest import MONDAY, STORE, Story
from workflows import steps
from workflows.models import Appointment, Slot, Ticket
from workflows.ratings import acts
from workflows.reminders import alarms
from workflows.reminders import remind as reminding
from workflows.reminders.ladder import Kind

TUESDAY = MONDAY + timedelta(days=1)
REASON = "经查，平面图与现场不符，不符合《食品经营许可和备案管理办法》第十二条。"


def supplementing(story: Story) -> Case:
    """The window has asked for a supplement."""
    case = story.submitted()
    steps.request_supplement(case, items={"mat_food_layout": "缺少尺寸"}, actor=story.window, at=TUESDAY)
    return case


def supplemented(story: Story) -> Case:
    """The applicant has answered two points that a department raised; one is settled, one still wrong."""
    case = reviewed(story)
    items = {"f_area": REASON, "mat_food_layout": "缺少尺寸"}
    steps.request_supplement(case, items=items, actor=story.window, at=TUESDAY)
    steps.answer_supplement(case, actor=story.applicant, at=TUESDAY)
    settling.settle(case, items={"f_area": "", "mat_food_layout": "仍缺少层高"}, actor=story.window, at=TUESDAY)
    return case


def reviewed(story: Story) -> Case:
    """Two departments were asked before acceptance, one has answered."""
    case = story.submitted()
    gaps.open_reviews(case, departments=["dept_mrb", "dept_tobacco"], actor=story.window, at=TUESDAY)
    gaps.review(case, items={"f_area": REASON}, actor=story.officer("dept_mrb"), at=TUESDAY)
    return case


def declined(story: Story) -> Case:
    return steps.decline(story.submitted(), reason=REASON, actor=story.window, at=TUESDAY)


def withdrawn(story: Story) -> Case:
    return steps.withdraw(story.accepted(), actor=story.applicant, at=TUESDAY)


def partly_withdrawn(story: Story) -> Case:
    """One matter is granted, one withdrawn, one waits; of that one a hearing is told, and of the granted one."""
    case = heard.told(story, story.accepted())
    steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=TUESDAY)
    return steps.withdraw(case, matters=["m_tobacco"], reason=REASON, actor=story.applicant, at=TUESDAY)


def proposed(story: Story) -> Case:
    """Two persons decide: one matter waits for its approval, one was sent back, one is granted."""
    case = story.accepted()
    case.matters.update(two_persons=True)
    acts = {"m_food_license": None, "m_signboard": proposals.send_back, "m_tobacco": steps.approve}
    for department, (matter, *_more) in story.parts(case).items():
        officer, second = story.officer(department), story.cast.actor(story.cast.second_officer(department))
        said = {"matters": [matter], "at": TUESDAY}
        proposals.propose(case, decision="refuse", reason=REASON, opinion="proposed", actor=officer, **said)
        if act := acts.get(matter):
            act(case, actor=second, **said, **({"reason": REASON} if act is proposals.send_back else {}))
    return case


def issued_early(story: Story) -> Case:
    """The promised day has passed, two are granted and issued, one waits."""
    case = story.accepted()
    for department, matter in (("dept_mrb", "m_food_license"), ("dept_tobacco", "m_tobacco")):
        steps.grant(case, matters=[matter], actor=story.officer(department), at=TUESDAY)
    early.issue_early(case, actor=story.applicant, at=TUESDAY + timedelta(days=30))
    return case


def issued(story: Story) -> Case:
    case = story.decided()
    steps.issue(case, at=TUESDAY)
    return case


def delivered(story: Story) -> Case:
    case = issued(story)
    handing = Handing("window", "王小店", on=TUESDAY.date())
    steps.deliver(
        case, handing=handing, actor=story.cast.actor(story.cast.service_office), at=TUESDAY + timedelta(hours=1)
    )
    return case


def waiting_for_a_paper(story: Story) -> Case:
    """Accepted with a paper to follow, which came, was sent back, and came again."""
    case = late.promised(story)
    late.bring(case, story.applicant, MONDAY)
    late_papers.send_back(case, material=late.PAPER, reason=REASON, actor=story.window, at=MONDAY)
    late.bring(case, story.applicant, TUESDAY)
    return case


def without_its_paper(story: Story) -> Case:
    """Accepted with a paper to follow, which never came."""
    case = late.promised(story)
    steps.grant(case, matters=["m_signboard"], actor=story.officer("dept_subdistrict"), at=TUESDAY)
    steps.end_acceptance(case, at=TUESDAY + timedelta(days=30))
    return case


STAGES: list[Callable[[Story], Case]] = [
    Story.draft, Story.submitted, reviewed, supplementing, supplemented, Story.accepted, Story.decided, heard.refused, declined, withdrawn,
    issued, delivered, partly_withdrawn, issued_early, late.offered, waiting_for_a_paper, without_its_paper, proposed,
    inspecting.inspected, inspecting.to_confirm,
]  # fmt: skip


def public_pages() -> Iterator[str]:
    """What anybody reads."""
    yield from ("/", "/?q=zzz", "/catalogue/about/", "/notice/", "/notice/?q=x", "/sign-in/", "/register/", "/flow/")
    yield from ("/v/", "/v/zzz", "/licences/", "/licences/?q=zzz", "/progress/", "/nowhere/")
    yield from ("/accessibility/", "/contact/", "/catalogue/commitments/", "/ratings/")


def question_pages() -> Iterator[str]:
    """Every question, one after the other; the first page chooses the industries."""
    catalogue = publishing.bundled()
    yield "/apply/?pick=1" + "".join(f"&industry={industry}" for industry in catalogue.industries)
    yield from (f"/apply/questions/?change={question}" for question in catalogue.questions)


PAGES_OF_A_CASE = (
    *("case", "submitted", "withdraw", "issue_early", "case_chart"),
    *("answer_supplement", "promise", "rate", "own_hearing", "industry_promise", "why_joint"),
)


def applicants_pages(case: Case) -> Iterator[str]:
    """What the applicant reads of a case."""
    yield "/my/"
    yield from inbox_pages()
    yield from (
        reverse(f"permits:{name}", args=[case.key])
        for name in ("draft", "materials", "commitment", "delivery", "check")
    )
    yield from (reverse("permits:material", args=[case.key, material]) for material in papers_to_read(case))
    if case.state in WRITABLE:  # elsewhere they lead back to the case
        for group in {entry.field.group for entry in samples.notice_of(case).fields}:
            yield reverse("permits:form_section", args=[case.key, group])
    if case.number:
        yield from (reverse(f"workflows:{name}", args=[case.number]) for name in PAGES_OF_A_CASE)
        yield from (f"/cases/{case.number}/rate/?body=dept_mrb&level={level}" for level in (1, 5))
        yield reverse("workflows:progress", args=[case.code])


WRITABLE = (Case.State.DRAFT, Case.State.SUPPLEMENT_REQUESTED)


def papers_to_read(case: Case) -> list[str]:
    """Every material while it can be written; then one that is only shown, and those that may come later."""
    materials = [entry.material.id for entry in samples.notice_of(case).materials]
    later = set(case.tolerances.values_list("material", flat=True))
    return [id for place, id in enumerate(materials) if case.state in WRITABLE or place == 0 or id in later]


def inbox_pages() -> Iterator[str]:
    """What everybody who signs in reads of what they were told."""
    deliver()
    yield from ("/messages/", "/messages/?show=unread")
    yield from (
        f"/messages/{pk}/" for pk in Message.objects.filter(recipient__username="shop").values_list("pk", flat=True)
    )


def deliver() -> None:
    """Write the messages of everything that has happened."""
    keys = Parcel.objects.filter(kind=KIND).values_list("key", flat=True)
    delivery.deliver_all(list(keys), at=TUESDAY)


def staff_pages(story: Story, case: Case) -> Iterator[tuple[User, str]]:
    """What the counter, the officers and the service office read."""
    parts = list(story.parts(case))
    departments = parts[:1] + parts[1:][-1:]  # what others read differs by the catalogue's words alone
    desks = {
        "/window/": [story.cast.clerk],
        "/work/": [story.cast.officer(department) for department in departments],
        "/office/": [story.cast.service_office, story.cast.administrator],
        "/visits/": [story.cast.officer("dept_subdistrict")],
    }
    yield story.cast.service_office, f"/office/outbox/?q={case.number or ''}"
    for desk, users in desks.items():
        yield from ((user, f"{desk}?tab={tab}") for user in users[:1] for tab in TABS[desk])
        for user in users:
            yield user, desk
            if case.number:
                yield user, f"{desk}{case.number}/"
    for department in departments:
        yield story.cast.officer(department), "/work/reviews/"
        yield story.cast.second_officer(department), f"/work/{case.number}/"
        yield story.cast.officer(department), f"/work/{case.number}/review/"
    yield from heard.pages(story, case)
    yield story.cast.clerk, f"/apply/{case.key}/agent/"
    yield story.cast.clerk, f"/window/desk/{case.key}/"
    yield from visit_pages(story, case)
    remind()
    told = [*desks["/work/"], story.cast.clerk, story.cast.service_office]
    yield from ((user, "/reminders/") for user in told)
    if case.number:
        yield from (
            (user, f"/cases/{case.number}/late-papers/")
            for user in (story.cast.clerk, story.cast.officer("dept_subdistrict"))
        )
    yield from ((story.cast.service_office, f"/reports/{page}") for page in REPORTS)


def visit_pages(story: Story, case: Case) -> Iterator[tuple[User, str]]:
    """What those with a part in a joint visit read of it."""
    lead = story.cast.officer("dept_mrb")
    if case.state in Case.UNDECIDED_STATES:
        yield lead, f"/inspect/plan/{case.number}/"
    for visit in case.inspections.all():
        yield from (
            (user, visit.get_absolute_url()) for user in (lead, story.cast.shopkeeper, story.cast.service_office)
        )
        yield lead, "/inspect/"
        yield from ((lead, app) for app in ("/inspect/field/", "/scan/"))
        if visit.is_open:
            yield lead, f"{visit.get_absolute_url()}confirm/"


def pages_of_no_one_case(story: Story) -> Iterator[tuple[User, str]]:
    """What is the same at whatever stage the cases are: read once, beside a delivered one."""
    case = delivered(story)
    pages = ("/enterprises/", "/agents/", "/agents/new/", "/messages/settings/")
    yield from ((story.cast.shopkeeper, page) for page in pages)
    yield from ((story.cast.clerk, "/window/?q=zzz"), (story.cast.officer("dept_mrb"), "/work/?q=zzz"))
    yield story.cast.officer("dept_subdistrict"), "/visits/?q=zzz"
    yield story.cast.service_office, "/office/?q=zzz"
    yield from ((story.cast.administrator, f"/reports/{page}") for page in REPORTS)
    yield from substitution_pages(story)
    yield from scan_pages(story, case)
    yield story.cast.shopkeeper, "/show/"
    yield from permit_pages(story, case)
    yield from store_pages(story)
    yield from held_pages(story)
    yield from rating_pages(story, case)
    found = ("/window/find/", f"/window/find/?q={case.enterprise.uscc}", "/window/find/?q=zzz", "/phone/", "/phone/x/")
    yield from ((story.cast.clerk, page) for page in (*found, *queue_pages(story)))
    yield from ((story.cast.service_office, page) for page in ("/office/slots/", "/drop-ins/"))
    yield story.cast.shopkeeper, "/appointments/"


def queue_pages(story: Story) -> Iterator[str]:
    """A time that somebody booked, a number that waits, somebody who left without an answer."""
    slot = Slot.objects.create(on=timezone.localdate(), begins=time(23, 30), ends=time(23, 59), capacity=2)
    facts = {"who": "Wang", "phone": "13812345678", "what": "a shop"}
    Appointment.objects.create(slot=slot, user=story.cast.shopkeeper, booked_at=TUESDAY, **facts)
    ticket = Ticket.objects.create(on=timezone.localdate(), number=1, drawn_at=TUESDAY)
    left = drop_ins.leave_record(**facts, actor=story.window, at=TUESDAY)
    yield from ("/window/queue/", f"/window/queue/{ticket.pk}/")
    yield from ("/drop-ins/", f"/drop-ins/{left.pk}/", f"/asked/{left.code}/")


def remind() -> None:
    """Everybody is told of everything that falls due in the next weeks."""
    for kind in Kind:
        reminding.remind(kind, TUESDAY + timedelta(days=14), lambda _case: nullcontext())
    alarms.raise_alarms(TUESDAY)
    keys = Parcel.objects.filter(kind=reminding.PARCEL).values_list("key", flat=True)
    delivery.deliver_all(list(keys), at=TUESDAY)


def substitution_pages(story: Story) -> Iterator[tuple[User, str]]:
    """An officer who is away with the head's power for the other's, the head's page, the administrator's, an end."""
    officer, head = story.cast.officer("dept_mrb"), story.cast.head("dept_mrb")
    days = {"since": date(2026, 1, 1), "until": date(2126, 1, 1), "made_at": MONDAY}
    row, _made = Substitution.objects.get_or_create(
        absent=head, substitute=officer, head_power=True, defaults=days | {"reason": "annual leave"}
    )
    yield from ((user, "/substitutions/") for user in (officer, head, story.cast.clerk))
    yield from ((user, "/substitutions/body/") for user in (head, story.cast.administrator))
    yield head, f"/substitutions/{row.pk}/end/"


def rating_pages(story: Story, case: Case) -> Iterator[tuple[User, str]]:
    """A bad review that its body's head answers, and the service office's list."""
    office, head = story.cast.service_office, story.cast.head("dept_mrb")
    yield from ((office, f"/work/ratings/?tab={tab}") for tab in ("open", "answered", "over", "public"))
    if case.number and not case.ratings.exists():
        words = acts.Words(text="Sent from one to the other", indicators=("slow",), named=True, may_publish=True)
        given = acts.give(case, level=1, body="dept_mrb", words=words, actor=story.applicant, at=TUESDAY)
        yield head, f"/work/ratings/{given.pk}/"
        acts.contact(given, actor=story.cast.actor(head), at=TUESDAY)
        yield office, f"/work/ratings/{given.pk}/"


def wording_pages(story: Story) -> Iterator[tuple[User, str]]:
    """The official wording, with a draft that has faults."""
    form, office = FORMS["refusal_decision"], story.cast.service_office
    texts = wordings.of_the_house(form.key) | {"closing": "{{X}}{{"}
    publishing_of_texts.save_draft(form, texts=texts, base=1, actor=story.cast.actor(office), at=TUESDAY)
    yield office, "/wordings/"
    yield from ((office, f"/wordings/{key}/{page}") for key in FORMS for page in ("", "history/"))


REPORTS = ("", "cases/?what=received", "cases/?what=late&value=promise", "cases/?what=stop&value=testing")
TABS = {
    "/window/": ("check", "supplement", "draft", "under_way", "closed"),
    "/work/": ("mine", "approve", "free", "open", "done"),
    "/visits/": ("due", "done"),
    "/office/": ("making", "early", "deliver", "delivered"),
}


def complete_notice(story: Story) -> Notice:
    """A notice with a combined licence, every question answered."""
    answers = {**STORE, "sells_food": True}
    while left := publishing.compile_notice(publishing.bundled(), story.industries, answers, TUESDAY.date()).unanswered:
        answers |= {id: _no(id) for id in left}
    return publishing.issue_notice(
        industries=story.industries, answers=answers, on=TUESDAY.date(), actor=story.applicant, at=TUESDAY
    )


def notice_pages(story: Story) -> Iterator[str]:
    """A notice, and the way from it to an application."""
    code = complete_notice(story).code
    yield from (f"/notice/{code}/", f"/apply/start/{code}/")


def _no(id: str) -> object:
    question = publishing.bundled().questions[id]
    return {"bool": False, "number": 0, "choice": next(iter(question.options), ""), "multi": []}.get(question.type)


def licence_pages() -> Iterator[str]:
    yield from (licence.get_absolute_url() for licence in Licence.objects.all())


def visited(client: Client, user: User | None, page: str) -> str:
    """The page in English as this user sees it; an empty text where it is none of theirs."""
    if user is not None:
        client.force_login(user)
    elif "_auth_user_id" in client.session:
        client.logout()
    client.cookies["django_language"] = "en"
    answer = client.get(page, follow=True)
    kind = answer.get("Content-Type", "")
    return answer.content.decode() if kind.startswith("text/html") else ""


def everybodys_pages(story: Story, case: Case) -> Iterator[tuple[User | None, str]]:
    """Who reads what of a case."""
    people.enterprise(story.cast.shopkeeper)
    yield from ((story.cast.shopkeeper, page) for page in applicants_pages(case))
    yield from staff_pages(story, case)
    yield from ((None, page) for page in licence_pages())
    yield from (
        (story.cast.shopkeeper, reverse("certificates:licence_page", args=[one.code])) for one in Licence.objects.all()
    )
