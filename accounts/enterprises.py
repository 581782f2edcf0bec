"""Enterprises and who may act for them."""

import hmac
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.identity import check_uscc, normalise
from accounts.models import Enterprise, Representation, User
from accounts.pinyin import pinyin_of
from accounts.register import BusinessRegister, business_register
from audit import journal
from audit.violations import RuleViolation

JOURNAL = "enterprises"


@transaction.atomic
def enterprise_from_register(uscc: str, at: datetime, *, register: BusinessRegister | None = None) -> Enterprise:
    """The enterprise of this code with what the register says of it, made or refreshed.

    Raises RuleViolation: no possible code, or one that the register does not know.
    """
    code = check_uscc(uscc)
    facts = (register or business_register()).find(code)
    if facts is None:
        message = _("登记库中没有 %(code)s，请核对代码；新设企业的数据可能在领照次日才到") % {"code": code}
        raise RuleViolation("uscc_unknown", message, field="uscc")
    pinyin, initials = pinyin_of(facts.values["name"])
    values = {**facts.values, "pinyin": pinyin, "initials": initials, "source": facts.source, "as_of": facts.as_of}
    return Enterprise.objects.update_or_create(uscc=code, defaults=values)[0]


def represent(
    *, user: User, enterprise: Enterprise, name: str, id_tail: str, actor: Actor, at: datetime
) -> Representation:
    """Let the user act for the enterprise, proved by its representative's name and the last four of their document.

    Raises RuleViolation where the proof is wrong; which of the two is wrong is not said.
    """
    if not _proves(enterprise, name, id_tail):
        facts = {"uscc": enterprise.uscc, "user": user.username}
        journal.record(JOURNAL, act="representation_refused", actor=actor.label, at=at, facts=facts)
        message = _("姓名或证件号码后四位与登记信息不符，请核对；仍不符时请到窗口办理")
        raise RuleViolation("representation_proof", message, field="id_tail")
    return grant_representation(user=user, enterprise=enterprise, actor=actor, at=at)


@transaction.atomic
def grant_representation(*, user: User, enterprise: Enterprise, actor: Actor, at: datetime) -> Representation:
    """Let the user represent the enterprise from today; the proof was seen by whoever calls. Repeating changes nothing."""
    since = timezone.localtime(at).date()
    representation, made = Representation.objects.get_or_create(
        user=user, enterprise=enterprise, until=None, defaults={"since": since}
    )
    if made:
        facts = {"uscc": enterprise.uscc, "user": user.username}
        journal.record(JOURNAL, act="representation_granted", actor=actor.label, at=at, facts=facts)
    return representation


def is_represented_by(enterprise: Enterprise, actor: Actor) -> bool:
    """Whether the actor speaks for the enterprise itself now; nobody without an account does."""
    if actor.user_id is None:
        return False
    return Representation.objects.filter(enterprise=enterprise, user_id=actor.user_id, until=None).exists()


def enterprises_of(user: User) -> list[Enterprise]:
    """The enterprises that the user acts for now, by name."""
    return list(Enterprise.objects.represented_by(user).order_by("name"))


def _proves(enterprise: Enterprise, name: str, id_tail: str) -> bool:
    """Whether name and last four fit; an enterprise of which the register knows neither cannot be claimed."""
    number = normalise(enterprise.representative_id_number)
    given = normalise(name) + "/" + normalise(id_tail)
    known = normalise(enterprise.legal_representative) + "/" + number[-4:]
    complete = bool(enterprise.legal_representative) and len(number) >= 4
    return hmac.compare_digest(given.encode(), known.encode()) and complete
