"""Replacement (补发) of a licence that was lost or damaged: the same number, the same terms, a version of its own (R1.20).

Whoever finds the lost sheet and scans its code reads that there is a newer one. So is what a leaked key signed: until then
its code proves nothing without the record.
"""

from datetime import datetime

from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.models import Authority, User
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import issuing, life
from certificates.models import LicenceItem, LicenceVersion, SigningKey
from outbox import post
from permits import messages
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.rules import require_applicant, require_role

ASKERS = (User.Role.APPLICANT, User.Role.WINDOW, User.Role.SERVICE_OFFICE)
"""The licence is the holder's, and nobody has to weigh anything."""


def replace(case: Case, *, actor: Actor, at: datetime) -> LicenceVersion:
    """Bring out the licence anew, with the facts that it has now. Raises RuleViolation without one that still holds something."""
    require_role(actor, *ASKERS)
    with holding(case):
        if not actor.is_role(User.Role.SERVICE_OFFICE):
            actor = require_applicant(case, actor, Authority.Act.RECEIVE, at)
        licence = getattr(case, "licence", None)
        if licence is None:
            raise RuleViolation("no_licence", _("本办件没有行业综合许可证，不能补发"), rule="R1.20")
        items, today = issuing.items_of(licence), timezone.localtime(at).date()
        if all(life.state_now(item, today) not in life.HOLDING for item in items):
            raise RuleViolation("nothing_holds", _("证书上的许可都已终止，不能补发"), rule="R1.20")
        return _bring_out(case, items, actor, at)


def _bring_out(case: Case, items: list[LicenceItem], actor: Actor, at: datetime) -> LicenceVersion:
    version = issuing.next_version(case, items, at=at, reason="replaced")
    issuing.note(case, version, act="licence_replaced", actor=actor, at=at)
    update_rows([case], HEAD)
    message = messages.told(case, "licence_replaced", at=at, licence=case.licence.number, version=version.version)
    post.put_many([*issuing.version_parcels(version), message], at=at)
    return version


def signed_by_leaked() -> QuerySet[Case]:
    """The cases whose licence says what it says now by the signature of a key that has leaked."""
    leaked = SigningKey.objects.filter(leaked=True).values("kid")
    newest = LicenceVersion.objects.filter(licence=OuterRef("licence")).order_by("-version").values("version")[:1]
    versions = LicenceVersion.objects.filter(kid__in=leaked, version=newest)
    return Case.objects.filter(licence__in=versions.values("licence")).order_by("pk")


def sign_anew(case: Case, *, actor: Actor = SYSTEM, at: datetime) -> bool:
    """Bring a licence out anew whose code a leaked key signed; says whether it had to be. What holds no permit any more stays."""
    with holding(case):
        items, today = issuing.items_of(case.licence), timezone.localtime(at).date()
        kid = issuing.newest_version(case.licence).kid
        holds = any(life.state_now(item, today) in life.HOLDING for item in items)
        if not holds or not SigningKey.objects.filter(kid=kid, leaked=True).exists():
            return False
        _bring_out(case, items, actor, at)
        return True
