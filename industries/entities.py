"""What a catalogue version says, as frozen dataclasses. Days are counted as `day_type` says; dates are half-open [from, to)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from industries.conditions import Condition

GENERAL_POST_CHECK_DAYS = 60
"""Calendar days for the check after a commitment where a matter names none: Shanghai's two months (R6.5, to be verified)."""

QuestionType = Literal["bool", "number", "choice", "multi"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact comes from: `seen` (with references), `general` knowledge, `mixed`, or `brief`."""

    source: str
    refs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A published text a fact was read in; `jurisdiction` says whether it speaks of Shanghai at all."""

    id: str
    title: str
    url: str
    kind: str
    used_for: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Remedies:
    """To whom a decision of the department is open: reconsideration in days, suit in months (R2.34, R2.35).

    `leadership`: of a `vertical` organ the reviewing body is the next higher authority. `online`: the department's own way
    to ask for reconsideration on line (R2.37); the district's where it is empty.
    """

    review_body: str
    review_days: int
    court: str
    suit_months: int
    to_confirm: bool
    leadership: str = "local"
    online: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    id: str
    name: str
    short_name: str
    role: str
    window: str
    hotline: str
    remedies: Remedies
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the business; asked only while `ask_if` holds. Numbers lie in [minimum, maximum]."""

    id: str
    text: str
    type: QuestionType
    options: tuple[str, ...]
    unit: str
    ask_if: Condition
    help: str
    minimum: float
    maximum: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Material:
    """One thing to hand in. `exempt_by` names the e-licence or shared data that stands for the paper; `tolerable`: it is
    secondary and may come after acceptance (R6.9)."""

    id: str
    name: str
    kind: str
    exempt_by: str | None
    commitment_replaceable: bool
    copies: int
    auto_generated: bool
    merged_into_form: bool
    required_when: Condition
    tolerable: bool
    provenance: Provenance
    facts: Mapping[str, Provenance]


@dataclass(frozen=True, slots=True)
class Derivation:
    """When it holds, the field's value is set to `set`, or the option `add` is added to it."""

    when: Condition
    set: Any = None
    add: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the merged form; `prefill` names the data source that fills it in."""

    id: str
    label: str
    type: str
    group: str
    prefill: str | None
    options: tuple[str, ...]
    max_length: int | None
    required: bool
    unit: str | None
    visible_when: Condition
    derive: tuple[Derivation, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Blocker:
    """While it holds the matter cannot be granted; the message says what can be done."""

    when: Condition
    message: str


@dataclass(frozen=True, slots=True)
class Advisory:
    """While it holds the business is told something about the matter."""

    when: Condition
    message: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One permit (许可) or filing (备案) of one department.

    `commitment_actions`: which of new, change, renew may go by commitment (R6.2). `prerequisites`: matters decided before
    it where they are in the same case (R1.31). `two_persons`: who handles it does not approve it.
    `rectification_stops_clock`: the time for putting things right does not count (R2.22).
    """

    id: str
    name: str
    kind: str
    certificate_name: str
    department: str
    level: str
    national_code: str | None
    statutory_days: int
    day_type: str
    extension_days: int
    promised_days: int
    inspection: bool
    inspection_waived_when: Condition | None
    inspection_waived_text: str
    commitment: bool
    commitment_when: Condition
    commitment_exclusion_reason: str
    commitment_days: int | None
    commitment_actions: tuple[str, ...]
    post_check_days: int | None
    post_check_unit: str
    post_check_mandatory: bool
    prerequisites: tuple[str, ...]
    two_persons: bool
    rectification_stops_clock: bool
    validity_years: int | None
    renewal: str
    legal_basis: tuple[str, ...]
    materials: tuple[str, ...]
    fields: tuple[str, ...]
    applies_when: Condition
    applies_text: str
    blockers: tuple[Blocker, ...]
    advisories: tuple[Advisory, ...]
    effective_from: date | None
    effective_to: date | None
    superseded_by: str | None
    note: str
    provenance: Provenance
    facts: Mapping[str, Provenance]

    @property
    def is_permit(self) -> bool:
        return self.kind == "许可"

    def in_force(self, on: date) -> bool:
        """effective_from <= on < effective_to, an open end being None."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on < self.effective_to
        )


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One point of a site check (核查要点) and what counts as proof of it. `bases`: the matters that ask for it, each with the
    law that it rests on there; a point that several share is looked at once and counts for all of them."""

    id: str
    text: str
    proof: str
    bases: Mapping[str, str]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class IndustryMatter:
    """A matter in an industry's list. `applies_when`, where given, stands over the matter's own and over the role."""

    matter: str
    role: str
    applies_when: Condition | None
    applies_text: str


@dataclass(frozen=True, slots=True)
class Industry:
    id: str
    code: str
    name: str
    aliases: tuple[str, ...]
    gbt4754: tuple[str, ...]
    list_status: str
    list_confidence: str
    depth: str
    lead_department: str
    cooperating_departments: tuple[str, ...]
    matters: tuple[IndustryMatter, ...]
    questions: tuple[str, ...]
    answers_implied: Mapping[str, Any]
    note: str
    commitment: bool
    """Whether one promise for the whole industry is offered (行业承诺); it grants nothing (R6.7, R0.2)."""
    provenance: Provenance
    facts: Mapping[str, Provenance]

    @property
    def is_confirmed(self) -> bool:
        """Named publicly as an industry of the pilot; the others are candidates until the official list is loaded."""
        return self.list_status == "confirmed"


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """One catalogue version. The mappings keep the document's order, which is the order of every list made of them."""

    id: str
    title: str
    district: str
    basis: str
    warning: str
    compiled_on: str
    departments: Mapping[str, Department]
    questions: Mapping[str, Question]
    materials: Mapping[str, Material]
    fields: Mapping[str, Field]
    matters: Mapping[str, Matter]
    industries: Mapping[str, Industry]
    sources: Mapping[str, Source]
    check_items: Mapping[str, CheckItem]
    form_common_fields: tuple[str, ...]
    excluded_industries: tuple[str, ...]

    def industry(self, id: str) -> Industry:
        return self.industries[id]

    def matter(self, id: str) -> Matter:
        return self.matters[id]
