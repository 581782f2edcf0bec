"""Permits held before join a combined licence when their holder next applies or changes (并入, R1.10).

The business names them, in the draft, while the case goes on, or with a change of a licence that it has: one of this system's
register, or one on paper with its proof. What was granted anew since a licence stands can join it by itself (`candidates`).
The department that issued each confirms it and stays its issuer; number, term and scope stay. What is confirmed joins the
licence with its first version, or with the next one where it stands already. A confirmation that is refused, or comes too
late, leaves the rest as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from certificates import issuing, life
from certificates.acts import candidates, joining
from certificates.delivering import OF_PERMITS
from certificates.models import ApplicationPart, LicenceItem
from certificates.wording import STATES
from outbox import post
from paper import glyphs
from permits import messages, typed
from permits.delivery import is_delivered
from permits.documents import Parcel
from permits.files import uploads
from permits.intake import HEAD
from permits.late import lacking
from permits.locking import holding
from permits.models import Case, CaseMatter, Hearing, HeldPermit
from permits.rules import require_applicant, require_reason, require_role

LONGEST_NUMBER = 60
CONFIRM_WITHIN = 3
"""Working days in which a department should answer; a rule of this house, since there is nothing to decide (docs/decisions/0029)."""
ANSWER_COLUMNS = ["state", "answered_at", "answered_by", "reason"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A permit on paper, as its holder tells it; without `valid_to` it holds for good."""

    matter: str
    number: str
    granted_on: date
    valid_from: date
    valid_to: date | None = None
    scope: str = ""


def name(case: Case, *, item: int, actor: Actor, at: datetime) -> HeldPermit:
    """Name a permit of this system, by the key of its item."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        _require_not_made(case)
        found = _candidate(case, item, timezone.localtime(at).date())
        _require_at_rest(found)
        return _write(
            case,
            HeldPermit(
                source=found.case_matter,
                matter=found.matter,
                name=found.name,
                kind=found.case_matter.kind,
                body=found.body,
                number=found.number,
                scope=found.scope,
                granted_on=found.granted_on,
                valid_from=found.valid_from,
                valid_to=found.valid_to,
            ),
            actor,
            at,
        )


def _candidate(case: Case, item: int, today: date) -> LicenceItem:
    """The permit that the case can name, its item locked: of two cases that claim one permit the second is refused. Refused with
    what can be done instead."""
    _locked(pk=item)
    here = candidates.at_premises(case, today)
    if one := next((one for one in here.joinable if one.pk == item), None):
        return one
    if one := next((one for one in here.on_others if one.pk == item), None):
        raise _stays(one, "item")
    if not candidates.applies(case, today):
        raise _not_now()
    words = _("只能并入同一经营者、同一经营场所、现在有效而且没有并入其他综合许可证的许可")
    raise RuleViolation("no_candidate", words, field="item", rule="R1.10")


def _locked(**which: int) -> LicenceItem | None:
    """The item of a permit of ours, locked and as it is now: whoever acts on it has done so, or waits (docs/decisions/0029)."""
    found = LicenceItem.objects.select_for_update(of=("self",)).filter(**which)
    return found.select_related("case_matter", "licence__case").first()


def _stays(item: LicenceItem, field: str) -> RuleViolation:
    """What stands on a licence stays there; what is granted anew can join it (docs/decisions/0029)."""
    assert item.licence is not None  # who calls has looked
    return RuleViolation(
        "on_another_licence",
        _(
            "“%(name)s”在综合许可证%(licence)s上，一项许可只列在一张综合许可证上，仍留在那张证上。"
            "要合在一张证上的，等这次申请的许可准予后，在办件%(case)s的“并入已有的许可”中把它并入那张证"
        )
        % {"name": item.name, "licence": item.licence.number, "case": item.licence.case.number},
        field=field,
        rule="R1.10",
    )


def _not_now() -> RuleViolation:
    words = _("已有的许可在申请新的许可或者申请变更时一并并入；现在没有正在办理的申请")
    return RuleViolation("not_now", words, rule="R1.10")


def declare(
    case: Case, *, permit: Declared, proof: IO[bytes], proof_name: str, actor: Actor, at: datetime
) -> HeldPermit:
    """Name a permit on paper, with its proof. The matter's own department will confirm it."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        if not candidates.applies(case, timezone.localtime(at).date()):
            raise _not_now()
        _require_not_made(case)
        matter = case.own_catalogue.matters.get(permit.matter)
        if matter is None:
            raise RuleViolation("unknown_matter", _("请选择许可事项"), field="matter", rule="R1.10")
        number = typed.cleaned(permit.number)[:LONGEST_NUMBER]
        _require_declarable(case, permit, number, timezone.localtime(at).date())
        glyphs.guard([number, permit.scope])
        received = uploads.take_in(proof, proof_name)
        return _write(
            case,
            HeldPermit(
                matter=permit.matter,
                name=matter.name,
                kind=matter.kind,
                body_id=matter.department,
                number=number,
                scope=typed.cleaned(permit.scope),
                granted_on=permit.granted_on,
                valid_from=permit.valid_from,
                valid_to=permit.valid_to,
                file=uploads.store(received, case.key),
                content_type=received.content_type,
                sha256=received.sha256_stored,
            ),
            actor,
            at,
        )


def _require_not_made(case: Case) -> None:
    """Between the last decision and the licence, a moment later, nothing changes what is being made."""
    if case.state != Case.State.DECIDING or case.issued_early_at or lacking.count(case):
        return
    if not case.matters.filter(state__in=CaseMatter.UNDECIDED_STATES).exists():
        raise RuleViolation("being_made", _("证书正在制作，请稍后再试"), rule="R1.10")


def _require_at_rest(item: LicenceItem) -> None:
    """Nothing about the permit is under way: a renewal, a change, a hearing, the check after a commitment."""
    row = item.case_matter
    busy = (
        ApplicationPart.objects.filter(item=item, state="pending").exists()
        or item.proposals.filter(state="proposed").exists()
    )
    heard = Hearing.objects.going_on().filter(case_matter=row).exists()
    checked = getattr(row, "post_check", None)
    if busy or heard or (checked is not None and checked.is_open):
        raise RuleViolation(
            "under_way",
            _("“%(name)s”还有延续、变更、听证或者承诺核查没有办完，办完之后再并入") % {"name": item.name},
            field="item",
            rule="R1.10",
        )


def _require_declarable(case: Case, permit: Declared, number: str, today: date) -> None:
    if not number:
        raise RuleViolation("no_number", _("请填写许可证编号"), field="number", rule="R1.10")
    if permit.granted_on > today or permit.valid_from < permit.granted_on:
        words = _("发证日期不能晚于今天，有效期不能早于发证日期")
        raise RuleViolation("impossible_day", words, field="granted_on", rule="R1.10")
    if permit.valid_to is not None and permit.valid_to < max(today, permit.valid_from):
        words = _("有效期已经届满的许可不能并入，请重新申请")
        raise RuleViolation("expired", words, field="valid_to", rule="R1.10")
    if permit.matter in candidates.matters_of(case):
        words = _("这一事项本办件正在申请或者证上已有，不能再并入一张旧证")
        raise RuleViolation("applied_for_here", words, field="matter", rule="R1.10")
    if HeldPermit.objects.going_on().filter(case=case, matter=permit.matter).exists():
        raise RuleViolation("named_already", _("这一事项已经提出并入"), field="matter", rule="R1.10")
    known = LicenceItem.objects.filter(number=number, matter=permit.matter).select_related("licence__case").first()
    if known is not None and known.licence is not None and known.licence.enterprise_id == case.enterprise_id:
        raise _stays(known, "number")
    if known is not None:
        words = _("这张许可由本系统核发，请在“本系统核发的许可”中选择")
        raise RuleViolation("in_register", words, field="number", rule="R1.10")


def _write(case: Case, held: HeldPermit, actor: Actor, at: datetime) -> HeldPermit:
    held.case, held.named_at, held.named_by_id = case, at, actor.user_id
    insert_rows([held])
    _note(case, held, "held_permit_named", actor, at)
    return held


def _note(case: Case, held: HeldPermit, act: str, actor: Actor, at: datetime) -> None:
    """The log; of a draft there is none yet, its submission begins it."""
    if case.state != Case.State.DRAFT:
        told = {"permit": held.name, "number": held.number, "body": held.body_id, "reason": held.reason}
        chain.append(case, act=act, actor=actor.label, at=at, facts=told)
        update_rows([case], HEAD)


def take_back(case: Case, *, held: int, actor: Actor, at: datetime) -> HeldPermit:
    """The business wants it on this licence no longer."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.FILE, at)
        one = _of(case, held, HeldPermit.GOING_ON)
        _require_not_made(case)
        one.take_back()
        update_rows([one], ["state"])
        _note(case, one, "held_permit_taken_back", actor, at)
        return one


def _of(case: Case, held: int, states: Sequence[str]) -> HeldPermit:
    found = HeldPermit.objects.filter(case=case, pk=held, state__in=states)
    one = found.select_related("body", "source__item").first()
    if one is None:
        raise RuleViolation("answered", _("这项许可已经处理，请刷新页面查看最新情况"), rule="R1.10")
    return one


def confirm(case: Case, *, held: int, actor: Actor, at: datetime) -> HeldPermit:
    """The department confirms that its permit is in force as named; a licence that stands takes it in at once."""
    with holding(case):
        one = _require_own(case, held, actor)
        today = timezone.localtime(at).date()
        _require_in_force(case, one, today)
        one.confirm()
        one.answered_at, one.answered_by_id = at, actor.user_id
        update_rows([one], ANSWER_COLUMNS)
        _note(case, one, "held_permit_confirmed", actor, at)
        message = messages.told(case, "held_permit_answered", at=at, permit=one.name, confirmed=True)
        post.put_many([*_extend(case, actor, at), message], at=at)
        return one


def _extend(case: Case, actor: Actor, at: datetime) -> list[Parcel]:
    """The next version of the licence that stands, with the permit on it; none before there is one."""
    licence = getattr(case, "licence", None)
    if licence is None:
        return []
    items, was_delivered = issuing.items_of(licence), is_delivered(case.matters.all())
    joined = joining.join(case, licence, first=items[-1].position + 1, at=at)
    if was_delivered:  # a change brings the next version, and no further delivery
        last = case.deliveries.filter(OF_PERMITS).distinct().latest("pk")
        for row in (rows := [item.case_matter for item in joined]):
            row.delivery = last
        update_rows(rows, ["delivery"])
    items += joined
    version = issuing.next_version(case, items, at=at, reason="merged")
    issuing.note(case, version, act="licence_extended", actor=actor, at=at)
    update_rows([case], HEAD)
    return list(issuing.version_parcels(version))


def refuse(case: Case, *, held: int, reason: str, actor: Actor, at: datetime) -> HeldPermit:
    """The department does not confirm it. Nothing is decided about the permit, and the rest of the case goes on."""
    reason = require_reason(reason)
    with holding(case):
        one = _require_own(case, held, actor)
        one.refuse()
        one.reason, one.answered_at, one.answered_by_id = reason, at, actor.user_id
        update_rows([one], ANSWER_COLUMNS)
        _note(case, one, "held_permit_refused", actor, at)
        message = messages.told(case, "held_permit_answered", at=at, permit=one.name, confirmed=False, reason=reason)
        post.put_many([message], at=at)
        return one


def _require_own(case: Case, held: int, actor: Actor) -> HeldPermit:
    """The named permit, where it is the actor's department's to answer (R1.2), and the case is that far."""
    require_role(actor, User.Role.OFFICER)
    one = _of(case, held, (HeldPermit.State.NAMED,))
    if one.body_id != actor.body:
        raise RuleViolation(
            "not_your_matter",
            _("“%(name)s”由%(body)s决定,不属于您的部门") % {"name": one.name, "body": one.body.name},
            rule="R1.2",
        )
    if case.state not in (*Case.UNDECIDED_STATES, Case.State.ISSUED):
        words = _("办件还没有受理，或者没有颁发综合许可证，没有可以并入的证")
        raise RuleViolation("no_licence_to_join", words, rule="R1.10")
    _require_not_made(case)
    return one


def _require_in_force(case: Case, one: HeldPermit, today: date) -> None:
    """What was named is still so, and the case does not apply for the same."""
    if one.source is not None:
        item = _locked(case_matter=one.source.pk)
        state = life.state_now(item, today) if item else None
        if item is None or state not in life.HOLDING:
            told = STATES[state] if state else _("已并入其他综合许可证")
            words = _("“%(name)s”%(state)s，不能并入") % {"name": one.name, "state": told}
            raise RuleViolation("not_in_force", words, rule="R1.10")
        if item.licence_id is not None:
            raise _stays(item, "")
        _require_at_rest(item)
    elif one.valid_to is not None and one.valid_to < today:
        raise RuleViolation("expired", _("有效期已经届满的许可不能并入，请重新申请"), rule="R1.10")
    if case.matters.filter(matter=one.matter).exists():
        words = _("这一事项本办件正在申请或者证上已有，不能再并入一张旧证")
        raise RuleViolation("applied_for_here", words, rule="R1.10")
