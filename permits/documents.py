"""Writing documents: a numbered row with frozen facts in the act's transaction; its PDF follows through the outbox."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Body
from accounts.numbers import draw_many
from audit.rows import insert_rows
from paper import glyphs
from permits.case_numbers import case_number
from permits.models import Case, CaseMatter, Document
from permits.papers import contents, wordings
from permits.papers.forms import key_of

LETTERS = {
    Document.Kind.FILING_RECEIPT: "收",
    Document.Kind.SUPPLEMENT_NOTICE: "补",
    Document.Kind.ACCEPTANCE_NOTICE: "受",
    Document.Kind.DECLINE_DECISION: "不受",
    Document.Kind.COMMITMENT_LETTER: "诺",
    Document.Kind.PROOF_COMMITMENT: "证诺",
    Document.Kind.INDUSTRY_COMMITMENT: "业诺",
    Document.Kind.INDUSTRY_BREACH_NOTICE: "业诺告",
    Document.Kind.GRANT_DECISION: "准",
    Document.Kind.REFUSAL_DECISION: "不准",
    Document.Kind.CLOCK_STOP_NOTICE: "特",
    Document.Kind.HEARING_RIGHT_NOTICE: "听告",
    Document.Kind.HEARING_NOTICE: "听通",
    Document.Kind.HEARING_RECORD: "听笔",
    Document.Kind.EXTENSION_NOTICE: "延",
    Document.Kind.RECTIFICATION_ORDER: "责改",
    Document.Kind.REVOCATION_DECISION: "撤",
    Document.Kind.CANCELLATION_RECORD: "销",
    Document.Kind.CANCELLATION_REFUSAL: "不销",
    Document.Kind.APPLICATION_RECEIPT: "申",
    Document.Kind.RENEWAL_DECISION: "续",
    Document.Kind.CHANGE_DECISION: "变",
    Document.Kind.SUSPENSION_DECISION: "扣",
    Document.Kind.REINSTATEMENT_NOTICE: "恢",
    Document.Kind.WITHDRAWAL_DECISION: "撤回",
    Document.Kind.PENALTY_REVOCATION: "吊",
    Document.Kind.ACCEPTANCE_ENDED: "终",
    Document.Kind.RETURN_NOTICE: "退",
    Document.Kind.WITHDRAWAL_RECORD: "回",
    Document.Kind.DELIVERY_RECEIPT: "送",
    Document.Kind.INSPECTION_RECORD: "查",
    Document.Kind.RECTIFICATION_NOTICE: "改",
}
"""The letter of a kind within a number, as public bodies write it."""

FILING, FILING_LETTER = "filing", "备"
"""Series and letter of filings: what is registered is not granted."""

Parcel = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Draft:
    """A document about to be written: its kind, the body that answers for it, its matters and further facts."""

    kind: Document.Kind
    body: Body
    matters: Sequence[CaseMatter] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_filing(self) -> bool:
        """Whether it is about filings (备案) only, which are registered rather than granted."""
        return bool(self.matters) and all(matter.is_filing for matter in self.matters)

    @property
    def form(self) -> str:
        """The form whose wording it is written in."""
        return key_of(self.kind, self.facts, is_filing=self.is_filing)

    @property
    def registers(self) -> bool:
        """Whether it registers a filing."""
        return self.kind == Document.Kind.GRANT_DECISION and self.is_filing

    @property
    def series(self) -> str:
        """The series its number comes from: filings have one of their own."""
        return FILING if self.registers else str(self.kind)

    @property
    def letter(self) -> str:
        """The letter in its number."""
        return FILING_LETTER if self.registers else LETTERS[self.kind]


def numbered(body: Body, letter: str, year: int, serial: int) -> str:
    """`长市场监管局准〔2026〕000012号`: body, letter of the kind, year, serial number of that series."""
    return f"长{body.short_name.removeprefix('区')}{letter}〔{year}〕{serial:06d}号"


def write(case: Case, drafts: Sequence[Draft], *, at: datetime) -> tuple[list[Document], list[Parcel]]:
    """Number and save the drafts, in order; give back the rows and the parcels that will render them.

    One statement draws all numbers - a case without one gets its own with them - and one inserts all rows. Call it late
    in the act: from here on others wait. A draft without what its kind must say (R6.3) is a fault of the act: ValueError.
    """
    for draft in drafts:
        if lacks := contents.missing(draft.kind, draft.facts):
            raise ValueError(f"{draft.kind} lacks {', '.join(lacks)}")
        glyphs.guard(texts_in(draft.facts))
    on = timezone.localtime(at).date()
    series = [(draft.body.code, draft.series, on.year) for draft in drafts]
    of_case = ("", "case", on.year)
    drawn = draw_many(series if case.number else [of_case, *series])
    if not case.number:
        case.number = case_number(on.year, drawn[of_case][0])
    words = wordings.ids()
    numbers = {key: iter(values) for key, values in drawn.items()}
    rows = [
        Document(
            case=case,
            body=draft.body,
            kind=draft.kind,
            number=numbered(draft.body, draft.letter, on.year, next(numbers[key])),
            on=on,
            matters=[matter.matter for matter in draft.matters],
            facts=common_facts(case, on)
            | {"provisional": _is_provisional(case, draft)}
            | own_facts(draft)
            | draft.facts,
            wording_id=words.get(draft.form),
            created_at=at,
            to_serve=draft.kind in Document.SERVED,
        )
        for draft, key in zip(drafts, series, strict=True)
    ]
    insert_rows(rows)
    return rows, [("permits.document", f"document:{row.number}", {"document": row.pk}) for row in rows]


def _is_provisional(case: Case, draft: Draft) -> bool:
    """Whether the case's own dates, which the acceptance notice lists, may still move; other papers say it of theirs."""
    return case.provisional and draft.kind == Document.Kind.ACCEPTANCE_NOTICE


def texts_in(value: Any) -> Iterator[str]:
    """Every text among the facts: what somebody typed will be printed, and a sign without a glyph would be a box."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in texts_in(part))
    elif isinstance(value, Sequence):
        yield from (text for part in value for text in texts_in(part))


def own_facts(draft: Draft) -> dict[str, Any]:
    """Who signs, and what the paper is about."""
    kind = {"kind": "备案"} if draft.is_filing else {}
    return {"body_name": draft.body.name, "matter_names": [matter.name for matter in draft.matters], **kind}


def common_facts(case: Case, on: date) -> dict[str, Any]:
    """What every paper says of the case: who applies, by which agent, under which number, since when."""
    name, uscc = case.holder()
    return {
        "case_number": case.number,
        "code": case.code,
        "enterprise": name,
        "uscc": uscc,
        "channel": case.channel,
        "e_service": case.e_service_since is not None,
        "received_on": str(case.received_on or ""),
        "accepted_on": str(case.accepted_on or ""),
        "promised_by": str(case.promised_by or ""),
        **case.agent_facts(on),
    }
