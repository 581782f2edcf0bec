"""The one supplement notice (一次性告知补正): served, answered, or returned because no answer came."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries import guide
from outbox import post
from permits import clock, documents, messages, service
from permits.bodies import service_office
from permits.completeness import gaps
from permits.intake import HEAD, accepted_in_silence, going_on
from permits.late import lacking
from permits.law import remedies
from permits.locking import holding
from permits.merged_form.entries import digest
from permits.models import Case, CaseMatter, Document, Supplement, SupplementItem
from permits.papers.page import subject_name
from permits.rules import require_applicant, require_reason, require_role, require_state


def request_supplement(
    case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime, ground: str = "", taken_by: str = ""
) -> Supplement:
    """Write the one notice of everything that is missing or wrong (R2.9), within five working days (R2.8).

    A later notice asks again what was asked, or states by `ground` (a code of Supplement.Ground) why it names more. `taken_by`:
    who takes the notice at the counter at once. The days of the answer run from its service (R2.10): where that is still to
    come, `due_on` is the earliest that their last day can be.
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        _check_known(case, items)
        catalogue = case.own_catalogue
        texts = {id: require_reason(text, "items", subject_name(catalogue, id)) for id, text in items.items()}
        ground = _check_once(case, texts, timezone.localtime(at).date(), ground)
        lacking.lapse_offers(case, at)
        taken_by = service.require_taker(case, taken_by, at)
        known_on = service.known_on(case, at, taken_by)
        calendar = current_calendar()
        limit = calendar.add(timezone.localtime(at).date(), settings.SUPPLEMENT_DAYS)
        due = limit.date
        supplement = Supplement.objects.create(
            case=case,
            requested_at=at,
            requested_by_id=actor.user_id,
            due_on=due,
            awaits_service=known_on is None,
            told_on=known_on,
            ground=ground,
        )
        raised_by = _take_proposals(case, texts, supplement)
        before = _values(case, texts)
        rows = [
            SupplementItem(
                supplement=supplement,
                position=place,
                subject=id,
                text=text,
                raised_by=raised_by.get(id, []),
                before=before.get(id),
            )
            for place, (id, text) in enumerate(texts.items(), start=1)
        ]
        insert_rows(rows)
        facts = {"items": texts, "due_on": str(due if known_on else ""), "raised_by": raised_by, "ground": ground}
        # A database may put the keys of an object into another order; the notice keeps that of the desk.
        told = facts | {"points": list(texts.items()), "provisional": bool(known_on) and limit.provisional}
        told |= {"answer_days": settings.SUPPLEMENT_DAYS, "served": _served(taken_by, known_on)}
        draft = documents.Draft(Document.Kind.SUPPLEMENT_NOTICE, service_office(), list(going_on(case)), told)
        papers, parcels = documents.write(case, [draft], at=at)
        case.request_supplement()
        chain.append(
            case, act="supplement_requested", actor=actor.label, at=at, facts=facts | {"notice": papers[0].number}
        )
        message = messages.told(case, "supplement_requested", at=at, count=len(texts), due_on=facts["due_on"])
        parcels += service.after_writing(case, papers, actor=actor, at=at, taken_by=taken_by)
        update_rows([case], ["state", *HEAD])
        post.put_many([*parcels, message], at=at)
        return supplement


def _served(taken_by: str, known_on: date | None) -> str:
    """How the notice says that it is served: at the counter, on line, or by a receipt that is still to come."""
    return "counter" if taken_by else "online" if known_on else ""


def _take_proposals(case: Case, texts: Mapping[str, str], supplement: Supplement) -> dict[str, list[str]]:
    """What departments proposed for these subjects goes into the notice under their names; the rest is dropped."""
    proposals = gaps.proposals(case)
    gaps.settle(case, proposals, texts, supplement)
    named = gaps.raised_by(proposals)
    return {subject: named[subject] for subject in texts if subject in named}


def _check_known(case: Case, texts: Mapping[str, str]) -> None:
    """A point is about a material or a field that the published guide of the case's industries lists (R2.11), and not about
    what the city holds or the system makes (R2.12)."""
    catalogue = case.own_catalogue
    listed = guide.subjects_of(catalogue, case.industries)
    unknown = [id for id in texts if id not in listed]
    if unknown:
        raise RuleViolation(
            "unknown_subject",
            _("办事指南没有列出这些材料或表单要素，不能要求提交:%(names)s")
            % {"names": "、".join(subject_name(catalogue, id) for id in unknown)},
            field="items",
            rule="R2.11",
        )
    gaps.require_asked(case, texts)


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
    told = _standing(case)
    settled = [subject for subject in texts if told.get(subject) == SupplementItem.State.SETTLED]
    new = [subject for subject in texts if subject not in told]
    if told and (new or settled) and not ground:
        raise _told_already(new, settled)
    return ground if told and (new or settled) else ""


def _standing(case: Case) -> dict[str, str]:
    """Every subject that a notice of this case named, with the state of its newest point."""
    items = SupplementItem.objects.filter(supplement__case=case).order_by("supplement_id", "position")
    return dict(items.values_list("subject", "state"))


def _told_already(new: list[str], settled: list[str]) -> RuleViolation:
    """What a later notice may not name without a ground: what the first one left out, what was found to be mended."""
    if new:
        message = _(
            "补正只能一次性告知:再次告知只能针对已要求补正的内容,不能新增 %(new)s;有新的事实或者法律变化的,请写明事由"
        )
        return RuleViolation("supplement_only_once", message % {"new": "、".join(new)}, field="items", rule="R2.9")
    message = _("%(settled)s 已核对通过,不能再次要求补正;有新的事实或者法律变化的,请写明事由")
    return RuleViolation("point_settled", message % {"settled": "、".join(settled)}, field="items", rule="R2.9")


def _values(case: Case, subjects: Collection[str]) -> dict[str, Any]:
    """What stands in the form now for those of the subjects that are fields; only then the form is read."""
    fields = [id for id in subjects if id in case.own_catalogue.fields]
    return dict(case.entries.filter(field__in=fields).values_list("field", "value")) if fields else {}


def save_answers(
    case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime, shown: Mapping[str, str] | None = None
) -> Supplement:
    """Keep what was written for points of the open notice; nothing is handed in yet.

    `shown`: digests of what the page had shown, by subject. Raises RuleViolation where somebody wrote something else there
    meanwhile; the other points are kept.
    """
    with holding(case):
        require_applicant(case, actor, Authority.Act.SUPPLEMENT, at)
        require_state(case, Case.State.SUPPLEMENT_REQUESTED)
        supplement = case.supplements.get(answered_at=None)
        rows = [row for row in supplement.items.all() if items.get(row.subject, row.answer) != row.answer]
        taken = [row for row in rows if shown and shown.get(row.subject) not in (None, digest(row.answer))]
        for row in rows:
            row.__dict__["there"], row.answer = row.answer, items[row.subject]
        update_rows([row for row in rows if row not in taken], ["answer"])
    if taken:
        text = _("“%(there)s”是另一个人刚保存的答复，您写的是“%(mine)s”。核对后再次保存，以您写的为准")
        words = text % {"there": taken[0].__dict__["there"], "mine": items[taken[0].subject]}
        raise RuleViolation("changed_meanwhile", words, field=taken[0].subject)
    return supplement


def answer_supplement(case: Case, *, actor: Actor, at: datetime, items: Mapping[str, str] | None = None) -> Supplement:
    """Deliver the corrections; from this day the intake clock runs anew (R2.9). After the last day none are taken: the case
    goes back (R2.10), whether or not the nightly run came by.

    `items`: an answer by subject; a point without one keeps what was saved for it. Departments that raised points are asked
    to look at what came.
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.SUPPLEMENT, at)
        require_state(case, Case.State.SUPPLEMENT_REQUESTED)
        supplement = case.supplements.get(answered_at=None)
        _require_told(case, at)
        if not supplement.awaits_service and timezone.localtime(at).date() > supplement.due_on:
            raise RuleViolation(
                "supplement_overdue",
                _("补正期限已于 %(day)s 届满，该申请按未补正退回；退回不是不予许可，可以重新申请")
                % {"day": supplement.due_on},
                rule="R2.10",
            )
        rows = list(supplement.items.all())
        for row in rows:
            row.answer = (items or {}).get(row.subject, row.answer)
        _hand_in(case, supplement, rows, actor, at)
        return supplement


def fall_away(case: Case, everything: Iterable[CaseMatter], *, actor: Actor, at: datetime) -> bool:
    """Where only withdrawn matters require what the open notice of a held case asks for, nothing is left to correct: the
    application is complete from today, and the window looks at it anew (R2.9). Says whether that is so."""
    if case.state != Case.State.SUPPLEMENT_REQUESTED:
        return False
    supplement = case.supplements.get(answered_at=None)
    rows = list(supplement.items.all())
    is_over = not supplement.awaits_service and timezone.localtime(at).date() > supplement.due_on
    needless = gaps.needless(case, everything)
    if is_over or any(row.subject not in needless for row in rows) or accepted_in_silence(case, at):
        return False
    _hand_in(case, supplement, rows, actor, at, needless=True)
    return True


def _hand_in(
    case: Case, supplement: Supplement, rows: list[SupplementItem], actor: Actor, at: datetime, **noted: bool
) -> None:
    """Close the open notice with the answers that its points have. `noted` goes into the log beside them."""
    after = _values(case, [row.subject for row in rows])
    for row in rows:
        row.answered_at, row.after = at, after.get(row.subject)
        row.reply()
    update_rows(rows, ["answer", "answered_at", "after", "state"])
    case.complete_on = today = timezone.localtime(at).date()
    supplement.answered_at, supplement.awaits_service = at, False
    supplement.told_on = supplement.told_on or today  # whoever answers has it
    supplement.save(update_fields=["answered_at", "awaits_service", "told_on"])
    case.answer_supplement()
    asked = gaps.reopen(case, supplement, at=at) if any(row.raised_by for row in rows) else []
    facts: dict[str, Any] = {"answers": {row.subject: row.answer for row in rows if row.answer}, **noted}
    facts |= {"bodies": asked} if asked else {}
    chain.append(case, act="supplemented", actor=actor.label, at=at, facts=facts)
    update_rows([case], ["state", "complete_on", *HEAD])
    post.put_many([messages.told(case, "supplemented", at=at)], at=at)


def _require_told(case: Case, at: datetime) -> None:
    """A notice that did not reach the applicant in five working days asks for nothing: the case is accepted by law (R2.8).
    Whoever answers unserved had it by today, which is in time or is not."""
    today = timezone.localtime(at).date()
    told_on = service.told_on(case) or today
    if case.complete_on and clock.untold_from(current_calendar(), case.complete_on, told_on, today):
        raise RuleViolation(
            "told_too_late",
            _("补正告知书没有在五个工作日内送达您，该申请自收到材料之日起即为受理，不用补正"),
            rule="R2.8",
        )


def return_unanswered(case: Case, *, actor: Actor, at: datetime) -> Case | None:
    """Send back a case whose supplement never came (R2.10: returned, never refused); None while it is not due.

    The notice ends the procedure, so it names the remedies (R2.39).
    """
    with holding(case):
        if case.state != Case.State.SUPPLEMENT_REQUESTED:
            return None
        supplement = case.supplements.get(answered_at=None)
        if supplement.awaits_service or timezone.localtime(at).date() <= supplement.due_on:
            return None
        if accepted_in_silence(case, at):
            return None  # told too late: by law it is accepted, and `accept_by_silence` will say so
        office, due_on = service_office(), str(supplement.due_on)
        told = remedies.with_last_days(office.remedies, service.known_on(case, at), current_calendar())
        facts = {"due_on": due_on, "remedies": told}
        draft = documents.Draft(Document.Kind.RETURN_NOTICE, office, list(going_on(case)), facts)
        papers, parcels = documents.write(case, [draft], at=at)
        case.send_back()
        case.closed_at = at
        noted = {"due_on": due_on, "notice": papers[0].number}
        chain.append(case, act="returned", actor=actor.label, at=at, facts=noted)
        parcels += service.after_writing(case, papers, actor=actor, at=at)
        update_rows([case], ["state", "closed_at", *HEAD])
        post.put_many([*parcels, messages.told(case, "returned", at=at, due_on=due_on)], at=at)
        return case
