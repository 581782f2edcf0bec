"""Beginning a case and handing it in: draft, matters and sections, submission."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, Enterprise, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.models import CatalogueVersion, Notice
from industries.notice import NoticeResult, compile_notice
from outbox import post
from permits import delivery, documents, messages
from permits.acting_for import agents
from permits.barring import bars
from permits.bodies import body, service_office
from permits.clock import INTAKE_DAYS
from permits.locking import holding
from permits.merged_form.form import MergedForm, merged_form
from permits.models import Case, CaseMatter, Document, Section
from permits.promises import commitments, ways
from permits.promises.letters import Letter
from permits.rules import require_applicant, require_role, require_state

SUBMISSION_COLUMNS = (
    "number",
    "state",
    "channel",
    "submitted_at",
    "received_on",
    "complete_on",
    "promised_days",
    "ordinary",
    "audit_length",
    "audit_head",
)


def start(
    *,
    enterprise: Enterprise,
    industries: list[str],
    answers: dict[str, Any],
    catalogue_version: CatalogueVersion,
    channel: str,
    actor: Actor,
    at: datetime,
    notice: Notice | None = None,
) -> Case:
    """Open a draft, pinned to the catalogue version its notice was made from. Prefill is `permits.merged_form.prefill`'s.

    Raises RuleViolation for somebody who may not file for the enterprise (R2.16).
    """
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW)
    is_applicant = actor.role == User.Role.APPLICANT
    case = Case(
        key=secrets.token_urlsafe(12),
        code=secrets.token_urlsafe(12),
        channel=channel,
        with_counter=channel == Case.Channel.WINDOW,
        enterprise=enterprise,
        applicant_id=actor.user_id if is_applicant else None,
        authority=agents.starting(enterprise, actor, at) if is_applicant else None,
        catalogue=catalogue_version,
        notice=notice,
        industries=industries,
        answers=answers,
        created_at=at,
    )
    case.save()
    return case


def requirements(case: Case, on: date) -> NoticeResult:
    """What the case's own catalogue version asks for its answers (R0.1: judged by the version it was made from)."""
    return compile_notice(case.own_catalogue, case.industries, case.answers, on)


def submit(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Hand the case in (R2.3): number, matters and sections, filing receipt (R2.7).

    Materials may be missing - taking in cannot be refused (R2.14), the one supplement notice will name them - but the
    form's required fields may not.
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        require_state(case, Case.State.DRAFT)
        case.received_on = case.complete_on = timezone.localtime(at).date()
        case.submitted_at = at
        case.channel = _handed_in_through(case, actor)
        form = merged_form(case, case.received_on)
        require_complete(form)
        required = form.notice
        bars.require_none(case, (entry.id for entry in required.matters), case.received_on)
        letters = commitments.require_signed(case, required)
        commitments.forget_others(case, letters)
        case.ordinary = ways.kept_ordinary(required)
        matters = open_matters(case, required)
        case.promised_days = required.promised_days
        answer = current_calendar().add(case.received_on, INTAKE_DAYS)
        facts = {
            "answer_by": str(answer.date),
            "provisional": answer.provisional,
            "delivery": delivery.ON_PAPER[delivery.wish_of(case)],
        }
        receipt = documents.Draft(Document.Kind.FILING_RECEIPT, service_office(), matters, facts)
        papers, parcels = documents.write(case, [receipt, *letter_papers(letters, matters)], at=at)
        case.submit()
        told = {"receipt": papers[0].number, "channel": str(case.channel)} | (
            {"ordinary": case.ordinary} if case.ordinary else {}
        )
        told |= {name: value for name, value in delivery.chosen(case).items() if value}
        chain.append(case, act="submitted", actor=actor.label, at=at, facts=told)
        update_rows([case], SUBMISSION_COLUMNS)
        post.put_many([*parcels, messages.told(case, "submitted", at=at, answer_by=str(answer.date))], at=at)
    return case


def _handed_in_through(case: Case, actor: Actor) -> str:
    """At the counter, or at home where the applicant hands in a case that is not with the counter."""
    if actor.is_role(User.Role.WINDOW):
        return Case.Channel.WINDOW
    return case.channel if case.with_counter else Case.Channel.ONLINE


def letter_papers(letters: Sequence[Letter], matters: Sequence[CaseMatter]) -> list[documents.Draft]:
    """The signed letters as papers, each under the department that accepts it: of a proof the first that asks for it (R6.3)."""
    drafts = []
    for letter in letters:
        rows = [row for row in matters if row.matter in letter.matters]
        kind, facts = Document.Kind.COMMITMENT_LETTER, {}
        if letter.is_proof:
            kind, facts = Document.Kind.PROOF_COMMITMENT, {"material": letter.subject, "proof": letter.name}
        drafts.append(documents.Draft(kind, body(rows[0].section.body_id), rows, facts))
    return drafts


def require_complete(form: MergedForm) -> None:
    """The form has an answer for every required field that these answers make visible."""
    missing = form.missing
    if missing:
        raise RuleViolation(
            "form_incomplete",
            _("还有 %(count)d 项必填内容未填写:%(names)s")
            % {"count": len(missing), "names": "、".join(field.label for field in missing[:8])},
            rule="R1.9",
        )


def open_matters(case: Case, required: NoticeResult) -> list[CaseMatter]:
    """A section per department and a row per matter, in the order of the notice."""
    if not required.matters:
        raise RuleViolation("nothing_to_apply_for", _("按目前的回答,没有需要办理的许可事项"))
    codes = list(dict.fromkeys(item.matter.department for item in required.matters))
    sections = {code: Section(case=case, body_id=code) for code in codes}
    insert_rows(list(sections.values()))
    rows = [
        CaseMatter(
            case=case,
            section=sections[item.matter.department],
            matter=item.id,
            name=item.matter.name,
            kind=item.matter.kind,
            position=position,
            route=item.route,
            inspection=item.inspection,
            two_persons=item.matter.two_persons,
            statutory_days=item.matter.statutory_days,
            day_type=item.matter.day_type,
            promised_days=item.days,
            validity_years=item.matter.validity_years,
        )
        for position, item in enumerate(required.matters)
    ]
    insert_rows(rows)
    return rows
