"""Giving a review and answering a bad one: each act in one transaction, with its entry in the case's log.

give(case, level=2, body="dept_mrb", text="…", actor=applicant, at=now)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import substitutions
from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from outbox import post
from permits import messages, typed
from permits.acting_for import agents
from permits.bodies import service_office
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.rules import require_reason, require_role
from workflows.models import Rating
from workflows.ratings import rules

LONGEST = 1000
STAGES = {
    Case.State.SUBMITTED: Rating.Stage.INTAKE,
    Case.State.SUPPLEMENT_REQUESTED: Rating.Stage.INTAKE,
    Case.State.ACCEPTED: Rating.Stage.DECIDING,
    Case.State.DECIDING: Rating.Stage.DECIDING,
}
"""The stage that is rated while a case stands there; every other state is an end, and its result is rated (R3.10)."""


@dataclass(frozen=True, slots=True)
class Words:
    """What goes with a level: ticked indicators, words, whether to be contacted, whether the words may be shown."""

    text: str = ""
    indicators: Sequence[str] = ()
    named: bool = False
    may_publish: bool = False


NOTHING_SAID = Words()


def stage_of(case: Case) -> Rating.Stage:
    """What is rated now."""
    return STAGES.get(Case.State(case.state), Rating.Stage.RESULT)


def bodies_of(case: Case) -> list[str]:
    """The codes of whom a case can rate: the office that took it in, and every department that decides in it."""
    office = service_office().code
    departments: list[str] = [section.body_id for section in case.sections.order_by("pk")]
    return list(dict.fromkeys([office, *departments]))


def left_to_rate(case: Case, user: User) -> list[str]:
    """The codes of whom this person has not rated yet at the stage where the case stands (R3.2)."""
    rated = set(case.ratings.filter(stage=stage_of(case), by=user).values_list("body_id", flat=True))
    return [code for code in bodies_of(case) if code not in rated]


def give(case: Case, *, level: int, actor: Actor, at: datetime, body: str = "", words: Words = NOTHING_SAID) -> Rating:
    """Rate one body's work at the stage where the case stands, the service office's where none is named (R3.1, R3.2).

    Freely, by the applicant alone (R3.5): nobody of the administration rates, nothing is rated by default (R3.6).
    """
    require_role(actor, User.Role.APPLICANT)
    with holding(case):
        _require_theirs(case, actor, at)
        rating = _rating(case, _checked_level(level), body or service_office().code, words, actor, at)
        if case.ratings.filter(stage=rating.stage, body_id=rating.body_id, by_id=rating.by_id).exists():
            raise RuleViolation("rated_already", _("您已经评价过这一环节；每个环节对每个部门评价一次"), rule="R3.2")
        insert_rows([rating])
        facts = {"stage": rating.stage, "body": rating.body_id, "level": level}
        chain.append(case, act="rated", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
        if rules.is_bad(level):
            post.put_many([messages.told(case, "bad_rating", at=at, answer_by=str(rating.answer_by))], at=at)
        return rating


def _require_theirs(case: Case, actor: Actor, at: datetime) -> None:
    """A case that was handed in, of an enterprise that the actor acts for."""
    user = User.objects.get(pk=actor.user_id)
    if case.number is None or not agents.acts_open_to(user, case, timezone.localtime(at).date()):
        raise RuleViolation("not_your_case", _("只能评价自己提交的办件"), rule="R3.5")


def _checked_level(level: int) -> int:
    if level not in rules.LEVELS:
        raise RuleViolation("no_such_level", _("请选择从“非常满意”到“非常不满意”的一级"), field="level", rule="R3.3")
    return level


def _rating(case: Case, level: int, body: str, words: Words, actor: Actor, at: datetime) -> Rating:
    if body not in bodies_of(case):
        raise RuleViolation("no_such_body", _("请选择办理这一办件的部门"), field="body", rule="R3.1")
    if unknown := set(words.indicators).difference(rules.indicators_for(level)):
        raise RuleViolation(
            "no_such_indicator",
            _("没有这样的评价内容：%(names)s") % {"names": "、".join(sorted(unknown))},
            field="indicators",
            rule="R3.4",
        )
    text = typed.cleaned(words.text)[:LONGEST]
    if words.may_publish:
        typed.require_nothing_personal(text, "text")
    rating = Rating(
        case=case,
        stage=stage_of(case),
        body_id=body,
        channel=case.channel,
        level=level,
        indicators=list(words.indicators),
        indicators_version=rules.INDICATORS_VERSION,
        text=text,
        named=words.named,
        may_publish=words.may_publish,
        by_id=actor.user_id or 0,
        at=at,
    )
    if rules.is_bad(level):
        days = rules.answer_days(current_calendar(), timezone.localtime(at).date())
        rating.contact_by, rating.answer_by = days.contact_by, days.answer_by
        rating.open_answer()
    return rating


def contact(rating: Rating, *, actor: Actor, at: datetime) -> Rating:
    """Note that whoever gave a bad review with their name was contacted (R3.7: within one working day)."""
    with holding(rating.case):
        fresh, actor = _to_answer(rating, actor, at)
        if not fresh.named:
            raise RuleViolation("not_named", _("评价人没有留下联系意愿，请直接公开答复"), rule="R3.5")
        if fresh.state != Rating.State.OPEN:
            raise RuleViolation("contacted_already", _("已经登记过联系"), rule="R3.7")
        fresh.contact()
        fresh.contacted_at = at
        return _kept(fresh, ["state", "contacted_at"], "rating_contacted", actor, at)


def prolong(rating: Rating, *, reason: str, actor: Actor, at: datetime) -> Rating:
    """A difficult one may take fifteen working days: once, with the reason, before the first limit is over (R3.7)."""
    with holding(rating.case):
        fresh, actor = _to_answer(rating, actor, at)
        if fresh.delay_reason:
            raise RuleViolation("prolonged_already", _("答复期限只能延长一次"), rule="R3.7")
        if fresh.answer_by is None or timezone.localtime(at).date() > fresh.answer_by:
            raise RuleViolation("too_late", _("答复期限已过，不能再延长"), rule="R3.7")
        fresh.delay_reason = require_reason(reason)
        given = timezone.localtime(fresh.at).date()
        fresh.answer_by = rules.answer_days(current_calendar(), given).difficult_by
        return _kept(fresh, ["delay_reason", "answer_by"], "rating_prolonged", actor, at)


def answer(
    rating: Rating, *, outcome: str, text: str, actor: Actor, at: datetime, promised_on: date | None = None
) -> Rating:
    """Answer a bad review in public (R3.8): put right at once, by a promised day, or explained where the law gives no right."""
    with holding(rating.case):
        fresh, actor = _to_answer(rating, actor, at)
        if outcome not in Rating.Outcome.values:
            raise RuleViolation("no_such_outcome", _("请选择处理结果"), field="outcome", rule="R3.8")
        if fresh.named and fresh.state == Rating.State.OPEN:
            raise RuleViolation("contact_first", _("评价人愿意被联系：请先联系核实并登记，再答复"), rule="R3.7")
        fresh.outcome = outcome
        fresh.answer = typed.require_nothing_personal(require_reason(text, "text"), "text")
        fresh.promised_on = _promised(fresh, promised_on, timezone.localtime(at).date())
        fresh.answered_at = at
        fresh.give_answer()
        columns = ["state", "outcome", "answer", "promised_on", "answered_at"]
        kept = _kept(fresh, columns, "rating_answered", actor, at)
        post.put_many([messages.told(kept.case, "rating_answered", at=at)], at=at)
        return kept


def _promised(rating: Rating, on: date | None, today: date) -> date | None:
    """The day by which something will be put right; it goes with that outcome and with no other."""
    if rating.outcome != Rating.Outcome.PERIOD:
        return None
    if on is None or on < today:
        raise RuleViolation(
            "day_missing", _("限期整改的，请写明整改完成日期，不早于今天"), field="promised_on", rule="R3.8"
        )
    return on


def revisit(rating: Rating, *, satisfied: bool, notes: str, actor: Actor, at: datetime) -> Rating:
    """The service office asks again after the answer, and notes what was said (R3.7, R3.8)."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    with holding(rating.case):
        fresh = _fresh(rating)
        if fresh.state != Rating.State.ANSWERED:
            raise RuleViolation("not_answered", _("答复以后才能回访，回访一次"), rule="R3.8")
        fresh.satisfied, fresh.revisit_notes = satisfied, require_reason(notes, "notes")
        fresh.revisit()
        return _kept(fresh, ["state", "satisfied", "revisit_notes"], "rating_revisited", actor, at)


def exclude(rating: Rating, *, reason: str, actor: Actor, at: datetime) -> Rating:
    """Found to be a mistake or malice: it stays on the record and counts no more. Never by who was rated (R3.8)."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    with holding(rating.case):
        fresh = _fresh(rating)
        if fresh.body_id == actor.body:
            raise RuleViolation("own_rating", _("被评价的单位不能认定对自己的评价为误评"), rule="R3.8")
        if not fresh.is_to_answer:
            raise RuleViolation("not_open", _("这条评价已经答复或者认定，不能再认定为误评"), rule="R3.8")
        fresh.excluded_reason = require_reason(reason)
        fresh.exclude()
        return _kept(fresh, ["state", "excluded_reason"], "rating_excluded", actor, at)


def hide_words(rating: Rating, *, ground: str, reason: str, actor: Actor, at: datetime) -> Rating:
    """Take published words down that name somebody or insult: with the reason, and told to whoever wrote them (R3.5, R3.8).

    The level counts on, an answer stays, and the words stay on record: criticism alone is no ground.
    """
    require_role(actor, User.Role.SERVICE_OFFICE)
    with holding(rating.case):
        fresh = _fresh(rating)
        if ground not in Rating.HiddenFor.values:
            raise RuleViolation("no_such_ground", _("请选择不再公开的事由"), field="ground", rule="R3.8")
        if not fresh.has_public_words:
            raise RuleViolation("nothing_public", _("这条评价没有公开的话，或者已经不再公开"), rule="R3.8")
        fresh.hidden_ground, fresh.hidden_reason, fresh.hidden_at = ground, require_reason(reason), at
        columns = ["hidden_ground", "hidden_reason", "hidden_at"]
        kept = _kept(fresh, columns, "rating_words_hidden", actor, at, ground=ground)
        post.put_many([messages.told(kept.case, "rating_words_hidden", at=at)], at=at)
        return kept


def _fresh(rating: Rating) -> Rating:
    """The rating as it stands now that its case is held."""
    fresh = Rating.objects.get(pk=rating.pk)
    fresh.case = rating.case
    return fresh


def _to_answer(rating: Rating, actor: Actor, at: datetime) -> tuple[Rating, Actor]:
    """A bad review that waits for its answer, for those who give it (R3.5: not whoever was rated, but their head); and the
    actor as the log names them."""
    fresh, user = _fresh(rating), User.objects.filter(pk=actor.user_id).first()
    if user is None or not Rating.objects.answered_by(user, timezone.localtime(at).date()).filter(pk=fresh.pk).exists():
        raise RuleViolation("not_your_part", _("差评由被评价部门的负责人或者政务服务办公室答复"), rule="R3.7")
    if not fresh.is_to_answer:
        raise RuleViolation(
            "not_open", _("这条评价目前为“%(state)s”，不需要答复") % {"state": fresh.get_state_display()}
        )
    return fresh, substitutions.acting_head(actor, at) or actor


def _kept(rating: Rating, columns: list[str], act: str, actor: Actor, at: datetime, **facts: str) -> Rating:
    update_rows([rating], columns)
    chain.append(rating.case, act=act, actor=actor.label, at=at, facts={"rating": rating.pk} | facts)
    update_rows([rating.case], HEAD)
    return rating
