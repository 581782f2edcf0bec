"""The promise for a whole industry (R6.7): signed freely, taken back freely, found broken by the lead department, put right.

Its breach ends the promise and bars another for that industry until it is put right. It revokes nothing, ends no acceptance and
leaves no `BreachRecord`: those belong to the three other promises.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority, User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from outbox import post
from permits import documents, messages
from permits.bodies import body
from permits.intake import HEAD
from permits.locking import holding
from permits.merged_form.form import notice_of
from permits.models import Case, CaseMatter, Document, IndustryCommitment
from permits.promises.commitments import signed_name
from permits.promises.industry_letters import IndustryLetter, letter_of
from permits.rules import require_applicant, require_reason, require_role, require_state

SIGNABLE = (
    Case.State.SUBMITTED,
    Case.State.SUPPLEMENT_REQUESTED,
    Case.State.ACCEPTED,
    Case.State.DECIDING,
    Case.State.ISSUED,
    Case.State.CLOSED_SINGLE,
)
"""Behind the submission, of which it is no condition, and while something is applied for or granted."""
OVER = (CaseMatter.State.REFUSED, CaseMatter.State.WITHDRAWN)


def letters(case: Case) -> list[IndustryLetter]:
    """The letters that could be signed in a case: of its industries whose catalogue entry offers one."""
    catalogue = case.own_catalogue
    offered = [industry for id in case.industries if (industry := catalogue.industries[id]).commitment]
    if not offered or case.state not in SIGNABLE:
        return []
    alive = set(case.matters.exclude(state__in=OVER).values_list("matter", flat=True))
    found = (letter_of(catalogue, notice_of(case), industry, alive) for industry in offered)
    return [letter for letter in found if letter is not None]


def is_offered(case: Case) -> bool:
    """Whether the catalogue offers the promise for one of the case's industries; no statement."""
    industries = case.own_catalogue.industries
    return case.state in SIGNABLE and any(industries[id].commitment for id in case.industries)


def sign(
    case: Case,
    *,
    industries: Sequence[str],
    name: str,
    agreed: bool,
    actor: Actor,
    at: datetime,
    read: str = "",
) -> list[IndustryCommitment]:
    """Sign the letters of these industries with a typed name. Nothing else in the case changes.

    `read` is the hash of the one text that was on the page: another one has to be read again. Raises RuleViolation where the
    catalogue offers none (R6.1), and while an earlier one for the industry is broken and not put right.
    """
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.SIGN, at)
        require_state(case, *SIGNABLE)
        wanted = [letter for letter in letters(case) if letter.industry in industries]
        if not wanted or len(wanted) < len(set(industries)):
            raise RuleViolation("no_industry_letter", _("目录没有为所选行业提供行业承诺"), rule="R6.7")
        _require_signable(case, wanted)
        if not agreed:
            raise RuleViolation("not_agreed", _("请阅读全文，并勾选“我已阅读并自愿作出上述承诺”"), field="agreed")
        if read and read not in {letter.sha256 for letter in wanted}:
            raise RuleViolation("letter_changed", _("承诺书的内容已有变化，请重新阅读后签署"), field="agreed")
        signed_by = signed_name(case, name, actor)
        papers, parcels = documents.write(case, [_paper(case, one, signed_by, at) for one in wanted], at=at)
        rows = [
            IndustryCommitment(
                case=case,
                industry=one.industry,
                matters=list(one.matters),
                paper=paper,
                text_version=one.version,
                text=one.text,
                sha256=one.sha256,
                signed_by=signed_by,
                signed_at=at,
            )
            for one, paper in zip(wanted, papers, strict=True)
        ]
        insert_rows(rows)
        facts = {"industries": [one.industry for one in wanted], "texts": [one.version for one in wanted]}
        chain.append(case, act="industry_promised", actor=actor.label, at=at, facts=facts | {"signed_by": signed_by})
        update_rows([case], [*HEAD])
        post.put_many(parcels, at=at)
        return rows


def _require_signable(case: Case, wanted: Sequence[IndustryLetter]) -> None:
    ids = [letter.industry for letter in wanted]
    if IndustryCommitment.objects.standing().filter(case=case, industry__in=ids).exists():
        raise RuleViolation("promised_already", _("这个行业的承诺书已经签署，不用再签"), rule="R6.7")
    broken = IndustryCommitment.objects.unrepaired().filter(case__enterprise=case.enterprise_id, industry__in=ids)
    if broken.exists():
        raise RuleViolation(
            "industry_promise_broken",
            _("该行业有未改正的未履行承诺，改正并经牵头部门确认后，才能再作行业承诺；许可的办理不受影响"),
            rule="R6.7",
        )


def _paper(case: Case, letter: IndustryLetter, signed_by: str, at: datetime) -> documents.Draft:
    rows = list(case.matters.filter(matter__in=letter.matters).order_by("pk"))
    facts = letter.as_facts(signed_by, at)
    return documents.Draft(Document.Kind.INDUSTRY_COMMITMENT, body(letter.lead), rows, facts)


def take_back(case: Case, *, industry: str, actor: Actor, at: datetime) -> IndustryCommitment:
    """Take the promise back: nothing follows from that."""
    with holding(case):
        actor = require_applicant(case, actor, Authority.Act.SIGN, at)
        row = _standing(case, industry)
        row.take_back()
        return _ended(case, row, "industry_promise_taken_back", actor, at)


def find_broken(case: Case, *, industry: str, findings: str, actor: Actor, at: datetime) -> IndustryCommitment:
    """The lead department finds the promise not kept: it ends, and a notice tells what follows and what does not (R6.7)."""
    with holding(case):
        lead = _require_lead(case, industry, actor)
        row = _standing(case, industry)
        row.findings = require_reason(findings, "findings")
        facts = {
            "industry_name": case.own_catalogue.industries[industry].name,
            "findings": row.findings,
            "signed_on": str(timezone.localtime(row.signed_at).date()),
            "promise": row.paper.number,
        }
        about = list(case.matters.filter(matter__in=row.matters).order_by("pk"))
        draft = documents.Draft(Document.Kind.INDUSTRY_BREACH_NOTICE, body(lead), about, facts)
        papers, parcels = documents.write(case, [draft], at=at)
        row.notice = papers[0]
        row.find_broken()
        return _ended(case, row, "industry_promise_broken", actor, at, parcels)


def put_right(case: Case, *, industry: str, repair: str, actor: Actor, at: datetime) -> IndustryCommitment:
    """The lead department notes that what was not kept is put right: another promise may be signed."""
    with holding(case):
        _require_lead(case, industry, actor)
        row = case.industry_commitments.unrepaired().filter(industry=industry).last()
        if row is None:
            raise RuleViolation("not_broken", _("该行业没有未改正的未履行承诺"), rule="R6.7")
        row.repair = require_reason(repair, "repair")
        row.repaired_on, row.repaired_by_id = timezone.localtime(at).date(), actor.user_id
        row.put_right()
        facts = {"industry": industry, "repair": row.repair}
        chain.append(case, act="industry_promise_put_right", actor=actor.label, at=at, facts=facts)
        update_rows([row], ["state", "repair", "repaired_on", "repaired_by"])
        update_rows([case], [*HEAD])
        post.put_many([messages.told(case, "industry_promise_put_right", at=at, industry=industry)], at=at)
        return row


def _ended(
    case: Case,
    row: IndustryCommitment,
    act: str,
    actor: Actor,
    at: datetime,
    parcels: Sequence[documents.Parcel] = (),
) -> IndustryCommitment:
    row.ended_on, row.ended_by_id = timezone.localtime(at).date(), actor.user_id
    facts = {"industry": row.industry} | ({"findings": row.findings} if row.findings else {})
    chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
    update_rows([row], ["state", "ended_on", "ended_by", "findings", "notice"])
    update_rows([case], [*HEAD])
    told = [messages.told(case, act, at=at, industry=row.industry)] if row.findings else []
    post.put_many([*parcels, *told], at=at)
    return row


def _standing(case: Case, industry: str) -> IndustryCommitment:
    row = case.industry_commitments.standing().select_related("paper").filter(industry=industry).first()
    if row is None:
        raise RuleViolation("not_promised", _("该行业没有有效的行业承诺"), rule="R6.7")
    return row


def _require_lead(case: Case, industry: str, actor: Actor) -> str:
    """The industry's lead department finds and confirms, and no other (R6.7, 一体管理)."""
    require_role(actor, User.Role.OFFICER)
    known = case.own_catalogue.industries
    if industry not in case.industries or known[industry].lead_department != actor.body:
        raise RuleViolation("not_the_lead", _("行业承诺由该行业的牵头部门核实"), rule="R1.2")
    return known[industry].lead_department
