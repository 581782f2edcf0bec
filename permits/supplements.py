"""The one supplement notice (一次性告知补正): served, answered, or returned because no answer came."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import clock, documents, gaps, lacking, messages
from permits.bodies import service_office
from permits.intake import HEAD, going_on
from permits.locking import holding
from permits.models import Case, Document, Supplement, SupplementItem
from permits.rules import require_applicant, require_reason, require_role, require_state


def request_supplement(
    case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime, ground: str = ""
) -> Supplement:
    """Serve the one notice of everything that is missing or wrong (R2.9), within five working days (R2.8).

    A later notice asks again what was asked, or states by `ground` (a code of Supplement.Ground) why it names more.
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        texts = {subject: require_reason(text, "items") for subject, text in items.items()}
        _check_known(case, texts)
        ground = _check_once(case, texts, timezone.localtime(at).date(), ground)
        lacking.lapse_offers(case, at)
        calendar = current_calendar()
        due = calendar.add(timezone.localtime(at).date(), settings.SUPPLEMENT_DAYS).date
        supplement = Supplement.objects.create(
            case=case, requested_at=at, requested_by_id=actor.user_id, due_on=due, ground=ground
        )
        raised_by = _take_proposals(case, texts, supplement)
        rows = [
            SupplementItem(
                supplement=supplement, position=place, subject=id, text=text, raised_by=raised_by.get(id, [])
            )
            for place, (id, text) in enumerate(texts.items(), start=1)
        ]
        insert_rows(rows)
        facts = {"items": texts, "due_on": str(due), "raised_by": raised_by, "ground": ground}
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


def _take_proposals(case: Case, texts: Mapping[str, str], supplement: Supplement) -> dict[str, list[str]]:
    """What departments proposed for these subjects goes into the notice under their names; the rest is dropped."""
    proposals = gaps.proposals(case)
    gaps.settle(case, proposals, texts, supplement)
    named = gaps.raised_by(proposals)
    return {subject: named[subject] for subject in texts if subject in named}


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


def _check_once(case: Case, texts: Mapping[str, str], today: date, ground: str) -> str:
    """Whether this may be asked, now; the ground that stands on the notice: one that names nothing new needs none."""
    if ground and ground not in Supplement.Ground.values:
        raise RuleViolation(
            "unknown_ground", _("没有这样的再次告知事由:%(ground)s") % {"ground": ground}, field="ground"
        )
    if not texts:
        raise RuleViolation("nothing_to_supplement", _("请至少写明一项需要补正的内容"), field="items", rule="R2.9")
    if case.complete_on and clock.deemed_accepted_on(current_calendar(), case.complete_on, today):
        raise RuleViolation(
            "silence_is_acceptance", _("已超过5个工作日未告知补正,该申请自收到材料之日起即为受理"), rule="R2.8"
        )
    told = set(SupplementItem.objects.filter(supplement__case=case).values_list("subject", flat=True))
    new = [subject for subject in texts if subject not in told]
    if told and new and not ground:
        raise RuleViolation(
            "supplement_only_once",
            _(
                "补正只能一次性告知:再次告知只能针对已要求补正的内容,不能新增 %(new)s;有新的事实或者法律变化的,请写明事由"
            )
            % {"new": "、".join(new)},
            field="items",
            rule="R2.9",
        )
    return ground if told and new else ""


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
