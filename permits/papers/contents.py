"""The facts that a paper must be given, kind by kind (R6.3): `documents.write` refuses a draft that lacks one.

Every paper also gets what `documents.common_facts` and `own_facts` know: the case, the holder, the body, the matters.
Days are ISO texts, reasons are words for people, codes are those of `grounds`.
"""

from collections.abc import Mapping
from typing import Any

REMEDIES = ("remedies",)
"""What `permits.law.remedies.with_last_days` gives; a body without remedies gives an empty mapping (R2.35)."""

CONTENTS: Mapping[str, tuple[str, ...]] = {
    "supplement_notice": ("items", "due_on"),
    # Also read: `tolerated`, the points of the papers that come later (R6.9).
    "acceptance_notice": ("deemed", "clocks"),
    # Non-acceptance (art. 32): `ground` a code of grounds.DECLINES. Also read: `competent`, the body that is; `bars`, what may not
    # be applied for again (R2.27), each with `name`, `subject`, `until`, `basis`. So of refusals, whose `ground` is
    # `false_material` or left out, and of revocations.
    "decline_decision": ("ground", "reason", *REMEDIES),
    # Also read, of a grant that waits for papers: `condition`, each with `material` and `due_on`, and how its days are counted
    # once it is in force: `validity_years`, `check_within` in words; else `check_by`, the last day of the check (R6.10).
    "grant_decision": ("scope", "valid_from", "valid_to", "route"),
    "refusal_decision": ("reason", *REMEDIES),
    # A promise for a whole industry (R6.7): `industry_name`, `letter` as it was signed.
    "industry_commitment": ("industry_name", "letter"),
    # One that was not kept: `findings` in words, `promise` the number of its letter, `signed_on`.
    "industry_breach_notice": ("industry_name", "findings", "promise", "signed_on"),
    # Special procedure (art. 45): `ground` a code of grounds.STOPS, `reason` why it is needed, `days_needed` working days
    # that it takes, `stopped_on` the first day that is not counted. Also read: `expected_on`, the day it should be over.
    "clock_stop_notice": ("ground", "reason", "days_needed", "stopped_on"),
    # Hearing (arts. 46 to 48): `cause` in words, `intended` the decision that is intended and why, `ask_by` the last day to ask.
    # Also read, in all three: `party`, whose right it is where not the applicant's.
    "hearing_right_notice": ("cause", "intended", "ask_by"),
    # `starts_at` (ISO moment), `place`, `presiding` the name of whoever presides.
    "hearing_notice": ("starts_at", "place", "presiding"),
    # Further `minutes`, and `signed_by`, who signed or why nobody did.
    "hearing_record": ("starts_at", "place", "presiding", "minutes", "signed_by"),
    # Extension (art. 42): the statutory last days `old_by` and `new_by`, `days` added and their `day_type`, `reason`,
    # `approver_level` (such as 本机关负责人) and `approver`, the name. Also read: `approved_on`, where another day; `joint`, where
    # it is the limit of handling all matters together.
    "extension_notice": ("old_by", "new_by", "days", "day_type", "reason", "approver_level", "approver"),
    # A commitment not kept (R6.6): `found_on` the day of the check, `findings` in words, `items` what must be put right, one
    # text each, `due_on` the last day for it. Also read: `recheck`, how it is checked again; `remedies`.
    "rectification_order": ("found_on", "findings", "items", "due_on"),
    # Revocation (art. 69): `ground` a code of grounds.REVOCATIONS, `reason` the facts, `permit_number` and `granted_on` of
    # what is revoked, `effect` on the combined licence in words. Also read: `evidence`, `statement` (what the party said
    # and how it was heard), `order` (the number of the order to rectify that went before).
    "revocation_decision": ("ground", "reason", "permit_number", "granted_on", "effect", *REMEDIES),
    # An application after the grant: `wanted` renewal, change or cancel, `filed_on`, `answer_by` the last day for the decision,
    # `change_words`: what changes, or why the permits are to be cancelled.
    "application_receipt": ("wanted", "filed_on", "answer_by", "change_words"),
    # Renewal (art. 50): `outcome` granted, refused or silent, `filed_on`, `old_to` and `new_to` the last days of the terms,
    # `effect` on the combined licence. Also read, of a refusal: `reason`, `remedies`.
    "renewal_decision": ("outcome", "permit_number", "filed_on", "old_to", "new_to"),
    # Change (art. 49): `outcome` granted or refused, `change_words`; further as for a renewal.
    "change_decision": ("outcome", "permit_number", "filed_on", "change_words"),
    # A permit is not cancelled at its holder's request: `reason` why not, `filed_on`.
    "cancellation_refusal": ("reason", "permit_number", "filed_on", *REMEDIES),
    # Suspension (R2.33): `reason` the facts, `permit_number` and `granted_on`, `statement` how the party was heard, `effect` on
    # the combined licence in words. Also read: `evidence`; `until`, the last day, where the decision sets one.
    "suspension_decision": ("reason", "permit_number", "granted_on", "statement", "effect", *REMEDIES),
    # The end of a suspension: `reason` why, `after` the number of the decision that suspended. Also read: `until`, the last day
    # where it ended with that.
    "reinstatement_notice": ("reason", "permit_number", "after", "effect"),
    # Withdrawal (art. 8): `ground` a code of grounds.WITHDRAWALS, further as for a revocation. Also read: `compensation`.
    "withdrawal_decision": ("ground", "reason", "permit_number", "granted_on", "statement", "effect", *REMEDIES),
    # Revocation as penalty: `hearing_told_on` the day on which the right to a hearing was told, `statement` what came of it.
    "penalty_revocation": (
        *("ground", "reason", "permit_number", "granted_on", "hearing_told_on", "statement", "effect"),
        *REMEDIES,
    ),
    # Cancellation (art. 70): `ground` a code of grounds.CANCELLATIONS, `reason` the facts, `permit_number`, `cancelled_on`,
    # `effect` on the combined licence in words. Also read: `after`, the number of the decision that it follows.
    "cancellation_record": ("ground", "reason", "permit_number", "cancelled_on", "effect", *REMEDIES),
    # The end of an acceptance (R6.11): `tolerated`, the papers that did not come, each with `name`, `lacks`, `due_on` and, where
    # one came and was not fit, `objection`. Also read: names of the decisions that `lapsed` and of those `standing`.
    "acceptance_ended": ("tolerated", *REMEDIES),
    # The end of what was not corrected (R2.10): `due_on`, the last day that the supplement notice gave. It ends the procedure, so
    # it names the remedies (R2.39).
    "return_notice": ("due_on", *REMEDIES),
    # The joint visit (R6.3): `visited_at` and `recorded_at` (ISO moments), `place`, `officers` with `name` and `body`, `points` with
    # `text`, `matters`, `finding`, `note`, `photos` (hashes), `outcomes` per matter, the business's `statement`, `signatures` with
    # `of`, `name`, `at`, `declined`, `sha256`. Also read: `again`; `waived`, the matters not looked at, with the rule.
    "inspection_record": (
        "visited_at",
        "recorded_at",
        "place",
        "officers",
        "points",
        "outcomes",
        "statement",
        "signatures",
    ),
    # What has to be put right after it: `found_on`, `changes` with `text`, `note`, `matters`, `due_on` the last day. Also read:
    # `stopped` and `running`, the matters whose clock stands or runs on meanwhile (R2.22).
    "rectification_notice": ("found_on", "changes", "due_on"),
    # Delivery (art. 44): `way` a code of Delivery.Way, `receiver`, `delivered_at` (ISO moment or day; electronically: of arrival in
    # the receiver's system), `papers` as pairs [title, number], `deliverer` the name. Also read: `place` (address or
    # account), `consent_on` the day the receiver agreed to electronic delivery, `note`.
    "delivery_receipt": ("way", "receiver", "delivered_at", "papers", "deliverer"),
}
"""Kind of paper, names of the facts that must be there. Kinds not named need the common facts only."""


def missing(kind: str, facts: Mapping[str, Any]) -> list[str]:
    """The facts that a paper of this kind still lacks. Words must not be blank, lists not empty; `""` is a day left open."""
    return [name for name in CONTENTS.get(kind, ()) if name not in facts or _is_blank(name, facts[name])]


NEVER_BLANK = (
    "tolerated",
    "reason",
    "findings",
    "items",
    "papers",
    "receiver",
    "approver",
    "approver_level",
    "ground",
    "way",
    "place",
    "officers",
    "points",
    "outcomes",
    "statement",
    "signatures",
    "changes",
)


def _is_blank(name: str, value: Any) -> bool:
    return name in NEVER_BLANK and not (value.strip() if isinstance(value, str) else value)
