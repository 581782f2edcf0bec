"""Tolerant acceptance (容缺受理): the window offers it, the applicant promises the papers, and the case is accepted (R6.9).

What comes of the papers is `permits.late.late_papers`'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from calendars.services import current as current_calendar
from industries.late_papers import BEFORE_PROMISE, days_for
from industries.results import NoticeMaterial
from outbox import post
from permits import clock, intake, messages
from permits.intake import HEAD, going_on
from permits.late import lacking
from permits.late.letter import ToleranceLetter, letter_of
from permits.law.tolerance import Ground, Verdict, due_on, judge
from permits.locking import holding
from permits.materials import live
from permits.merged_form.form import notice_of
from permits.models import Case, Tolerance
from permits.promises import breaches
from permits.promises.commitments import signed_name
from permits.rules import require_applicant, require_reason, require_role, require_state

SIGNED = ["state", "days", "due_on", "provisional", "signed_by", "signed_at", "text_version", "sha256"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a submitted case could come later: a verdict for each material still to be handed in, and what is missing."""

    asked: Mapping[str, NoticeMaterial]
    verdicts: Mapping[str, Verdict]
    missing: frozenset[str]
    days: int

    @property
    def missing_main(self) -> list[str]:
        """The missing materials that cannot wait: with one of them there is no tolerant acceptance at all (R6.9)."""
        return [id for id in self.asked if id in self.missing and not self.verdicts[id].allowed]

    @property
    def offers(self) -> list[str]:
        """The missing materials that could come later."""
        return [id for id in self.asked if id in self.missing and self.verdicts[id].allowed]

    @property
    def hindrance(self) -> Ground | None:
        """What stands against tolerance of anything in this case; None where it is possible."""
        grounds = {verdict.ground for verdict in self.verdicts.values()}
        return next((ground for ground in (Ground.BREACH, Ground.NO_TIME) if ground in grounds), None)


def standing_of(case: Case) -> Standing:
    """Look at what the matters that go on require and what is there; three statements."""
    alive = set(going_on(case).values_list("matter", flat=True))
    there = set(live(case).values_list("material", flat=True))
    unrepaired = len(breaches.unrepaired(case.enterprise_id))
    asked = {
        one.id: one
        for one in notice_of(case).materials
        if one.status == "submit" and any(matter.id in alive for matter in one.required_by)
    }
    verdicts = {id: judge(id, one, promised_days=case.promised_days, breaches=unrepaired) for id, one in asked.items()}
    return Standing(asked, verdicts, frozenset(asked) - there, days_for(case.promised_days))


def offer(case: Case, *, items: Mapping[str, str], actor: Actor, at: datetime) -> list[Tolerance]:
    """Offer to accept although these papers are missing or unfit: each with what it lacks. A later offer replaces this one.

    Raises RuleViolation unless every missing material is among them and all of them are secondary (R6.9), for an
    applicant with a broken commitment on record, and where the promise leaves no time (R6.10, R6.11).
    """
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        require_state(case, Case.State.SUBMITTED)
        require_in_time(case, timezone.localtime(at).date())
        texts = {id: require_reason(text, "items", lacking.name_of(case, id)) for id, text in items.items()}
        standing = standing_of(case)
        _require_tolerable(case, standing, texts)
        lacking.lapse_offers(case, at)
        order = [id for id in standing.asked if id in texts]
        rows = [
            Tolerance(
                case=case,
                material=id,
                position=place,
                lacks=texts[id],
                days=standing.days,
                offered_at=at,
                offered_by_id=actor.user_id,
            )
            for place, id in enumerate(order, start=1)
        ]
        insert_rows(rows)
        case.tolerance_offered_at = case.tolerance_offered_at or at
        facts = {"items": {id: texts[id] for id in order}, "days": standing.days}
        chain.append(case, act="tolerance_offered", actor=actor.label, at=at, facts=facts)
        update_rows([case], ["tolerance_offered_at", *HEAD])
        names = [lacking.name_of(case, id) for id in order]
        post.put_many([messages.told(case, "tolerance_offered", at=at, papers=names, days=standing.days)], at=at)
        return rows


def require_in_time(case: Case, today: date) -> None:
    """After five working days of silence the case is accepted already, and nothing is left to be tolerated (R2.8)."""
    if case.complete_on and clock.deemed_accepted_on(current_calendar(), case.complete_on, today):
        raise RuleViolation(
            "silence_is_acceptance",
            _("已超过5个工作日未告知，该申请自收到材料之日起即为受理，不再需要容缺"),
            rule="R2.8",
        )


def _require_tolerable(case: Case, standing: Standing, texts: Mapping[str, str]) -> None:
    """All that is missing is offered, and nothing that cannot wait."""
    if not texts:
        raise RuleViolation("nothing_to_tolerate", _("请至少选择一项可以容缺的材料"), field="items", rule="R6.9")
    for id in texts:
        ground = standing.verdicts[id].ground if id in standing.verdicts else Ground.NOT_ASKED
        if ground is not Ground.SECONDARY:
            raise RuleViolation(f"tolerance_{ground}", words(case, ground, id), field="items", rule=RULES[ground])
    left = [id for id in standing.asked if id in standing.missing and id not in texts]
    if left:
        names = "、".join(lacking.name_of(case, id) for id in left)
        message = _("还有材料没有提交，不能容缺受理，请一次性告知补正：%(names)s") % {"names": names}
        raise RuleViolation("main_missing", message, field="items", rule="R6.9")


RULES = {Ground.BREACH: "R6.11", Ground.NO_TIME: "R6.10", Ground.NOT_ASKED: "R2.11", Ground.MAIN: "R6.9"}


def words(case: Case, ground: Ground, material: str = "") -> str:
    """Why something cannot come later, for people."""
    told = {
        "name": lacking.name_of(case, material),
        "days": case.promised_days,
        "before": BEFORE_PROMISE,
        "least": BEFORE_PROMISE + 1,
    }
    return {
        Ground.BREACH: _("申请人有未修复的违背承诺记录，不适用容缺受理；记录修复后可以适用"),
        Ground.NO_TIME: _(
            "承诺办结时限只有%(days)d个工作日，补交期限须比它至少短%(before)d个工作日，没有时间补交；"
            "承诺时限%(least)d个工作日以上的才能容缺受理"
        ),
        Ground.NOT_ASKED: _("本次申请没有要求提交“%(name)s”，不需要容缺"),
        Ground.MAIN: _("“%(name)s”是主要材料，不能容缺，请告知补正"),
    }[ground] % told


def letter(case: Case, papers: Sequence[Tolerance], today: date) -> ToleranceLetter:
    """The letter as it would be signed today; the papers learn their last days (R6.10: from the acceptance it brings)."""
    for one in papers:
        limit = due_on(current_calendar(), today, case.promised_days)
        one.days, one.due_on, one.provisional = days_for(case.promised_days), limit.date, limit.provisional
    return letter_of(case, papers)


def sign(case: Case, *, name: str, agreed: bool, actor: Actor, at: datetime, read: str = "") -> list[Tolerance]:
    """Promise the offered papers with a typed name: with that the case is accepted, today, and the clocks run (R6.9, R6.10).

    `read` is the hash of the text that was on the page; over midnight its days become others, and it has to be read again.
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.SIGN, at)
        require_state(case, Case.State.SUBMITTED)
        papers = list(case.tolerances.offered())
        if not papers:
            raise RuleViolation("nothing_offered", _("窗口没有提供容缺受理，或者已经收回"), rule="R6.9")
        today = timezone.localtime(at).date()
        require_in_time(case, today)
        _require_tolerable(case, standing_of(case), {one.material: one.lacks for one in papers})
        if not agreed:
            raise RuleViolation("not_agreed", _("请阅读全文，并勾选“我已阅读并自愿作出上述承诺”"), field="agreed")
        signed_by = signed_name(case, name, actor)
        text = letter(case, papers, today)
        if read and read != text.sha256:
            raise RuleViolation("letter_changed", _("补交期限已随日期变化，请重新阅读承诺书后签署"), field="agreed")
        for one in papers:
            one.promise(signed_by, text.version, text.sha256, at)
        update_rows(papers, SIGNED)
        facts = {"text": text.version, "sha256": text.sha256, "signed_by": signed_by}
        chain.append(case, act="tolerance_signed", actor=actor.label, at=at, facts=facts)
        intake.accept_tolerantly(case, text.as_facts(signed_by, at), actor=actor, at=at)
        return papers
