"""Sample content for a whole case: what rehearsals and the demo hand in. Every value passes the fields' own checks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Authority, User
from audit.rows import update_rows
from industries.entities import Field
from industries.results import NoticeField, NoticeResult
from permits import materials
from permits.acting_for import agents
from permits.fields import Fault, clean, guidance
from permits.merged_form import prefill
from permits.merged_form.entries import COLUMNS
from permits.merged_form.form import notice_of
from permits.models import Case, Delivery, FormEntry
from permits.promises import commitments
from permits.rules import channel_of


def fill(
    case: Case,
    *,
    actor: Actor,
    at: datetime,
    without: Collection[str] = (),
    way: str = Delivery.Way.DOOR,
    consents: bool = True,
) -> None:
    """Fill in the whole form, hand in every material but those in `without`, and sign the letters of commitment.

    The licence is wanted this way, with consent to service on line or without.
    """
    required = notice_of(case)
    fill_form(case, required, actor=actor, at=at)
    case.delivery_way, case.e_service_since = way, at if consents else None
    update_rows([case], ["delivery_way", "e_service_since"])
    materials.hand_in_samples(case, required, actor=actor, at=at, without=without)
    commitments.sign(case, name=signer(case, actor), agreed=True, actor=actor, at=at, required=required)


def fill_form(case: Case, required: NoticeResult, *, actor: Actor, at: datetime) -> None:
    """Every field of the form, prefilled where something is known, else with its sample: one statement."""
    known = prefill.known(case, required, timezone.localtime(at).date())
    rows = []
    for asked in required.fields:
        entry = known.get(asked.id)
        row = FormEntry(case=case, field=asked.id, channel=channel_of(actor), by=actor.label, at=at)
        row.value = entry.value if entry else sample_of(asked)
        if entry:
            row.source, row.source_name, row.as_of = entry.source, entry.source_name, entry.as_of
        rows.append(row)
    FormEntry.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case", "field"], update_fields=COLUMNS)


def sample_values(case: Case) -> dict[str, Any]:
    """A valid value for every field of the case's form, by field."""
    required = notice_of(case)
    known = prefill.known(case, required, timezone.localtime(case.created_at).date())
    return {asked.id: known[asked.id].value if asked.id in known else sample_of(asked) for asked in required.fields}


def signer(case: Case, actor: Actor) -> str:
    """Who signs for the case: its agent, the representative of the form or of the register, or the sample's."""
    if actor.role == User.Role.APPLICANT and actor.user_id not in agents.representatives(case):
        held = Authority.objects.filter(agent_id=actor.user_id, enterprise_id=case.enterprise_id).first()
        return held.agent_name if held else actor.label
    entry = case.entries.filter(field="f_rep_name").first()
    return str(entry.value) if entry and entry.value else case.enterprise.legal_representative or "王小店"


def sample_of(asked: NoticeField) -> Any:
    """A value that the field takes; None for an optional field whose sample does not fit it."""
    if asked.value is not None:
        return asked.value
    try:
        return clean(asked.field, _raw(asked.field), {})
    except Fault:
        if asked.field.required:
            raise
        return None


def _raw(field: Field) -> Any:
    if field.type == "choice":
        return field.options[0]
    if field.type == "multi":
        return [field.options[0]]
    if field.type == "bool":
        return True
    if field.type == "table":
        return [{column: guidance.cell_example(column) for column in field.options}]
    text = guidance.example(field)
    return text[: field.max_length] if field.max_length else text
