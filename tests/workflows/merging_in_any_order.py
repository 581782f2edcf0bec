"""What a story of any order tries with permits that the business may hold from before (R1.10)."""

import random
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from certificates.acts import candidates, merging
from certificates.models import LicenceItem
from permits.models import Case, HeldPermit

HELD = {"m_health": "dept_health"}
"""The permit, and whose it is."""
MERGING = ("merge", "confirm_merge", "refuse_merge", "take_back_merge")
NAMING = (("merge", "applicant"), ("confirm_merge", "department"))
"""What can go through in most states."""
ON_PAPER, ALONE = {"m_drainage": "dept_water"}, {"m_fire": "dept_fire"}
"""What a licence that stands can still take in: a permit on paper, and one that another case granted alone."""
ANSWERS = ("confirm_merge", "refuse_merge", "take_back_merge")


def fitting(case: Case, do: str, at: datetime, dice: random.Random) -> str:
    """The matter of a permit that can be named for the licence of a case, or that was and waits; empty where there is none."""
    going_on = {HeldPermit.State.NAMED, HeldPermit.State.MERGED}
    named = {one.matter: one.state for one in case.held_permits.filter(state__in=going_on)}
    if do in ANSWERS:
        found = [matter for matter, state in named.items() if state == HeldPermit.State.NAMED]
    else:
        day, busy = timezone.localtime(at).date(), Q(parts__state="pending") | Q(proposals__state="proposed")
        alone = LicenceItem.objects.filter(ended_on=None, licence=None).exclude(busy).values_list("matter", flat=True)
        paper = ON_PAPER if candidates.applies(Case.objects.get(pk=case.pk), day) else ()
        found = [matter for matter in paper or alone if matter not in named]
    return dice.choice(found) if found else ""


def name(case: Case, matter: str, at: datetime) -> bool:
    """Name the permit that another case granted; says whether that went through."""
    item = LicenceItem.objects.get(matter=matter)
    actor = Actor.of(User.objects.get(username="shop"))
    try:
        with transaction.atomic():
            merging.name(Case.objects.get(pk=case.pk), item=item.pk, actor=actor, at=at)
    except RuleViolation:
        return False
    return True
