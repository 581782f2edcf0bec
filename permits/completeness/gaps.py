"""The completeness check over all departments (会同审查): who is asked, what each finds, what the one notice takes of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.results import NoticeField, NoticeMaterial
from permits.clock import INTAKE_DAYS
from permits.intake import HEAD, going_on
from permits.law.points import Proposal, merged
from permits.locking import holding
from permits.merged_form.form import notice_of
from permits.models import Case, CaseMatter, CompletenessReview, Gap, Supplement
from permits.papers.page import subject_name
from permits.rules import body_code, require_reason, require_role, require_state

SPARED = ("exempt", "generated")
"""Materials that nobody hands in (R2.12)."""


def open_reviews(case: Case, *, departments: Collection[str], actor: Actor, at: datetime) -> list[CompletenessReview]:
    """Ask these departments whether their part of a submitted application is complete; who is being asked stays so."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        concerned = list(going_on(case).order_by("pk").values_list("section__body_id", flat=True))
        if not departments or set(departments) - set(concerned):
            raise RuleViolation("unknown_department", _("请选择本办件涉及的部门"), field="departments")
        waiting = set(case.reviews.waiting().values_list("body_id", flat=True))
        asked = [code for code in dict.fromkeys(concerned) if code in departments and code not in waiting]
        due_on = current_calendar().add(case.complete_on, INTAKE_DAYS).date  # type: ignore[arg-type]  # submitted: a date
        rows = [
            CompletenessReview(case=case, body_id=code, asked_at=at, asked_by_id=actor.user_id, due_on=due_on)
            for code in asked
        ]
        insert_rows(rows)
        facts = {"bodies": asked, "due_on": str(due_on)}
        chain.append(case, act="reviews_opened", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return rows


def review(case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime) -> list[Gap]:
    """A department answers: what its part still lacks, or nothing. It speaks of what its own matters require (R6.22)."""
    require_role(actor, User.Role.OFFICER)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        asked = case.reviews.waiting().of_body(actor.body).first()
        if asked is None:
            raise RuleViolation("review_not_asked", _("窗口没有请您的部门审查这一办件，或者审查已经结束"))
        items = _asked_for(case, items, actor.body)
        made = _replace(case, items, actor.body, actor, at)
        asked.ended_at, asked.ended_by_id = at, actor.user_id
        update_rows([asked], ["ended_at", "ended_by"])
        facts = {"body": actor.body, "items": items}
        chain.append(case, act="reviewed", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        return made


def note(case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime) -> list[Gap]:
    """The window keeps what it found itself, until the notice is served; what it noted before is replaced."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        items = _asked_for(case, items, None)
        made = _replace(case, items, settings.SERVICE_OFFICE, actor, at)
        chain.append(case, act="gaps_noted", actor=actor.label, at=at, facts={"items": items})
        update_rows([case], HEAD)
        return made


def reopen(case: Case, supplement: Supplement, *, at: datetime) -> list[str]:
    """Ask the departments that raised points of an answered notice to look at what came; the codes of those asked.

    Nobody of the window asks: who is asked is written in the notice.
    """
    raised = case.gaps.filter(state=Gap.State.TAKEN, supplement=supplement).exclude(body_id=settings.SERVICE_OFFICE)
    raised = raised.filter(body_id__in=going_on(case).values("section__body_id"))
    bodies = [str(code) for code in dict.fromkeys(raised.values_list("body_id", flat=True))]
    due_on = current_calendar().add(timezone.localtime(at).date(), INTAKE_DAYS).date
    insert_rows([CompletenessReview(case=case, body_id=code, asked_at=at, due_on=due_on) for code in bodies])
    return bodies


def replace_one(case: Case, subject: str, text: str, *, actor: Actor, at: datetime) -> None:
    """The department's proposal about one subject is this from now on; an empty text takes it back."""
    old = list(case.gaps.filter(state=Gap.State.PROPOSED, body_id=actor.body, subject=subject))
    for gap in old:
        gap.drop()
    update_rows(old, ["state"])
    if text:
        insert_rows([Gap(case=case, subject=subject, text=text, body_id=actor.body, by_id=actor.user_id, at=at)])


def proposals(case: Case) -> list[Gap]:
    """What is proposed for the next notice, in the order in which it was found."""
    return list(case.gaps.filter(state=Gap.State.PROPOSED).select_related("body"))


def raised_by(gaps: Iterable[Gap]) -> dict[str, list[str]]:
    """The short names of the departments that propose each subject; the window itself is not named."""
    said = [
        Proposal(gap.subject, gap.text, gap.body.short_name) for gap in gaps if gap.body_id != settings.SERVICE_OFFICE
    ]
    return {subject: list(point.by) for subject, point in merged(said).items()}


def settle(case: Case, gaps: list[Gap], subjects: Collection[str], supplement: Supplement) -> None:
    """The notice that is being served takes up the proposals for its subjects and drops the others.

    Whoever was asked and has not answered is not waited for any longer.
    """
    for gap in gaps:
        if gap.subject in subjects:
            gap.take(supplement)
        else:
            gap.drop()
    update_rows(gaps, ["state", "supplement"])
    case.reviews.filter(ended_at=None).update(ended_at=supplement.requested_at)


def own_subjects(case: Case, department: str | None) -> frozenset[str]:
    """The fields and materials that a department's matters require; of all departments without one.

    What only a withdrawn matter needed is needed no longer.
    """
    asked, alive = notice_of(case), set(going_on(case).values_list("matter", flat=True))
    everything: list[NoticeMaterial | NoticeField] = [*asked.materials, *asked.fields]
    return frozenset(
        one.id
        for one in everything
        if any(matter.id in alive and department in (None, matter.department) for matter in one.required_by)
    )


def needless(case: Case, matters: Iterable[CaseMatter]) -> frozenset[str]:
    """The fields and materials that only withdrawn matters of the case require: nobody corrects them any more.

    What no matter requires, and a notice names all the same, is not among them.
    """
    withdrawn = {row.matter for row in matters if row.state == CaseMatter.State.WITHDRAWN}
    if not withdrawn:
        return frozenset()
    asked = notice_of(case)
    everything: list[NoticeMaterial | NoticeField] = [*asked.materials, *asked.fields]
    wanted = {one.id: {matter.id for matter in one.required_by} for one in everything}
    return frozenset(id for id, by in wanted.items() if by and by <= withdrawn)


def end_needless(case: Case, matters: Iterable[CaseMatter], at: datetime) -> None:
    """Whoever was asked to look and has no matter left in a submitted case is asked no longer."""
    if case.state == Case.State.SUBMITTED:
        left = {body_code(row) for row in matters if row.is_undecided}
        case.reviews.filter(ended_at=None).exclude(body_id__in=left).update(ended_at=at)


def _asked_for(case: Case, items: Mapping[str, str], department: str | None) -> dict[str, str]:
    """The points: each has words that can be printed, and speaks of what the case asks for; nothing else may be demanded
    (R2.11)."""
    known = own_subjects(case, department) if items else frozenset()
    unknown = [id for id in items if id not in known]
    if unknown:
        raise RuleViolation(
            "not_your_subject",
            _("只能就本次申请(本部门事项)需要的材料和表单要素提出意见:%(names)s") % {"names": "、".join(unknown)},
            field="items",
            rule="R2.11",
        )
    require_asked(case, items)
    catalogue = case.own_catalogue
    return {id: require_reason(text, "items", subject_name(catalogue, id)) for id, text in items.items()}


def require_asked(case: Case, subjects: Collection[str]) -> None:
    """None of these is a material that the city holds or the system makes: nobody asks the applicant for it (R2.12)."""
    asked = notice_of(case).materials if subjects else ()
    spared = [one.material.name for one in asked if one.id in subjects and one.status in SPARED]
    if spared:
        raise RuleViolation(
            "spared_material",
            _("这些材料由系统共享取得或者自动生成，不能要求申请人提交:%(names)s") % {"names": "、".join(spared)},
            field="items",
            rule="R2.12",
        )


def _replace(case: Case, items: Mapping[str, str], body: str, actor: Actor, at: datetime) -> list[Gap]:
    """The body's proposals are these from now on."""
    old = list(case.gaps.filter(state=Gap.State.PROPOSED, body_id=body))
    for gap in old:
        gap.drop()
    update_rows(old, ["state"])
    made = [
        Gap(case=case, subject=subject, text=text, body_id=body, by_id=actor.user_id, at=at)
        for subject, text in items.items()
    ]
    insert_rows(made)
    return made
