"""Renewal (延续): applied for within the permit's own window, decided before its term is over, granted by silence (R2.30-R2.32)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from certificates import life
from certificates.acts import applications, windows
from certificates.models import ApplicationPart, HolderApplication, LicenceItem
from certificates.wording import STATES
from outbox import post
from permits import documents, messages, service
from permits.intake import HEAD
from permits.law.validity import last_day_of_validity
from permits.locking import holding
from permits.models import Case, Document
from permits.rules import require_reason

RENEWAL = HolderApplication.Kind.RENEWAL
GRANTED, REFUSED, SILENT = ApplicationPart.State.GRANTED, ApplicationPart.State.REFUSED, ApplicationPart.State.SILENT


def renew(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> HolderApplication:
    """Apply for the renewal of these permits. Their departments decide before each term is over."""
    with holding(case):
        actor = applications.require_holder(case, actor, at)
        today = timezone.localtime(at).date()
        items = [item for item in applications.items_of(case) if item.matter in set(matters)]
        if not items or len(items) < len(set(matters)):
            raise RuleViolation("no_such_permit", _("请选择本办件中已核发的许可"), field="matters", rule="R2.30")
        due = {item: _require_in_time(item, today) for item in items}
        applications.require_none_pending(items)
        made, _parts, parcels = applications.file(case, RENEWAL, due, actor=actor, at=at)
        told = {"matters": [item.matter for item in items], "wanted": str(RENEWAL)}
        noted = told | {"receipt": made.receipt.number, "due_on": {item.matter: str(day) for item, day in due.items()}}
        chain.append(case, act="renewal_applied_for", actor=actor.label, at=at, facts=noted)
        update_rows([case], HEAD)
        post.put_many([*parcels, messages.told(case, "holder_applied", at=at, **told)], at=at)
        return made


def _require_in_time(item: LicenceItem, today: date) -> date:
    """The last day of the permit's term, where its renewal can be applied for today (R2.31, R2.32)."""
    state = life.state_now(item, today)
    if state not in life.HOLDING:
        raise RuleViolation(
            "permit_ended",
            _("“%(name)s”%(state)s，不能延续；继续经营须重新申请，取得许可之前经营属于无证经营")
            % {"name": item.name, "state": STATES[state]},
            field="matters",
            rule="R2.32",
        )
    if item.valid_to is None:
        raise RuleViolation(
            "no_term", _("“%(name)s”长期有效，不需要延续") % {"name": item.name}, field="matters", rule="R2.31"
        )
    window = windows.window(windows.term_of(item.matter), item.valid_to, current_calendar())
    if window.is_early(today):
        raise RuleViolation(
            "too_early",
            _("“%(name)s”有效期至 %(end)s，自 %(from)s 起才可以申请延续")
            % {"name": item.name, "end": item.valid_to, "from": window.opens_on},
            field="matters",
            rule="R2.31",
        )
    if window.is_late(today):
        raise RuleViolation(
            "too_late",
            _(
                "“%(name)s”有效期至 %(end)s，延续最迟应在 %(last)s 提出；现在只能重新申请，有效期届满后未取得许可而经营属于无证经营"
            )
            % {"name": item.name, "end": item.valid_to, "last": window.closes_on},
            field="matters",
            rule="R2.32",
        )
    return item.valid_to


def grant(case: Case, *, matters: Sequence[str], actor: Actor, at: datetime) -> list[ApplicationPart]:
    """Grant the renewal: the number stays, the new term begins the day after the old one."""
    with holding(case):
        parts = applications.pending(case, RENEWAL, matters, actor)
        return _decide(case, parts, GRANTED, "", actor, at)


def refuse(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[ApplicationPart]:
    """Refuse the renewal, with reasons and remedies: the permit holds to the end of its term (R2.25, R2.39)."""
    reason = require_reason(reason)
    with holding(case):
        parts = applications.pending(case, RENEWAL, matters, actor)
        return _decide(case, parts, REFUSED, reason, actor, at)


def silent(case: Case, today: date) -> list[ApplicationPart]:
    """The renewals of a case that nobody decided while the term ran (R2.30)."""
    found = ApplicationPart.objects.filter(
        application__case=case, application__kind=RENEWAL, state=ApplicationPart.State.PENDING, due_on__lt=today
    )
    return list(found.select_related("application", "item__body", "item__case_matter").order_by("item__position"))


def undecided(today: date) -> QuerySet[Case]:
    """The cases with such a renewal."""
    return Case.objects.filter(
        applications__kind=RENEWAL,
        applications__parts__state=ApplicationPart.State.PENDING,
        applications__parts__due_on__lt=today,
    ).distinct()


def renew_by_silence(case: Case, *, at: datetime) -> bool:
    """Renew what was applied for in time and not decided before its term was over (R2.30); says whether anything was."""
    with holding(case):
        parts = silent(case, timezone.localtime(at).date())
        if parts:
            _decide(case, parts, SILENT, "", SYSTEM, at)
        return bool(parts)


def _decide(
    case: Case, parts: list[ApplicationPart], outcome: ApplicationPart.State, reason: str, actor: Actor, at: datetime
) -> list[ApplicationPart]:
    """One decision on paper for each permit, the new terms, the licence's next version, the log, the message."""
    today = timezone.localtime(at).date()
    items = [part.item for part in parts]
    renewed = outcome != REFUSED
    effect = life.effect(case, items, "有效期已延续", today, ends=False) if renewed else ""
    known_on = service.known_on(case, at)
    drafts = [_draft(part, outcome, reason, effect, known_on) for part in parts]
    decisions, parcels = documents.write(case, drafts, at=at)
    for part in parts:
        part.reason = reason
        {GRANTED: part.grant, REFUSED: part.refuse, SILENT: part.fall_silent}[outcome]()
        if renewed:
            part.item.valid_to = next_end(part.item)
    applications.close(parts, decisions, actor=actor, at=at)
    if renewed:
        update_rows(items, ["valid_to"])
        parcels += life.next_version(case, items, at=at, reason="renewed")
    act = {GRANTED: "renewed", REFUSED: "renewal_refused", SILENT: "renewed_by_silence"}[outcome]
    told = {"matters": [item.matter for item in items], "reason": reason}
    terms = {item.matter: str(item.valid_to) for item in items}
    noted = told | {"decisions": [one.number for one in decisions], "valid_to": terms}
    chain.append(case, act=act, actor=actor.label, at=at, facts=noted)
    parcels += service.after_writing(case, decisions, actor=actor, at=at)
    update_rows([case], HEAD)
    said = {"wanted": str(RENEWAL), "outcome": str(outcome), "until": max(terms.values())}
    post.put_many([*parcels, messages.told(case, "application_decided", at=at, **told, **said)], at=at)
    return parts


def next_end(item: LicenceItem) -> date:
    """The last day of the term that begins the day after the present one."""
    assert item.valid_to is not None  # nothing else is renewed
    end = last_day_of_validity(item.valid_to + timedelta(1), item.case_matter.validity_years)
    return end or item.valid_to


def _draft(part: ApplicationPart, outcome: str, reason: str, effect: str, known_on: date | None) -> documents.Draft:
    item = part.item
    told = {
        "outcome": str(outcome),
        "reason": reason,
        "filed_on": str(part.application.filed_on),
        "old_to": str(item.valid_to),
        "new_to": "" if outcome == REFUSED else str(next_end(item)),
        "effect": effect,
    }
    return life.draft(Document.Kind.RENEWAL_DECISION, item, known_on, **told)
