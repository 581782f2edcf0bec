"""Bars on applying again (R2.27): a decision brings them about, handing in asks for them, an undone decision lifts them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Enterprise, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from permits.law import bar_terms
from permits.law.bar_terms import Subject, Term
from permits.models import Case, CaseMatter, Document, ReapplyBar
from permits.rules import require_reason, require_role


def told(rows: Iterable[CaseMatter], ground: str, on: date) -> dict[str, Any]:
    """What the decision's paper says of its `ground` and of the bars that it brings about: `bars`, where the law orders any,
    each with the matter's `name`, the `subject`, its last day `until`, the `basis`."""
    said = [
        {
            "name": row.name,
            "subject": str(term.subject),
            "until": str(bar_terms.last_day(on, term.years)),
            "basis": term.basis,
        }
        for row in rows
        for term in bar_terms.terms(row.matter, ground)
    ]
    return ({"ground": ground} if ground else {}) | ({"bars": said} if said else {})


def arise(
    case: Case, decided: Iterable[tuple[CaseMatter, Document]], ground: str, *, actor: Actor, at: datetime
) -> list[ReapplyBar]:
    """Record the bars that these decisions, each a matter with its paper, bring about by law; none where no law orders one.

    Call it in the act's transaction, once the papers are written: a paper is the source, and its day the first of the term.
    `ground` is a code of `bar_terms.Ground`. A person of whom the register has no identity number cannot be recorded.
    """
    made = [
        bar
        for row, decision in decided
        for term in bar_terms.terms(row.matter, ground)
        if (bar := _bar(case, row, ground, term, decision, actor, at)) is not None
    ]
    insert_rows(made)
    for bar in made:
        facts = {"matter": bar.matter, "ground": ground, "until": str(bar.until), "source": bar.document.number}
        chain.append(bar, act="bar_arose", actor=actor.label, at=at, facts=facts)
    if made:
        update_rows(made, ["audit_length", "audit_head"])
    return made


def _bar(
    case: Case, row: CaseMatter, ground: str, term: Term, decision: Document, actor: Actor, at: datetime
) -> ReapplyBar | None:
    bar = ReapplyBar(
        matter=row.matter,
        name=row.name,
        body_id=row.section.body_id,
        ground=ground,
        basis=term.basis,
        since=decision.on,
        until=bar_terms.last_day(decision.on, term.years),
        case_matter=row,
        document=decision,
        recorded_by_id=actor.user_id,
        recorded_at=at,
    )
    if term.subject is Subject.ENTERPRISE:
        bar.enterprise_id = case.enterprise_id
        return bar
    bar.person_name = case.enterprise.legal_representative
    bar.person_id_number = case.enterprise.representative_id_number
    return bar if bar.person_id_number else None


def in_force(enterprise: Enterprise, on: date) -> dict[str, ReapplyBar]:
    """By matter, the bar that an application of this enterprise on this day falls into; of several the longest. One statement."""
    found = ReapplyBar.objects.in_force(on).against(enterprise).select_related("document", "enterprise", "body")
    return {bar.matter: bar for bar in found.order_by("until")}


def of_case(case: Case) -> list[ReapplyBar]:
    """The bars that came of this case's decisions, lifted ones too; one statement."""
    found = ReapplyBar.objects.filter(case_matter__case=case)
    return list(found.select_related("document", "enterprise", "body"))


def of_holders(enterprises: Iterable[int], on: date) -> list[ReapplyBar]:
    """The bars in force against these enterprises themselves, the first to end first; one statement."""
    found = ReapplyBar.objects.in_force(on).filter(enterprise__in=set(enterprises))
    return list(found.select_related("document", "enterprise", "body").order_by("until", "pk"))


def against_any(enterprises: Sequence[Enterprise], matters: Iterable[str], on: date) -> list[ReapplyBar]:
    """The bars on these matters in force against any of these enterprises or whoever represents them; one statement."""
    if not enterprises:
        return []
    people = [one.representative_id_number for one in enterprises if one.representative_id_number]
    whom = Q(enterprise__in=[one.pk for one in enterprises]) | Q(person_id_number__in=people)
    found = ReapplyBar.objects.in_force(on).filter(whom, matter__in=set(matters))
    return list(found.select_related("document__service", "enterprise", "body").order_by("until", "pk"))


def of_department(enterprise: Enterprise, body_code: str) -> list[ReapplyBar]:
    """The bars against this enterprise, or whoever represents it, by decisions of one department; one statement."""
    found = ReapplyBar.objects.against(enterprise).filter(body__code=body_code)
    return list(found.select_related("document", "enterprise", "body"))


def require_none(case: Case, matters: Iterable[str], on: date) -> None:
    """None of these matters is barred on the day of receipt (art. 78, 79). Only a held case that has a bar at all is looked
    up: locking has brought its last day along."""
    latest = case.__dict__["barred_until"]
    if not latest or str(latest) < str(on):
        return
    wanted = set(matters)
    if stopped := [bar for id, bar in in_force(case.enterprise, on).items() if id in wanted]:
        raise RuleViolation("barred", words(stopped), field="matters", rule="R2.27")


def words(stopped: Sequence[ReapplyBar]) -> str:
    """Which matters may not be applied for, until when, by which paper, and what can be done."""
    listed = "；".join(
        _("“%(name)s”在 %(until)s（含当日）以前不得再次申请，依据%(basis)s和《%(paper)s》（%(number)s）")
        % {
            "name": bar.name,
            "until": bar.until,
            "basis": bar.basis,
            "paper": bar.document.title,
            "number": bar.document.number,
        }
        for bar in stopped
    )
    return _("%(listed)s。可以先不办该事项，其他事项照常提交；期满后再申请。") % {"listed": listed}


@transaction.atomic
def lift(pk: int, *, reason: str, actor: Actor, at: datetime) -> ReapplyBar:
    """Lift a bar because its decision was undone (in reconsideration, by a court, by the organ itself): the department that
    decided says so, with the paper that undid it."""
    require_role(actor, User.Role.OFFICER)
    bar = ReapplyBar.objects.select_for_update().get(pk=pk)
    if bar.body_id != actor.body:
        raise RuleViolation("not_your_matter", _("这项限制由作出决定的部门解除"), rule="R1.2")
    if bar.lifted_on is not None:
        raise RuleViolation("already_lifted", _("这项限制已于%(on)s解除") % {"on": bar.lifted_on})
    bar.lift_reason = require_reason(reason)
    bar.lifted_on, bar.lifted_by_id = timezone.localtime(at).date(), actor.user_id
    chain.append(bar, act="bar_lifted", actor=actor.label, at=at, facts={"reason": bar.lift_reason})
    update_rows([bar], ["lifted_on", "lifted_by", "lift_reason", "audit_length", "audit_head"])
    return bar
