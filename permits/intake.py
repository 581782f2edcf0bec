"""Intake (一口受理): acceptance, the one supplement notice and its answer, non-acceptance, return."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import clock, documents, messages, remedies
from permits.bodies import service_office
from permits.limits import start_clocks
from permits.locking import holding
from permits.models import Case, CaseMatter, Document, Supplement, SupplementItem
from permits.papers import grounds
from permits.rules import require_applicant, require_reason, require_role, require_state

HEAD = ("audit_length", "audit_head")
"""The columns that every act saves with the case: the head of its audit chain."""


def accept(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Accept (受理). The acceptance day is today, or the day on which the corrections were delivered (R2.9)."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        was_supplemented = case.complete_on != case.received_on
        accepted_on = case.complete_on if was_supplemented and case.complete_on else timezone.localtime(at).date()
        return _take_in(case, accepted_on, Case.Acceptance.EXPLICIT, actor, at)


def accept_by_silence(case: Case, *, actor: Actor, at: datetime) -> Case | None:
    """Accept from the day of receipt because no notice came in five working days (R2.8); None while it is not due."""
    with holding(case):
        if case.state != Case.State.SUBMITTED or case.complete_on is None:
            return None
        day = clock.deemed_accepted_on(current_calendar(), case.complete_on, timezone.localtime(at).date())
        return _take_in(case, day, Case.Acceptance.DEEMED, actor, at) if day else None


def _take_in(case: Case, accepted_on: date, acceptance: Case.Acceptance, actor: Actor, at: datetime) -> Case:
    case.accepted_on, case.acceptance = accepted_on, acceptance
    matters = list(going_on(case).select_related("section"))
    start_clocks(case, matters, current_calendar(), at)
    frozen = {"deemed": acceptance == Case.Acceptance.DEEMED, "clocks": _clocks(matters)}
    draft = documents.Draft(Document.Kind.ACCEPTANCE_NOTICE, service_office(), matters, frozen)
    papers, parcels = documents.write(case, [draft], at=at)
    case.accept()
    chain.append(
        case,
        act="accepted",
        actor=actor.label,
        at=at,
        facts={"on": str(accepted_on), "how": str(acceptance), "notice": papers[0].number},
    )
    update_rows([case], ["state", "accepted_on", "acceptance", "promised_by", "provisional", *HEAD])
    event = "accepted_by_silence" if acceptance == Case.Acceptance.DEEMED else "accepted"
    post.put_many([*parcels, messages.told(case, event, at=at)], at=at)
    return case


def going_on(case: Case) -> QuerySet[CaseMatter]:
    """The matters that are still applied for: one can be withdrawn before acceptance."""
    return case.matters.filter(ended_at=None)


def _clocks(matters: list[CaseMatter]) -> dict[str, dict[str, object]]:
    """Each matter's route and dates as the acceptance notice states them."""
    return {
        matter.matter: {
            "route": matter.route,
            "statutory_days": matter.statutory_days,
            "day_type": matter.day_type,
            "statutory_by": str(matter.statutory_by),
            "promised_by": str(matter.promised_by),
        }
        for matter in matters
    }


def request_supplement(case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime) -> Supplement:
    """Serve the one notice of everything that is missing or wrong (R2.9), within five working days (R2.8)."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        texts = {subject: require_reason(text, "items") for subject, text in items.items()}
        _check_known(case, texts)
        _check_once(case, texts, timezone.localtime(at).date())
        calendar = current_calendar()
        due = calendar.add(timezone.localtime(at).date(), settings.SUPPLEMENT_DAYS).date
        supplement = Supplement.objects.create(case=case, requested_at=at, requested_by_id=actor.user_id, due_on=due)
        SupplementItem.objects.bulk_create(
            SupplementItem(supplement=supplement, position=place, subject=subject, text=text)
            for place, (subject, text) in enumerate(texts.items(), start=1)
        )
        facts = {"items": texts, "due_on": str(due)}
        # A database may put the keys of an object into another order; the notice keeps that of the desk.
        told = facts | {"points": list(texts.items())}
        draft = documents.Draft(Document.Kind.SUPPLEMENT_NOTICE, service_office(), list(going_on(case)), told)
        papers, parcels = documents.write(case, [draft], at=at)
        case.request_supplement()
        chain.append(
            case, act="supplement_requested", actor=actor.label, at=at, facts=facts | {"notice": papers[0].number}
        )
        update_rows([case], ["state", *HEAD])
        message = messages.told(case, "supplement_requested", at=at, count=len(texts), due_on=str(due))
        post.put_many([*parcels, message], at=at)
        return supplement


def _check_known(case: Case, texts: Mapping[str, str]) -> None:
    """A point is about a material or a field: nobody can answer one about something that does not exist."""
    catalogue = case.own_catalogue
    unknown = [id for id in texts if id not in catalogue.materials and id not in catalogue.fields]
    if unknown:
        raise RuleViolation(
            "unknown_subject",
            _("没有这样的材料或表单要素:%(names)s") % {"names": "、".join(unknown)},
            field="items",
            rule="R2.9",
        )


def _check_once(case: Case, texts: Mapping[str, str], today: date) -> None:
    if not texts:
        raise RuleViolation("nothing_to_supplement", _("请至少写明一项需要补正的内容"), field="items", rule="R2.9")
    if case.complete_on and clock.deemed_accepted_on(current_calendar(), case.complete_on, today):
        raise RuleViolation(
            "silence_is_acceptance", _("已超过5个工作日未告知补正,该申请自收到材料之日起即为受理"), rule="R2.8"
        )
    told = set(SupplementItem.objects.filter(supplement__case=case).values_list("subject", flat=True))
    new = [subject for subject in texts if subject not in told]
    if told and new:
        raise RuleViolation(
            "supplement_only_once",
            _("补正只能一次性告知:再次告知只能针对已要求补正的内容,不能新增 %(new)s") % {"new": "、".join(new)},
            field="items",
            rule="R2.9",
        )


def answer_supplement(case: Case, *, actor: Actor, at: datetime, items: Mapping[str, str] | None = None) -> Supplement:
    """Deliver the corrections; from this day the intake clock runs anew (R2.9)."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.SUPPLEMENT, at)
        require_state(case, Case.State.SUPPLEMENT_REQUESTED)
        supplement = case.supplements.get(answered_at=None)
        answers = dict(items or {})
        rows = list(supplement.items.all())
        for row in rows:
            row.answer, row.answered_at = answers.get(row.subject, ""), at
        update_rows(rows, ["answer", "answered_at"])
        supplement.answered_at = at
        supplement.save(update_fields=["answered_at"])
        case.complete_on = timezone.localtime(at).date()
        case.answer_supplement()
        chain.append(case, act="supplemented", actor=actor.label, at=at, facts={"answers": answers})
        update_rows([case], ["state", "complete_on", *HEAD])
        post.put_many([messages.told(case, "supplemented", at=at)], at=at)
        return supplement


def decline(case: Case, *, reason: str, actor: Actor, at: datetime, ground: str = "other", competent: str = "") -> Case:
    """Refuse acceptance (不予受理), in writing, with the clause, reasons and remedies (R2.7, R2.39).

    `ground` is a code of `grounds.DECLINES`; who is not competent names the body that is (art. 32(1)(2)).
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        reason = require_reason(reason)
        _check_ground(ground, competent)
        office = service_office()
        told = remedies.with_last_days(office.remedies, timezone.localtime(at).date(), current_calendar())
        facts = {"reason": reason, "ground": ground, "competent": competent.strip(), "remedies": told}
        draft = documents.Draft(Document.Kind.DECLINE_DECISION, office, list(going_on(case)), facts)
        papers, parcels = documents.write(case, [draft], at=at)
        case.decline()
        case.closed_at = at
        facts = {"reason": reason, "ground": ground, "decision": papers[0].number}
        chain.append(case, act="declined", actor=actor.label, at=at, facts=facts)
        update_rows([case], ["state", "closed_at", *HEAD])
        post.put_many([*parcels, messages.told(case, "declined", at=at)], at=at)
        return case


def _check_ground(ground: str, competent: str) -> None:
    if ground not in grounds.DECLINES:
        raise RuleViolation("unknown_ground", _("请选择不予受理的法定情形"), field="ground", rule="R2.7")
    if ground == "not_competent" and not competent.strip():
        raise RuleViolation("competent_body_missing", _("请写明应当向哪个行政机关申请"), field="competent", rule="R2.7")


def return_unanswered(case: Case, *, actor: Actor, at: datetime) -> Case | None:
    """Send back a case whose supplement never came (R2.10: returned, never refused); None while it is not due."""
    with holding(case):
        if case.state != Case.State.SUPPLEMENT_REQUESTED:
            return None
        supplement = case.supplements.get(answered_at=None)
        if timezone.localtime(at).date() <= supplement.due_on:
            return None
        case.send_back()
        case.closed_at = at
        chain.append(case, act="returned", actor=actor.label, at=at, facts={"due_on": str(supplement.due_on)})
        update_rows([case], ["state", "closed_at", *HEAD])
        post.put_many([messages.told(case, "returned", at=at, due_on=str(supplement.due_on))], at=at)
        return case
