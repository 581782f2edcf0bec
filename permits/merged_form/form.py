"""The merged form of a case: one list of sections for all matters, each field once, saved as one goes.

An entry may hold what is not right yet: nothing typed is ever lost. Whether a section is done is worked out by the
fields' own rules from what stands in the entries, never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from industries.entities import Field
from industries.notice import compile_notice
from industries.results import NoticeField, NoticeResult
from permits.fields import Fault, clean, group_title, is_blank, words
from permits.fields.faults import _
from permits.fields.groups import group_place
from permits.merged_form import prefill
from permits.models import Case, FormEntry
from permits.promises import breaches

CHOSEN, BREACH = "chosen", "breach"
"""Why a matter that might go by commitment goes the ordinary way: the applicant's wish, or the record (R6.3, R6.4)."""

LEFT_OUT = "在不得再次申请的期限内，本次不办理这一事项；期满后可以另行申请。"


def notice_of(case: Case, on: date | None = None) -> NoticeResult:
    """What the case's own catalogue asks for its answers: on the day of receipt; for a draft, of its notice or beginning.

    Nothing of a draft goes by commitment while a breach stands on the enterprise's record; a case that was handed in
    keeps the ways it had then. Only a draft with commitments is looked up. What is left out because it is barred is blocked.
    """
    day = on or case.received_on or (case.notice.on if case.notice else timezone.localtime(case.created_at).date())
    asked, left = (case.own_catalogue, case.industries, case.answers, day), dict.fromkeys(case.left_out, LEFT_OUT)
    required = compile_notice(*asked, ordinary=case.ordinary, left_out=left)
    promising = [entry.id for entry in required.matters if entry.route == "commitment"]
    if not promising or case.state != Case.State.DRAFT or not breaches.unrepaired(case.enterprise_id):
        return required
    ordinary = case.ordinary | dict.fromkeys(promising, BREACH)
    return compile_notice(*asked, ordinary=ordinary, left_out=left)


def translated(fault: Fault) -> str:
    """The fault's message in the reader's language, with an inner fault translated too."""
    if fault.cells:
        first = next(iter(fault.cells.values()))
        return gettext(fault.message) % (fault.values | {"first": translated(first)})
    return gettext(fault.message) % fault.values


@dataclass(frozen=True)
class Line:
    """One field of the form with what stands in it."""

    asked: NoticeField
    entry: FormEntry | None
    fault: Fault | None
    departments: tuple[str, ...]

    @property
    def field(self) -> Field:
        return self.asked.field

    @property
    def id(self) -> str:
        return self.asked.id

    @property
    def value(self) -> Any:
        return self.entry.value if self.entry else None

    @property
    def is_filled(self) -> bool:
        return not is_blank(self.value)

    @property
    def is_prefilled(self) -> bool:
        return self.entry is not None and self.is_filled and self.entry.source != FormEntry.Source.TYPED

    @property
    def words(self) -> str:
        """The value as a person reads it."""
        return gettext(words(self.field, self.value)) if isinstance(self.value, bool) else words(self.field, self.value)

    @property
    def rows(self) -> list[list[Any]]:
        """A table's rows, cells in the order of the columns."""
        if self.field.type != "table" or not isinstance(self.value, list):
            return []
        return [[row.get(column, "") for column in self.field.options] for row in self.value]

    @property
    def source_words(self) -> str:
        """Where a prefilled value comes from and as of when; empty for what was typed."""
        if self.entry is None or not self.is_prefilled:
            return ""
        name = self.entry.source_name or str(FormEntry.Source(self.entry.source).label)
        return gettext("来自%(name)s，%(day)s") % {"name": name, "day": self.entry.as_of} if self.entry.as_of else name

    @property
    def contested(self) -> str:
        """Why the applicant disputes what the register says; the officer reads it."""
        return self.entry.contested if self.entry else ""

    @property
    def is_overridden(self) -> bool:
        """Whether the applicant wrote something else than a register says."""
        return self.entry is not None and self.entry.source == FormEntry.Source.TYPED and bool(self.entry.source_name)

    @property
    def may_contest(self) -> bool:
        """Whether a register stands behind what is or was there."""
        return self.is_overridden or (self.entry is not None and self.entry.source == FormEntry.Source.REGISTER)

    @property
    def register_words(self) -> str:
        """What the register says where the applicant wrote something else."""
        if self.entry is None or not self.is_overridden:
            return ""
        said = words(self.field, prefill.registered(self.entry.case.enterprise, self.id))
        told = {"name": self.entry.source_name, "day": self.entry.as_of or "", "said": said}
        return gettext("%(name)s(%(day)s)登记为“%(said)s”") % told

    @property
    def message(self) -> str:
        """What is wrong with what stands there, in words."""
        return translated(self.fault) if self.fault else ""


@dataclass(frozen=True)
class Group:
    """One section of the form: a line of the task list."""

    id: str
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        return gettext(group_title(self.id))

    @property
    def status(self) -> str:
        """`done` when every rule is content; `optional` when that is so because nothing has to be written and nothing is;

        `todo` while nothing stands in it, else `doing`.
        """
        if self.is_done:
            return "done" if any(line.is_filled for line in self.lines) else "optional"
        return "doing" if any(line.is_filled for line in self.lines) else "todo"

    @property
    def is_done(self) -> bool:
        """Whether every rule is content with what stands in it."""
        return not any(line.fault for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def filled(self) -> int:
        return sum(line.is_filled for line in self.lines)

    @property
    def prefilled(self) -> int:
        return sum(line.is_prefilled for line in self.lines)

    @property
    def departments(self) -> tuple[str, ...]:
        """The short names of the departments that read this section."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.departments))


@dataclass(frozen=True)
class MergedForm:
    """The whole form of a case, compiled once with its notice."""

    case: Case
    notice: NoticeResult
    groups: tuple[Group, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def missing(self) -> list[Field]:
        """Required fields without an answer, and answers that cannot be used."""
        return [line.field for line in self.lines if line.fault]

    @property
    def prefilled(self) -> int:
        return sum(group.prefilled for group in self.groups)

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def done(self) -> int:
        """How many of the sections that need something are done."""
        return sum(group.status == "done" for group in self.groups)

    @property
    def needed(self) -> int:
        """How many sections there are, less those that nobody has to fill in and nobody has."""
        return sum(group.status != "optional" for group in self.groups)

    def group(self, id: str) -> Group | None:
        return next((group for group in self.groups if group.id == id), None)

    def read_by(self, department: str) -> tuple[Group, ...]:
        """The part of the form that one department's matters ask for, section by section."""
        kept = (Group(group.id, tuple(_asked_by(group.lines, department))) for group in self.groups)
        return tuple(group for group in kept if group.lines)


def _asked_by(lines: tuple[Line, ...], department: str) -> list[Line]:
    return [line for line in lines if any(matter.department == department for matter in line.asked.required_by)]


def merged_form(case: Case, on: date | None = None) -> MergedForm:
    """The case's form with all entries: one statement."""
    required = notice_of(case, on)
    return form_of(case, required, {entry.field: entry for entry in case.entries.all()})


def form_of(case: Case, required: NoticeResult, entries: Mapping[str, FormEntry]) -> MergedForm:
    """The form that these entries make."""
    context: dict[str, Any] = {id: entry.value for id, entry in entries.items()} | {"today": required.on}
    departments = case.own_catalogue.departments
    groups: dict[str, list[Line]] = {}
    for asked in required.fields:
        names = tuple(dict.fromkeys(departments[matter.department].short_name for matter in asked.required_by))
        entry = entries.get(asked.id)
        groups.setdefault(asked.field.group, []).append(
            Line(asked, entry, fault_of(asked.field, entry, context), names)
        )
    ordered = sorted(groups.items(), key=lambda pair: group_place(pair[0]))
    return MergedForm(case, required, tuple(Group(id, tuple(lines)) for id, lines in ordered))


def fault_of(field: Field, entry: FormEntry | None, context: Mapping[str, Any]) -> Fault | None:
    """What is wrong with an entry; None where nothing is. Whoever contradicts a register says why."""
    try:
        clean(field, entry.value if entry else None, context)
    except Fault as fault:
        return fault
    if entry and entry.source == FormEntry.Source.TYPED and entry.source_name and not entry.contested.strip():
        return Fault(
            _("与%(register)s的登记不一致，请写明原因，例如：已于上月办理变更登记"), register=entry.source_name
        )
    return None


def missing_fields(case: Case, on: date | None = None) -> list[Field]:
    """What still keeps the form from being handed in: required fields without an answer, and unusable answers."""
    return merged_form(case, on).missing
