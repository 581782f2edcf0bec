"""Signing letters of commitment (告知承诺书) before handing in: those of matters, and those that stand in for one proof (R6.7)."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit.violations import RuleViolation
from industries.results import NoticeResult
from permits.locking import holding
from permits.merged_form.form import notice_of
from permits.models import Case, Commitment, ProofCommitment
from permits.promises.letters import Letter, letters_of
from permits.rules import require_applicant, require_state

SIGNERS = ("f_rep_name", "f_agent_name")
"""The fields of the form that say who may sign."""
SIGNED = ("text_version", "text", "sha256", "signed_by", "signed_at")


def letters(case: Case, required: NoticeResult | None = None) -> list[Letter]:
    """The letters that the case asks for: of each matter by commitment, of each proof promised and not handed in."""
    required = required or notice_of(case)
    promised = [one.id for one in required.materials if one.status == "commitment"]
    handed_in: Sequence[str] = ()
    if promised:
        handed_in = list(
            case.materials.filter(material__in=promised, removed_at=None).values_list("material", flat=True)
        )
    return letters_of(case.own_catalogue, required, handed_in)


def signatures(case: Case) -> dict[str, Commitment | ProofCommitment]:
    """What was signed, by the subject of the letter: a matter's id or a material's."""
    conditions = {one.matter: one for one in case.commitments.all()}
    return {**conditions, **{one.material: one for one in case.proof_commitments.all()}} if conditions else {}


def unsigned(case: Case, required: NoticeResult | None = None) -> list[Letter]:
    """The letters that still have to be signed: never signed, or signed in another wording."""
    return unsigned_of(case, letters(case, required))


def unsigned_of(case: Case, wanted: Sequence[Letter]) -> list[Letter]:
    """Those of these letters of the case that are not signed as they stand."""
    if not wanted:
        return []
    signed = {subject: one.sha256 for subject, one in signatures(case).items()}
    return [letter for letter in wanted if signed.get(letter.subject) != letter.sha256]


def require_signed(case: Case, required: NoticeResult | None = None) -> list[Letter]:
    """Handing in by commitment needs every letter signed (R6.3); the letters."""
    wanted = letters(case, required)
    if open_letters := unsigned_of(case, wanted):
        names = "、".join(letter.name for letter in open_letters)
        raise RuleViolation("commitment_unsigned", _("请先签署告知承诺书：%(names)s") % {"names": names}, rule="R6.3")
    return wanted


def forget_others(case: Case, letters: Sequence[Letter]) -> None:
    """Drop the signed promises of proofs that were handed in after all: what is not promised any more is not kept."""
    if letters:
        case.proof_commitments.exclude(material__in=[one.subject for one in letters if one.is_proof]).delete()


def sign(
    case: Case, *, name: str, agreed: bool, actor: Actor, at: datetime, required: NoticeResult | None = None
) -> list[Letter]:
    """Sign all letters of the case with a typed name; signing again after a change of wording replaces the signature."""
    with holding(case):
        require_state(case, Case.State.DRAFT)
        wanted = letters(case, required)
        if not wanted:
            return []
        actor = require_applicant(case, actor, Authority.Act.SIGN, at)
        if not agreed:
            raise RuleViolation("not_agreed", _("请阅读全文，并勾选“我已阅读并自愿作出上述承诺”"), field="agreed")
        signed_by = signed_name(case, name, actor)
        _keep(case, wanted, signed_by, at)
        return wanted


def _keep(case: Case, wanted: Sequence[Letter], signed_by: str, at: datetime) -> None:
    """Each letter in a record of its kind."""
    conditions = [
        Commitment(case=case, matter=one.subject, action=one.action, **_signature(one, signed_by, at))
        for one in wanted
        if not one.is_proof
    ]
    Commitment.objects.bulk_create(
        conditions, update_conflicts=True, unique_fields=["case", "matter"], update_fields=["action", *SIGNED]
    )
    proofs = [
        ProofCommitment(case=case, material=one.subject, matters=list(one.matters), **_signature(one, signed_by, at))
        for one in wanted
        if one.is_proof
    ]
    ProofCommitment.objects.bulk_create(
        proofs, update_conflicts=True, unique_fields=["case", "material"], update_fields=["matters", *SIGNED]
    )


def _signature(letter: Letter, signed_by: str, at: datetime) -> dict[str, Any]:
    return {
        "text_version": letter.version,
        "text": letter.text,
        "sha256": letter.sha256,
        "signed_by": signed_by,
        "signed_at": at,
    }


def signed_name(case: Case, name: str, actor: Actor) -> str:
    """The name as signed: that of the representative or of the agent whom the form names; an agent signs as such (R2.16)."""
    typed = "".join(unicodedata.normalize("NFKC", name).split())
    if not typed:
        raise RuleViolation("name_missing", _("请写签署人姓名，例如：王小店"), field="name")
    people = [str(value) for value in case.entries.filter(field__in=SIGNERS).values_list("value", flat=True) if value]
    if case.authority and case.authority.agent_id in (None, actor.user_id):
        in_person = case.authority.agent_id is None
        people = [*(people if in_person else ()), case.authority.agent_name]
    if people and typed not in {"".join(unicodedata.normalize("NFKC", one).split()) for one in people}:
        raise RuleViolation(
            "not_a_signer",
            _("请由表单中填写的法定代表人(负责人)或委托代理人签署：%(names)s") % {"names": "、".join(people)},
            field="name",
            rule="R2.16",
        )
    return typed
