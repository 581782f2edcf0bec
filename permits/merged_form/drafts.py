"""A draft over time: prefilled when it begins, and moved to another notice when the answers change, keeping what was typed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, Enterprise, User
from audit.violations import RuleViolation
from industries.models import Notice
from permits import filing
from permits.locking import holding
from permits.merged_form import prefill
from permits.merged_form.form import notice_of
from permits.models import Case
from permits.models.case import CaseQuerySet
from permits.rules import require_applicant, require_role, require_state


@transaction.atomic
def begin(notice: Notice, enterprise: Enterprise, *, actor: Actor, at: datetime) -> Case:
    """The enterprise's draft for this notice: a new one, prefilled; or the one begun before from the same notice."""
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW)
    Enterprise.objects.select_for_update().get(
        pk=enterprise.pk
    )  # a second click waits here, and finds the first's draft
    standing = open_drafts(enterprise, actor).filter(notice=notice).first()
    if standing is not None:
        return standing
    case = filing.start(
        enterprise=enterprise,
        industries=list(notice.industries),
        answers=dict(notice.answers),
        catalogue_version=notice.catalogue,
        channel=Case.Channel.WINDOW if actor.role == User.Role.WINDOW else Case.Channel.ONLINE,
        actor=actor,
        at=at,
        notice=notice,
    )
    required = notice_of(case)
    if not required.combined_licence:
        raise RuleViolation("single_matter", required.instead, rule="R1.9")
    prefill.apply(case, required, actor=actor, at=at)
    return case


def open_drafts(enterprise: Enterprise, actor: Actor) -> CaseQuerySet:
    """The drafts of an enterprise that the actor may go on with, the newest first."""
    drafts = Case.objects.filter(enterprise=enterprise, state=Case.State.DRAFT).select_related("enterprise", "notice")
    if actor.role == User.Role.APPLICANT:
        drafts = drafts.exclude(channel=Case.Channel.WINDOW, with_counter=True)
    return drafts.order_by("-created_at")


def take_notice(case: Case, notice: Notice, *, actor: Actor, at: datetime) -> Case:
    """Move a draft to a new notice: other answers, perhaps a newer catalogue. Everything typed and uploaded stays."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        require_state(case, Case.State.DRAFT)
        if case.notice_id == notice.pk:
            return case
        case.notice, case.catalogue = notice, notice.catalogue
        case.industries, case.answers = list(notice.industries), dict(notice.answers)
        required = notice_of(case)
        if not required.combined_licence:
            raise RuleViolation("single_matter", required.instead or _("没有需要办理的事项"), rule="R1.9")
        case.save(update_fields=["notice", "catalogue", "industries", "answers"])
        prefill.apply(case, required, actor=actor, at=at)
        return case
