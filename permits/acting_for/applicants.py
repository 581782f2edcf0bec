"""For which enterprise a case is filed: one the person acts for, one of the register, or one described by hand."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.authorities import enterprises_open_to
from accounts.enterprises import enterprise_from_register, enterprises_of, grant_representation
from accounts.identity import check_uscc, normalise
from accounts.models import Authority, Enterprise, User
from accounts.pinyin import pinyin_of
from accounts.register import business_register
from audit.violations import RuleViolation
from permits.rules import require_role


def offered(user: User, text: str, *, on: date) -> list[tuple[str, str]]:
    """Code and name of the enterprises to choose from: those the applicant represents or may file for as an agent on

    this day (R2.16); for the window, what it looked for.
    """
    if user.role != User.Role.WINDOW:
        filed_for = [*enterprises_of(user), *enterprises_open_to(user, Authority.Act.FILE, on)]
        return list({enterprise.uscc: enterprise.name for enterprise in filed_for}.items())
    known = {facts.uscc: str(facts.values["name"]) for facts in business_register().search(text)}
    own = Enterprise.objects.filter(source="", uscc=normalise(text)).values_list("uscc", "name")
    return list((known | dict(own)).items())


def chosen(user: User, uscc: str, *, at: datetime) -> Enterprise:
    """The enterprise that was chosen, with today's facts of the register where it knows it.

    404 for an applicant who does not act for it; the window has seen the papers and takes in everybody.
    """
    code = normalise(uscc)
    if user.role != User.Role.WINDOW and code not in dict(offered(user, "", on=timezone.localtime(at).date())):
        raise Http404
    if business_register().find(code) is not None:
        return enterprise_from_register(code, at)
    enterprise = Enterprise.objects.filter(uscc=code).first()
    if enterprise is None:
        raise Http404
    return enterprise


@transaction.atomic
def described(facts: Mapping[str, Any], *, user: User, actor: Actor, at: datetime) -> Enterprise:
    """An enterprise that the register does not know yet, in the applicant's own words; its facts carry no source.

    Raises RuleViolation where the register or an earlier case knows the code: then it has to be claimed with proof.
    """
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW)
    code = check_uscc(str(facts["uscc"]))
    if Enterprise.objects.filter(uscc=code).exists() or business_register().find(code) is not None:
        raise RuleViolation(
            "enterprise_known", _("这家企业已有登记，请用法定代表人姓名和证件号码后四位认领"), field="uscc"
        )
    pinyin, initials = pinyin_of(str(facts["name"]))
    values = {name: value for name, value in facts.items() if name != "uscc"}
    enterprise = Enterprise.objects.create(uscc=code, pinyin=pinyin, initials=initials, **values)
    if actor.role == User.Role.APPLICANT:
        grant_representation(user=user, enterprise=enterprise, actor=actor, at=at)
    return enterprise
