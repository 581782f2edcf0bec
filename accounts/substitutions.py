"""Who stands in for whom: made by the absent person, the head of the body or the administrator; asked by every act.

`accounts.standing_in` is the rule. An act asks `acting`, while it holds its own thing; pages ask `absent_for` and `entrusted`.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Body, Substitution, User
from accounts.standing_in import Clash, Term, clash, stands_in_for
from audit import journal
from audit.violations import RuleViolation

JOURNAL = "substitutions"
LONGEST = timedelta(days=366)
"""Who is away for longer has left the desk: their sections are handed over."""


def entrusted(user: User, on: date) -> frozenset[int]:
    """The absent colleagues in whose place this person may act on a day."""
    return stands_in_for(Substitution.objects.of_body(user.body_id).running(on).terms(), user.pk, on)


def acting(actor: Actor, holder: int | None, at: datetime) -> Actor | None:
    """The actor as the log names them where they may work on what `holder` has taken; None where they may not.

    What is free or one's own is worked on in one's own name. The substitutions are locked: one that is ended meanwhile
    ends after this act or before it.
    """
    if holder in (None, actor.user_id):
        return actor
    day = localtime(at).date()
    rows = Substitution.objects.select_for_update(of=("self",)).of_body(actor.body).running(day).order_by("pk")
    if actor.user_id is None or holder not in stands_in_for(rows.terms(), actor.user_id, day):
        return None
    return actor.in_place_of(User.objects.get(pk=holder))


def acting_head(actor: Actor, at: datetime) -> Actor | None:
    """The actor as the log names them where they may do what is reserved to their body's head (art. 42); else None.

    A head does it in their own name. Somebody else does it only in the place of an absent head, and only where a head of the
    body said so by name (docs/decisions/0021).
    """
    if actor.role != User.Role.OFFICER:
        return None
    if is_head(actor):
        return actor
    named = Substitution.objects.naming_for_head(actor.body, localtime(at).date()).filter(substitute_id=actor.user_id)
    found = named.select_for_update(of=("self",)).select_related("absent").first()
    return actor.in_place_of(found.absent) if found else None


def heads_acted_for(user: User, on: date) -> frozenset[int]:
    """The heads of their body as whom this person may act on a day: oneself, and whoever of them named this person."""
    heads = Q(pk=user.pk) | Q(
        pk__in=Substitution.objects.naming_for_head(user.body_id, on).filter(substitute=user).values("absent")
    )
    return frozenset(User.objects.heads_of(user.body_id).filter(heads).values_list("pk", flat=True))


def is_head(actor: Actor) -> bool:
    """Whether the actor heads their body."""
    return User.objects.heads_of(actor.body).filter(pk=actor.user_id).exists()


def acting_heads(body_code: str, on: date) -> Q:
    """Whoever may do what is reserved to the head of a body on a day: its heads, and who was named in the place of one."""
    named = Substitution.objects.naming_for_head(body_code, on).values("substitute")
    return Q(pk__in=User.objects.heads_of(body_code).values("pk")) | Q(pk__in=named, is_active=True)


def may_arrange(actor: Actor, absent: User) -> bool:
    """Whether the actor may say who stands in for this person: oneself, the head of the body, the administrator."""
    if actor.user_id == absent.pk or actor.is_role(User.Role.ADMINISTRATOR):
        return True
    return absent.body_id is not None and actor.body == absent.body_id and is_head(actor)


def appoint(
    *,
    absent: User,
    substitute: User,
    since: date,
    until: date,
    reason: str,
    actor: Actor,
    at: datetime,
    head_power: bool = False,
) -> Substitution:
    """Let a colleague stand in for an absent person from one day to another, both included.

    The body's row is held, so that two appointments at once see one another.
    """
    _require_arranger(actor, absent)
    _require_days(since, until, localtime(at).date())
    _require_colleague(absent, substitute)
    if not reason.strip():
        raise RuleViolation("reason_missing", _("请写明事由，例如：年休假"), field="reason")
    with transaction.atomic():
        Body.objects.select_for_update().get(code=absent.body_id)
        if head_power:
            _require_named_by_a_head(absent, actor)
        new = Term(absent.pk, substitute.pk, since, until)
        terms = Substitution.objects.in_force().of_body(absent.body_id).filter(until__gte=since).terms()
        if (why := clash(terms, new)) is not None:
            raise _clashes(why, absent, substitute)
        made = Substitution.objects.create(
            absent=absent,
            substitute=substitute,
            since=since,
            until=until,
            reason=reason.strip(),
            head_power=head_power,
            made_by_id=actor.user_id,
            made_at=at,
        )
        _log(made, "substitution_made", actor, at, reason=made.reason, head_power=head_power)
    return made


def end(substitution: Substitution, *, reason: str, actor: Actor, at: datetime) -> Substitution:
    """End it before its day: from this moment the absent person's things are their own again. Acts done by then stand."""
    with transaction.atomic():
        row = (
            Substitution.objects.select_for_update(of=("self",))
            .select_related("absent", "substitute")
            .get(pk=substitution.pk)
        )
        _require_arranger(actor, row.absent)
        if row.is_over(localtime(at).date()):
            raise RuleViolation("substitution_over", _("这次替班已经结束"))
        if not reason.strip():
            raise RuleViolation("reason_missing", _("请写明提前结束的原因"), field="reason")
        row.revoked_at, row.revoked_by_id, row.revoke_reason = at, actor.user_id, reason.strip()
        row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        _log(row, "substitution_ended", actor, at, reason=row.revoke_reason)
    return row


def _require_arranger(actor: Actor, absent: User) -> None:
    if not may_arrange(actor, absent):
        raise RuleViolation(
            "not_yours_to_arrange", _("替班由本人、本部门负责人或政务服务办公室管理员安排"), field="absent", rule="R1.2"
        )


def _require_days(since: date, until: date, today: date) -> None:
    if until < since:
        raise RuleViolation(Clash.ENDS_BEFORE_IT_BEGINS, _("结束日期不能早于开始日期"), field="until")
    if since < today:
        raise RuleViolation("substitution_past", _("开始日期不能早于今天：已经做的事不能事后改记"), field="since")
    if until - since > LONGEST:
        raise RuleViolation("substitution_long", _("一次替班最长一年；更久的请把手上的环节转交"), field="until")


def _require_colleague(absent: User, substitute: User) -> None:
    """In the same body and role, and there to act: a substitute has every power of their own post and no other."""
    if absent.body_id is None or not absent.is_public_staff or not absent.is_active:
        raise RuleViolation("nobody_absent", _("只有在岗的工作人员可以安排替班"), field="absent")
    same = (substitute.body_id, substitute.role) == (absent.body_id, absent.role)
    if not same or not substitute.is_active:
        raise RuleViolation(
            "not_a_colleague", _("替班人须是同一部门、同一岗位的在岗人员"), field="substitute", rule="R1.2"
        )


def _require_named_by_a_head(absent: User, actor: Actor) -> None:
    if not absent.is_head:
        raise RuleViolation("no_head_power", _("被替班人不是负责人，没有可以代行的负责人职权"), field="head_power")
    if actor.body != absent.body_id or not is_head(actor):
        raise RuleViolation(
            "head_power_by_head", _("负责人职权只能由本部门负责人指定代行"), field="head_power", rule="R2.19"
        )


def _clashes(why: Clash, absent: User, substitute: User) -> RuleViolation:
    names = {"absent": absent, "substitute": substitute}
    words = {
        Clash.ENDS_BEFORE_IT_BEGINS: _("结束日期不能早于开始日期"),
        Clash.ONESELF: _("不能由本人替班"),
        Clash.OVERLAP: _("%(absent)s 在这些日子里已经有替班人；请先提前结束那一次，或者改日期"),
        Clash.CIRCLE: _(
            "%(substitute)s 在这些日子里自己也不在，并且由 %(absent)s 替班(直接或经过他人)；请换人或改日期"
        ),
    }
    field = "since" if why is Clash.OVERLAP else "substitute"
    return RuleViolation(why, words[why] % names, field=field)


def _log(row: Substitution, act: str, actor: Actor, at: datetime, **facts: object) -> None:
    days = {"since": str(row.since), "until": str(row.until)}
    who = {"absent": row.absent.username, "substitute": row.substitute.username, "body": row.absent.body_id}
    journal.record(JOURNAL, act=act, actor=actor.label, at=at, facts=who | days | facts)
